//! The door of an event, as the host, its devices and its guests live through it.
use std::{fs, process::Command, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use entity::{
    enums::{EventStatus, Function},
    event, event_attendance,
};
use jenjang::{
    clock::{Clock, StillClock},
    event::door::inspection,
    graphql::{id::Kind, programs},
};
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::{Value, json};

use super::events::{confirms, drafts, invitation, plan, publishes, steps};
use crate::{
    on_both_databases,
    support::{
        Office, TestApp,
        app::Variation,
        office::{code, command_document},
        people::Tenure,
        rounds::in_days,
    },
};

/// What is asked of a scan that was sent.
pub const ANSWER: &str = "nonce outcome fault delegate name unit attendance { inside firstIn lastOut seconds conflict } \
     scan { id nonce direction method fault ruling clientTime }";

/// An event of Ponorogo for its kecamatan, with those who come and the codes they have.
pub struct Gathering {
    pub event: Value,
    pub sessions: Vec<Value>,
    pub guests: Vec<Guest>,
}

/// Somebody who comes.
#[derive(Clone, Debug)]
pub struct Guest {
    pub id: Value,
    pub name: String,
    pub code: String,
}

impl Gathering {
    pub fn guest(&self, name: &str) -> &Guest {
        self.guests.iter().find(|guest| guest.name == name).unwrap()
    }
}

pub fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A published event of two sessions, in Ponorogo's name.
pub async fn invites(host: &Office<'_>, title: &str, special: Value) -> Value {
    let mut input = plan(host, title);
    let noon = in_days(host.app.services.clock.now(), 8);
    input["sessions"] = json!([
        { "title": "Pembukaan", "startsAt": input["startsAt"], "endsAt": noon },
        { "title": "Evaluasi", "startsAt": noon, "endsAt": input["endsAt"] },
    ]);
    for (field, value) in special.as_object().unwrap() {
        input[field] = value.clone();
    }
    let event = drafts(host, input).await.unwrap();
    publishes(host, &event).await.unwrap()
}

/// A kecamatan names who comes.
pub async fn sends(head: &Office<'_>, event: &Value, unit: &str, names: &[&str]) -> Value {
    let asked = invitation(head, event, unit).await.unwrap();
    let named: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
    confirms(head, &asked, json!(named)).await.unwrap()
}

/// Everybody who comes, with their codes, as the host reads them.
pub async fn guests(host: &Office<'_>, event: &Value) -> Vec<Guest> {
    let document = "query($filter: EventInvitationFilter) { eventInvitations(filter: $filter, first: 40) { nodes { \
         delegates { id name doorCode } } } }";
    let data = host.data(document, json!({ "filter": { "event": event["id"] } })).await;
    let nodes = data["eventInvitations"]["nodes"].as_array().unwrap();
    let delegates = nodes.iter().flat_map(|node| node["delegates"].as_array().unwrap());
    delegates
        .map(|delegate| Guest {
            id: delegate["id"].clone(),
            name: delegate["name"].as_str().unwrap().to_owned(),
            code: delegate["doorCode"].as_str().unwrap().to_owned(),
        })
        .collect()
}

pub async fn sessions(host: &Office<'_>, event: &Value) -> Vec<Value> {
    let document = "query($id: ID!) { event(id: $id) { sessions { id } } }";
    let data = host.data(document, json!({ "id": event["id"] })).await;
    let rows = data["event"]["sessions"].as_array().unwrap();
    rows.iter().map(|row| row["id"].clone()).collect()
}

/// A gathering whose door is open: Sari and Tono come from one kecamatan, Wulan from another.
pub async fn gathers(app: &TestApp, title: &str, special: Value) -> Gathering {
    let host = app.office("head.35.02").await;
    let event = invites(&host, title, special).await;
    let (first, second) = (app.office("head.35.02.01").await, app.office("head.35.02.02").await);
    sends(&first, &event, "35.02.01", &["Sari Lestari", "Tono Lestari"]).await;
    sends(&second, &event, "35.02.02", &["Wulan Lestari"]).await;
    let event = steps(&host, "startEvent", &event).await.unwrap();
    Gathering {
        sessions: sessions(&host, &event).await,
        guests: guests(&host, &event).await,
        event,
    }
}

/// A device at the door, paired.
pub async fn pairs<'a>(host: &Office<'a>, event: &Value, name: &str) -> Office<'a> {
    let input = json!({ "event": event["id"], "name": name });
    let added = host.command("addDoorDevice", "device { id } pairingCode", input).await;
    let added = added.unwrap();
    let input = json!({ "input": { "code": added["pairingCode"] } });
    let answer = host
        .app
        .ask(None, &command_document("pairDoorDevice", "device { id } token"), input)
        .await;
    let paired = &answer["data"]["pairDoorDevice"];
    assert_eq!(paired["device"]["id"], added["device"]["id"], "{answer}");
    Office {
        app: host.app,
        name: name.to_owned(),
        access_token: paired["token"].as_str().unwrap().to_owned(),
        refresh_token: added["device"]["id"].as_str().unwrap().to_owned(),
    }
}

/// A scan as a door makes it.
pub fn scan(nonce: &str, code: &str, session: &Value, direction: &str, at: DateTime<Utc>) -> Value {
    json!({ "nonce": nonce, "code": code, "session": session, "direction": direction, "clientTime": moment(at) })
}

/// Sends scans in bulk, and gives what became of each.
pub async fn sends_scans(door: &Office<'_>, event: Option<&Value>, scans: &[Value]) -> Vec<Value> {
    let mut input = json!({ "scans": scans });
    if let Some(event) = event {
        input["event"] = event["id"].clone();
    }
    let selection = format!("results {{ {ANSWER} }}");
    let payload = door.command("syncCheckIns", &selection, input).await.unwrap();
    payload["results"].as_array().unwrap().clone()
}

fn words(results: &[Value]) -> Vec<String> {
    let word = |result: &Value| {
        let fault = result["fault"].as_str().map(|fault| format!(" {fault}"));
        format!("{}{}", result["outcome"].as_str().unwrap(), fault.unwrap_or_default())
    };
    results.iter().map(word).collect()
}

