//! Who hears of events: by notices, in the inbox, in the feed, and by reminders.
use std::sync::Arc;

use chrono::Duration;
use jenjang::{clock::StillClock, event::reminding, feed, notice::telling};
use serde_json::{Value, json};

use super::events::{EVENT, INVITATION, confirms, drafts, invitation, own_account, plan, publishes, steps};
use crate::{
    on_both_databases,
    support::{Office, TestApp, app::Variation, rounds::in_days},
};

/// Reminds and tells everything there is, beside what the server does by itself.
async fn tell(app: &TestApp) {
    reminding::remind(&app.services).await.unwrap();
    feed::number(&app.services.db).await.unwrap();
    while telling::tell(&app.services).await.unwrap() > 0 {}
}

/// What an office was told of events, the latest first.
async fn told(office: &Office<'_>) -> Vec<Value> {
    let document =
        "{ viewer { notices(first: 50) { nodes { kind message unit { code } event { title } report { id } } } } }";
    let data = office.data(document, json!({})).await;
    let nodes = data["viewer"]["notices"]["nodes"].as_array().unwrap().clone();
    nodes.into_iter().filter(|node| !node["event"].is_null()).collect()
}

async fn kinds_told(office: &Office<'_>) -> Vec<String> {
    let told = told(office).await;
    told.iter()
        .map(|notice| notice["kind"].as_str().unwrap().to_owned())
        .collect()
}

/// What of events waits for an office.
async fn waiting(office: &Office<'_>) -> Vec<Value> {
    let document = "{ viewer { tasks(first: 100) { totalCount counts { kind count } nodes { kind dueAt message seats { unit { code } } \
         subject { ... on EventInvitation { unit { code } } ... on Event { title } } } } } }";
    let tasks = office.data(document, json!({})).await["viewer"]["tasks"].clone();
    let nodes = tasks["nodes"].as_array().unwrap().clone();
    assert_eq!(tasks["totalCount"], nodes.len(), "counted by the same scope");
    nodes.into_iter().filter(|node| node["subject"] != json!({})).collect()
}

async fn kinds_waiting(office: &Office<'_>) -> Vec<String> {
    let waiting = waiting(office).await;
    waiting
        .iter()
        .map(|task| task["kind"].as_str().unwrap().to_owned())
        .collect()
}

