//! What one does with notices is about the own ones alone, whatever one's office.
use serde_json::{Value, json};

use super::super::stage::{Situation, Stage};
use crate::{
    on_both_databases,
    support::{TestApp, office::command_document},
};

pub const MARK_READ: &str = "markNoticesRead";
pub const UPDATE_PREFERENCES: &str = "updateNoticePreferences";

/// The mutations tried here.
pub const COMMANDS: [&str; 2] = [MARK_READ, UPDATE_PREFERENCES];

/// Who is told that a kecamatan of Ponorogo has submitted a report.
const TOLD: [&str; 2] = ["staff.35.02", "head.35.02"];

/// Who is tried with the notice of one of those: the other of them, the writers, above, below, next door, elsewhere, RI.
const OTHERS: [&str; 14] = [
    "head.35.02",
    "staff.35.02.03",
    "head.35.02.03",
    "head.35",
    "observer.35",
    "admin.35",
    "head.35.02.01",
    "head.35.09",
    "head.32.75",
    "admin.32",
    "coordinator.ri",
    "expert1.ri",
    "expert2.ri",
    "admin.ri",
];

const NOTICES: &str = "{ viewer { notices { nodes { id readAt } } } }";

async fn the_own_notices_alone(app: TestApp) {
    let stage = Stage::set(&app).await;
    stage.subject("35.02.03", Situation::Submitted).await;
    let owner = stage.office(TOLD[0]).await;
    let notice = loop {
        let data = owner.data(NOTICES, json!({})).await;
        if let Some(notice) = data["viewer"]["notices"]["nodes"].get(0) {
            break notice["id"].clone();
        }
    };
    let document = command_document(MARK_READ, "unreadCount");
    for input in [json!({ "ids": [notice] }), json!({ "upTo": notice })] {
        let nobody = app.ask(None, &document, json!({ "input": input })).await;
        assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
        for name in OTHERS {
            let other = stage.office(name).await;
            let refused = other
                .command(MARK_READ, "unreadCount", input.clone())
                .await
                .unwrap_err();
            assert_eq!(refused.code, "NOT_FOUND", "{name}");
            let node = other
                .data("query($id: ID!) { node(id: $id) { id } }", json!({ "id": notice }))
                .await;
            assert_eq!(node["node"], Value::Null, "{name}");
        }
    }
    let unread = owner.data(NOTICES, json!({})).await;
    assert_eq!(unread["viewer"]["notices"]["nodes"][0]["readAt"], Value::Null);
    let node = owner
        .data("query($id: ID!) { node(id: $id) { id } }", json!({ "id": notice }))
        .await;
    assert_eq!(node["node"]["id"], notice);
    let done = owner
        .command(MARK_READ, "unreadCount", json!({ "ids": [notice] }))
        .await;
    assert_eq!(done.unwrap()["unreadCount"], 0);
}

async fn the_own_preferences_alone(app: TestApp) {
    let stage = Stage::set(&app).await;
    let input = json!({ "emailCopies": false });
    let document = command_document(UPDATE_PREFERENCES, "preferences { emailCopies }");
    let nobody = app.ask(None, &document, json!({ "input": input })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let prefers = async |name: &str| {
        let wishes = "{ viewer { noticePreferences { emailCopies } } }";
        let data = stage.office(name).await.data(wishes, json!({})).await;
        data["viewer"]["noticePreferences"]["emailCopies"].as_bool().unwrap()
    };
    for (place, name) in OTHERS.iter().enumerate() {
        let office = stage.office(name).await;
        let done = office
            .command(UPDATE_PREFERENCES, "preferences { emailCopies }", input.clone())
            .await;
        assert_eq!(done.unwrap()["preferences"]["emailCopies"], false, "{name}");
        for (later, other) in OTHERS.iter().enumerate() {
            assert_eq!(prefers(other).await, later > place, "{name} decided for {other}");
        }
    }
}

on_both_databases!(the_own_notices_alone, the_own_preferences_alone);
