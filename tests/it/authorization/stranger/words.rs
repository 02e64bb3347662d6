//! What a unit writes is its own until it submits it: not shown, not found, not hinted at to anybody above.
use serde_json::{Value, json};

use super::{alike, reports::ALL_OF_IT, told};
use crate::{
    authorization::stage::Stage,
    on_both_databases,
    support::{Report, TestApp, office::Office},
};

const SEARCH: &str = "query($words: String!) { reports(search: $words) { totalCount nodes { id status } } }";

const UNIT: &str = "35.02.05";

/// Those who will see what was submitted.
const ABOVE: [&str; 4] = ["staff.35.02", "head.35.02", "observer.35", "coordinator.ri"];

async fn found(office: &Office<'_>, words: &str) -> Value {
    let data = office.data(SEARCH, json!({ "words": words })).await;
    data["reports"]["totalCount"].clone()
}

/// That a word is found by nobody, as if nobody had written it.
async fn is_unheard_of(stage: &Stage<'_>, word: &str) {
    let own = format!("head.{UNIT}");
    for name in ABOVE.into_iter().chain([own.as_str()]) {
        let office = stage.office(name).await;
        let said = alike(&office, SEARCH, |words| json!({ "words": words }), &["mustahil", word]).await;
        assert_eq!(said["data"]["reports"]["totalCount"], 0, "{name} finds {word}");
    }
}

async fn a_working_draft_is_its_units_alone(app: TestApp) {
    let stage = Stage::set(&app).await;
    let (staff, head) = (
        stage.office(&format!("staff.{UNIT}")).await,
        stage.office(&format!("head.{UNIT}")).await,
    );
    let started = staff.starts("laporan-kehumasan-kecamatan-2024").await.unwrap();
    let written = staff.fills_in(&started, "Patroli malam pertama").await.unwrap();
    is_unheard_of(&stage, "patroli").await;

    let submitted = head.submits(&written).await.unwrap();
    for name in ABOVE {
        assert_eq!(found(&*stage.office(name).await, "PATROLI pertama").await, 1, "{name}");
    }
    let draft = head
        .does_because("withdrawReport", &submitted, "Ada yang tertinggal.")
        .await
        .unwrap();
    let rewritten = staff.fills_in(&draft, "Posko siaga kedua").await.unwrap();
    is_unheard_of(&stage, "siaga").await;
    for name in ABOVE {
        sees_only_what_was_submitted(&stage, name, &rewritten).await;
    }
    let own = head
        .data(
            "query($id: ID!) { report(id: $id) { draft { answers { text } } } }",
            json!({ "id": rewritten.id }),
        )
        .await;
    assert!(own.to_string().contains("siaga"), "{own}");

    head.submits(&rewritten).await.unwrap();
    for name in ABOVE {
        let office = stage.office(name).await;
        assert_eq!(found(&office, "siaga").await, 1, "{name}");
        assert_eq!(
            found(&office, "patroli").await,
            0,
            "{name}: it is no longer what the unit says"
        );
    }
}

async fn sees_only_what_was_submitted(stage: &Stage<'_>, name: &str, withdrawn: &Report) {
    let office = stage.office(name).await;
    let document = format!("query($id: ID!) {{ report(id: $id) {{ {ALL_OF_IT} }} }}");
    let said = told(
        office.app,
        Some(&office.access_token),
        &document,
        json!({ "id": withdrawn.id }),
        &withdrawn.id,
    )
    .await;
    let report = &said.json()["data"]["report"];
    assert_eq!(
        (&report["status"], &report["draft"]),
        (&json!("DRAFT"), &Value::Null),
        "{name}"
    );
    assert_eq!(report["revision"]["number"], 1, "{name}");
    assert_eq!(
        report["revision"]["answers"][0]["text"], "Patroli malam pertama",
        "{name}"
    );
    assert!(!said.body.contains("siaga"), "{name} reads the draft: {}", said.body);
    let asked_for_the_draft = said.statements.iter().find(|statement| statement.contains("\"draft\""));
    assert_eq!(asked_for_the_draft, None, "{name}");
}

on_both_databases!(a_working_draft_is_its_units_alone);
