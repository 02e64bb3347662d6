//! Changes of the hierarchy, tried by every kind of office. Units are open to everybody, so whoever may not is told so.
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Office, TestApp, app::Variation, office::command_document},
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
    /// 35.02.17, beside it.
    sibling: String,
    /// 35.09, next to 35.02.
    neighbour: String,
    /// 35.02.
    regency: String,
    /// 35, above both.
    province: String,
    /// The region of the unit.
    region: String,
    /// A region beneath 35.09 that has no body.
    free: String,
    /// A change of 35.02.16.
    change: String,
}

/// Everybody who is tried.
const OFFICES: &str = "staff.35.02.18 head.35.02.18 staff.35.02 head.35.02 admin.35.02 head.35 admin.35 admin.18 head.35.09 \
     observer.18 coordinator.ri expert1.ri admin.ri";

/// Above both places: the province's administrators and RI's.
const ABOVE_BOTH: &str = "admin.35 admin.ri";

pub const ENTRIES: &[Entry] = &[
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
    Entry {
        command: "formUnit",
        input: |on| json!({ "region": on.free, "bodyKind": "PANWASLU_KECAMATAN", "parent": on.neighbour }),
        done: ABOVE_BOTH,
    },
    Entry {
        command: "splitUnit",
        input: |on| json!({ "unit": on.unit, "expectedVersion": 1, "into": [{ "region": on.region }] }),
        done: "admin.35.02 admin.35 admin.ri",
    },
    Entry {
        command: "mergeUnits",
        input: |on| {
            let units = [&on.unit, &on.sibling].map(|unit| json!({ "unit": unit, "expectedVersion": 1 }));
            json!({ "units": units, "into": on.sibling })
        },
        done: "admin.35.02 admin.35 admin.ri",
    },
    Entry {
        command: "setActingSuperior",
        input: |on| json!({ "unit": on.unit, "expectedVersion": 1, "superior": on.province }),
        done: ABOVE_BOTH,
    },
    Entry {
        command: "undoUnitChange",
        input: |on| json!({ "change": on.change }),
        done: "admin.35.02 admin.35 admin.ri",
    },
];

/// The input of a command with a decree.
fn decreed(mut input: Value) -> Value {
    input["legalBasis"] = json!({ "number": "1/HK.01.00/K1/2026", "date": "2026-01-05" });
    input
}

async fn only_an_admin_above_changes_units(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[
        ("admin.35.02", "35.02", entity::enums::Function::Admin),
        ("admin.35", "35", entity::enums::Function::Admin),
    ])
    .await;
    app.reload_directory().await;
    let reader = app.office("admin.ri").await;
    let renamed = decreed(json!({
        "unit": reader.unit("35.02.16").await, "expectedVersion": 1, "name": "Panwaslu Kecamatan Lain",
    }));
    let renamed = reader
        .command("renameUnit", "outcome { change { id } }", renamed)
        .await
        .unwrap();
    let subject = Subject {
        unit: reader.unit("35.02.18").await,
        sibling: reader.unit("35.02.17").await,
        neighbour: reader.unit("35.09").await,
        regency: reader.unit("35.02").await,
        province: reader.unit("35").await,
        region: region(&reader, "35.02.18").await,
        free: region(&reader, "35.09.01").await,
        change: renamed["outcome"]["change"]["id"].as_str().unwrap().to_owned(),
    };
    for entry in ENTRIES {
        for name in OFFICES.split_whitespace() {
            let office = app.office(name).await;
            let mut input = decreed((entry.input)(&subject));
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
        let input = decreed((entry.input)(&subject));
        let document = command_document(entry.command, "outcome { unitCount }");
        let answer = app.ask(None, &document, json!({ "input": input })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }
}

async fn region(office: &Office<'_>, code: &str) -> String {
    let document = "query($code: String!) { regions(filter: { code: { eq: $code } }) { nodes { id } } }";
    let data = office.data(document, json!({ "code": code })).await;
    data["regions"]["nodes"][0]["id"].as_str().unwrap().to_owned()
}

/// Who acts for the parent changes the unit as the parent does, and no longer than that.
async fn the_admin_of_an_acting_superior_counts_as_the_parents(app: TestApp) {
    let (national, lampung) = (app.office("admin.ri").await, app.office("admin.18").await);
    let (unit, acts) = (national.unit("35.02").await, national.unit("18").await);
    let does = async |office: &Office<'_>, command: &str, input: Value| {
        let answer = office
            .command(command, "outcome { change { id } }", decreed(input))
            .await;
        answer.map_or_else(|refusal| refusal.code, |_outcome| "done".to_owned())
    };
    let rename =
        |version: i32| json!({ "unit": unit, "expectedVersion": version, "name": format!("Bawaslu {version}") });
    let act = |version: i32, superior: Option<&str>| json!({ "unit": unit, "expectedVersion": version, "superior": superior });
    assert_eq!(does(&lampung, "renameUnit", rename(1)).await, "FORBIDDEN");
    assert_eq!(
        does(&lampung, "setActingSuperior", act(1, Some(&acts))).await,
        "FORBIDDEN"
    );
    assert_eq!(does(&national, "setActingSuperior", act(1, Some(&acts))).await, "done");
    assert_eq!(does(&lampung, "renameUnit", rename(2)).await, "done");
    assert_eq!(does(&lampung, "setActingSuperior", act(3, None)).await, "done");
    assert_eq!(does(&lampung, "renameUnit", rename(4)).await, "FORBIDDEN");
}

on_both_databases! {
    only_an_admin_above_changes_units,
    the_admin_of_an_acting_superior_counts_as_the_parents,
}
