//! Findings in the report of a kecamatan of Ponorogo, which the kabupaten raised: read by whoever sees the report, noted by
//! its unit, resolved and reopened by the kabupaten. Raising one is tried among the commands on reports.
use serde_json::{Value, json};

use super::super::stage::{Situation, Stage, Subject, selection};
use crate::{
    on_both_databases,
    support::{TestApp, app::Variation, office::command_document},
};

/// The commands this file tries.
pub const COMMANDS: [&str; 3] = ["acknowledgeFindings", "resolveFinding", "reopenFinding"];

/// Everybody who is tried: its own unit, those above, those who manage people, next door, beside, elsewhere, RI.
const AROUND: &str = "staff.35.02.03 head.35.02.03 staff.35.02 head.35.02 staff.35 head.35 observer.35 coordinator.ri \
     admin.35 head.35.02.04 head.35.09 head.32.75 observer.32 admin.32 expert1.ri admin.ri";

/// Who sees the report, and so what was found in it.
const SEES: &str = "staff.35.02.03 head.35.02.03 staff.35.02 head.35.02 staff.35 head.35 observer.35 coordinator.ri";

const OWN: &str = "staff.35.02.03 head.35.02.03";
const DESK: &str = "staff.35.02 head.35.02";

fn is_among(name: &str, names: &str) -> bool {
    names.split_whitespace().any(|among| among == name)
}

/// Raises what is found in a report and gives the ids.
async fn found(stage: &Stage<'_>, subject: &Subject, by: &str) -> String {
    let input = subject.input("raiseFinding");
    let office = stage.office(by).await;
    let payload = office.command("raiseFinding", selection("raiseFinding"), input).await;
    payload.unwrap()["findings"][0]["id"].as_str().unwrap().to_owned()
}

/// What came of a command on a finding as it is now.
async fn attempt(app: &TestApp, token: Option<&str>, command: &str, finding: &str, version: i64) -> String {
    let (object, input) = match command {
        "acknowledgeFindings" => ("findings { id }", json!({ "findings": [finding] })),
        _ => (
            "finding { id }",
            json!({ "finding": finding, "expectedVersion": version, "reason": "Belum lengkap." }),
        ),
    };
    let document = command_document(command, object);
    let answer = app.ask(token, &document, json!({ "input": input })).await;
    let top = &answer["errors"][0]["extensions"]["code"];
    let refused = &answer["data"][command]["userErrors"][0]["code"];
    top.as_str().or(refused.as_str()).unwrap_or("done").to_owned()
}

async fn who_sees_the_report_sees_what_was_found(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let subject = stage.subject("35.02.03", Situation::Taken).await;
    let finding = found(&stage, &subject, "staff.35.02").await;
    let node = "query($id: ID!) { node(id: $id) { ... on Finding { text report { id } raisedBy { email } } } }";
    let listed = "query($id: ID!) { report(id: $id) { findings { totalCount nodes { id } } } }";
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let data = office.data(node, json!({ "id": finding })).await;
        let list = office.data(listed, json!({ "id": subject.report })).await;
        if is_among(name, SEES) {
            assert_eq!(data["node"]["report"]["id"], subject.report, "{name}");
            assert_eq!(list["report"]["findings"]["totalCount"], 1, "{name}");
            // People are known within the own scope only.
            let knows = !is_among(name, OWN);
            assert_eq!(data["node"]["raisedBy"].is_object(), knows, "{name}");
        } else {
            assert_eq!(data["node"], Value::Null, "{name}");
            assert_eq!(list["report"], Value::Null, "{name}");
        }
    }
    let nobody = app.ask(None, node, json!({ "id": finding })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

async fn who_may_do_something_about_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let subject = stage.subject("35.02.03", Situation::Taken).await;
    for (command, done, own_work) in [
        ("acknowledgeFindings", OWN, ""),
        ("resolveFinding", DESK, "head.35.02.03"),
        ("reopenFinding", DESK, "head.35.02.03"),
    ] {
        let finding = found(&stage, &subject, "staff.35.02").await;
        let mut version = 1;
        if command == "reopenFinding" {
            let token = stage.office("staff.35.02").await.access_token.clone();
            let told = attempt(&app, Some(&token), "resolveFinding", &finding, 1).await;
            assert_eq!(told, "done");
            version = 2;
        }
        assert_eq!(attempt(&app, None, command, &finding, version).await, "UNAUTHENTICATED");
        for name in AROUND.split_whitespace().filter(|name| !is_among(name, done)) {
            let told = match name {
                name if is_among(name, own_work) => "OWN_WORK",
                name if is_among(name, SEES) => "FORBIDDEN",
                _ => "NOT_FOUND",
            };
            let token = stage.office(name).await.access_token.clone();
            assert_eq!(
                attempt(&app, Some(&token), command, &finding, version).await,
                told,
                "{command} by {name}"
            );
        }
        for name in done.split_whitespace() {
            let finding = match command {
                "acknowledgeFindings" => finding.clone(),
                _ => found(&stage, &subject, "head.35.02").await,
            };
            let token = stage.office(name).await.access_token.clone();
            let mut version = 1;
            if command == "reopenFinding" {
                attempt(&app, Some(&token), "resolveFinding", &finding, 1).await;
                version = 2;
            }
            assert_eq!(
                attempt(&app, Some(&token), command, &finding, version).await,
                "done",
                "{command} by {name}"
            );
        }
    }
}

on_both_databases! {
    who_sees_the_report_sees_what_was_found,
    who_may_do_something_about_it,
}
