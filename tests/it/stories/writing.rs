//! A draft is written in pieces, by two people, from a phone; what is submitted is frozen.
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{FINAL_REPORT, KECAMATAN};
use crate::{
    on_both_databases,
    support::{Refusal, TestApp},
};

async fn fields_not_named_stay_and_null_clears(app: TestApp) {
    let staff = app.office("staff.35.02.08").await;
    let started = staff.starts(KECAMATAN).await.unwrap();
    let edit = |version: i64, answers: serde_json::Value| json!({ "report": started.id, "expectedVersion": version, "answers": answers });
    let selection = "report { version draft { answers { key text } } }";
    let first = staff
        .command(
            "editReport",
            selection,
            edit(1, json!([{ "field": "kegiatan", "value": { "text": "Sosialisasi" } }])),
        )
        .await
        .unwrap();
    assert_eq!(first["report"]["version"], 2);
    let second = staff
        .command(
            "editReport",
            selection,
            edit(
                2,
                json!([{ "field": "media-sosial", "value": { "text": "Instagram" } }]),
            ),
        )
        .await
        .unwrap();
    assert_eq!(
        second["report"]["draft"]["answers"],
        json!([{ "key": "kegiatan", "text": "Sosialisasi" }, { "key": "media-sosial", "text": "Instagram" }])
    );
    let cleared = staff
        .command(
            "editReport",
            selection,
            edit(3, json!([{ "field": "kegiatan", "value": null }])),
        )
        .await
        .unwrap();
    assert_eq!(cleared["report"]["draft"]["answers"][0]["text"], "");
    let stale = staff
        .post_command(
            "editReport",
            selection,
            edit(2, json!([{ "field": "kegiatan", "value": { "text": "x" } }])),
            None,
        )
        .await
        .json();
    let error = &stale["data"]["editReport"]["userErrors"][0];
    assert_eq!(
        (error["code"].as_str(), error["currentVersion"].as_i64()),
        (Some("FIELD_CONFLICT"), Some(4)),
        "it was cleared since"
    );
    assert!(stale["data"]["editReport"]["report"].is_null());
    let wrong = json!([
        { "field": "tidak-ada", "value": { "text": "x" } },
        { "field": "kegiatan", "value": { "text": "x".repeat(20_001) } },
    ]);
    let answer = staff
        .post_command("editReport", selection, edit(4, wrong), None)
        .await
        .json();
    let errors = answer["data"]["editReport"]["userErrors"].as_array().unwrap();
    let told: Vec<_> = errors
        .iter()
        .map(|error| (error["code"].as_str().unwrap(), error["field"].clone()))
        .collect();
    assert_eq!(
        told,
        [
            ("INVALID", json!(["answers", "0", "field"])),
            ("TOO_LONG", json!(["answers", "1", "value"]))
        ]
    );
}

async fn every_missing_answer_is_told_at_once_and_nothing_is_submitted(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.09").await, app.office("head.35.02.09").await);
    let started = staff.starts(KECAMATAN).await.unwrap();
    let answer = head
        .post_command(
            "submitReport",
            "report { id }",
            json!({ "report": started.id, "expectedVersion": 1 }),
            None,
        )
        .await
        .json();
    let fields: Vec<_> = answer["data"]["submitReport"]["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].clone())
        .collect();
    assert_eq!(
        fields,
        [
            json!(["report", "answers", "kegiatan"]),
            json!(["report", "answers", "media-sosial"])
        ]
    );
    assert_eq!(head.sees(&started).await.unwrap(), started);
    let other = staff.submits(&started).await.unwrap_err();
    assert_eq!(
        other,
        Refusal {
            code: "FORBIDDEN".to_owned(),
            field: "report".to_owned()
        },
        "staff drafts, the head submits"
    );
}

async fn a_revision_is_canonical_json_and_its_hash(app: TestApp) {
    let (staff, head) = (app.office("staff.35.09").await, app.office("head.35.09").await);
    let started = staff.starts(FINAL_REPORT).await.unwrap();
    let filled = staff
        .fills_in(&started, "Posko “aduan” — 12\u{2028}kali\n\tdan \\ seterusnya 😀")
        .await
        .unwrap();
    let submitted = head.submits(&filled).await.unwrap();
    let data = head
        .data(
            "query($id: ID!) { report(id: $id) { revision { content sha256 number } } }",
            json!({ "id": submitted.id }),
        )
        .await;
    let revision = &data["report"]["revision"];
    let content = revision["content"].as_str().unwrap();
    let hash: String = Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(revision["sha256"], hash);
    assert!(
        content.starts_with(r#"{"cycle":"laporan-akhir-kehumasan-2024","number":1,"report":""#),
        "keys are sorted: {content}"
    );
    let parsed: serde_json::Value = serde_json::from_str(content).unwrap();
    assert_eq!(parsed["typ"], "jenjang.report-revision.v2");
    assert_eq!(
        parsed["sections"][0]["fields"][0]["value"],
        "Posko “aduan” — 12\u{2028}kali\n\tdan \\ seterusnya 😀"
    );
}

async fn a_withdrawn_report_is_a_draft_again_and_can_be_abandoned(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.10").await, app.office("head.35.02.10").await);
    let submitted = head.submits(&staff.drafts(KECAMATAN).await).await.unwrap();
    let withdrawn = head
        .does_because("withdrawReport", &submitted, "Salah lampiran.")
        .await
        .unwrap();
    assert_eq!(withdrawn.status, "DRAFT");
    let abandoned = head
        .does_because("abandonReport", &withdrawn, "Periode keliru.")
        .await
        .unwrap();
    assert_eq!(abandoned.status, "ABANDONED");
    assert_eq!(head.submits(&abandoned).await.unwrap_err().code, "WRONG_STATE");
    assert_eq!(
        staff.starts(KECAMATAN).await.unwrap().version,
        1,
        "and the unit starts anew"
    );
}

async fn a_report_is_started_once_under_the_name_its_client_gave_it(app: TestApp) {
    let staff = app.office("staff.35.02.11").await;
    let input = json!({ "cycle": staff.cycle(KECAMATAN).await, "clientId": "0193e0c2-5a7b-7c3d-8e4f-000000000001" });
    let first = staff
        .command("startReport", "report { id }", input.clone())
        .await
        .unwrap();
    let second = staff.command("startReport", "report { id }", input).await.unwrap();
    assert_eq!(first["report"]["id"], second["report"]["id"]);
    let elsewhere =
        json!({ "cycle": staff.cycle(FINAL_REPORT).await, "clientId": "0193e0c2-5a7b-7c3d-8e4f-000000000001" });
    let refused = staff
        .command("startReport", "report { id }", elsewhere)
        .await
        .unwrap_err();
    assert_eq!(
        refused,
        Refusal {
            code: "ALREADY_EXISTS".to_owned(),
            field: "clientId".to_owned()
        }
    );
    let not_asked = staff.starts(FINAL_REPORT).await.unwrap_err();
    assert_eq!(
        not_asked,
        Refusal {
            code: "NOT_EXPECTED".to_owned(),
            field: "cycle".to_owned()
        },
        "RI asks no kecamatan for it"
    );
}

on_both_databases!(
    fields_not_named_stay_and_null_clears,
    every_missing_answer_is_told_at_once_and_nothing_is_submitted,
    a_revision_is_canonical_json_and_its_hash,
    a_withdrawn_report_is_a_draft_again_and_can_be_abandoned,
    a_report_is_started_once_under_the_name_its_client_gave_it,
);
