//! What is done with events and invitations, tried by every kind of office: the host, its guests, those above, and everybody
//! else.
use entity::enums::Function;
use serde_json::{Value, json};

use super::super::stage::Stage;
use crate::{
    on_both_databases,
    stories::events::{EVENT, INVITATION, invitation, knows, plan},
    support::{TestApp, app::Variation, office::command_document},
};

pub const AROUND: &str = "staff.35.02.01 head.35.02.01 staff.35.02.02 head.35.02.02 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 admin.35 head.35.09 head.32 coordinator.ri observer.ri admin.ri expert1.ri";

/// Who knows of an event of Ponorogo to which its kecamatan are invited, once it is published.
pub const KNOWS: &str = "staff.35.02.01 head.35.02.01 staff.35.02.02 head.35.02.02 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 coordinator.ri observer.ri";

/// Who knows of the invitation of 35.02.01.
const KNOWS_INVITATION: &str =
    "staff.35.02.01 head.35.02.01 staff.35.02 head.35.02 staff.35 head.35 observer.35 coordinator.ri observer.ri";

pub const FIELDS: [&str; 13] = [
    "createEvent",
    "editEvent",
    "publishEvent",
    "inviteUnits",
    "postponeEvent",
    "cancelEvent",
    "closeRegistration",
    "startEvent",
    "endEvent",
    "replyInvitation",
    "substituteDelegate",
    "event",
    "events",
];

/// The same, read with the invitations.
pub const READ: &str = "eventInvitations";

pub fn is_among(name: &str, names: &str) -> bool {
    names.split_whitespace().any(|among| among == name)
}

/// Tries a command as everybody who may not, and then as who may.
pub async fn tried(
    stage: &Stage<'_>,
    (command, selection): (&str, &str),
    input: &Value,
    may: &[&str],
    knows: &str,
) -> Value {
    let document = command_document(command, selection);
    let nobody = stage.app.ask(None, &document, json!({ "input": input })).await;
    assert_eq!(
        nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
        "{command}"
    );
    for name in AROUND.split_whitespace().filter(|name| !may.contains(name)) {
        let office = stage.office(name).await;
        let refusal = office.command(command, selection, input.clone()).await.unwrap_err();
        let expected = if is_among(name, knows) {
            "FORBIDDEN"
        } else {
            "NOT_FOUND"
        };
        assert_eq!(refusal.code, expected, "{command} by {name}");
    }
    let office = stage.office(may[0]).await;
    let payload = office.command(command, selection, input.clone()).await;
    payload.unwrap_or_else(|refusal| panic!("{command} by {}: {refusal:?}", may[0]))
}

