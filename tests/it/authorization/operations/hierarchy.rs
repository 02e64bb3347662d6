//! Changes of the hierarchy, tried by every kind of office. Units are open to everybody, so whoever may not is told so.
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{TestApp, app::Variation, office::command_document},
};

/// A command on Kabupaten Ponorogo (35.02) or beneath it, and who may carry it out.
pub struct Entry {
    pub command: &'static str,
    input: fn(&Subject) -> Value,
    /// The offices that may.
    done: &'static str,
}

/// The units the commands are about, by global id.
struct Subject {
    /// 35.02.18, beneath 35.02.
    unit: String,
    /// 35.09, next to 35.02.
    neighbour: String,
    /// 35.02.
    regency: String,
}

/// Everybody who is tried.
const OFFICES: &str = "staff.35.02.18 head.35.02.18 staff.35.02 head.35.02 admin.35.02 head.35 admin.35 admin.18 head.35.09 \
     observer.18 coordinator.ri expert1.ri admin.ri";

/// Above both places: the province's administrators and RI's.
const ABOVE_BOTH: &str = "admin.35 admin.ri";

pub const ENTRIES: [Entry; 5] = [
    Entry {
        command: "renameUnit",
        input: |on| json!({ "unit": on.unit, "expectedVersion": 1, "name": "Panwaslu Kecamatan Lain" }),
        done: "admin.35.02 admin.35 admin.ri",
    },
    Entry {
        command: "moveUnit",
        input: |on| json!({ "unit": on.unit, "expectedVersion": 1, "parent": on.neighbour }),
        done: ABOVE_BOTH,
    },
    Entry {
        command: "dissolveUnit",
        input: |on| json!({ "unit": on.unit, "expectedVersion": 1 }),
        done: "admin.35.02 admin.35 admin.ri",
    },
    Entry {
        command: "formUnits",
        input: |on| json!({ "underneath": [on.neighbour] }),
        done: ABOVE_BOTH,
    },
    Entry {
        command: "dissolveUnits",
        input: |on| json!({ "underneath": [on.regency] }),
        done: "admin.35.02 admin.35 admin.ri",
    },
];

async fn only_an_admin_above_changes_units(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[
        ("admin.35.02", "35.02", entity::enums::Function::Admin),
        ("admin.35", "35", entity::enums::Function::Admin),
    ])
    .await;
    app.reload_directory().await;
    let reader = app.office("admin.ri").await;
    let subject = Subject {
        unit: reader.unit("35.02.18").await,
        neighbour: reader.unit("35.09").await,
        regency: reader.unit("35.02").await,
    };
    for entry in &ENTRIES {
        for name in OFFICES.split_whitespace() {
            let office = app.office(name).await;
            let mut input = (entry.input)(&subject);
            input["legalBasis"] = json!({ "number": "1/HK.01.00/K1/2026", "date": "2026-01-05" });
            // Every office asks for the same: what it would do, which changes nothing for the next one.
            input["dryRun"] = json!(true);
            let answer = office.command(entry.command, "outcome { unitCount }", input).await;
            let told = answer.map_or_else(|refusal| refusal.code, |_outcome| "done".to_owned());
            let may = entry.done.split_whitespace().any(|done| done == name);
            assert_eq!(
                told,
                if may { "done" } else { "FORBIDDEN" },
                "{name}: {}",
                entry.command
            );
        }
        let mut input = (entry.input)(&subject);
        input["legalBasis"] = json!({ "number": "1", "date": "2026-01-05" });
        let document = command_document(entry.command, "outcome { unitCount }");
        let answer = app.ask(None, &document, json!({ "input": input })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }
}

on_both_databases! {
    only_an_admin_above_changes_units,
}
