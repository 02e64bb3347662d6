//! Counting what a cycle has brought: who may read what a unit submits may count what was beneath it, nobody else.
use serde_json::json;

use crate::{
    on_both_databases,
    stories::KECAMATAN,
    support::{TestApp, app::Variation},
};

/// The field this file tries.
pub const FIELD: &str = "reportTally";

/// Who counts for Kabupaten Ponorogo (35.02).
const COUNT: &str = "staff.35.02 head.35.02 head.35 staff.35 coordinator.ri";

/// For whom there is nothing to count: beneath, next door, elsewhere, and those who never read content by the tree.
const OTHERS: &str = "staff.35.02.18 head.35.02.18 head.35.09 staff.32 observer.18 admin.32 admin.ri expert1.ri";

async fn who_reads_what_is_submitted_counts_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let document = "query($cycle: ID!, $unit: ID!) { reportTally(cycle: $cycle, unit: $unit) { submitted } }";
    let report = app.office("staff.35.02.18").await.drafts(KECAMATAN).await;
    app.office("head.35.02.18").await.submits(&report).await.unwrap();
    let head = app.office("head.35.02").await;
    let (cycle, unit) = (head.cycle(KECAMATAN).await, head.unit("35.02").await);
    let variables = json!({ "cycle": cycle, "unit": unit });
    for name in COUNT.split_whitespace() {
        let data = app.office(name).await.data(document, variables.clone()).await;
        assert_eq!(data["reportTally"]["submitted"], 1, "{name}");
    }
    for name in OTHERS.split_whitespace() {
        let data = app.office(name).await.data(document, variables.clone()).await;
        assert_eq!(data["reportTally"], json!(null), "{name}");
    }
    let nobody = app.ask(None, document, variables).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

on_both_databases! {
    who_reads_what_is_submitted_counts_it,
}
