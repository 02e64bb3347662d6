//! What was found in a hidden report looks absent on every path that takes a finding's id.
use jenjang::graphql::id::Kind;
use serde_json::{Value, json};

use super::{alike, refusal};
use crate::{
    authorization::stage::{Situation, Stage, selection},
    on_both_databases,
    support::{TestApp, office::command_document},
};

async fn a_hidden_finding_looks_absent(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("35.02.03", Situation::Taken).await;
    let clerk = stage.office("staff.35.02").await;
    let raised = clerk
        .command("raiseFinding", selection("raiseFinding"), subject.input("raiseFinding"))
        .await
        .unwrap();
    let hidden = raised["findings"][0]["id"].as_str().unwrap().to_owned();
    let absent = app.absent(Kind::Finding);
    let things = [&absent[..], &hidden];
    let own = stage.subject("35.02.04", Situation::Submitted).await;
    for name in [
        "head.35.02.04",
        "head.35.02.01",
        "admin.35",
        "head.18",
        "expert1.ri",
        "admin.ri",
    ] {
        let office = stage.office(name).await;
        let node = "query($id: ID!) { node(id: $id) { id ... on Finding { text acts { text } report { id } changes { field } } } }";
        let said = alike(&office, node, |id| json!({ "id": id }), &things).await;
        assert_eq!(said["data"]["node"], Value::Null, "{name}");
        let note = command_document("acknowledgeFindings", "findings { id }");
        let said = alike(&office, &note, |id| json!({ "input": { "findings": [id] } }), &things).await;
        assert_eq!(refusal(&said, "acknowledgeFindings"), "NOT_FOUND", "{name}");
        for command in ["resolveFinding", "reopenFinding"] {
            let settle = command_document(command, "finding { id }");
            let input = |id: &str| json!({ "input": { "finding": id, "expectedVersion": 1, "reason": "Cukup." } });
            let said = alike(&office, &settle, input, &things).await;
            assert_eq!(refusal(&said, command), "NOT_FOUND", "{command} by {name}");
        }
    }
    // Answering what was found in the report of another, with the own.
    let head = stage.office("head.35.02.04").await;
    let withdrawn = own.input("withdrawReport");
    head.command("withdrawReport", "report { id }", withdrawn)
        .await
        .unwrap();
    let document = command_document("submitReport", "report { id }");
    let input = |id: &str| {
        let answers = [json!({ "finding": id, "remedied": true, "text": "Sudah." })];
        json!({ "input": { "report": own.report, "expectedVersion": own.version + 1, "answers": answers } })
    };
    let said = alike(&head, &document, input, &things).await;
    assert_eq!(refusal(&said, "submitReport"), "NOT_FOUND");
}

on_both_databases!(a_hidden_finding_looks_absent);