/// What the scans of everybody come to, by name.
pub async fn attendance(host: &Office<'_>, event: &Value) -> Value {
    let document = "query($filter: EventInvitationFilter, $id: ID!) { eventInvitations(filter: $filter, first: 40) { nodes { \
         delegates { name attendance { session { title } firstIn lastOut inside seconds conflict } } } } \
         event(id: $id) { walkIns { name standing attendance { session { title } firstIn lastOut inside seconds conflict } } } }";
    let variables = json!({ "filter": { "event": event["id"] }, "id": event["id"] });
    let data = host.data(document, variables).await;
    let mut told = json!({});
    let nodes = data["eventInvitations"]["nodes"].as_array().unwrap();
    let delegates = nodes.iter().flat_map(|node| node["delegates"].as_array().unwrap());
    for delegate in delegates.chain(data["event"]["walkIns"].as_array().unwrap()) {
        told[delegate["name"].as_str().unwrap()] = delegate["attendance"].clone();
    }
    told
}

async fn scans_of(host: &Office<'_>, event: &Value, filter: Value) -> (i64, Vec<Value>) {
    let document = "query($id: ID!, $filter: ScanFilter) { event(id: $id) { scans(filter: $filter, first: 100) { totalCount \
         nodes { id nonce fault ruling method direction delegate { name } device { name } session { title } } } } }";
    let data = host
        .data(document, json!({ "id": event["id"], "filter": filter }))
        .await;
    let scans = &data["event"]["scans"];
    (
        scans["totalCount"].as_i64().unwrap(),
        scans["nodes"].as_array().unwrap().clone(),
    )
}

async fn conflicts(host: &Office<'_>, event: &Value) -> Vec<Value> {
    let document = "query($id: ID!) { event(id: $id) { checkInConflicts { delegate { name } session { title } \
         scans { id device { name } } } } }";
    let data = host.data(document, json!({ "id": event["id"] })).await;
    data["event"]["checkInConflicts"].as_array().unwrap().clone()
}

/// What is kept of who came is what the scans come to.
pub async fn fits(app: &TestApp) {
    let found = inspection::inspect(&app.services.db).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

fn still(clock: &StillClock) -> Variation {
    Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    }
}

async fn hours_without_a_network_come_to_the_same_whatever_the_order(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let now = app.services.clock.now();
    let minutes = |minutes: i64| now - Duration::hours(6) + Duration::minutes(minutes);
    let mut told = Vec::new();
    for (title, backwards) in [("Rakernis", false), ("Rakernis lagi", true)] {
        let held = gathers(&app, title, json!({})).await;
        let north = pairs(&host, &held.event, "Pintu utara").await;
        let south = pairs(&host, &held.event, "Pintu selatan").await;
        let at = |nonce: &str, name: &str, session: usize, direction: &str, minute: i64| {
            scan(
                nonce,
                &held.guest(name).code,
                &held.sessions[session],
                direction,
                minutes(minute),
            )
        };
        let mut of_north = vec![
            at("u1", "Sari Lestari", 0, "IN", 0),
            at("u2", "Tono Lestari", 0, "IN", 1),
            at("u3", "Sari Lestari", 0, "OUT", 60),
            at("u4", "Sari Lestari", 1, "IN", 130),
        ];
        let mut of_south = vec![
            at("s1", "Wulan Lestari", 0, "IN", 5),
            at("s2", "Sari Lestari", 0, "IN", 90),
            at("s3", "Sari Lestari", 0, "OUT", 120),
            at("s4", "Tono Lestari", 0, "OUT", 121),
        ];
        if backwards {
            of_north.reverse();
            of_south.reverse();
            assert_eq!(sends_scans(&south, None, &of_south[..2]).await.len(), 2);
            let once = sends_scans(&north, None, &of_north).await;
            assert!(words(&once).iter().all(|word| word == "TAKEN"), "{once:?}");
            sends_scans(&south, None, &of_south).await;
        } else {
            sends_scans(&north, None, &of_north[..3]).await;
            sends_scans(&south, Some(&held.event), &of_south).await;
            sends_scans(&north, None, &of_north[3..]).await;
        }
        let again = sends_scans(&north, None, &of_north).await;
        assert_eq!(words(&again), ["DUPLICATE"; 4]);
        assert_eq!(scans_of(&host, &held.event, json!({})).await.0, 8);
        told.push(attendance(&host, &held.event).await);
    }
    assert_eq!(told[0], told[1]);
    let sari = &told[0]["Sari Lestari"];
    assert_eq!(
        sari[0],
        json!({
            "session": { "title": "Pembukaan" }, "firstIn": moment(minutes(0)), "lastOut": moment(minutes(120)),
            "inside": false, "seconds": 90 * 60, "conflict": false,
        }),
    );
    assert_eq!((&sari[1]["inside"], &sari[1]["seconds"]), (&json!(true), &json!(0)));
    assert_eq!(told[0]["Tono Lestari"][0]["seconds"], 120 * 60);
    fits(&app).await;
}

async fn a_code_opens_the_door_until_somebody_else_comes(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let event = invites(&host, "Rakernis", json!({})).await;
    let head = app.office("head.35.02.01").await;
    let confirmed = sends(&head, &event, "35.02.01", &["Sari Lestari", "Tono Lestari"]).await;
    let before = guests(&host, &event).await;
    // The unit sees the codes of its own, the host those of all; who is above, or a guest elsewhere, sees none.
    let document = "query($id: ID!) { node(id: $id) { ... on EventDelegate { name doorCode } } }";
    for (name, sees) in [
        ("head.35.02.01", json!(before[0].code)),
        ("staff.35.02.01", json!(before[0].code)),
        ("staff.35.02", json!(before[0].code)),
        ("head.35", json!(null)),
        ("coordinator.ri", json!(null)),
    ] {
        let office = app.office(name).await;
        let shown = office.data(document, json!({ "id": before[0].id })).await;
        assert_eq!(shown["node"]["doorCode"], sees, "{name}");
    }
    let other = app.office("head.35.02.02").await;
    assert!(other.data(document, json!({ "id": before[0].id })).await["node"].is_null());

    // There is nothing personal in it.
    let claims: Vec<&str> = before[0].code.split('.').collect();
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims[1]).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let keys: Vec<&String> = claims.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["evt", "sub", "typ"]);

    let instead = json!({
        "delegate": confirmed["delegates"][0]["id"], "expectedVersion": 1, "reason": "Sakit.",
        "by": { "name": "Yoga Lestari", "letter": { "number": "1/ST/2025", "date": "2025-01-03" } },
    });
    head.command("substituteDelegate", "delegate { id }", instead)
        .await
        .unwrap();
    let event = steps(&host, "startEvent", &event).await.unwrap();
    let door = pairs(&host, &event, "Pintu").await;
    let kit = "{ doorKit { evt title keys { kid publicKey } sessions { session title } guests { delegate sub name unit } \
         revoked } }";
    let kit = door.data(kit, json!({})).await["doorKit"].clone();
    assert_eq!(kit["revoked"], json!([claims["sub"]]));
    assert_eq!(kit["evt"], claims["evt"]);
    let names: Vec<&str> = kit["guests"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|guest| guest["name"].as_str())
        .collect();
    assert_eq!(names, ["Tono Lestari", "Yoga Lestari"]);

    let now = app.services.clock.now();
    let session = &kit["sessions"][0]["session"];
    let after = guests(&host, &event).await;
    let yoga = after.iter().find(|guest| guest.name == "Yoga Lestari").unwrap();
    let sent = [
        scan("a", &before[0].code, session, "IN", now),
        scan("b", &yoga.code, session, "IN", now),
    ];
    let results = sends_scans(&door, None, &sent).await;
    assert_eq!(words(&results), ["TAKEN REVOKED", "TAKEN"]);
    assert_eq!(
        results[0]["name"], "Sari Lestari",
        "so that somebody can be sent to the desk"
    );
    assert_eq!(
        (&results[1]["name"], &results[1]["attendance"]["inside"]),
        (&json!("Yoga Lestari"), &json!(true))
    );
    // What failed is kept.
    let (all, nodes) = scans_of(&host, &event, json!({ "faulty": true })).await;
    assert_eq!((all, &nodes[0]["fault"]), (1, &json!("REVOKED")));
    let code = "query($id: ID!) { node(id: $id) { ... on EventDelegate { standing doorCode attendance { inside } } } }";
    let gone = head.data(code, json!({ "id": before[0].id })).await["node"].clone();
    assert_eq!(
        gone,
        json!({ "standing": "REPLACED", "doorCode": null, "attendance": [] })
    );
}

