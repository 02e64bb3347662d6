//! Reading the ledger: what a kecamatan owes is read by itself and by those above it, and by nobody else; programs of those
//! units read it where they may read reports.
use serde_json::{Value, json};

use super::super::stage::Stage;
use crate::{
    on_both_databases,
    stories::KECAMATAN,
    support::{TestApp, app::Variation},
};

/// The fields this file tries.
pub const FIELDS: [&str; 2] = ["obligations", "completeness"];

/// Who reads what Panwaslu Kecamatan Slahung (35.02.18) owes.
const READ: &str = "staff.35.02.18 head.35.02.18 staff.35.02 head.35.02 staff.35 head.35 observer.35 coordinator.ri";

/// For whom there is none: those who manage people, next door, beside, elsewhere, and those who see what they are handed.
const OTHERS: &str =
    "admin.35 admin.ri head.35.02.01 staff.35.09 head.35.09 staff.32 observer.18 admin.32 expert1.ri expert2.ri";

const DOCUMENT: &str = "query($cycle: ID!, $unit: ID!) {
    obligations(filter: { cycle: { eq: $cycle }, unit: { eq: $unit } }) { totalCount nodes { id state } }
    completeness(cycle: $cycle, unit: $unit) { counts { expected submitted } }
}";

const NODE: &str = "query($id: ID!) { node(id: $id) { id } }";

async fn who_stands_above_reads_the_ledger(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let head = stage.office("head.35.02").await;
    let (cycle, unit) = (head.cycle(KECAMATAN).await, head.unit("35.02.18").await);
    let variables = json!({ "cycle": cycle, "unit": unit });
    let mut id = Value::Null;
    for name in READ.split_whitespace() {
        let data = stage.office(name).await.data(DOCUMENT, variables.clone()).await;
        assert_eq!(data["obligations"]["totalCount"], 1, "{name}");
        id = data["obligations"]["nodes"][0]["id"].clone();
        let counts = &data["completeness"]["counts"];
        assert_eq!(
            (&counts["expected"], &counts["submitted"]),
            (&json!(1), &json!(0)),
            "{name}"
        );
        let node = stage.office(name).await.data(NODE, json!({ "id": id })).await;
        assert_eq!(node["node"]["id"], id, "{name}");
    }
    for name in OTHERS.split_whitespace() {
        let data = stage.office(name).await.data(DOCUMENT, variables.clone()).await;
        assert_eq!(data["obligations"], json!({ "totalCount": 0, "nodes": [] }), "{name}");
        assert_eq!(data["completeness"], json!(null), "{name}");
        let node = stage.office(name).await.data(NODE, json!({ "id": id })).await;
        assert_eq!(node["node"], json!(null), "{name}");
    }
    let nobody = app.ask(None, DOCUMENT, variables).await;
    let codes = nobody["errors"].as_array().unwrap().iter();
    assert!(
        codes
            .map(|error| &error["extensions"]["code"])
            .all(|code| code == "UNAUTHENTICATED")
    );
}

on_both_databases! {
    who_stands_above_reads_the_ledger,
}
