//! Beginning reports of units beneath, tried by every kind of office. Units are open to everybody, so whoever may not is
//! told so.
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    stories::KECAMATAN,
    support::{TestApp, app::Variation, office::command_document},
};

pub const COMMAND: &str = "startReports";

/// Who may begin the report of a kecamatan of Ponorogo in a round that RI owns.
const DONE: &str = "staff.35.02.18 head.35.02.18 coordinator.ri";

/// Who may not: above without asking for it, next door, elsewhere, and those who never write.
const FORBIDDEN: &str =
    "staff.35.02 head.35.02 head.35 head.35.02.17 head.35.09 staff.32 observer.18 admin.32 admin.ri expert1.ri";

fn input(cycle: &str, unit: &str) -> Value {
    json!({ "input": { "cycle": cycle, "units": [unit], "dryRun": true } })
}

async fn who_writes_and_who_asks_begins(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let document = command_document(COMMAND, "outcome { unitCount }");
    let head = app.office("head.35.02.18").await;
    let input = input(&head.cycle(KECAMATAN).await, &head.unit("35.02.18").await);
    for (names, told) in [(FORBIDDEN, "FORBIDDEN"), (DONE, "done")] {
        for name in names.split_whitespace() {
            let data = app.office(name).await.data(&document, input.clone()).await;
            let refused = data[COMMAND]["userErrors"][0]["code"].as_str();
            assert_eq!(refused.unwrap_or("done"), told, "{name}");
        }
    }
    let nobody = app.ask(None, &document, input).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

on_both_databases!(who_writes_and_who_asks_begins);