async fn of_two_doors_the_host_says_which_counts(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let (north, south) = (
        pairs(&host, &held.event, "Pintu utara").await,
        pairs(&host, &held.event, "Pintu selatan").await,
    );
    let start = app.services.clock.now() - Duration::hours(3);
    let sari = &held.guest("Sari Lestari").code;
    let session = &held.sessions[0];
    sends_scans(&north, None, &[scan("u", sari, session, "IN", start)]).await;
    let late = [scan("s", sari, session, "IN", start + Duration::minutes(30))];
    let results = sends_scans(&south, None, &late).await;
    assert_eq!(results[0]["attendance"]["conflict"], true);
    assert_eq!(results[0]["attendance"]["firstIn"], json!(moment(start)));
    let listed = conflicts(&host, &held.event).await;
    assert_eq!(listed.len(), 1);
    let doors: Vec<&Value> = listed[0]["scans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scan| &scan["device"]["name"])
        .collect();
    assert_eq!(doors, ["Pintu utara", "Pintu selatan"]);
    let (first, second) = (&listed[0]["scans"][0]["id"], &listed[0]["scans"][1]["id"]);
    let decide = |count: Value, aside: Value| json!({ "event": held.event["id"], "count": count, "setAside": aside, "reason": "Kode dipakai orang lain." });
    let person = "delegate { name attendance { firstIn conflict } }";
    let staff = app.office("staff.35.02").await;
    let refused = staff
        .command("decideCheckInConflict", person, decide(json!([second]), json!([first])))
        .await;
    assert_eq!(refused.unwrap_err().code, "FORBIDDEN");
    for (count, aside) in [
        (json!([second]), json!([])),
        (json!([second, second]), json!([first])),
        (json!([]), json!([])),
    ] {
        let refused = host
            .command("decideCheckInConflict", person, decide(count, aside))
            .await
            .unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), ("INVALID", "count"));
    }
    let mut silent = decide(json!([second]), json!([first]));
    silent["reason"] = json!(" ");
    let refused = host.command("decideCheckInConflict", person, silent).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("REQUIRED", "reason"));
    let decided = host
        .command("decideCheckInConflict", person, decide(json!([second]), json!([first])))
        .await;
    assert_eq!(
        decided.unwrap()["delegate"]["attendance"],
        json!([{ "firstIn": moment(start + Duration::minutes(30)), "conflict": false }])
    );
    assert!(conflicts(&host, &held.event).await.is_empty());
    let again = host
        .command("decideCheckInConflict", person, decide(json!([second]), json!([first])))
        .await;
    assert_eq!(again.unwrap_err().code, "INVALID");
    // Nothing is dropped, and what comes later is in conflict with what counts.
    let (all, nodes) = scans_of(&host, &held.event, json!({})).await;
    let mut rulings: Vec<&str> = nodes.iter().filter_map(|node| node["ruling"].as_str()).collect();
    rulings.sort_unstable();
    assert_eq!((all, rulings), (2, vec!["COUNTED", "SET_ASIDE"]));
    let later = [scan("u2", sari, session, "IN", start + Duration::minutes(50))];
    sends_scans(&north, None, &later).await;
    let listed = conflicts(&host, &held.event).await;
    assert_eq!(listed[0]["scans"].as_array().unwrap().len(), 2);
    fits(&app).await;
}

