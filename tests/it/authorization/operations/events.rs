//! What is done with events and invitations, tried by every kind of office: the host, its guests, those above, and everybody
//! else.
use entity::enums::Function;
use serde_json::{Value, json};

use super::super::stage::Stage;
use crate::{
    on_both_databases,
    stories::events::{EVENT, INVITATION, drafts, invitation, knows, own_account, plan, publishes},
    support::{TestApp, app::Variation, office::command_document},
};

pub const AROUND: &str = "staff.35.02.01 head.35.02.01 staff.35.02.02 head.35.02.02 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 admin.35 head.35.09 head.32 coordinator.ri observer.ri admin.ri expert1.ri";

/// Who knows of an event of Ponorogo to which its kecamatan are invited, once it is published.
pub const KNOWS: &str = "staff.35.02.01 head.35.02.01 staff.35.02.02 head.35.02.02 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 coordinator.ri observer.ri";

/// Who knows of the invitation of 35.02.01.
pub const KNOWS_INVITATION: &str =
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

/// Tries a command as everybody around an event who may not, and then as who may.
pub async fn tried(stage: &Stage<'_>, command: (&str, &str), input: &Value, may: &[&str], knows: &str) -> Value {
    tried_by(AROUND, stage, command, input, (may, knows)).await
}

/// Tries a command as all of these who may not, and then as who may; who does not know of its subject is told that it is absent.
pub async fn tried_by(
    around: &str,
    stage: &Stage<'_>,
    (command, selection): (&str, &str),
    input: &Value,
    (may, knows): (&[&str], &str),
) -> Value {
    let document = command_document(command, selection);
    let nobody = stage.app.ask(None, &document, json!({ "input": input })).await;
    assert_eq!(
        nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
        "{command}"
    );
    for name in around.split_whitespace().filter(|name| !may.contains(name)) {
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

/// What each may do to a published event and to the invitation of 35.02.01, as it is explained.
const EXPLAINED: [(&str, &str, &str); 9] = [
    ("READ_EVENT", "event", KNOWS),
    (
        "READ_EVENT_ATTENDANCE",
        "event",
        "staff.35.02 head.35.02 staff.35 head.35 observer.35 coordinator.ri observer.ri",
    ),
    ("PREPARE_EVENT", "event", "staff.35.02 head.35.02"),
    ("COMMAND_EVENT", "event", "head.35.02"),
    ("KEEP_DOOR", "event", "staff.35.02 head.35.02"),
    ("READ_INVITATION", "invitation", KNOWS_INVITATION),
    ("ANSWER_INVITATION", "invitation", "head.35.02.01"),
    ("DRAFT_ATTENDANCE", "invitation", "staff.35.02.01 head.35.02.01"),
    ("SETTLE_ATTENDANCE", "invitation", "head.35.02"),
];

async fn what_is_explained_of_events_is_what_happens(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("observer.ri", "RI", Function::Observer)]).await;
    let stage = Stage::set(&app).await;
    let head = stage.office("head.35.02").await;
    let event = drafts(&head, plan(&head, "Rakernis Kehumasan")).await.unwrap();
    let event = publishes(&head, &event).await.unwrap();
    let asked = invitation(&head, &event, "35.02.01").await.unwrap();
    let document = "query($action: AccessAction!, $id: ID!) { explainAccess(action: $action, id: $id) { allowed seats { decision } } }";
    for (action, about, may) in EXPLAINED {
        let (id, known) = match about {
            "event" => (&event["id"], KNOWS),
            _ => (&asked["id"], KNOWS_INVITATION),
        };
        for name in AROUND.split_whitespace() {
            let office = stage.office(name).await;
            let told = office.data(document, json!({ "action": action, "id": id })).await["explainAccess"].clone();
            assert_eq!(told.is_object(), is_among(name, known), "{action} by {name}");
            if told.is_object() {
                assert_eq!(told["allowed"], is_among(name, may), "{action} by {name}: {told}");
            }
        }
    }
    // An OBSERVER above asks about a person beneath.
    let observer = stage.office("observer.35").await;
    let account = own_account(&*stage.office("head.35.02.01").await).await;
    let document = "query($id: ID!, $account: ID) { explainAccess(action: ANSWER_INVITATION, id: $id, account: $account) { allowed } }";
    let told = observer
        .data(document, json!({ "id": asked["id"], "account": account }))
        .await;
    assert_eq!(told["explainAccess"]["allowed"], true);
}

on_both_databases! {
    only_the_host_runs_an_event_and_only_its_unit_answers,
    what_is_explained_of_events_is_what_happens,
}
