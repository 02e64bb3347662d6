//! Units get other names and other places, from a day on, and what was stays what it was.
use std::sync::Arc;

use serde_json::{Value, json};

use super::KECAMATAN;
use crate::{
    on_both_databases,
    support::{Office, TestApp, app::Variation},
};

/// A change of a unit, with a decree.
pub async fn changes(office: &Office<'_>, command: &str, input: Value) -> Result<Value, String> {
    let mut input = input;
    input["legalBasis"] = json!({ "number": "12/HK.01.01/K1/2026", "date": "2026-01-05" });
    let selection = "outcome { change { id kind effectiveOn legalBasis { number date } by { name } } unitCount \
         touches { nodes { effect name formerName code above { code } formerlyAbove { code } } } }";
    let answer = office.command(command, selection, input).await;
    answer
        .map(|payload| payload["outcome"].clone())
        .map_err(|refusal| format!("{} at {}", refusal.code, refusal.field))
}

async fn a_unit_that_moves_takes_its_reports_along(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let (unit, jember) = (admin.unit("35.02.18").await, admin.unit("35.09").await);
    let staff = app.office("staff.35.02.18").await;
    let report = staff.drafts(KECAMATAN).await;
    let report = app.office("head.35.02.18").await.submits(&report).await.unwrap();
    let (ponorogo, there) = (app.office("head.35.02").await, app.office("head.35.09").await);
    assert!(ponorogo.sees(&report).await.is_some());
    assert!(there.sees(&report).await.is_none());

    let input = json!({ "unit": unit, "expectedVersion": 1, "parent": jember });
    let mut dry = input.clone();
    dry["dryRun"] = json!(true);
    let shown = changes(&admin, "moveUnit", dry).await.unwrap();
    assert_eq!(shown["change"], json!(null), "nothing was done");
    let done = changes(&admin, "moveUnit", input).await.unwrap();
    assert_eq!(done["touches"], shown["touches"], "what the dry run showed");
    let touch = &done["touches"]["nodes"][0];
    assert_eq!(
        (&touch["above"]["code"], &touch["formerlyAbove"]["code"]),
        (&json!("35.09"), &json!("35.02"))
    );
    assert_eq!(done["change"]["kind"], "MOVE");
    assert!(ponorogo.sees(&report).await.is_none(), "access follows the tree");
    assert!(there.sees(&report).await.is_some());
}

async fn of_two_who_move_a_unit_one_is_told(app: TestApp) {
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let (here, there) = (app.office("admin.ri").await, other.office("admin.ri").await);
    let unit = here.unit("35.02.18").await;
    let (jember, lumajang) = (here.unit("35.09").await, here.unit("35.08").await);
    let to = |parent: &str| json!({ "unit": unit, "expectedVersion": 1, "parent": parent });
    let (one, two) = tokio::join!(
        changes(&here, "moveUnit", to(&jember)),
        changes(&there, "moveUnit", to(&lumajang))
    );
    let refused: Vec<&String> = [&one, &two]
        .into_iter()
        .filter_map(|done| done.as_ref().err())
        .collect();
    assert_eq!(refused, ["STALE_VERSION at expectedVersion"], "one moved it");
}

/// How many reports a cycle has brought from a unit by the tree of its period; None for who may not count there.
pub async fn tally(office: &Office<'_>, cycle: &str, unit: &str) -> Option<i64> {
    let document = "query($cycle: ID!, $unit: ID!) { completeness(cycle: $cycle, unit: $unit) {
        counts { submitted } children { counts { submitted } } } }";
    let data = office.data(document, json!({ "cycle": cycle, "unit": unit })).await;
    let tally = &data["completeness"];
    let children = tally["children"].as_array()?.iter();
    let beneath: i64 = children
        .map(|child| child["counts"]["submitted"].as_i64().unwrap())
        .sum();
    let submitted = tally["counts"]["submitted"].as_i64();
    assert_eq!(
        submitted,
        Some(beneath),
        "none of these units has written for it itself"
    );
    submitted
}

async fn statistics_follow_the_tree_of_the_period_and_access_that_of_today(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let unit = admin.unit("35.02.18").await;
    let places = (admin.unit("35.02").await, admin.unit("35.09").await);
    let report = app.office("staff.35.02.18").await.drafts(KECAMATAN).await;
    let report = app.office("head.35.02.18").await.submits(&report).await.unwrap();
    let (ponorogo, jember) = (app.office("head.35.02").await, app.office("head.35.09").await);
    let cycle = ponorogo.cycle(KECAMATAN).await;
    let before = tally(&ponorogo, &cycle, &places.0).await.unwrap();
    assert_eq!(tally(&jember, &cycle, &places.1).await, Some(0));

    let input = json!({ "unit": unit, "expectedVersion": 1, "parent": places.1, "on": "2025-06-01" });
    changes(&admin, "moveUnit", input).await.unwrap();
    assert!(ponorogo.sees(&report).await.is_none(), "access is that of today");
    assert!(jember.sees(&report).await.is_some());
    assert_eq!(
        tally(&ponorogo, &cycle, &places.0).await,
        Some(before),
        "2024 stays what it was"
    );
    assert_eq!(tally(&jember, &cycle, &places.1).await, Some(0));

    // Of a decree that was in force in the period already, the period is counted otherwise.
    let input = json!({ "unit": unit, "expectedVersion": 2, "parent": admin.unit("35.08").await, "on": "2024-06-01" });
    changes(&admin, "moveUnit", input).await.unwrap();
    assert_eq!(tally(&ponorogo, &cycle, &places.0).await, Some(before - 1));
    assert!(jember.sees(&report).await.is_some(), "the later move still holds today");
}

on_both_databases! {
    statistics_follow_the_tree_of_the_period_and_access_that_of_today,
    a_unit_that_moves_takes_its_reports_along,
    of_two_who_move_a_unit_one_is_told,
}
