//! Hidden files and uploads answer like absent ones, at every door.
use jenjang::graphql::id::Kind;
use serde_json::json;
use uuid::Uuid;

use super::alike;
use crate::{
    authorization::stage::Stage,
    on_both_databases,
    support::{TestApp, app::Answer, files::pdf},
};

const ROUND: &str = "laporan-akhir-kehumasan-2024";

/// What somebody learns from an answer at the door of files.
fn told(answer: &Answer, about: &str) -> (u16, String) {
    let body = String::from_utf8_lossy(&answer.bytes).replace(about, "…");
    (answer.status, body)
}

async fn an_upload_is_its_senders_alone(app: TestApp) {
    let stage = Stage::set(&app).await;
    let bytes = pdf("milik", 2_000);
    let sender = stage.office("staff.32.75").await;
    let upload = sender.announces("Laporan.pdf", &bytes).await.unwrap();
    sender.puts(&upload, 0, &bytes[..1_000]).await;
    let absent = format!("/files/{}", Uuid::from_u128(7));
    for name in "head.32.75 head.32 staff.32.76 head.18 admin.32 coordinator.ri expert1.ri admin.ri".split_whitespace()
    {
        let office = stage.office(name).await;
        let headers = [
            ("authorization", format!("Bearer {}", office.access_token)),
            ("upload-offset", "1000".to_owned()),
        ];
        for method in ["PUT", "HEAD", "GET"] {
            let body = if method == "PUT" {
                bytes[1_000..].to_vec()
            } else {
                Vec::new()
            };
            let hidden = app.send(method, &upload.url, &headers, body.clone()).await;
            let none = app.send(method, &absent, &headers, body).await;
            assert_eq!(told(&hidden, &upload.url), told(&none, &absent), "{method} by {name}");
            let expected = if method == "GET" { 401 } else { 404 };
            assert_eq!(hidden.status, expected, "{method} by {name}");
        }
        let node = "query($id: ID!) { node(id: $id) { id ... on Upload { offset url } } }";
        let no_upload = Kind::Upload.id(Uuid::from_u128(7)).to_string();
        alike(&office, node, |id| json!({ "id": id }), &[&no_upload, &upload.id]).await;
    }
    let nobody = [("upload-offset", "1000".to_owned())];
    assert_eq!(
        app.send("PUT", &upload.url, &nobody, bytes[1_000..].to_vec())
            .await
            .status,
        401
    );
    assert_eq!(sender.offset_of(&upload).await, Ok(1_000), "nothing came of it");
}

/// A file goes where its report goes: its own unit, then those above, then the receivers, and never next door.
async fn a_file_is_read_by_who_reads_what_holds_it(app: TestApp) {
    let app = app.asking_for_files(ROUND).await;
    let stage = Stage::set(&app).await;
    const EVERYBODY: &str = "staff.32.75 head.32.75 head.32 staff.32 observer.32 coordinator.ri expert1.ri expert2.ri \
         admin.32 admin.ri staff.32.76 head.18 head.35.02.01";
    let (staff, head) = (stage.office("staff.32.75").await, stage.office("head.32.75").await);
    let file = staff.uploads("Laporan.pdf", &pdf("jalan", 2_000)).await;
    let reads = async |expected: &str| {
        for name in EVERYBODY.split_whitespace() {
            let expected = expected.split_whitespace().any(|reader| reader == name);
            let office = stage.office(name).await;
            assert_eq!(office.reads_file(&file).await, expected, "{name}");
            if !expected {
                let node = "query($id: ID!) { node(id: $id) { id ... on File { name sha256 link { url } } } }";
                let no_file = Kind::File.id(Uuid::from_u128(7)).to_string();
                alike(&office, node, |id| json!({ "id": id }), &[&no_file, &file]).await;
            }
        }
    };
    reads("staff.32.75").await;
    let draft = staff.drafts(ROUND).await;
    let draft = staff.attaches(&draft, &file).await.unwrap();
    reads("staff.32.75 head.32.75").await;
    let submitted = head.submits(&draft).await.unwrap();
    reads("staff.32.75 head.32.75 head.32 staff.32 observer.32 coordinator.ri").await;
    head.hands_over(&[&submitted], None).await.unwrap();
    reads("staff.32.75 head.32.75 head.32 staff.32 observer.32 coordinator.ri expert1.ri expert2.ri").await;
}

/// What is added to a draft while the report is known above already is its unit's alone until it is submitted again.
async fn a_file_in_a_draft_is_hidden_from_those_above_who_see_the_report(app: TestApp) {
    const ROUND: &str = "laporan-kehumasan-kecamatan-2024";
    let app = app.asking_for_files(ROUND).await;
    let stage = Stage::set(&app).await;
    let (staff, head) = (
        stage.office("staff.35.02.12").await,
        stage.office("head.35.02.12").await,
    );
    let above = stage.office("head.35.02").await;
    let submitted = head.submits(&staff.drafts(ROUND).await).await.unwrap();
    let back = head
        .does_because("withdrawReport", &submitted, "Tambah lampiran.")
        .await
        .unwrap();
    let file = staff.uploads("Laporan.pdf", &pdf("tambahan", 2_000)).await;
    let draft = staff.attaches(&back, &file).await.unwrap();
    assert!(above.sees(&draft).await.is_some(), "the report is known");
    assert_eq!(
        [head.reads_file(&file).await, above.reads_file(&file).await],
        [true, false]
    );
    head.submits(&draft).await.unwrap();
    assert!(above.reads_file(&file).await);
}

/// The right is asked for again when a link is followed.
async fn a_link_ends_with_the_right_to_read(app: TestApp) {
    let app = app.asking_for_files(ROUND).await;
    let stage = Stage::set(&app).await;
    let (staff, head) = (stage.office("staff.32.75").await, stage.office("head.32.75").await);
    let file = staff.uploads("Laporan.pdf", &pdf("hak", 2_000)).await;
    let draft = staff.drafts(ROUND).await;
    let draft = staff.attaches(&draft, &file).await.unwrap();
    let (of_staff, of_head) = (
        staff.links_to(&file).await.unwrap(),
        head.links_to(&file).await.unwrap(),
    );
    let status = async |link: &str| app.send("GET", link, &[], Vec::new()).await.status;
    assert_eq!([status(&of_staff).await, status(&of_head).await], [200, 200]);
    head.lists_files(&draft, &[]).await.unwrap();
    assert_eq!(
        [status(&of_staff).await, status(&of_head).await],
        [200, 404],
        "attached to nothing, it is its sender's again"
    );
}

on_both_databases!(
    an_upload_is_its_senders_alone,
    a_file_is_read_by_who_reads_what_holds_it,
    a_file_in_a_draft_is_hidden_from_those_above_who_see_the_report,
    a_link_ends_with_the_right_to_read,
);