async fn a_mistake_is_annulled_while_it_is_fresh(app: TestApp) {
    let clock = StillClock::at(app.services.clock.now());
    let app = app.varied(still(&clock)).await;
    let host = app.office("head.35.02").await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let (door, other) = (
        pairs(&host, &held.event, "Pintu").await,
        pairs(&host, &held.event, "Pintu lain").await,
    );
    let now = clock.now();
    let session = &held.sessions[0];
    let of = |name: &str, nonce: &str| scan(nonce, &held.guest(name).code, session, "IN", now);
    let sent = [
        of("Sari Lestari", "a"),
        of("Tono Lestari", "b"),
        of("Wulan Lestari", "c"),
    ];
    let results = sends_scans(&door, None, &sent).await;
    let annul = |place: usize| json!({ "scan": results[place]["scan"]["id"], "reason": "Salah orang." });
    let scan_selection = "scan { id ruling fault }";
    let refused = other
        .command("annulCheckIn", scan_selection, annul(0))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "NOT_FOUND", "a device annuls its own");
    let guest = app.office("head.35.02.01").await;
    assert_eq!(
        guest
            .command("annulCheckIn", scan_selection, annul(0))
            .await
            .unwrap_err()
            .code,
        "NOT_FOUND"
    );
    let mut silent = annul(0);
    silent["reason"] = json!("");
    let refused = door.command("annulCheckIn", scan_selection, silent).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("REQUIRED", "reason"));
    clock.advance(Duration::minutes(15));
    let staff = app.office("staff.35.02").await;
    let annulled = door.command("annulCheckIn", scan_selection, annul(0)).await.unwrap();
    assert_eq!(
        (&annulled["scan"]["ruling"], &annulled["scan"]["fault"]),
        (&json!("ANNULLED"), &json!(null))
    );
    assert_eq!(
        door.command("annulCheckIn", scan_selection, annul(0))
            .await
            .unwrap_err()
            .code,
        "WRONG_STATE"
    );
    staff.command("annulCheckIn", scan_selection, annul(1)).await.unwrap();
    clock.advance(Duration::seconds(1));
    // Nobody stays signed in so long without refreshing.
    let host = app.office("head.35.02").await;
    assert_eq!(
        host.command("annulCheckIn", scan_selection, annul(2))
            .await
            .unwrap_err()
            .code,
        "WRONG_STATE"
    );
    // The scan is there, was sent again in vain, and counts for nothing; another one counts.
    let again = sends_scans(&door, None, &sent).await;
    assert_eq!(words(&again), ["DUPLICATE"; 3]);
    let told = attendance(&host, &held.event).await;
    assert_eq!(told["Sari Lestari"][0]["firstIn"], json!(null));
    assert_eq!(told["Wulan Lestari"][0]["inside"], true);
    let anew = [scan("d", &held.guest("Sari Lestari").code, session, "IN", clock.now())];
    let results = sends_scans(&door, None, &anew).await;
    assert_eq!(results[0]["attendance"]["firstIn"], json!(moment(clock.now())));
    fits(&app).await;
}

async fn who_was_not_named_waits_for_a_decision(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let door = pairs(&host, &held.event, "Pintu").await;
    let came = app.services.clock.now() - Duration::minutes(20);
    let walk_in = |nonce: &str, name: &str, unit: &str| json!({ "name": name, "unit": unit, "session": held.sessions[0], "nonce": nonce, "clientTime": moment(came) });
    let selection = "delegate { id version standing walkIn title }";
    let unit = host.unit("35.02.03").await;
    let added = door
        .command("addWalkIn", selection, walk_in("w1", "Endah Lestari", &unit))
        .await
        .unwrap();
    let endah = &added["delegate"];
    assert_eq!(
        (&endah["standing"], &endah["walkIn"]),
        (&json!("PENDING"), &json!(true))
    );
    let again = door
        .command("addWalkIn", selection, walk_in("w1", "Endah Lestari", &unit))
        .await
        .unwrap();
    assert_eq!(&again["delegate"]["id"], &endah["id"]);
    let refused = door
        .command("addWalkIn", selection, walk_in("w1", "Orang lain", &unit))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("ALREADY_EXISTS", "nonce")
    );
    let staff = app.office("staff.35.02").await;
    let mut of_staff = walk_in("w2", "Putra Lestari", &host.unit("35.09").await);
    of_staff["event"] = held.event["id"].clone();
    let putra = staff.command("addWalkIn", selection, of_staff).await.unwrap()["delegate"].clone();
    let wrong =
        json!({ "name": " ", "unit": unit, "session": held.sessions[0], "nonce": " ", "clientTime": "kemarin" });
    let answer = door
        .ask(&command_document("addWalkIn", selection), json!({ "input": wrong }))
        .await;
    let fields: Vec<&str> = answer["data"]["addWalkIn"]["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|error| error["field"][0].as_str())
        .collect();
    assert_eq!(fields, ["name", "nonce", "clientTime"]);

    // Until somebody decides nobody is there.
    let told = attendance(&host, &held.event).await;
    assert_eq!(told["Endah Lestari"][0]["inside"], false);
    let decide =
        |delegate: &Value, admit: bool| json!({ "delegate": delegate["id"], "expectedVersion": 1, "admit": admit });
    let selection = "delegate { standing attendance { inside firstIn } }";
    let refused = staff
        .command("decideWalkIn", selection, decide(endah, true))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "FORBIDDEN");
    let admitted = host
        .command("decideWalkIn", selection, decide(endah, true))
        .await
        .unwrap();
    assert_eq!(
        admitted["delegate"],
        json!({ "standing": "EXPECTED", "attendance": [{ "inside": true, "firstIn": moment(came) }] })
    );
    assert_eq!(
        host.command("decideWalkIn", selection, decide(endah, false))
            .await
            .unwrap_err()
            .code,
        "STALE_VERSION"
    );
    let refused = host
        .command("decideWalkIn", selection, decide(&putra, false))
        .await
        .unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("REQUIRED", "reason"));
    let mut no = decide(&putra, false);
    no["reason"] = json!("Bukan unit yang diundang.");
    let refused = host.command("decideWalkIn", selection, no).await.unwrap();
    assert_eq!(
        refused["delegate"],
        json!({ "standing": "REFUSED", "attendance": [{ "inside": false, "firstIn": null }] })
    );
    // Who was not let in does not come in by another door.
    let by_hand = json!({
        "nonce": "h", "delegate": putra["id"], "session": held.sessions[0], "direction": "IN", "clientTime": moment(came),
    });
    let results = sends_scans(&door, None, &[by_hand]).await;
    assert_eq!(words(&results), ["TAKEN REFUSED"]);
    fits(&app).await;
}

