//! What is done at the door of an event, tried by every kind of office: those who keep it, those who command, guests, those above,
//! and everybody else.
use chrono::Duration;
use entity::enums::Function;
use serde_json::{Value, json};

use super::{
    super::stage::Stage,
    events::{is_among, tried_by},
};
use crate::{
    on_both_databases,
    stories::door::{Gathering, gathers, moment, pairs, scan},
    support::{TestApp, app::Variation, office::command_document},
};

const AROUND: &str = "staff.35.02.01 head.35.02.01 staff.35.02.03 head.35.02.03 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 admin.35 head.35.09 head.32 coordinator.ri observer.ri admin.ri expert1.ri";

/// Who knows of an event of Ponorogo to which its kecamatan are invited.
const KNOWS: &str = "staff.35.02.01 head.35.02.01 staff.35.02.03 head.35.02.03 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 coordinator.ri observer.ri";

/// Who reads all of its attendance, and so its devices and scans.
const READS: &str = "staff.35.02 head.35.02 staff.35 head.35 observer.35 coordinator.ri observer.ri";

/// Who knows of those who come for 35.02.01.
const KNOWS_GUEST: &str =
    "staff.35.02.01 head.35.02.01 staff.35.02 head.35.02 staff.35 head.35 observer.35 coordinator.ri observer.ri";

const KEEPS: [&str; 2] = ["staff.35.02", "head.35.02"];
const COMMANDS: [&str; 1] = ["head.35.02"];

pub const FIELDS: [&str; 13] = [
    "addDoorDevice",
    "revokeDoorDevice",
    "checkIn",
    "checkOut",
    "syncCheckIns",
    "enterAttendance",
    "annulCheckIn",
    "addWalkIn",
    "decideWalkIn",
    "decideCheckInConflict",
    "openSessionCode",
    "attendOnline",
    "doorKit",
];

/// Tries a command as everybody around the door who may not, and then as who may.
async fn tried(stage: &Stage<'_>, command: (&str, &str), input: &Value, may: &[&str], knows: &str) -> Value {
    tried_by(AROUND, stage, command, input, (may, knows)).await
}

async fn only_those_who_keep_the_door_work_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("observer.ri", "RI", Function::Observer)]).await;
    let stage = Stage::set(&app).await;
    let special = json!({ "mode": "HYBRID", "onlineUrl": "https://rapat.example/ponorogo" });
    let held: Gathering = gathers(&app, "Rakernis", special).await;
    let (event, session) = (&held.event["id"], &held.sessions[0]);
    let now = app.services.clock.now();
    let sari = held.guest("Sari Lestari");
    let add = json!({ "event": event, "name": "Pintu" });
    let added = tried(&stage, ("addDoorDevice", "device { id }"), &add, &KEEPS, KNOWS).await;
    let revoke = json!({ "device": added["device"]["id"] });
    tried(&stage, ("revokeDoorDevice", "device { id }"), &revoke, &KEEPS, READS).await;
    let one = json!({ "event": event, "nonce": "a", "code": sari.code, "session": session, "clientTime": moment(now) });
    tried(&stage, ("checkIn", "result { outcome }"), &one, &KEEPS, KNOWS).await;
    let mut out = one.clone();
    out["nonce"] = json!("b");
    tried(&stage, ("checkOut", "result { outcome }"), &out, &KEEPS, KNOWS).await;
    let many = json!({ "event": event, "scans": [scan("c", &sari.code, session, "IN", now)] });
    let synced = tried(
        &stage,
        ("syncCheckIns", "results { outcome scan { id } }"),
        &many,
        &KEEPS,
        KNOWS,
    )
    .await;
    let entry = json!({ "nonce": "d", "delegate": sari.id, "session": session, "at": moment(now) });
    let list = json!({ "event": event, "source": "PAPER", "entries": [entry] });
    tried(&stage, ("enterAttendance", "results { outcome }"), &list, &KEEPS, KNOWS).await;
    let annul = json!({ "scan": synced["results"][0]["scan"]["id"], "reason": "Salah." });
    tried(&stage, ("annulCheckIn", "scan { id }"), &annul, &KEEPS, READS).await;
    let unit = stage.office("head.35.02").await.unit("35.02.01").await;
    let walk_in = json!({
        "event": event, "unit": unit, "name": "Endah", "session": session, "nonce": "w", "clientTime": moment(now),
    });
    let added = tried(&stage, ("addWalkIn", "delegate { id }"), &walk_in, &KEEPS, KNOWS).await;
    let decide = json!({ "delegate": added["delegate"]["id"], "expectedVersion": 1, "admit": true });
    tried(
        &stage,
        ("decideWalkIn", "delegate { id }"),
        &decide,
        &COMMANDS,
        KNOWS_GUEST,
    )
    .await;
    let open = json!({ "session": session });
    let opened = tried(
        &stage,
        ("openSessionCode", "session { joinCode }"),
        &open,
        &KEEPS,
        KNOWS,
    )
    .await;
    // Nobody of these was named: who knows of the session may not, and to the others there is none.
    let attend = json!({ "session": session, "code": opened["session"]["joinCode"] });
    let document = command_document("attendOnline", "delegate { id }");
    let nobody = app.ask(None, &document, json!({ "input": attend })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in AROUND.split_whitespace() {
        let refused = stage
            .office(name)
            .await
            .command("attendOnline", "delegate { id }", attend.clone())
            .await;
        let expected = if is_among(name, KNOWS) {
            "FORBIDDEN"
        } else {
            "NOT_FOUND"
        };
        assert_eq!(refused.unwrap_err().code, expected, "attendOnline by {name}");
    }

    // A conflict: two doors, the same person.
    let host = stage.office("head.35.02").await;
    let (north, south) = (
        pairs(&host, &held.event, "Utara").await,
        pairs(&host, &held.event, "Selatan").await,
    );
    let wulan = &held.guest("Wulan Lestari").code;
    let mut scans = Vec::new();
    for (door, minute) in [(&north, 30), (&south, 20)] {
        let made = scan("k", wulan, session, "IN", now - Duration::minutes(minute));
        let answers = crate::stories::door::sends_scans(door, None, &[made]).await;
        scans.push(answers[0]["scan"]["id"].clone());
    }
    let decide = json!({ "event": event, "count": [scans[0]], "setAside": [scans[1]], "reason": "Kode dipinjam." });
    tried(
        &stage,
        ("decideCheckInConflict", "delegate { id }"),
        &decide,
        &COMMANDS,
        KNOWS,
    )
    .await;

    // What is read of the door.
    let kit = "query($event: ID) { doorKit(event: $event) { title } }";
    let nobody = app.ask(None, kit, json!({ "event": event })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let ids = json!({ "ids": [scans[0], added["delegate"]["id"], north.refresh_token] });
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let answer = office.ask(kit, json!({ "event": event })).await;
        let told = crate::support::office::code(&answer);
        let expected = match (KEEPS.contains(&name), is_among(name, KNOWS)) {
            (true, _) => "ok",
            (false, true) => "FORBIDDEN",
            (false, false) => "NOT_FOUND",
        };
        assert_eq!(told, expected, "doorKit by {name}: {answer}");
        let shown = office.data(nodes, ids.clone()).await["nodes"].clone();
        let seen = [
            is_among(name, READS),
            is_among(name, KNOWS_GUEST),
            is_among(name, READS),
        ];
        let found: Vec<bool> = shown.as_array().unwrap().iter().map(Value::is_object).collect();
        assert_eq!(found, seen, "{name}");
    }
}

on_both_databases!(only_those_who_keep_the_door_work_it);
