//! Taking an edition of the list of regions over, tried by every kind of office. The list is open to everybody, so whoever
//! may not is told so.
use jenjang::territory::reference;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{TestApp, app::Variation, office::command_document},
};

pub const COMMAND: &str = "importRegions";

/// Everybody who is tried.
const OFFICES: &str = "staff.35.02.18 head.35.02.18 staff.35.02 head.35.02 head.35 admin.35 admin.18 head.35.09 observer.18 \
     coordinator.ri expert1.ri admin.ri";

fn input() -> Value {
    json!({
        "name": "Edisi",
        "legalBasis": { "number": "1", "date": "2025-04-25" },
        "effectiveOn": "2025-04-25",
        "csv": reference::LIST,
        "dryRun": true,
    })
}

async fn only_an_admin_of_ri_takes_an_edition_over(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("admin.35", "35", entity::enums::Function::Admin)]).await;
    for name in OFFICES.split_whitespace() {
        let answer = app
            .office(name)
            .await
            .command(COMMAND, "outcome { added }", input())
            .await;
        let told = answer.map_or_else(|refusal| refusal.code, |_outcome| "done".to_owned());
        assert_eq!(told, if name == "admin.ri" { "done" } else { "FORBIDDEN" }, "{name}");
    }
    let document = command_document(COMMAND, "outcome { added }");
    let answer = app.ask(None, &document, json!({ "input": input() })).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

on_both_databases!(only_an_admin_of_ri_takes_an_edition_over);
