//! What an event leads to, tried by every kind of office: the host writes and certifies, the unit answers, anybody verifies.
use serde_json::{Value, json};

use super::{
    super::stage::Stage,
    events::{AROUND, KNOWS, is_among, tried},
};
use crate::{
    on_both_databases,
    stories::{
        certificates::{CERTIFICATE, attends, seals},
        events::{confirms, drafts, invitation, plan, publishes, steps},
        outcomes::in_a_month,
    },
    support::{TestApp, app::Variation},
};

pub const FIELDS: [&str; 5] = [
    "recordOutcome",
    "answerOutcome",
    "issueCertificates",
    "revokeCertificate",
    "verifyCertificate",
];

/// Who sees what concerns 35.02.01 alone.
const KNOWS_OF_FIRST: &str =
    "staff.35.02.01 head.35.02.01 staff.35.02 head.35.02 staff.35 head.35 observer.35 coordinator.ri observer.ri";

async fn the_host_certifies_the_unit_answers_and_anybody_verifies(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("observer.ri", "RI", entity::enums::Function::Observer)])
        .await;
    let stage = Stage::set(&app).await;
    let head = stage.office("head.35.02").await;
    let event = drafts(&head, plan(&head, "Rakernis Kehumasan")).await.unwrap();
    let event = publishes(&head, &event).await.unwrap();
    let guest = stage.office("head.35.02.01").await;
    let asked = invitation(&guest, &event, "35.02.01").await.unwrap();
    let confirmed = confirms(&guest, &asked, json!([{ "name": "Wulan Lestari" }]))
        .await
        .unwrap();
    attends(&app, &confirmed["delegates"][0]).await;
    let event = steps(&head, "startEvent", &event).await.unwrap();
    let event = steps(&head, "endEvent", &event).await.unwrap();

    let recommendation =
        json!({ "text": "Menyusun kalender.", "units": [head.unit("35.02.01").await], "dueOn": in_a_month(&app) });
    let record =
        json!({ "event": event["id"], "expectedVersion": event["version"], "recommendations": [recommendation] });
    let selection = "event { outcome { recommendations { nodes { id version } } } }";
    let may = ["staff.35.02", "head.35.02"];
    let recorded = tried(&stage, ("recordOutcome", selection), &record, &may, KNOWS).await;
    let made = &recorded["event"]["outcome"]["recommendations"]["nodes"][0];
    let answer = json!({ "recommendation": made["id"], "expectedVersion": made["version"], "text": "Sudah." });
    let of_unit = ["head.35.02.01"];
    tried(
        &stage,
        ("answerOutcome", "recommendation { id }"),
        &answer,
        &of_unit,
        KNOWS_OF_FIRST,
    )
    .await;

    seals(&app, &event).await;
    let commands = ["head.35.02"];
    let selection = format!("event {{ certificates {{ nodes {{ {CERTIFICATE} }} }} }}");
    let issue = json!({ "event": event["id"] });
    let issued = tried(&stage, ("issueCertificates", &selection), &issue, &commands, KNOWS).await;
    let certificate = &issued["event"]["certificates"]["nodes"][0];
    for name in AROUND.split_whitespace() {
        let document = "query($id: ID!) { node(id: $id) { id } }";
        let node = stage
            .office(name)
            .await
            .data(document, json!({ "id": certificate["id"] }))
            .await;
        assert_eq!(node["node"].is_object(), is_among(name, KNOWS_OF_FIRST), "{name}");
    }
    let revoke = json!({ "certificate": certificate["id"], "reason": "Tertukar." });
    let selection = ("revokeCertificate", "certificate { id }");
    tried(&stage, selection, &revoke, &commands, KNOWS_OF_FIRST).await;

    // Whoever has the code is told the same, signed in or not.
    let document = "query($code: String!) { verifyCertificate(code: $code) { standing certificate { name } } }";
    let code = json!({ "code": certificate["code"] });
    let expected = json!({ "standing": "REVOKED", "certificate": { "name": "Wulan Lestari" } });
    let told = |answer: Value| answer["data"]["verifyCertificate"].clone();
    assert_eq!(told(app.ask(None, document, code.clone()).await), expected);
    for name in AROUND.split_whitespace() {
        assert_eq!(
            told(stage.office(name).await.ask(document, code.clone()).await),
            expected,
            "{name}"
        );
    }
}

on_both_databases!(the_host_certifies_the_unit_answers_and_anybody_verifies);