async fn who_attends_from_afar_enters_the_code_of_the_session(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let special = json!({ "mode": "HYBRID", "onlineUrl": "https://rapat.example/ponorogo" });
    let event = invites(&host, "Rakernis", special).await;
    let (head, other) = (app.office("head.35.02.01").await, app.office("head.35.02.02").await);
    let me = head.data("{ viewer { account { id } } }", json!({})).await["viewer"]["account"]["id"].clone();
    let asked = invitation(&head, &event, "35.02.01").await.unwrap();
    confirms(&head, &asked, json!([{ "account": me }])).await.unwrap();
    let event = steps(&host, "startEvent", &event).await.unwrap();
    let sessions = sessions(&host, &event).await;
    let staff = app.office("staff.35.02").await;
    let open = json!({ "session": sessions[0] });
    assert_eq!(
        head.command("openSessionCode", "session { id }", open.clone())
            .await
            .unwrap_err()
            .code,
        "FORBIDDEN"
    );
    let first = staff
        .command("openSessionCode", "session { joinCode }", open.clone())
        .await
        .unwrap();
    let opened = staff
        .command("openSessionCode", "session { joinCode }", open)
        .await
        .unwrap();
    let shown = opened["session"]["joinCode"].as_str().unwrap();
    let document = "query($id: ID!) { node(id: $id) { ... on EventSession { joinCode } } }";
    let node = head.data(document, json!({ "id": sessions[0] })).await["node"].clone();
    assert_eq!(node, json!({ "joinCode": null }), "it is read off the screen");
    let attend = |session: &Value, code: &str| json!({ "session": session, "code": code });
    let selection = "delegate { attendance { session { title } inside conflict } }";
    for (session, wrong) in [
        (&sessions[0], "0000-0000"),
        (&sessions[0], first["session"]["joinCode"].as_str().unwrap()),
        (&sessions[1], shown),
    ] {
        let refused = head
            .command("attendOnline", selection, attend(session, wrong))
            .await
            .unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            ("INVALID_CODE", "code")
        );
    }
    let typed = shown.to_lowercase().replace('-', " ");
    let attended = head
        .command("attendOnline", selection, attend(&sessions[0], &typed))
        .await
        .unwrap();
    assert_eq!(
        attended["delegate"]["attendance"],
        json!([{ "session": { "title": "Pembukaan" }, "inside": true, "conflict": false }])
    );
    let mut leave = attend(&sessions[0], shown);
    leave["direction"] = json!("OUT");
    let left = head.command("attendOnline", selection, leave).await.unwrap();
    assert_eq!(left["delegate"]["attendance"][0]["inside"], false);
    let (_all, nodes) = scans_of(&host, &event, json!({})).await;
    assert!(nodes.iter().all(|node| node["method"] == "ONLINE"));
    let refused = other
        .command("attendOnline", selection, attend(&sessions[0], shown))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "FORBIDDEN");
    fits(&app).await;
}

async fn a_list_on_paper_is_entered_afterwards(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let door = pairs(&host, &held.event, "Pintu").await;
    let start = app.services.clock.now() - Duration::hours(2);
    let sari = held.guest("Sari Lestari");
    sends_scans(&door, None, &[scan("a", &sari.code, &held.sessions[0], "IN", start)]).await;
    let event = steps(&host, "endEvent", &held.event).await.unwrap();
    let entry = |nonce: &str, guest: &Guest, minute: i64| json!({ "nonce": nonce, "delegate": guest.id, "session": held.sessions[0], "at": moment(start + Duration::minutes(minute)) });
    let mut input = json!({
        "event": event["id"], "source": "PAPER",
        "entries": [entry("p1", sari, 3), entry("p2", held.guest("Tono Lestari"), 4), entry("p3", held.guest("Wulan Lestari"), 5)],
    });
    input["entries"][2]["delegate"] = held.sessions[0].clone();
    let staff = app.office("staff.35.02").await;
    let selection = format!("results {{ {ANSWER} }}");
    let refused = door
        .command("enterAttendance", &selection, input.clone())
        .await
        .unwrap_err();
    assert_eq!(refused.code, "FORBIDDEN", "a device enters nothing");
    let entered = staff
        .command("enterAttendance", &selection, input.clone())
        .await
        .unwrap();
    let results = entered["results"].as_array().unwrap();
    assert_eq!(words(results), ["TAKEN", "TAKEN", "TAKEN MALFORMED"]);
    assert_eq!(results[1]["scan"]["method"], "PAPER");
    let again = staff.command("enterAttendance", &selection, input).await.unwrap();
    assert_eq!(
        words(again["results"].as_array().unwrap())[..2],
        ["DUPLICATE", "DUPLICATE"]
    );
    // It tells again what the door has told: no conflict, and the door was first.
    let told = attendance(&host, &event).await;
    assert_eq!(
        (
            &told["Sari Lestari"][0]["firstIn"],
            &told["Sari Lestari"][0]["conflict"]
        ),
        (&json!(moment(start)), &json!(false))
    );
    assert_eq!(told["Tono Lestari"][0]["inside"], true);
    fits(&app).await;
}