/// What the feed shows an office of events, in order.
async fn changes(office: &Office<'_>) -> Vec<(String, String)> {
    let document = "query($after: String) { changes(after: $after, first: 100) { pageInfo { endCursor hasNextPage } nodes { kind \
         subject { ... on ChangedEvent { event { id } unit { code } } } } } }";
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = office.data(document, json!({ "after": after })).await["changes"].clone();
        for node in page["nodes"].as_array().unwrap() {
            if let Some(unit) = node["subject"]["unit"]["code"].as_str() {
                found.push((node["kind"].as_str().unwrap().to_owned(), unit.to_owned()));
            }
        }
        if page["pageInfo"]["hasNextPage"] == false {
            return found;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

async fn who_is_concerned_hears_of_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let (guest, clerk) = (app.office("head.35.02.01").await, app.office("staff.35.02.01").await);
    let (second, of_host) = (app.office("head.35.02.02").await, app.office("staff.35.02").await);
    let input = plan(&host, "Rakernis Kehumasan");
    let event = drafts(&host, input).await.unwrap();
    tell(&app).await;
    assert!(
        changes(&guest).await.is_empty() && kinds_told(&of_host).await.is_empty(),
        "a draft is no news"
    );
    let event = publishes(&host, &event).await.unwrap();
    tell(&app).await;
    for office in [&guest, &clerk, &second] {
        let notices = told(office).await;
        assert_eq!(notices.len(), 1, "{}: {notices:?}", office.name);
        assert_eq!(notices[0]["kind"], "EVENT_PUBLISHED", "{}", office.name);
        assert_eq!(notices[0]["event"]["title"], "Rakernis Kehumasan");
        assert_eq!(notices[0]["unit"]["code"], "35.02");
        assert_eq!(
            notices[0]["message"],
            "Rakernis Kehumasan: Bawaslu Kabupaten Ponorogo mengundang ke kegiatan ini."
        );
    }
    let waits = waiting(&guest).await;
    assert_eq!(kinds_waiting(&guest).await, ["INVITATION_TO_ANSWER"]);
    assert_eq!(waits[0]["subject"]["unit"]["code"], "35.02.01");
    assert_eq!(waits[0]["seats"], json!([{ "unit": { "code": "35.02.01" } }]));
    assert!(waits[0]["dueAt"].is_string());
    assert!(waiting(&clerk).await.is_empty(), "a HEAD answers");

    // One sends its staff, another declines: the first is told that she is sent, the host that nobody comes.
    let sent = json!([{ "account": own_account(&clerk).await }]);
    let asked = invitation(&guest, &event, "35.02.01").await.unwrap();
    let asked = confirms(&guest, &asked, sent).await.unwrap();
    let other = invitation(&second, &event, "35.02.02").await.unwrap();
    let decline = json!({ "invitation": other["id"], "expectedVersion": other["version"], "reply": "DECLINE",
        "reason": "Bertugas di tempat lain." });
    second.command("replyInvitation", INVITATION, decline).await.unwrap();
    tell(&app).await;
    assert_eq!(kinds_told(&clerk).await, ["DELEGATES_NAMED", "EVENT_PUBLISHED"]);
    let to_host = told(&of_host).await;
    assert_eq!(
        to_host.len(),
        1,
        "nor does the host hear of each who comes: {to_host:?}"
    );
    assert_eq!(
        to_host[0]["message"],
        "Rakernis Kehumasan: Panwaslu Kecamatan Ngrayun tidak dapat hadir.",
    );
    assert_eq!(
        kinds_told(&guest).await,
        ["EVENT_PUBLISHED"],
        "what another answers is not theirs"
    );
    assert!(waiting(&guest).await.is_empty() && waiting(&second).await.is_empty());
    let declined = ("INVITATION_DECLINED".to_owned(), "35.02.02".to_owned());
    let published = ("EVENT_PUBLISHED".to_owned(), "35.02".to_owned());
    let confirmed = ("INVITATION_CONFIRMED".to_owned(), "35.02.01".to_owned());
    for (office, expected) in [
        (&guest, vec![&published, &confirmed]),
        (&second, vec![&published, &declined]),
        (&host, vec![&published, &confirmed, &declined]),
    ] {
        let shown = changes(office).await;
        assert_eq!(shown.iter().collect::<Vec<_>>(), expected, "{}", office.name);
    }

    // That a word of the description changes is no news; another place is, to those who come.
    let edit =
        |version: i32, key: &str, value: &str| json!({ "event": event["id"], "expectedVersion": version, key: value });
    let payload = host
        .command("editEvent", EVENT, edit(2, "description", "Bahan menyusul."))
        .await;
    payload.unwrap();
    let payload = host
        .command("editEvent", EVENT, edit(3, "place", "Pendopo"))
        .await
        .unwrap();
    tell(&app).await;
    assert_eq!(
        kinds_told(&clerk).await,
        ["EVENT_CHANGED", "DELEGATES_NAMED", "EVENT_PUBLISHED"]
    );
    assert_eq!(
        kinds_told(&second).await,
        ["EVENT_PUBLISHED"],
        "who does not come need not know"
    );

    // Somebody else comes: both hear of it, and who is no longer sent still reads the event by way of the unit.
    let substitute = json!({ "delegate": asked["delegates"][0]["id"], "expectedVersion": 1, "reason": "Sakit.",
        "by": { "account": own_account(&guest).await, "letter": { "number": "1/ST/2025", "date": "2025-01-03" } } });
    guest
        .command("substituteDelegate", "delegate { id }", substitute)
        .await
        .unwrap();
    let running = steps(&host, "startEvent", &payload["event"]).await.unwrap();
    steps(&host, "endEvent", &running).await.unwrap();
    tell(&app).await;
    let expected = [
        "EVENT_ENDED",
        "DELEGATE_SUBSTITUTED",
        "EVENT_CHANGED",
        "DELEGATES_NAMED",
        "EVENT_PUBLISHED",
    ];
    assert_eq!(kinds_told(&clerk).await, expected);
    assert_eq!(kinds_waiting(&guest).await, ["ATTENDANCE_TO_SUBMIT"]);
    assert_eq!(kinds_waiting(&clerk).await, ["ATTENDANCE_TO_SUBMIT"]);
    assert_eq!(kinds_waiting(&host).await, ["EVENT_TO_FINALISE"]);
    assert!(waiting(&of_host).await.is_empty() && waiting(&second).await.is_empty());

    for stranger in ["head.35.09", "head.32", "admin.32", "expert1.ri"] {
        let office = app.office(stranger).await;
        assert!(told(&office).await.is_empty(), "{stranger}");
        assert!(waiting(&office).await.is_empty(), "{stranger}");
        assert!(changes(&office).await.is_empty(), "{stranger}");
    }
    let above = app.office("head.35").await;
    assert!(
        told(&above).await.is_empty() && waiting(&above).await.is_empty(),
        "it is not theirs to act on"
    );
    assert!(changes(&above).await.contains(&declined), "and yet they may read it");
}

async fn who_has_not_answered_and_who_comes_is_reminded_once(app: TestApp) {
    let clock = StillClock::at(app.services.clock.now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let app = app.varied(variation).await;
    let began = app.services.clock.now();
    let event = {
        let host = app.office("head.35.02").await;
        let event = drafts(&host, plan(&host, "Rakernis Kehumasan")).await.unwrap();
        publishes(&host, &event).await.unwrap()
    };
    {
        let guest = app.office("head.35.02.01").await;
        let asked = invitation(&guest, &event, "35.02.01").await.unwrap();
        let me = own_account(&guest).await;
        confirms(&guest, &asked, json!([{ "account": me }])).await.unwrap();
    }
    let reminders = async |name: &str| {
        tell(&app).await;
        tell(&app).await;
        // It signs in anew: days have gone by.
        let office = app.office(name).await;
        let told = kinds_told(&office).await;
        let soon = told.iter().filter(|kind| kind.ends_with("_SOON"));
        soon.cloned().collect::<Vec<_>>()
    };
    // Replies are due in five days.
    clock.set(began + Duration::days(1));
    assert!(reminders("head.35.02.02").await.is_empty());
    clock.set(began + Duration::days(3));
    assert_eq!(reminders("head.35.02.02").await, ["REPLY_DUE_SOON"]);
    assert_eq!(reminders("staff.35.02.02").await, ["REPLY_DUE_SOON"]);
    assert!(
        reminders("head.35.02.01").await.is_empty(),
        "who has answered is not reminded"
    );
    clock.set(began + Duration::days(3) + Duration::hours(6));
    assert_eq!(
        reminders("head.35.02.02").await,
        ["REPLY_DUE_SOON"],
        "hours later, no more"
    );
    // With another day it is reminded of again.
    {
        let host = app.office("head.35.02").await;
        let edit = json!({ "event": event["id"], "expectedVersion": 2, "replyBy": in_days(began, 6) });
        host.command("editEvent", EVENT, edit).await.unwrap();
    }
    assert_eq!(reminders("head.35.02.02").await, ["REPLY_DUE_SOON", "REPLY_DUE_SOON"]);
    // It begins in seven.
    clock.set(began + Duration::days(6) + Duration::hours(1));
    assert_eq!(reminders("head.35.02.01").await, ["EVENT_STARTS_SOON"]);
    assert!(
        reminders("staff.35.02.01").await.is_empty(),
        "who does not come need not hurry"
    );
    clock.set(began + Duration::days(6) + Duration::hours(7));
    assert_eq!(
        reminders("head.35.02.01").await,
        ["EVENT_STARTS_SOON"],
        "hours later, no more"
    );
}

/// Events name people, and no scope of a program is for them: whatever its maker reads, a program is shown none.
async fn programs_are_told_of_no_event(app: TestApp) {
    let host = app.office("head.35.02").await;
    let event = drafts(&host, plan(&host, "Rakernis Kehumasan")).await.unwrap();
    let event = publishes(&host, &event).await.unwrap();
    tell(&app).await;
    assert_eq!(changes(&host).await.len(), 1);
    let program = host.employs_program("35.02", &["REPORTS_READ"]).await;
    assert!(changes(&program).await.is_empty());
    let asked = invitation(&host, &event, "35.02.01").await.unwrap();
    for id in [&event["id"], &asked["id"]] {
        let node = program
            .data("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id }))
            .await;
        assert_eq!(node["node"], Value::Null);
    }
}

on_both_databases! {
    programs_are_told_of_no_event,
    who_is_concerned_hears_of_it,
    who_has_not_answered_and_who_comes_is_reminded_once,
}
