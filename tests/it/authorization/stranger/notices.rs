//! Notices: those of others and those of what one may no longer see look like none.
use jenjang::graphql::id::Kind;
use serde_json::{Value, json};

use super::{alike, refusal};
use crate::{
    authorization::stage::{Situation, Stage},
    on_both_databases,
    support::{TestApp, office::command_document},
};

async fn a_hidden_notice_looks_absent(app: TestApp) {
    let stage = Stage::set(&app).await;
    stage.subject("35.02.03", Situation::Submitted).await;
    let clerk = stage.office("staff.35.02").await;
    let head = stage.office("head.35.02").await;
    let first = async |office: &crate::support::Office<'_>| loop {
        let data = office.data("{ viewer { notices { nodes { id } } } }", json!({})).await;
        if let Some(notice) = data["viewer"]["notices"]["nodes"].get(0) {
            return notice["id"].as_str().unwrap().to_owned();
        }
    };
    let (own, foreign) = (first(&clerk).await, first(&head).await);
    // Out of the seat, and with it out of the report's scope.
    app.dismisses("staff.35.02").await;
    app.reload_directory().await;
    let absent = app.absent(Kind::Notice);
    let things = [&absent[..], &foreign, &own];
    let node = "query($id: ID!) { node(id: $id) { id ... on Notice { message } } }";
    let said = alike(&clerk, node, |id| json!({ "id": id }), &things).await;
    assert_eq!(said["data"]["node"], Value::Null);
    let mark = command_document("markNoticesRead", "unreadCount");
    let said = alike(&clerk, &mark, |id| json!({ "input": { "ids": [id] } }), &things).await;
    assert_eq!(refusal(&said, "markNoticesRead"), "NOT_FOUND");
    let said = alike(&clerk, &mark, |id| json!({ "input": { "upTo": id } }), &things).await;
    assert_eq!(refusal(&said, "markNoticesRead"), "NOT_FOUND");
}

on_both_databases!(a_hidden_notice_looks_absent);