async fn a_device_does_what_it_is_for_and_nothing_else(app: TestApp) {
    // Whoever opens more to devices says so here, and tries it below.
    let expected = [
        "doorKit",
        "checkIn",
        "checkOut",
        "syncCheckIns",
        "annulCheckIn",
        "addWalkIn",
    ];
    assert_eq!(programs::OF_DEVICES, expected);
    let clock = StillClock::at(app.services.clock.now());
    let app = app.varied(still(&clock)).await;
    let host = app.office("head.35.02").await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let elsewhere = gathers(&app, "Rakernis lain", json!({})).await;
    let pair = command_document("pairDoorDevice", "device { id name pairedAt } token");
    let add = json!({ "event": held.event["id"], "name": "Pintu" });
    let added = host
        .command_with_key(
            "addDoorDevice",
            "device { id } pairingCode",
            add.clone(),
            Some("perangkat"),
        )
        .await;
    let added = added.unwrap();
    let retold = host
        .command_with_key(
            "addDoorDevice",
            "device { id } pairingCode",
            add.clone(),
            Some("perangkat"),
        )
        .await;
    assert_eq!(retold.unwrap(), added, "sent again, the same code is told");
    let late = host
        .command("addDoorDevice", "device { id } pairingCode", add)
        .await
        .unwrap();
    let typed = added["pairingCode"].as_str().unwrap().to_lowercase();
    let paired = app.ask(None, &pair, json!({ "input": { "code": typed } })).await["data"]["pairDoorDevice"].clone();
    let token = paired["token"].as_str().unwrap();
    assert!(token.starts_with("jnjd_"), "{token}");
    clock.advance(Duration::minutes(15));
    let host = app.office("head.35.02").await;
    for code in [typed.as_str(), late["pairingCode"].as_str().unwrap(), "", "AAAAA-AAAAA"] {
        let answer = app.ask(None, &pair, json!({ "input": { "code": code } })).await;
        let error = &answer["data"]["pairDoorDevice"]["userErrors"][0];
        assert_eq!(error["code"], "INVALID_CODE", "{code}: {answer}");
    }
    let device = Office {
        app: &app,
        name: "Pintu".to_owned(),
        access_token: token.to_owned(),
        refresh_token: String::new(),
    };
    for document in [
        "{ viewer { account { name } } }",
        "{ events { totalCount } }",
        "{ units(first: 1) { totalCount } }",
        "query { doorKit { title } events { totalCount } }",
        "mutation { markNoticesRead(input: {}) { userErrors { code } } }",
    ] {
        assert_eq!(code(&device.ask(document, json!({})).await), "FORBIDDEN", "{document}");
    }
    assert_eq!(
        device.data("{ __typename doorKit { title } }", json!({})).await["doorKit"]["title"],
        "Rakernis"
    );
    let other = "query($event: ID) { doorKit(event: $event) { title } }";
    let of_other = device.ask(other, json!({ "event": elsewhere.event["id"] })).await;
    assert_eq!(code(&of_other), "NOT_FOUND");
    let now = clock.now();
    let code_here = &held.guest("Sari Lestari").code;
    let check_in = |event: Option<&Value>, nonce: &str, code: &str, session: &Value| {
        let mut input = json!({ "nonce": nonce, "code": code, "session": session, "clientTime": moment(now) });
        if let Some(event) = event {
            input["event"] = event["id"].clone();
        }
        input
    };
    let selection = format!("result {{ {ANSWER} }}");
    let refused = device
        .command(
            "checkIn",
            &selection,
            check_in(Some(&elsewhere.event), "x", code_here, &held.sessions[0]),
        )
        .await;
    assert_eq!(refused.unwrap_err().code, "NOT_FOUND");
    let result = device
        .command("checkIn", &selection, check_in(None, "1", code_here, &held.sessions[0]))
        .await;
    assert_eq!(result.unwrap()["result"]["attendance"]["inside"], true);
    let result = device
        .command(
            "checkOut",
            &selection,
            check_in(None, "2", code_here, &held.sessions[0]),
        )
        .await;
    let result = result.unwrap()["result"].clone();
    assert_eq!(
        (&result["attendance"]["inside"], &result["scan"]["direction"]),
        (&json!(false), &json!("OUT"))
    );
    // A scan shows a device nobody's record.
    let deep = "result { delegate scan { delegate { id } person { id } device { id } session { title } } }";
    let shown = device
        .command("checkIn", deep, check_in(None, "3", code_here, &held.sessions[0]))
        .await
        .unwrap();
    assert_eq!(
        shown["result"]["scan"],
        json!({ "delegate": null, "person": null, "device": null, "session": { "title": "Pembukaan" } })
    );

    // Staff work the door by themselves too; they say of which event.
    let staff = app.office("staff.35.02").await;
    let refused = staff
        .command("checkIn", &selection, check_in(None, "1", code_here, &held.sessions[0]))
        .await;
    assert_eq!((refused.unwrap_err().field.as_str()), "event");
    let wulan = &held.guest("Wulan Lestari").code;
    let result = staff
        .command(
            "checkIn",
            &selection,
            check_in(Some(&held.event), "1", wulan, &held.sessions[0]),
        )
        .await;
    assert_eq!(
        result.unwrap()["result"]["outcome"],
        "TAKEN",
        "a nonce is its source's own"
    );

    // Revoked, it is nobody. What it sent stays.
    let revoke = json!({ "device": paired["device"]["id"] });
    let revoked = staff
        .command("revokeDoorDevice", "device { revokedAt }", revoke.clone())
        .await
        .unwrap();
    assert!(revoked["device"]["revokedAt"].is_string());
    staff
        .command("revokeDoorDevice", "device { id }", revoke)
        .await
        .unwrap();
    assert_eq!(
        code(&device.ask("{ doorKit { title } }", json!({})).await),
        "UNAUTHENTICATED"
    );
    let result = device
        .command("checkIn", &selection, check_in(None, "4", code_here, &held.sessions[0]))
        .await;
    assert_eq!(result.unwrap_err().code, "UNAUTHENTICATED");
    assert_eq!(scans_of(&host, &held.event, json!({})).await.0, 4);
    let document = "query($id: ID!) { event(id: $id) { doorDevices { name pairedAt revokedAt } acts { kind } } }";
    let shown = host.data(document, json!({ "id": held.event["id"] })).await["event"].clone();
    assert_eq!(shown["doorDevices"].as_array().unwrap().len(), 2);
    // A token with a slip of the pen is refused, and so is one of a program that looks like it.
    let slip = format!("{}0", &token[..token.len() - 1]);
    for wrong in [slip.as_str(), "jnjd_", "jnjd_abc"] {
        let answer = app.ask(Some(wrong), "{ doorKit { title } }", json!({})).await;
        // One in sixteen ends so by itself; revoked it is by now all the same.
        assert_eq!(code(&answer), "UNAUTHENTICATED", "{wrong}: {answer}");
    }
}

/// Who kept the door and sits in an invited unit now is not told again who came.
async fn what_was_done_at_a_door_is_told_again_to_who_still_reads_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("staff2.35.02", "35.02", Function::Staff)]).await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let keeper = app.office("staff2.35.02").await;
    let now = app.services.clock.now();
    let input = json!({
        "event": held.event["id"], "nonce": "a", "code": held.guest("Sari Lestari").code, "session": held.sessions[0],
        "clientTime": moment(now),
    });
    let selection = format!("result {{ {ANSWER} }}");
    let send = async || {
        keeper
            .command_with_key("checkIn", &selection, input.clone(), Some("kunci"))
            .await
    };
    let first = send().await.unwrap();
    assert_eq!(first["result"]["name"], "Sari Lestari");
    assert_eq!(send().await.unwrap()["result"]["name"], "Sari Lestari");
    app.dismisses("staff2.35.02").await;
    app.reload_directory().await;
    assert_eq!(send().await.unwrap_err().code, "NOT_FOUND", "an event of a stranger");
    let seat = app.makes_seat("35.02.02", Function::Staff).await;
    app.appoints("staff2.35.02", seat, Tenure::SETTLED).await;
    app.reload_directory().await;
    let known = "query($id: ID!) { event(id: $id) { id } }";
    let known = keeper.data(known, json!({ "id": held.event["id"] })).await;
    assert_eq!(known["event"]["id"], held.event["id"], "the unit is invited");
    let refused = send().await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("FORBIDDEN", "event"));
}

/// What `docs/door.md` shows, with Ed25519 as `docs/verify_receipt.py` writes it out: the test needs no package.
const ED25519: &str = "
import sys
sys.path.insert(0, DOCS)
import verify_receipt

class Ed25519PublicKey:
    @classmethod
    def from_public_bytes(cls, key):
        made = cls()
        made.key = key
        return made

    def verify(self, signature, message):
        if not verify_receipt.verifies(self.key, message, signature):
            raise ValueError('not signed so')
";

