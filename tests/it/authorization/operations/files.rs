//! What is done with files, tried by every kind of office.
use jenjang::graphql::id::Kind;
use serde_json::json;

use super::super::stage::Stage;
use crate::{
    on_both_databases,
    support::{
        TestApp,
        files::{FIELD, UPLOAD, announcement, pdf},
        office::{code, command_document},
    },
};

/// Every command this file tries.
pub const COMMANDS: [&str; 2] = ["beginUpload", "attachFile"];

const ROUND: &str = "laporan-akhir-kehumasan-2024";

/// Who writes for Kota Bekasi.
const WRITE: &str = "staff.32.75 head.32.75";

/// The province above, next door, beneath, elsewhere, RI.
const OTHERS: &str = "staff.32 head.32 observer.32 admin.32 head.32.76 staff.32.76 head.35.02.01 head.18 observer.18 admin.18 \
     coordinator.ri expert1.ri admin.ri";

async fn only_who_writes_for_a_unit_uploads_for_it(app: TestApp) {
    let stage = Stage::set(&app).await;
    let unit = stage.office("staff.32.75").await.unit("32.75").await;
    let mut input = announcement("Laporan.pdf", &pdf("siapa", 500));
    input["unit"] = json!(unit);
    let document = command_document("beginUpload", UPLOAD);
    let nobody = app.ask(None, &document, json!({ "input": input })).await;
    assert_eq!(code(&nobody), "UNAUTHENTICATED");
    for name in OTHERS.split_whitespace() {
        let office = stage.office(name).await;
        let refused = office.command("beginUpload", UPLOAD, input.clone()).await.unwrap_err();
        // Units are open to everybody, so there is nothing to hide: the others just may not write for it.
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            ("FORBIDDEN", "unit"),
            "{name}"
        );
    }
    for name in WRITE.split_whitespace() {
        let office = stage.office(name).await;
        office.command("beginUpload", UPLOAD, input.clone()).await.unwrap();
    }
    input["unit"] = json!(Kind::Unit.id(uuid::Uuid::from_u128(7)));
    let office = stage.office("staff.32.75").await;
    let absent = office.command("beginUpload", UPLOAD, input).await.unwrap_err();
    assert_eq!((absent.code.as_str(), absent.field.as_str()), ("NOT_FOUND", "unit"));
}

async fn only_who_writes_a_report_attaches_to_it(app: TestApp) {
    let app = app.asking_for_files(ROUND).await;
    let stage = Stage::set(&app).await;
    let staff = stage.office("staff.32.75").await;
    let mut draft = staff.starts(ROUND).await.unwrap();
    let file = staff.uploads("Laporan.pdf", &pdf("siapa", 500)).await;
    let input = json!({ "report": draft.id, "expectedVersion": draft.version, "field": FIELD, "file": file });
    let document = command_document("attachFile", "report { id }");
    let nobody = app.ask(None, &document, json!({ "input": input })).await;
    assert_eq!(code(&nobody), "UNAUTHENTICATED");
    for name in OTHERS.split_whitespace() {
        let office = stage.office(name).await;
        let refused = office.attaches(&draft, &file).await.unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            ("NOT_FOUND", "report"),
            "{name}"
        );
    }
    for name in WRITE.split_whitespace() {
        let office = stage.office(name).await;
        let own = office.uploads("Laporan.pdf", &pdf(name, 500)).await;
        draft = office.attaches(&draft, &own).await.unwrap();
    }
}

on_both_databases!(
    only_who_writes_for_a_unit_uploads_for_it,
    only_who_writes_a_report_attaches_to_it,
);