async fn only_the_host_runs_an_event_and_only_its_unit_answers(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("observer.ri", "RI", Function::Observer)]).await;
    let stage = Stage::set(&app).await;
    let head = stage.office("head.35.02").await;
    let input = plan(&head, "Rakernis Kehumasan");
    // Anybody who works for a unit drafts an event of the own unit; those who observe, manage people or review do not.
    let document = command_document("createEvent", EVENT);
    let nobody = app.ask(None, &document, json!({ "input": input })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in ["observer.35", "admin.35", "observer.ri", "admin.ri", "expert1.ri"] {
        let refusal = stage
            .office(name)
            .await
            .command("createEvent", EVENT, input.clone())
            .await;
        assert_eq!(refusal.unwrap_err().code, "FORBIDDEN", "{name}");
    }
    for name in ["coordinator.ri", "head.35", "staff.35", "staff.35.02"] {
        let office = stage.office(name).await;
        let drafted = office.command("createEvent", EVENT, input.clone()).await;
        assert!(drafted.is_ok(), "{name}: {drafted:?}");
    }
    let staff = stage.office("staff.35.02").await;
    let event = staff.command("createEvent", EVENT, input).await.unwrap()["event"].clone();
    for name in AROUND.split_whitespace() {
        let of_host = is_among(name, "staff.35.02 head.35.02");
        assert_eq!(
            knows(&*stage.office(name).await, &event).await,
            of_host,
            "{name} knows of a draft"
        );
    }
    let on = |version: i32, more: Value| {
        let mut input = json!({ "event": event["id"], "expectedVersion": version });
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        input
    };
    let (both, commands) = (["staff.35.02", "head.35.02"], ["head.35.02"]);
    let host = "staff.35.02 head.35.02";
    tried(
        &stage,
        ("editEvent", EVENT),
        &on(1, json!({ "title": "Rakernis" })),
        &both,
        host,
    )
    .await;
    tried(&stage, ("publishEvent", EVENT), &on(2, json!({})), &commands, host).await;
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        assert_eq!(knows(&office, &event).await, is_among(name, KNOWS), "{name}");
        let found = invitation(&office, &event, "35.02.01").await;
        assert_eq!(found.is_some(), is_among(name, KNOWS_INVITATION), "{name}");
    }
    for document in ["{ events { totalCount } }", "{ eventInvitations { totalCount } }"] {
        let nobody = app.ask(None, document, json!({})).await;
        assert_eq!(
            nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
            "{document}"
        );
    }
    let nobody = app
        .ask(
            None,
            "query($id: ID!) { event(id: $id) { id } }",
            json!({ "id": event["id"] }),
        )
        .await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    tried(
        &stage,
        ("editEvent", EVENT),
        &on(3, json!({ "title": "Rakernis Kehumasan" })),
        &both,
        KNOWS,
    )
    .await;
    let invite = json!({ "event": event["id"], "units": [head.unit("35.02").await] });
    tried(&stage, ("inviteUnits", EVENT), &invite, &commands, KNOWS).await;

    let guest = stage.office("head.35.02.01").await;
    let asked = invitation(&guest, &event, "35.02.01").await.unwrap();
    let reply = json!({
        "invitation": asked["id"], "expectedVersion": 1, "reply": "CONFIRM", "delegates": [{ "name": "Wulan Lestari" }],
    });
    let guests = ["head.35.02.01"];
    let confirmed = tried(
        &stage,
        ("replyInvitation", INVITATION),
        &reply,
        &guests,
        KNOWS_INVITATION,
    )
    .await;
    let substitute = json!({
        "delegate": confirmed["invitation"]["delegates"][0]["id"], "expectedVersion": 1, "reason": "Sakit.",
        "by": { "name": "Yoga Lestari", "letter": { "number": "1/ST/2025", "date": "2025-01-03" } },
    });
    let instead = "delegate { id name }";
    let instead = tried(
        &stage,
        ("substituteDelegate", instead),
        &substitute,
        &guests,
        KNOWS_INVITATION,
    )
    .await;
    for name in AROUND.split_whitespace() {
        let document = "query($id: ID!) { node(id: $id) { id } }";
        let node = stage
            .office(name)
            .await
            .data(document, json!({ "id": instead["delegate"]["id"] }))
            .await;
        assert_eq!(node["node"].is_object(), is_among(name, KNOWS_INVITATION), "{name}");
    }

    let because = json!({ "reason": "Hujan." });
    tried(
        &stage,
        ("postponeEvent", EVENT),
        &on(4, because.clone()),
        &commands,
        KNOWS,
    )
    .await;
    tried(&stage, ("publishEvent", EVENT), &on(5, json!({})), &commands, KNOWS).await;
    tried(
        &stage,
        ("closeRegistration", EVENT),
        &on(6, json!({})),
        &commands,
        KNOWS,
    )
    .await;
    tried(&stage, ("startEvent", EVENT), &on(7, json!({})), &commands, KNOWS).await;
    tried(&stage, ("endEvent", EVENT), &on(8, json!({})), &commands, KNOWS).await;
    let other = head
        .command("createEvent", EVENT, plan(&head, "Forum media"))
        .await
        .unwrap();
    let cancel = json!({ "event": other["event"]["id"], "expectedVersion": 1, "reason": "Hujan." });
    tried(&stage, ("cancelEvent", EVENT), &cancel, &commands, host).await;
}

on_both_databases!(only_the_host_runs_an_event_and_only_its_unit_answers);