/// Reads a code by the program in the documentation, and gives the place it tells, or what it complains of.
fn reads_code(code: &str, keys: &Value, event: &Value) -> Result<String, String> {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/docs");
    let page = fs::read_to_string(format!("{docs}/door.md")).unwrap();
    let program = page.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("cryptography/hazmat/primitives/asymmetric");
    fs::create_dir_all(&package).unwrap();
    // A package of its own, so that it goes before one that is installed.
    for folder in package.ancestors().take(4) {
        fs::write(folder.join("__init__.py"), "").unwrap();
    }
    fs::write(
        package.join("ed25519.py"),
        ED25519.replace("DOCS", &format!("{docs:?}")),
    )
    .unwrap();
    let id = Kind::Event.uuid(&event["id"].as_str().unwrap().into()).unwrap();
    let evt = URL_SAFE_NO_PAD.encode(id.as_bytes());
    let call = format!("\nimport sys\nprint(read({code:?}, json.loads(sys.argv[1]), {evt:?}))\n");
    let output = Command::new("python3")
        .args(["-c", &format!("{program}{call}"), &keys.to_string()])
        .env("PYTHONPATH", folder.path())
        .output()
        .unwrap_or_else(|error| panic!("python3: {error}"));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    if output.status.success() {
        Ok(text(output.stdout))
    } else {
        Err(text(output.stderr))
    }
}

async fn codes_open_the_door_after_the_key_was_exchanged(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(still(&clock)).await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let host = app.office("head.35.02").await;
    let published = async || {
        let keys = app.send("GET", "/.well-known/door-keys.json", &[], Vec::new()).await;
        keys.json()
    };
    assert_eq!(published().await["keys"].as_array().unwrap().len(), 1);
    clock.advance(Duration::seconds(5));
    let folder = app.database.folder.path().join("keys");
    let rotated = jenjang::identity::keys::rotate_doors(&folder, clock.now()).unwrap();
    assert!(rotated.removed.is_empty());
    // The process reads the folder again by itself; the test asks until it has.
    while published().await["keys"].as_array().unwrap().len() < 2 {}
    let of = |code: &str| code.split('.').next().unwrap().to_owned();
    let before = held.guest("Sari Lestari").code.clone();
    clock.advance(Duration::seconds(594));
    assert_eq!(
        of(&guests(&host, &held.event).await[0].code),
        of(&before),
        "everybody fetches it first"
    );
    clock.advance(Duration::seconds(6));
    let host = app.office("head.35.02").await;
    let after = guests(&host, &held.event).await;
    let after = after
        .iter()
        .find(|guest| guest.name == "Sari Lestari")
        .unwrap()
        .code
        .clone();
    assert_ne!(of(&after), of(&before));

    let door = pairs(&host, &held.event, "Pintu").await;
    let now = clock.now();
    let sent = [
        scan("lama", &before, &held.sessions[0], "IN", now),
        scan("baru", &after, &held.sessions[0], "OUT", now),
    ];
    let answers = sends_scans(&door, None, &sent).await;
    assert_eq!(words(&answers), ["TAKEN", "TAKEN"]);
    assert_eq!(answers[0]["delegate"], answers[1]["delegate"]);

    // Whoever writes a door of their own reads both alike, and nothing that was altered.
    let keys = published().await;
    let place = reads_code(&before, &keys, &held.event).unwrap();
    assert_eq!(reads_code(&after, &keys, &held.event).unwrap(), place);
    let mut other = before.split('.').map(str::to_owned).collect::<Vec<_>>();
    other[2] = after.split('.').nth(2).unwrap().to_owned();
    let forged = reads_code(&other.join("."), &keys, &held.event).unwrap_err();
    assert!(forged.contains("not signed so"), "{forged}");
    let elsewhere = invites(&host, "Rakernis lain", json!({})).await;
    let elsewhere = reads_code(&before, &keys, &elsewhere).unwrap_err();
    assert!(elsewhere.contains("the code of another event"), "{elsewhere}");
}

async fn everything_wrong_is_told_of_its_scan(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let (held, elsewhere) = (
        gathers(&app, "Rakernis", json!({})).await,
        gathers(&app, "Rakernis lain", json!({})).await,
    );
    let door = pairs(&host, &held.event, "Pintu").await;
    let now = app.services.clock.now();
    let (session, sari) = (&held.sessions[0], &held.guest("Sari Lestari").code);
    let good = |nonce: &str| scan(nonce, sari, session, "IN", now);
    let with = |nonce: &str, field: &str, value: Value| {
        let mut scan = good(nonce);
        scan[field] = value;
        scan
    };
    let parts: Vec<&str> = sari.split('.').collect();
    let forged = format!(
        "{}.{}.{}",
        parts[0],
        parts[1],
        elsewhere.guest("Sari Lestari").code.split('.').nth(2).unwrap()
    );
    let mut both = good("both");
    both["delegate"] = held.guest("Sari Lestari").id.clone();
    let mut neither = good("neither");
    neither["code"] = json!(null);
    let sent = [
        good("good"),
        with("malformed", "code", json!("ini bukan kode")),
        with("forged", "code", json!(forged)),
        with("other", "code", json!(elsewhere.guest("Sari Lestari").code)),
        with("session", "session", elsewhere.sessions[0].clone()),
        with("no-session", "session", json!("bukan id")),
        with("time", "clientTime", json!("21 Januari 2025")),
        with("future", "clientTime", json!(moment(now + Duration::minutes(6)))),
        with("past", "clientTime", json!(moment(now - Duration::hours(25)))),
        with("", "code", json!(sari)),
        with(&"n".repeat(101), "code", json!(sari)),
        both,
        neither,
        good("good"),
    ];
    let results = sends_scans(&door, None, &sent).await;
    let expected = [
        "TAKEN",
        "TAKEN MALFORMED",
        "TAKEN FORGED",
        "TAKEN OTHER_EVENT",
        "TAKEN UNKNOWN",
        "TAKEN UNKNOWN",
        "TAKEN WRONG_TIME",
        "TAKEN WRONG_TIME",
        "TAKEN WRONG_TIME",
        "REJECTED",
        "REJECTED",
        "TAKEN MALFORMED",
        "TAKEN MALFORMED",
        "DUPLICATE",
    ];
    assert_eq!(words(&results), expected);
    assert_eq!(
        scans_of(&host, &held.event, json!({})).await.0,
        11,
        "what failed is kept"
    );
    // The same moment in another zone is the same scan; another person under a nonce that was used is another, and kept.
    let zone = now.with_timezone(&chrono::FixedOffset::east_opt(7 * 3600).unwrap());
    let zoned = with(
        "good",
        "clientTime",
        json!(zone.to_rfc3339_opts(SecondsFormat::Secs, false)),
    );
    let reused = with("good", "code", json!(held.guest("Wulan Lestari").code));
    let results = sends_scans(&door, None, &[zoned, reused.clone()]).await;
    assert_eq!(words(&results), ["DUPLICATE", "NONCE_REUSED"]);
    assert_eq!(
        (&results[1]["name"], &results[1]["attendance"]["inside"]),
        (&json!("Wulan Lestari"), &json!(true))
    );
    assert_ne!(results[1]["scan"]["nonce"], "good");
    let results = sends_scans(&door, None, &[reused]).await;
    assert_eq!(words(&results), ["DUPLICATE"]);
    assert_eq!(scans_of(&host, &held.event, json!({})).await.0, 12);

    let bulk = |scans: Vec<Value>| json!({ "scans": scans });
    for (count, expected) in [(0, "REQUIRED"), (501, "TOO_LONG")] {
        let scans = (0..count).map(|number| good(&number.to_string())).collect();
        let refused = door
            .command("syncCheckIns", "results { nonce }", bulk(scans))
            .await
            .unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), (expected, "scans"));
    }
    fits(&app).await;
}

