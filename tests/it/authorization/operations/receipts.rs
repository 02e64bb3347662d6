//! Receipts: seen by exactly those who see the report.
use serde_json::{Value, json};

use super::super::stage::{Situation, Stage};
use crate::{authorization::stage::Subject, on_both_databases, stories::receipts::RECEIPT, support::TestApp};

pub const READ: &str = "receipt";

async fn id_of_receipt(stage: &Stage<'_>, subject: &Subject) -> Value {
    let document = "query($id: ID!) { report(id: $id) { receipts { id } } }";
    let coordinator = stage.office("coordinator.ri").await;
    let data = coordinator.data(document, json!({ "id": subject.report })).await;
    data["report"]["receipts"][0]["id"].clone()
}

async fn a_receipt_is_seen_by_who_sees_its_report(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("32.75", Situation::Received).await;
    let id = id_of_receipt(&stage, &subject).await;
    let document = format!("query($id: ID!) {{ receipt(id: $id) {{ {RECEIPT} }} nodes(ids: [$id]) {{ id }} }}");
    let nobody = app.ask(None, &document, json!({ "id": id })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for (name, sees) in [
        ("staff.32.75", true),
        ("head.32.75", true),
        ("staff.32", true),
        ("head.32", true),
        ("observer.32", true),
        ("coordinator.ri", true),
        ("expert1.ri", true),
        ("expert2.ri", false),
        ("admin.32", false),
        ("admin.ri", false),
        ("head.32.76", false),
        ("head.18", false),
        ("observer.18", false),
    ] {
        let data = stage.office(name).await.data(&document, json!({ "id": id })).await;
        assert_eq!(!data[READ].is_null(), sees, "{name}");
        assert_eq!(!data["nodes"][0].is_null(), sees, "{name}");
        if sees {
            assert_eq!(data[READ]["report"]["id"], json!(subject.report), "{name}");
        }
    }
}

on_both_databases!(a_receipt_is_seen_by_who_sees_its_report);
