//! Two processes on one database: none decides by a tree that another has changed, and of two who change the same one wins.
use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    KECAMATAN,
    hierarchy::changes,
    reorganising::{children, makes_region, region, seen, tables},
};
use crate::{
    on_both_databases,
    support::{Office, TestApp, app::Variation},
};

async fn beside(app: &TestApp) -> TestApp {
    TestApp::on(Arc::clone(&app.database), Variation::default()).await
}

async fn no_process_decides_by_the_old_tree(app: TestApp) {
    let other = beside(&app).await;
    let staff = app.office("staff.35.02.18").await;
    let report = app.office("head.35.02.18").await;
    let report = report.submits(&staff.drafts(KECAMATAN).await).await.unwrap();
    let (ponorogo, jember) = (other.office("head.35.02").await, other.office("head.35.09").await);
    assert!(ponorogo.sees(&report).await.is_some());
    let admin = app.office("admin.ri").await;
    let (unit, version) = seen(&admin, "35.02.18").await;
    let there = admin.unit("35.09").await;
    let moved = json!({ "unit": unit, "expectedVersion": version, "parent": there });
    changes(&admin, "moveUnit", moved).await.unwrap();
    // The first thing the other process hears of it is this command.
    let refused = ponorogo.does("takeReport", &report).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("NOT_FOUND", "report"));
    let taken = jember.does("takeReport", &report).await.unwrap();
    assert_eq!(taken.status, "TIER_REVIEW");
    assert!(ponorogo.sees(&taken).await.is_none());
}

async fn what_is_read_follows_within_a_moment(app: TestApp) {
    let other = beside(&app).await;
    let admin = app.office("admin.ri").await;
    let reader = other.office("head.18").await;
    let (unit, version) = seen(&admin, "35.09").await;
    let renamed = json!({ "unit": unit, "expectedVersion": version, "name": "Bawaslu Jember Raya" });
    changes(&admin, "renameUnit", renamed).await.unwrap();
    let document = "{ unit(code: \"35.09\") { name } }";
    while reader.data(document, json!({})).await["unit"]["name"] != "Bawaslu Jember Raya" {
        tokio::task::yield_now().await;
    }
}

/// Sends two commands at once, each to a process of its own; exactly one is done. The refusal of the other.
async fn one_wins((here, one): (&Office<'_>, (&str, Value)), (there, other): (&Office<'_>, (&str, Value))) -> String {
    let (one, other) = tokio::join!(changes(here, one.0, one.1), changes(there, other.0, other.1));
    match (one, other) {
        (Ok(_done), Err(refusal)) | (Err(refusal), Ok(_done)) => refusal,
        both => panic!("not exactly one was done: {both:?}"),
    }
}

async fn of_two_who_reorganise_the_same_one_wins(app: TestApp) {
    let other = beside(&app).await;
    let (here, there) = (app.office("admin.ri").await, other.office("admin.ri").await);
    let jember = here.unit("35.09").await;
    // One moves what the other dissolves.
    let ((one, first), (two, second)) = (seen(&here, "35.02.17").await, seen(&here, "35.02.18").await);
    let units = json!([{ "unit": one, "expectedVersion": first }, { "unit": two, "expectedVersion": second }]);
    let merged = ("mergeUnits", json!({ "units": units, "into": two }));
    let moved = (
        "moveUnit",
        json!({ "unit": one, "expectedVersion": first, "parent": jember }),
    );
    let refusal = one_wins((&here, merged), (&there, moved)).await;
    assert!(refusal.starts_with("STALE_VERSION at "), "{refusal}");
    // One moves a unit that the other gives to a part of what is split.
    let ((ponorogo, whole), (child, version)) = (seen(&here, "35.02").await, seen(&here, "35.02.16").await);
    let beneath = children(&here, "35.02").await;
    let part = json!({ "region": region(&here, "35.02").await, "children": beneath });
    let split = (
        "splitUnit",
        json!({ "unit": ponorogo, "expectedVersion": whole, "into": [part] }),
    );
    let moved = (
        "moveUnit",
        json!({ "unit": child, "expectedVersion": version, "parent": jember }),
    );
    let refusal = one_wins((&here, split), (&there, moved)).await;
    let lost = ["STALE_VERSION at expectedVersion", "INVALID at into.0.children."];
    assert!(lost.iter().any(|lost| refusal.starts_with(lost)), "{refusal}");
    // Two undo the same.
    let (unit, version) = seen(&here, "35.10").await;
    let renamed = json!({ "unit": unit, "expectedVersion": version, "name": "Bawaslu Lain" });
    let done = changes(&here, "renameUnit", renamed).await.unwrap();
    let undo = ("undoUnitChange", json!({ "change": done["change"]["id"] }));
    let refusal = one_wins((&here, undo.clone()), (&there, undo)).await;
    assert_eq!(refusal, "WRONG_STATE at change");
    // Two form a body in one region.
    let free = makes_region(&app, "35.09.99", entity::enums::RegionKind::Kecamatan, "Baru").await;
    other.reload_directory().await;
    let form = json!({ "region": free, "bodyKind": "PANWASLU_KECAMATAN", "parent": jember });
    let refusal = one_wins((&here, ("formUnit", form.clone())), (&there, ("formUnit", form))).await;
    assert_eq!(refusal, "ALREADY_EXISTS at region");
}

/// A process that goes away in the middle of a command takes what it had written with it.
async fn a_process_that_goes_away_leaves_nothing_half_done(app: TestApp) {
    let other = beside(&app).await;
    let admin = app.office("admin.ri").await;
    let (unit, version) = seen(&admin, "35.02.18").await;
    let before = tables(&app).await;
    // What a killed process was doing: rows written, nothing committed.
    let transaction = other.services.db.begin().await.unwrap();
    jenjang::territory::seed::bump(transaction.connection()).await.unwrap();
    drop(transaction);
    other.stop().await;
    assert_eq!(tables(&app).await, before);
    let moved = json!({ "unit": unit, "expectedVersion": version, "parent": admin.unit("35.09").await });
    changes(&admin, "moveUnit", moved).await.unwrap();
}

on_both_databases! {
    no_process_decides_by_the_old_tree,
    what_is_read_follows_within_a_moment,
    of_two_who_reorganise_the_same_one_wins,
    a_process_that_goes_away_leaves_nothing_half_done,
}