async fn scans_are_taken_until_the_attendance_is_sealed(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let event = invites(&host, "Rakernis", json!({})).await;
    sends(
        &app.office("head.35.02.01").await,
        &event,
        "35.02.01",
        &["Sari Lestari"],
    )
    .await;
    let sari = guests(&host, &event).await.remove(0);
    let session = sessions(&host, &event).await.remove(0);
    let door = pairs(&host, &event, "Pintu").await;
    let now = app.services.clock.now();
    let sync = |nonce: &str| json!({ "scans": [scan(nonce, &sari.code, &session, "IN", now)] });
    let refused = door
        .command("syncCheckIns", "results { outcome }", sync("a"))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("WRONG_STATE", "event")
    );
    let event = steps(&host, "startEvent", &event).await.unwrap();
    let event = steps(&host, "endEvent", &event).await.unwrap();
    door.command("syncCheckIns", "results { outcome }", sync("a"))
        .await
        .unwrap();
    let transaction = app.services.db.begin().await.unwrap();
    event::Entity::update_many()
        .col_expr(event::Column::Status, Expr::value(EventStatus::Final))
        .exec(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    for name in ["syncCheckIns", "checkIn"] {
        let input = match name {
            "syncCheckIns" => sync("b"),
            _one => json!({ "nonce": "b", "code": sari.code, "session": session, "clientTime": moment(now) }),
        };
        let selection = if name == "checkIn" {
            "result { outcome }"
        } else {
            "results { outcome }"
        };
        let refused = door.command(name, selection, input).await.unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            ("WRONG_STATE", "event"),
            "{name}"
        );
    }
    assert_eq!(
        code(&door.ask("{ doorKit { title } }", json!({})).await),
        "BAD_USER_INPUT"
    );
    let document = "query($id: ID!) { event(id: $id) { status scans { totalCount } } }";
    let shown = host.data(document, json!({ "id": event["id"] })).await["event"].clone();
    assert_eq!(shown, json!({ "status": "FINAL", "scans": { "totalCount": 1 } }));
    let add = json!({ "event": event["id"], "name": "Pintu lain" });
    let refused = host.command("addDoorDevice", "device { id }", add).await.unwrap_err();
    assert_eq!(refused.code, "WRONG_STATE");
}

async fn what_the_scans_do_not_come_to_is_told_by_the_doctor(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let staff = app.office("staff.35.02").await;
    let now = app.services.clock.now();
    let sent = [
        scan("a", &held.guest("Sari Lestari").code, &held.sessions[0], "IN", now),
        scan("b", &held.guest("Wulan Lestari").code, &held.sessions[0], "IN", now),
    ];
    sends_scans(&staff, Some(&held.event), &sent).await;
    assert_eq!(knows_nothing(&host, &held.event).await, 2);
    fits(&app).await;
    let transaction = app.services.db.begin().await.unwrap();
    event_attendance::Entity::update_many()
        .col_expr(event_attendance::Column::Seconds, Expr::value(3_600))
        .exec(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let found = inspection::inspect(&app.services.db).await.unwrap();
    assert_eq!((found.scans, found.faults.len()), (2, 2), "{:?}", found.faults);
    assert!(found.faults[0].ends_with("is not what the scans come to"));
    // The next scan of somebody reckons it anew.
    let out = [scan(
        "c",
        &held.guest("Sari Lestari").code,
        &held.sessions[0],
        "OUT",
        now,
    )];
    sends_scans(&staff, Some(&held.event), &out).await;
    let found = inspection::inspect(&app.services.db).await.unwrap();
    assert_eq!(found.faults.len(), 1, "{:?}", found.faults);
}

/// How many scans the host reads, which a guest and those next door do not.
async fn knows_nothing(host: &Office<'_>, event: &Value) -> i64 {
    let document = "query($id: ID!) { event(id: $id) { scans { totalCount } checkInConflicts { scans { id } } walkIns { id } \
         doorDevices { id } } }";
    let guest = host.app.office("head.35.02.01").await;
    let shown = guest.data(document, json!({ "id": event["id"] })).await["event"].clone();
    assert_eq!(
        shown,
        json!({ "scans": null, "checkInConflicts": null, "walkIns": null, "doorDevices": null })
    );
    let shown = host.data(document, json!({ "id": event["id"] })).await["event"].clone();
    shown["scans"]["totalCount"].as_i64().unwrap()
}

on_both_databases! {
    hours_without_a_network_come_to_the_same_whatever_the_order,
    a_code_opens_the_door_until_somebody_else_comes,
    of_two_doors_the_host_says_which_counts,
    a_mistake_is_annulled_while_it_is_fresh,
    who_was_not_named_waits_for_a_decision,
    who_attends_from_afar_enters_the_code_of_the_session,
    a_list_on_paper_is_entered_afterwards,
    a_device_does_what_it_is_for_and_nothing_else,
    what_was_done_at_a_door_is_told_again_to_who_still_reads_it,
    codes_open_the_door_after_the_key_was_exchanged,
    everything_wrong_is_told_of_its_scan,
    scans_are_taken_until_the_attendance_is_sealed,
    what_the_scans_do_not_come_to_is_told_by_the_doctor,
}
