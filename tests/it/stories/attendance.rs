//! Who came: what units say of their own people, what the host makes of it, and what it all comes to.
use std::collections::HashMap;

use chrono::{Datelike, Duration};
use entity::{
    enums::{DelegateStanding, Function},
    event_attendance, event_delegate,
};
use jenjang::{
    auditor::{self, witness::Witness},
    clock::{day_in_jakarta, new_id},
    event::attendance::inspection,
    graphql::id::Kind,
};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, Database, DatabaseBackend, EntityTrait, IntoActiveModel, Statement,
    TransactionTrait,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::events::{EVENT, confirms, drafts, invitation, plan, publishes, steps};
use crate::{
    on_both_databases,
    support::{Office, Refusal, TestApp, app::Variation, people::Tenure, rounds::in_days},
};

pub const SHEET: &str = "sheet { id version status differences lines { delegate { id name } session { id title } claim \
     door { firstIn } excused differs } }";

pub const EXCUSE: &str = "excuse { id version state reason viewerCanDecide delegate { id } }";

const PROPOSAL: &str = "proposal { id status command }";

/// What the door says of somebody in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Inside,
    Left,
    /// At two doors.
    Twice,
}

fn uuid(kind: Kind, id: &Value) -> Uuid {
    kind.uuid(&id.as_str().unwrap().into()).unwrap()
}

/// Somebody is seen at the door of a session.
pub async fn comes(app: &TestApp, delegate: &Value, session: &Value, seen: Seen) {
    let id = uuid(Kind::EventDelegate, delegate);
    let reader = app.services.db.reader();
    let person = event_delegate::Entity::find_by_id(id)
        .one(reader)
        .await
        .unwrap()
        .unwrap();
    let now = app.services.clock.now();
    let row = event_attendance::Model {
        delegate_id: id,
        session_id: uuid(Kind::EventSession, session),
        event_id: person.event_id,
        unit_id: person.unit_id,
        first_in: Some(now),
        last_out: (seen == Seen::Left).then(|| now + Duration::minutes(30)),
        inside: seen != Seen::Left,
        seconds: if seen == Seen::Left { 1_800 } else { 0 },
        conflict: seen == Seen::Twice,
    };
    let transaction = app.services.db.begin().await.unwrap();
    row.into_active_model().insert(transaction.connection()).await.unwrap();
    transaction.commit().await.unwrap();
}

/// Somebody stands at the door without having been named: of an invited unit, or of another one.
async fn walks_in(
    app: &TestApp,
    event: &Value,
    (unit, of): (&str, Option<&Value>),
    standing: DelegateStanding,
) -> Value {
    let now = app.services.clock.now();
    let row = event_delegate::Model {
        id: new_id(now),
        event_id: uuid(Kind::Event, &event["id"]),
        invitation_id: of.map(|invitation| uuid(Kind::EventInvitation, &invitation["id"])),
        unit_id: app.unit(unit),
        account_id: None,
        name: Some("Bayu Lestari".to_owned()),
        title: None,
        standing,
        walk_in: true,
        replaces_id: None,
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        named_at: now,
        version: 1,
    };
    let transaction = app.services.db.begin().await.unwrap();
    row.clone()
        .into_active_model()
        .insert(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    json!(Kind::EventDelegate.id(row.id).to_string())
}

/// An event with two sessions, and one in which nobody is counted.
pub async fn two_sessions(office: &Office<'_>, audience: Value) -> Value {
    let now = office.app.services.clock.now();
    let mut input = plan(office, "Rakernis Kehumasan");
    input["audience"] = audience;
    let (starts, noon, ends) = (input["startsAt"].clone(), in_days(now, 8), input["endsAt"].clone());
    input["sessions"] = json!([
        { "title": "Pembukaan", "startsAt": starts, "endsAt": noon },
        { "title": "Praktik", "startsAt": noon, "endsAt": ends },
        { "title": "Makan malam", "startsAt": noon, "endsAt": ends, "counted": false },
    ]);
    let event = drafts(office, input).await.unwrap();
    publishes(office, &event).await.unwrap()
}

/// The ids of the sessions of an event.
pub async fn sessions(office: &Office<'_>, event: &Value) -> Vec<Value> {
    let document = "query($id: ID!) { event(id: $id) { sessions { id } } }";
    let data = office.data(document, json!({ "id": event["id"] })).await;
    let sessions = data["event"]["sessions"].as_array().unwrap();
    sessions.iter().map(|session| session["id"].clone()).collect()
}

/// A unit sends people by their names; its invitation with them.
pub async fn sends(office: &Office<'_>, event: &Value, code: &str, names: &[&str]) -> Value {
    let asked = invitation(office, event, code).await.unwrap();
    let names = names.iter().map(|name| json!({ "name": name }));
    confirms(office, &asked, names.collect()).await.unwrap()
}

/// The sheet of an invitation as an office sees it; null where it sees none.
pub async fn sheet_of(office: &Office<'_>, invitation: &Value) -> Value {
    let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on EventInvitation {{ {SHEET} }} }} }}");
    office.data(&document, json!({ "id": invitation["id"] })).await["node"]["sheet"].clone()
}

/// What a sheet says, line by line, as `Wulan Pembukaan PRESENT`.
fn said(sheet: &Value) -> Vec<String> {
    let lines = sheet["lines"].as_array().unwrap().iter();
    let line = |line: &Value| {
        let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let name = word(&line["delegate"]["name"]);
        let name = name.split(' ').next().unwrap_or_default().to_owned();
        format!("{name} {} {}", word(&line["session"]["title"]), word(&line["claim"]))
    };
    lines.map(line).collect()
}

/// Writes the same of everybody in every session, but for some.
pub async fn writes(
    office: &Office<'_>,
    sheet: &Value,
    claim: &str,
    but: &[(&Value, &Value, &str)],
) -> Result<Value, Refusal> {
    let entries = sheet["lines"].as_array().unwrap().iter().map(|line| {
        let (delegate, session) = (&line["delegate"]["id"], &line["session"]["id"]);
        let other = but
            .iter()
            .find(|(who, when, _claim)| *who == delegate && *when == session);
        json!({ "delegate": delegate, "session": session, "claim": other.map_or(claim, |other| other.2) })
    });
    let entries: Vec<Value> = entries.collect();
    let input = json!({ "sheet": sheet["id"], "expectedVersion": sheet["version"], "entries": entries });
    let payload = office.command("editAttendance", SHEET, input).await?;
    Ok(payload["sheet"].clone())
}

/// Takes a step with a sheet.
pub async fn settles(
    office: &Office<'_>,
    command: &str,
    sheet: &Value,
    reason: Option<&str>,
) -> Result<Value, Refusal> {
    let mut input = json!({ "sheet": sheet["id"], "expectedVersion": sheet["version"] });
    if let Some(reason) = reason {
        input["reason"] = json!(reason);
    }
    let payload = office.command(command, SHEET, input).await?;
    Ok(payload["sheet"].clone())
}

/// Asks for an excuse; for the whole unit where nobody is named.
pub async fn asks(office: &Office<'_>, invitation: &Value, delegate: Option<&Value>) -> Result<Value, Refusal> {
    let input = json!({ "invitation": invitation["id"], "delegate": delegate, "reason": "Sakit." });
    let payload = office.command("requestExcuse", EXCUSE, input).await?;
    Ok(payload["excuse"].clone())
}

pub async fn decides(
    office: &Office<'_>,
    excuse: &Value,
    decision: &str,
    reason: Option<&str>,
) -> Result<Value, Refusal> {
    let input = json!({
        "excuse": excuse["id"], "expectedVersion": excuse["version"], "decision": decision, "reason": reason,
    });
    let payload = office.command("decideExcuse", EXCUSE, input).await?;
    Ok(payload["excuse"].clone())
}

/// Seals the attendance of an event.
pub async fn finalises(office: &Office<'_>, event: &Value, reason: Option<&str>) -> Result<Value, Refusal> {
    let input = json!({ "event": event["id"], "expectedVersion": event["version"], "reason": reason });
    let payload = office
        .command("finaliseEvent", "event { id version status sha256 finalisedAt }", input)
        .await?;
    Ok(payload["event"].clone())
}

/// The units of a list with what became of them, as `35.02.01 PRESENT`.
pub async fn listed(office: &Office<'_>, event: &Value, filter: Value) -> Vec<String> {
    let document = "query($event: ID!, $filter: AttendanceFilter) { attendance(event: $event, filter: $filter, first: 100) { \
         totalCount nodes { unit { code } presence } } }";
    let data = office
        .data(document, json!({ "event": event["id"], "filter": filter }))
        .await;
    let nodes = data["attendance"]["nodes"].as_array().unwrap();
    assert!(data["attendance"]["totalCount"].as_u64() >= Some(nodes.len() as u64));
    let row = |node: &Value| {
        format!(
            "{} {}",
            node["unit"]["code"].as_str().unwrap(),
            node["presence"].as_str().unwrap()
        )
    };
    nodes.iter().map(row).collect()
}

const COUNTS: &str = "invited confirmed declined noReply came excused absent expected delegates delegatesPresent delegatesExcused \
     delegatesAbsent delegatesExpected uninvited uninvitedPresent";

/// The recap by a grouping: the total, and the groups.
pub async fn recapped(office: &Office<'_>, event: &Value, by: &str, filter: Value) -> (Value, Vec<Value>) {
    let document = format!(
        "query($event: ID!, $filter: AttendanceFilter) {{ attendanceRecap(event: $event, groupBy: {by}, filter: $filter) {{ \
         total {{ {COUNTS} }} groups {{ tier province {{ code }} wave session {{ id title }} count {{ {COUNTS} }} }} }} }}"
    );
    let data = office
        .data(&document, json!({ "event": event["id"], "filter": filter }))
        .await;
    let recap = &data["attendanceRecap"];
    (recap["total"].clone(), recap["groups"].as_array().unwrap().clone())
}

/// Adds one count to another.
fn sum<'v>(counts: impl IntoIterator<Item = &'v Value>) -> Value {
    let mut total: HashMap<String, i64> = COUNTS.split_whitespace().map(|key| (key.to_owned(), 0)).collect();
    for count in counts {
        for (key, number) in count.as_object().unwrap() {
            *total.get_mut(key).unwrap() += number.as_i64().unwrap();
        }
    }
    json!(total)
}

/// Counts the rows of the list as the recap is meant to.
fn counted<'v>(rows: impl IntoIterator<Item = &'v Value>) -> Value {
    let mut total: HashMap<&str, i64> = COUNTS.split_whitespace().map(|key| (key, 0)).collect();
    let mut add = |key: &'static str| *total.get_mut(key).unwrap() += 1;
    let came = |presence: &Value| matches!(presence.as_str().unwrap(), "PRESENT" | "LEFT");
    for row in rows {
        let people = row["delegates"].as_array().unwrap();
        if row["invitation"].is_null() {
            add("uninvited");
            for _person in people.iter().filter(|person| came(&person["presence"])) {
                add("uninvitedPresent");
            }
            continue;
        }
        add("invited");
        add(match row["invitation"]["status"].as_str().unwrap() {
            "CONFIRMED" => "confirmed",
            "DECLINED" => "declined",
            _ => "noReply",
        });
        add(match row["presence"].as_str().unwrap() {
            "PRESENT" | "LEFT" => "came",
            "EXCUSED" => "excused",
            "ABSENT" => "absent",
            _ => "expected",
        });
        for person in people {
            add("delegates");
            add(match person["presence"].as_str().unwrap() {
                "PRESENT" | "LEFT" => "delegatesPresent",
                "EXCUSED" => "delegatesExcused",
                "ABSENT" => "delegatesAbsent",
                _ => "delegatesExpected",
            });
        }
    }
    json!(total)
}

/// That every recap counts what the list shows, by whatever filter.
pub async fn recap_counts_the_list(office: &Office<'_>, event: &Value, filter: Value) {
    let document = "query($event: ID!, $filter: AttendanceFilter, $after: String) { attendance(event: $event, filter: $filter, \
         first: 30, after: $after) { pageInfo { hasNextPage endCursor } nodes { unit { code } tier province { code } presence \
         event { wave } invitation { status } delegates { presence } } } }";
    let mut rows: Vec<Value> = Vec::new();
    let mut after = Value::Null;
    loop {
        let variables = json!({ "event": event["id"], "filter": filter, "after": after });
        let page = office.data(document, variables).await["attendance"].clone();
        rows.extend(page["nodes"].as_array().unwrap().iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    for by in ["TIER", "PROVINCE", "WAVE"] {
        let (total, groups) = recapped(office, event, by, filter.clone()).await;
        assert_eq!(total, counted(&rows), "{by} {filter}");
        assert_eq!(total, sum(groups.iter().map(|group| &group["count"])), "{by} {filter}");
        for group in groups {
            let of_group = rows.iter().filter(|row| match by {
                "TIER" => row["tier"] == group["tier"],
                "PROVINCE" => row["province"]["code"] == group["province"]["code"],
                _ => row["event"]["wave"] == group["wave"],
            });
            assert_eq!(group["count"], counted(of_group), "{by} {group}");
        }
    }
    let count = &counted(&rows);
    let number = |key: &str| count[key].as_i64().unwrap();
    assert_eq!(
        number("invited"),
        number("came") + number("excused") + number("absent") + number("expected")
    );
}

async fn a_units_sheet_goes_from_draft_to_seal(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let event = two_sessions(&host, json!({ "tiers": ["KECAMATAN"] })).await;
    let times = sessions(&host, &event).await;
    let (head, staff) = (app.office("head.35.02.01").await, app.office("staff.35.02.01").await);
    let invited = sends(&head, &event, "35.02.01", &["Wulan Lestari", "Yoga Lestari"]).await;
    let (wulan, yoga) = (&invited["delegates"][0]["id"], &invited["delegates"][1]["id"]);
    let other = app.office("head.35.02.02").await;
    let silent = sends(&other, &event, "35.02.02", &["Tari Lestari", "Rini Lestari"]).await;
    let excuse = asks(&other, &silent, Some(&silent["delegates"][1]["id"]))
        .await
        .unwrap();
    decides(&host, &excuse, "GRANT", None).await.unwrap();
    let sheet = sheet_of(&staff, &invited).await;
    assert_eq!((&sheet["version"], &sheet["status"]), (&json!(0), &json!("DRAFT")));
    let early = writes(&staff, &sheet, "PRESENT", &[]).await.unwrap_err();
    assert_eq!((early.code.as_str(), early.field.as_str()), ("WRONG_STATE", "sheet"));

    let event = steps(&host, "startEvent", &event).await.unwrap();
    comes(&app, wulan, &times[0], Seen::Inside).await;
    comes(&app, wulan, &times[1], Seen::Inside).await;
    comes(&app, yoga, &times[0], Seen::Left).await;
    comes(&app, &silent["delegates"][0]["id"], &times[1], Seen::Inside).await;
    let unsubmitted = writes(&other, &sheet_of(&other, &silent).await, "PRESENT", &[]).await;
    assert_eq!(unsubmitted.unwrap()["status"], "DRAFT");
    // What cannot be meant is told at its place, all of it.
    let wrong = json!({ "sheet": sheet["id"], "expectedVersion": 0, "entries": [
        { "delegate": silent["delegates"][0]["id"], "session": times[0], "claim": "PRESENT" },
        { "delegate": wulan, "session": times[2], "claim": "PRESENT" },
        { "delegate": wulan, "session": times[0], "claim": "EXCUSED" },
        { "delegate": wulan, "session": times[0], "claim": "ABSENT", "note": "x".repeat(501) },
    ] });
    let document = crate::support::office::command_document("editAttendance", SHEET);
    let answer = staff.ask(&document, json!({ "input": wrong })).await;
    let errors = answer["data"]["editAttendance"]["userErrors"].as_array().unwrap();
    let told: Vec<String> = errors
        .iter()
        .map(|error| {
            let field: Vec<&str> = error["field"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            format!("{} {}", error["code"].as_str().unwrap(), field.join("."))
        })
        .collect();
    assert_eq!(
        told,
        [
            "NOT_FOUND entries.0.delegate",
            "NOT_FOUND entries.1.session",
            "INVALID entries.2.claim",
            "TOO_LONG entries.3.note",
            "INVALID entries.3",
        ]
    );
    let sheet = writes(&staff, &sheet, "PRESENT", &[]).await.unwrap();
    assert_eq!((&sheet["version"], &sheet["status"]), (&json!(1), &json!("DRAFT")));
    assert_eq!(
        writes(
            &staff,
            &json!({ "id": sheet["id"], "version": 0, "lines": [] }),
            "PRESENT",
            &[]
        )
        .await
        .unwrap_err()
        .code,
        "STALE_VERSION"
    );
    // What a unit is still writing is its own.
    for office in [&host, &app.office("head.35").await] {
        let shown = sheet_of(office, &invited).await;
        assert!(
            shown["lines"]
                .as_array()
                .unwrap()
                .iter()
                .all(|line| line["claim"].is_null()),
            "{}",
            office.name
        );
        assert_eq!(shown["differences"], 0);
    }
    assert_eq!(said(&sheet_of(&head, &invited).await).len(), 4);
    assert_eq!(
        settles(&head, "submitAttendance", &sheet, None).await.unwrap_err().code,
        "WRONG_STATE",
        "nobody knows who will be there"
    );

    let event = steps(&host, "endEvent", &event).await.unwrap();
    let unsaid =
        json!({ "sheet": sheet["id"], "expectedVersion": 1, "entries": [{ "delegate": yoga, "session": times[1] }] });
    let sheet = staff.command("editAttendance", SHEET, unsaid).await.unwrap()["sheet"].clone();
    let refused = settles(&head, "submitAttendance", &sheet, None).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("REQUIRED", "sheet"));
    let sheet = writes(&staff, &sheet, "PRESENT", &[]).await.unwrap();
    assert_eq!(
        settles(&staff, "submitAttendance", &sheet, None)
            .await
            .unwrap_err()
            .code,
        "FORBIDDEN"
    );
    let sheet = settles(&head, "submitAttendance", &sheet, None).await.unwrap();
    assert_eq!(sheet["status"], "SUBMITTED");
    assert_eq!(
        writes(&staff, &sheet, "ABSENT", &[]).await.unwrap_err().code,
        "WRONG_STATE"
    );

    // The host sees where the unit says something else than the door, and sends it back.
    let shown = sheet_of(&host, &invited).await;
    assert_eq!(shown["differences"], 1);
    assert_eq!(
        said(&shown),
        [
            "Wulan Pembukaan PRESENT",
            "Wulan Praktik PRESENT",
            "Yoga Pembukaan PRESENT",
            "Yoga Praktik PRESENT"
        ]
    );
    assert_eq!(shown["lines"][3]["differs"], true);
    assert_eq!(shown["lines"][3]["door"], json!(null));
    let blank = settles(&host, "returnAttendance", &shown, Some(" ")).await.unwrap_err();
    assert_eq!((blank.code.as_str(), blank.field.as_str()), ("REQUIRED", "reason"));
    let returned = settles(&host, "returnAttendance", &shown, Some("Yoga tidak ada di Praktik."))
        .await
        .unwrap();
    assert_eq!(returned["status"], "RETURNED");
    assert_eq!(
        settles(&host, "verifyAttendance", &returned, None)
            .await
            .unwrap_err()
            .code,
        "WRONG_STATE"
    );
    let sheet = sheet_of(&staff, &invited).await;
    let sheet = writes(&staff, &sheet, "PRESENT", &[(yoga, &times[1], "ABSENT")])
        .await
        .unwrap();
    let sheet = settles(&head, "submitAttendance", &sheet, None).await.unwrap();
    let sheet = settles(&host, "verifyAttendance", &sheet, None).await.unwrap();
    assert_eq!(
        (&sheet["status"], &sheet["differences"]),
        (&json!("VERIFIED"), &json!(0))
    );
    let acts = "query($id: ID!) { node(id: $id) { ... on AttendanceSheet { acts { kind reason } invitation { acts { kind } } \
         viewerCanReturn viewerCanVerify } } }";
    let shown = host.data(acts, json!({ "id": sheet["id"] })).await["node"].clone();
    let kinds: Vec<&Value> = shown["acts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| &act["kind"])
        .collect();
    assert_eq!(kinds, ["SUBMIT_SHEET", "RETURN_SHEET", "SUBMIT_SHEET", "VERIFY_SHEET"]);
    assert_eq!(shown["acts"][1]["reason"], "Yoga tidak ada di Praktik.");
    assert_eq!(shown["invitation"]["acts"], json!([{ "kind": "CONFIRM" }]));
    assert_eq!(
        (&shown["viewerCanReturn"], &shown["viewerCanVerify"]),
        (&json!(true), &json!(false))
    );

    // The other unit stands by nothing: its people are sealed as the door says, which owes a reason.
    let refused = finalises(&host, &event, None).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("REQUIRED", "reason"));
    let sealed = finalises(&host, &event, Some("Tenggat lewat.")).await.unwrap();
    assert_eq!(sealed["status"], "FINAL");
    assert_eq!(sealed["sha256"].as_str().unwrap().len(), 64);
    let ours = sheet_of(&head, &invited).await;
    assert_eq!(ours["status"], "SEALED");
    assert_eq!(
        said(&ours),
        [
            "Wulan Pembukaan PRESENT",
            "Wulan Praktik PRESENT",
            "Yoga Pembukaan PRESENT",
            "Yoga Praktik ABSENT"
        ]
    );
    let theirs = sheet_of(&other, &silent).await;
    assert_eq!((&theirs["status"], &theirs["version"]), (&json!("SEALED"), &json!(2)));
    assert_eq!(
        said(&theirs),
        [
            "Tari Pembukaan ABSENT",
            "Tari Praktik PRESENT",
            "Rini Pembukaan EXCUSED",
            "Rini Praktik EXCUSED"
        ]
    );
    let seals = "query($id: ID!) { node(id: $id) { ... on AttendanceSheet { seals { number sha256 sealedAt entries { claim \
         delegate { name } session { title } } } } } }";
    let seals = head.data(seals, json!({ "id": ours["id"] })).await["node"]["seals"].clone();
    assert_eq!((seals.as_array().unwrap().len(), &seals[0]["number"]), (1, &json!(1)));
    assert_eq!(seals[0]["entries"].as_array().unwrap().len(), 4);
    for late in ["submitAttendance", "verifyAttendance"] {
        let refused = settles(
            if late == "submitAttendance" { &head } else { &host },
            late,
            &ours,
            None,
        )
        .await;
        assert_eq!(refused.unwrap_err().code, "WRONG_STATE", "{late}");
    }
    assert_eq!(finalises(&host, &sealed, None).await.unwrap_err().code, "WRONG_STATE");
    assert_eq!(
        inspection::faults(&app.services.db).await.unwrap(),
        Vec::<String>::new()
    );

    // Who came: the host reads all of it, a unit its own, the neighbour nothing.
    assert_eq!(
        listed(&host, &event, json!({ "came": true })).await,
        ["35.02.01 PRESENT", "35.02.02 PRESENT"]
    );
    assert_eq!(
        listed(&host, &event, json!({ "presence": { "eq": "ABSENT" } }))
            .await
            .len(),
        19
    );
    assert_eq!(listed(&head, &event, json!({})).await, ["35.02.01 PRESENT"]);
    assert_eq!(
        listed(
            &host,
            &event,
            json!({ "session": { "eq": times[0] }, "reply": { "eq": "CONFIRMED" } })
        )
        .await,
        ["35.02.01 PRESENT", "35.02.02 ABSENT"]
    );
    recap_counts_the_list(&host, &event, json!({})).await;
    recap_counts_the_list(&head, &event, json!({})).await;
}

async fn excused_is_told_from_absent(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let event = two_sessions(&host, json!({ "tiers": ["KECAMATAN"] })).await;
    let times = sessions(&host, &event).await;
    let head = app.office("head.35.02.01").await;
    let invited = sends(&head, &event, "35.02.01", &["Wulan Lestari", "Yoga Lestari"]).await;
    let (wulan, yoga) = (&invited["delegates"][0]["id"], &invited["delegates"][1]["id"]);
    let (second, third) = (app.office("head.35.02.02").await, app.office("head.35.02.03").await);
    let whole = invitation(&second, &event, "35.02.02").await.unwrap();
    let refused_unit = invitation(&third, &event, "35.02.03").await.unwrap();

    // Its HEAD asks, for somebody or for the whole unit, once.
    let staff = app.office("staff.35.02.01").await;
    assert_eq!(asks(&staff, &invited, Some(yoga)).await.unwrap_err().code, "FORBIDDEN");
    assert_eq!(asks(&second, &invited, Some(yoga)).await.unwrap_err().code, "NOT_FOUND");
    let stranger = asks(&second, &whole, Some(yoga)).await.unwrap_err();
    assert_eq!(
        (stranger.code.as_str(), stranger.field.as_str()),
        ("NOT_FOUND", "delegate")
    );
    let letter = head
        .uploads("surat-dokter.pdf", &crate::support::files::pdf("sakit", 400))
        .await;
    let input = json!({ "invitation": invited["id"], "delegate": yoga, "reason": "Sakit.", "file": letter });
    let asked = head.command("requestExcuse", EXCUSE, input).await.unwrap()["excuse"].clone();
    assert_eq!((&asked["state"], &asked["delegate"]["id"]), (&json!("ASKED"), yoga));
    assert!(host.reads_file(&letter).await, "what shows it is read with it");
    assert!(!second.reads_file(&letter).await);
    assert_eq!(
        asks(&head, &invited, Some(yoga)).await.unwrap_err().code,
        "ALREADY_EXISTS"
    );
    let of_unit = asks(&second, &whole, None).await.unwrap();
    let no = asks(&third, &refused_unit, None).await.unwrap();

    // The host decides; refusing owes a reason.
    assert_eq!(
        decides(&head, &asked, "GRANT", None).await.unwrap_err().code,
        "FORBIDDEN"
    );
    assert_eq!(
        decides(&second, &asked, "GRANT", None).await.unwrap_err().code,
        "NOT_FOUND"
    );
    assert_eq!(decides(&host, &asked, "GRANT", None).await.unwrap()["state"], "GRANTED");
    let again = decides(&host, &asked, "REFUSE", Some("Tidak.")).await.unwrap_err();
    assert_eq!(again.code, "STALE_VERSION");
    assert_eq!(
        decides(&host, &of_unit, "GRANT", Some("Banjir.")).await.unwrap()["state"],
        "GRANTED"
    );
    let blank = decides(&host, &no, "REFUSE", None).await.unwrap_err();
    assert_eq!((blank.code.as_str(), blank.field.as_str()), ("REQUIRED", "reason"));
    assert_eq!(
        decides(&host, &no, "REFUSE", Some("Wajib hadir.")).await.unwrap()["state"],
        "REFUSED"
    );
    let anew = asks(&third, &refused_unit, None).await.unwrap();
    assert_eq!(
        decides(&host, &anew, "REFUSE", Some("Tetap wajib.")).await.unwrap()["state"],
        "REFUSED"
    );
    let document = "query($id: ID!) { node(id: $id) { ... on EventInvitation { excuses { state reason acts { kind reason } } } } }";
    let shown = third.data(document, json!({ "id": refused_unit["id"] })).await["node"]["excuses"].clone();
    assert_eq!(
        shown[0]["acts"][1],
        json!({ "kind": "REFUSE_EXCUSE", "reason": "Wajib hadir." })
    );

    let event = steps(&host, "startEvent", &event).await.unwrap();
    comes(&app, wulan, &times[0], Seen::Inside).await;
    let event = steps(&host, "endEvent", &event).await.unwrap();
    assert_eq!(
        listed(&host, &event, json!({ "unit": { "in": [host.unit("35.02.01").await, host.unit("35.02.02").await, host.unit("35.02.03").await] } })).await,
        ["35.02.01 PRESENT", "35.02.02 EXCUSED", "35.02.03 ABSENT"]
    );
    // EXCUSED is claimed where it was granted, and nowhere else.
    let sheet = sheet_of(&head, &invited).await;
    let wrong = writes(&head, &sheet, "EXCUSED", &[]).await.unwrap_err();
    assert_eq!(
        (wrong.code.as_str(), wrong.field.as_str()),
        ("INVALID", "entries.0.claim")
    );
    let sheet = writes(
        &head,
        &sheet,
        "EXCUSED",
        &[(wulan, &times[0], "PRESENT"), (wulan, &times[1], "ABSENT")],
    )
    .await
    .unwrap();
    let sheet = settles(&head, "submitAttendance", &sheet, None).await.unwrap();
    settles(&host, "verifyAttendance", &sheet, None).await.unwrap();
    // Who sends nobody has nothing to say: no reason is owed for them.
    let sealed = finalises(&host, &event, None).await.unwrap();
    assert_eq!(sealed["status"], "FINAL");
    assert_eq!(
        listed(&host, &event, json!({ "presence": { "eq": "EXCUSED" } })).await,
        ["35.02.02 EXCUSED"]
    );
    let (total, _groups) = recapped(&host, &event, "TIER", json!({})).await;
    let of = |key: &str| total[key].as_i64().unwrap();
    assert_eq!((of("invited"), of("came"), of("excused"), of("absent")), (21, 1, 1, 19));
    assert_eq!(
        (of("delegates"), of("delegatesPresent"), of("delegatesExcused")),
        (2, 1, 1)
    );
    assert_eq!(
        asks(&head, &invited, Some(wulan)).await.unwrap_err().code,
        "WRONG_STATE"
    );
    recap_counts_the_list(&host, &event, json!({})).await;
}

/// Somebody with a seat in the unit and one in the host does not settle what they handed in.
async fn who_hands_it_in_does_not_settle_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let second = app.makes_seat("35.02", Function::Head).await;
    app.appoints("head.35.02.01", second, Tenure::SETTLED).await;
    app.reload_directory().await;
    let (both, host) = (app.office("head.35.02.01").await, app.office("head.35.02").await);
    let event = two_sessions(&host, json!({ "tiers": ["KECAMATAN"] })).await;
    let times = sessions(&host, &event).await;
    let invited = sends(&both, &event, "35.02.01", &["Wulan Lestari"]).await;
    let excuse = asks(&both, &invited, None).await.unwrap();
    let own = decides(&both, &excuse, "GRANT", None).await.unwrap_err();
    assert_eq!((own.code.as_str(), own.field.as_str()), ("OWN_WORK", "excuse"));
    decides(&host, &excuse, "REFUSE", Some("Wajib hadir.")).await.unwrap();
    let event = steps(&host, "startEvent", &event).await.unwrap();
    comes(&app, &invited["delegates"][0]["id"], &times[0], Seen::Inside).await;
    let event = steps(&host, "endEvent", &event).await.unwrap();
    let sheet = writes(&both, &sheet_of(&both, &invited).await, "PRESENT", &[])
        .await
        .unwrap();
    let sheet = settles(&both, "submitAttendance", &sheet, None).await.unwrap();
    for (command, reason) in [("verifyAttendance", None), ("returnAttendance", Some("Salah."))] {
        let own = settles(&both, command, &sheet, reason).await.unwrap_err();
        assert_eq!(
            (own.code.as_str(), own.field.as_str()),
            ("OWN_WORK", "sheet"),
            "{command}"
        );
    }
    let can = "query($id: ID!) { node(id: $id) { ... on AttendanceSheet { viewerCanVerify viewerCanReturn } } }";
    for (office, may) in [(&both, false), (&host, true)] {
        let shown = office.data(can, json!({ "id": sheet["id"] })).await["node"].clone();
        assert_eq!(
            shown,
            json!({ "viewerCanVerify": may, "viewerCanReturn": may }),
            "{}",
            office.name
        );
    }
    let sheet = settles(&host, "verifyAttendance", &sheet, None).await.unwrap();
    let sealed = finalises(&host, &event, None).await.unwrap();
    // The same for a correction: another person confirms it, whatever the seat.
    let session = &sheet["lines"][1]["session"]["id"];
    let input = json!({
        "sheet": sheet["id"], "expectedVersion": sheet_of(&both, &invited).await["version"], "reason": "Pulang lebih awal.",
        "entries": [{ "delegate": invited["delegates"][0]["id"], "session": session, "claim": "ABSENT" }],
    });
    let proposed = both.command("correctAttendance", PROPOSAL, input).await.unwrap();
    let confirm = json!({ "proposal": proposed["proposal"]["id"] });
    assert_eq!(
        both.command("confirmProposal", PROPOSAL, confirm.clone())
            .await
            .unwrap_err()
            .code,
        "OWN_WORK"
    );
    host.command("confirmProposal", PROPOSAL, confirm).await.unwrap();
    assert_eq!(sealed["status"], "FINAL");
}

async fn nothing_is_sealed_while_something_is_open(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let mut series = plan(&host, "Rakernis Kehumasan");
    series["audience"] = json!(null);
    let series = drafts(&host, series).await.unwrap();
    let mut wave = plan(&host, "Rakernis Kehumasan Gelombang I");
    wave["series"] = series["id"].clone();
    wave["wave"] = json!(1);
    let wave = publishes(&host, &drafts(&host, wave).await.unwrap()).await.unwrap();
    let series = publishes(&host, &series).await.unwrap();
    let times = sessions(&host, &wave).await;
    let head = app.office("head.35.02.01").await;
    let invited = sends(&head, &wave, "35.02.01", &["Wulan Lestari"]).await;
    let wave = steps(&host, "startEvent", &wave).await.unwrap();
    assert_eq!(finalises(&host, &wave, None).await.unwrap_err().code, "WRONG_STATE");
    comes(&app, &invited["delegates"][0]["id"], &times[0], Seen::Twice).await;
    let walk_in = walks_in(&app, &wave, ("35.02.01", Some(&invited)), DelegateStanding::Pending).await;
    let stranger = walks_in(&app, &wave, ("35.09", None), DelegateStanding::Expected).await;
    comes(&app, &stranger, &times[0], Seen::Inside).await;
    let excuse = asks(&head, &invited, None).await.unwrap();
    let wave = steps(&host, "endEvent", &wave).await.unwrap();

    // Each open matter is told with its count, and the reason that is owed besides.
    let document = crate::support::office::command_document("finaliseEvent", EVENT);
    let input = json!({ "input": { "event": wave["id"], "expectedVersion": wave["version"] } });
    let answer = host.ask(&document, input).await;
    let errors = answer["data"]["finaliseEvent"]["userErrors"].as_array().unwrap();
    let told: Vec<String> = errors
        .iter()
        .map(|error| {
            let field: Vec<&str> = error["field"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let first = error["message"].as_str().unwrap().split(' ').next().unwrap().to_owned();
            format!("{} {} {first}", error["code"].as_str().unwrap(), field.join("."))
        })
        .collect();
    assert_eq!(
        told,
        [
            "WRONG_STATE event.walkIns 1",
            "WRONG_STATE event.conflicts 1",
            "WRONG_STATE event.excuses 1",
            "REQUIRED reason 1",
        ]
    );
    decides(&host, &excuse, "REFUSE", Some("Ia datang.")).await.unwrap();
    let transaction = app.services.db.begin().await.unwrap();
    for sql in [
        "UPDATE event_attendance SET conflict = FALSE",
        "UPDATE event_delegate SET standing = 'EXPECTED' WHERE standing = 'PENDING'",
    ] {
        transaction.connection().execute_unprepared(sql).await.unwrap();
    }
    transaction.commit().await.unwrap();

    // The series waits for its wave.
    let series = steps(&host, "startEvent", &series).await.unwrap();
    let series = steps(&host, "endEvent", &series).await.unwrap();
    let refused = finalises(&host, &series, None).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("WRONG_STATE", "event.waves")
    );
    let sealed = finalises(&host, &wave, Some("Tidak ada daftar hadir.")).await.unwrap();
    let whole = finalises(&host, &series, None).await.unwrap();
    assert_ne!(sealed["sha256"], whole["sha256"]);
    assert_eq!(
        inspection::faults(&app.services.db).await.unwrap(),
        Vec::<String>::new()
    );

    // Who was let in without an invitation is counted apart; who was admitted for the unit has not been seen.
    assert_eq!(
        listed(&host, &series, json!({ "came": true })).await,
        ["35.02.01 PRESENT", "35.09 PRESENT"]
    );
    let lines = said(&sheet_of(&head, &invited).await);
    assert_eq!(
        lines,
        ["Wulan Rakernis PRESENT", "Bayu Rakernis ABSENT"]
            .map(|line| line.replace("Rakernis", "Rakernis Kehumasan Gelombang I"))
    );
    assert!(!walk_in.is_null());
    recap_counts_the_list(&host, &series, json!({})).await;
    let (total, _groups) = recapped(&host, &series, "WAVE", json!({})).await;
    assert_eq!(
        (&total["uninvited"], &total["uninvitedPresent"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(listed(&head, &wave, json!({})).await, ["35.02.01 PRESENT"]);
    // What the door says of strangers is under the seal of the event too.
    let transaction = app.services.db.begin().await.unwrap();
    let sql =
        "DELETE FROM event_attendance WHERE delegate_id IN (SELECT id FROM event_delegate WHERE invitation_id IS NULL)";
    transaction.connection().execute_unprepared(sql).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(inspection::faults(&app.services.db).await.unwrap().len(), 1);
}

async fn what_is_sealed_is_corrected_by_two(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("head2.35.02", "35.02", Function::Head)]).await;
    let (host, second) = (app.office("head.35.02").await, app.office("head2.35.02").await);
    let event = two_sessions(&host, json!({ "tiers": ["KECAMATAN"] })).await;
    let times = sessions(&host, &event).await;
    let head = app.office("head.35.02.01").await;
    let invited = sends(&head, &event, "35.02.01", &["Wulan Lestari"]).await;
    let wulan = &invited["delegates"][0]["id"];
    let event = steps(&host, "startEvent", &event).await.unwrap();
    comes(&app, wulan, &times[0], Seen::Inside).await;
    let event = steps(&host, "endEvent", &event).await.unwrap();
    let correction = |sheet: &Value, claim: &str, reason: &str| {
        json!({
            "sheet": sheet["id"], "expectedVersion": sheet["version"], "reason": reason,
            "entries": [{ "delegate": wulan, "session": times[1], "claim": claim }],
        })
    };
    let draft = sheet_of(&head, &invited).await;
    let early = head
        .command(
            "correctAttendance",
            PROPOSAL,
            correction(&draft, "PRESENT", "Ia hadir."),
        )
        .await;
    assert_eq!(early.unwrap_err().code, "WRONG_STATE");
    let sealed = finalises(&host, &event, Some("Tidak ada daftar hadir.")).await.unwrap();
    let sheet = sheet_of(&head, &invited).await;
    assert_eq!(said(&sheet), ["Wulan Pembukaan PRESENT", "Wulan Praktik ABSENT"]);

    let propose =
        |claim: &str, reason: &str| head.command("correctAttendance", PROPOSAL, correction(&sheet, claim, reason));
    assert_eq!(
        propose("ABSENT", "Ia hadir.").await.unwrap_err().code,
        "INVALID",
        "nothing would change"
    );
    let blank = propose("PRESENT", " ").await.unwrap_err();
    assert_eq!((blank.code.as_str(), blank.field.as_str()), ("REQUIRED", "reason"));
    let excused = propose("EXCUSED", "Ia sakit.").await.unwrap_err();
    assert_eq!(
        (excused.code.as_str(), excused.field.as_str()),
        ("INVALID", "entries.0.claim")
    );
    let staff = app.office("staff.35.02.01").await;
    let by_staff = staff
        .command(
            "correctAttendance",
            PROPOSAL,
            correction(&sheet, "PRESENT", "Ia hadir."),
        )
        .await;
    assert_eq!(by_staff.unwrap_err().code, "FORBIDDEN");

    // The unit proposes; it sees its proposal and can withdraw it, and nobody there can confirm it.
    let proposed = propose("PRESENT", "Ia hadir, kodenya rusak.").await.unwrap()["proposal"].clone();
    assert_eq!(
        (&proposed["status"], &proposed["command"]),
        (&json!("PENDING"), &json!("CORRECT_ATTENDANCE"))
    );
    assert_eq!(
        propose("PRESENT", "Sekali lagi.").await.unwrap_err().code,
        "ALREADY_EXISTS"
    );
    let seen = "query($id: ID!, $sheet: ID!) { node(id: $id) { ... on Proposal { viewerCanConfirm viewerCanReject subject { \
         ... on AttendanceSheet { id } } } } proposals { totalCount } sheet: node(id: $sheet) { ... on AttendanceSheet { \
         corrections { entries { claim } proposal { id } } } } }";
    let ids = json!({ "id": proposed["id"], "sheet": sheet["id"] });
    for (office, confirms, rejects) in [(&head, false, true), (&host, true, true), (&second, true, true)] {
        let shown = office.data(seen, ids.clone()).await;
        assert_eq!(shown["node"]["viewerCanConfirm"], confirms, "{}", office.name);
        assert_eq!(shown["node"]["viewerCanReject"], rejects, "{}", office.name);
        assert_eq!(shown["node"]["subject"]["id"], sheet["id"], "{}", office.name);
        assert_eq!(
            shown["sheet"]["corrections"][0]["entries"][1]["claim"], "PRESENT",
            "{}",
            office.name
        );
    }
    for office in [&staff, &app.office("head.35").await] {
        let shown = office.data(seen, ids.clone()).await;
        assert!(shown["node"].is_null(), "{}", office.name);
        assert_eq!(shown["sheet"]["corrections"], json!([]), "{}", office.name);
    }
    let decide = json!({ "proposal": proposed["id"] });
    assert_eq!(
        head.command("confirmProposal", PROPOSAL, decide.clone())
            .await
            .unwrap_err()
            .code,
        "FORBIDDEN"
    );
    head.command("rejectProposal", PROPOSAL, decide).await.unwrap();
    assert_eq!(sheet_of(&head, &invited).await, sheet, "rejected, it leaves everything");

    // The host proposes, and another person of the host confirms.
    let by_host = host
        .command(
            "correctAttendance",
            PROPOSAL,
            correction(&sheet, "PRESENT", "Kodenya rusak."),
        )
        .await;
    let decide = json!({ "proposal": by_host.unwrap()["proposal"]["id"] });
    assert_eq!(
        host.command("confirmProposal", PROPOSAL, decide.clone())
            .await
            .unwrap_err()
            .code,
        "OWN_WORK"
    );
    let (one, other) = tokio::join!(
        second.command("confirmProposal", PROPOSAL, decide.clone()),
        second.command("rejectProposal", PROPOSAL, decide.clone())
    );
    // Of two decisions at once one holds.
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    if one.is_err() {
        let again = host
            .command(
                "correctAttendance",
                PROPOSAL,
                correction(&sheet, "PRESENT", "Kodenya rusak."),
            )
            .await;
        let decide = json!({ "proposal": again.unwrap()["proposal"]["id"] });
        second.command("confirmProposal", PROPOSAL, decide).await.unwrap();
    }
    let corrected = sheet_of(&head, &invited).await;
    assert_eq!(said(&corrected), ["Wulan Pembukaan PRESENT", "Wulan Praktik PRESENT"]);
    let seals =
        "query($id: ID!) { node(id: $id) { ... on AttendanceSheet { seals { number sha256 entries { claim } } } } }";
    let seals = head.data(seals, json!({ "id": sheet["id"] })).await["node"]["seals"].clone();
    assert_eq!((&seals[0]["number"], &seals[1]["number"]), (&json!(1), &json!(2)));
    assert_eq!(
        (&seals[0]["entries"][1]["claim"], &seals[1]["entries"][1]["claim"]),
        (&json!("ABSENT"), &json!("PRESENT"))
    );
    assert_ne!(seals[0]["sha256"], seals[1]["sha256"]);
    let hash = "query($id: ID!) { event(id: $id) { sha256 } }";
    let now = host.data(hash, json!({ "id": event["id"] })).await;
    assert_eq!(
        now["event"]["sha256"], sealed["sha256"],
        "what was finalised stays what it was"
    );
    assert_eq!(
        listed(&host, &event, json!({ "session": { "eq": times[1] }, "came": true })).await,
        ["35.02.01 PRESENT"]
    );
    assert_eq!(
        inspection::faults(&app.services.db).await.unwrap(),
        Vec::<String>::new()
    );
    // One that was proposed on what has changed since is not carried out.
    let stale = json!({
        "sheet": sheet["id"], "expectedVersion": sheet["version"], "reason": "Ia hadir.",
        "entries": [{ "delegate": wulan, "session": times[0], "claim": "ABSENT" }],
    });
    assert_eq!(
        head.command("correctAttendance", PROPOSAL, stale)
            .await
            .unwrap_err()
            .code,
        "STALE_VERSION"
    );
}

/// Who confirms a correction holds the event before the proposal, as who proposes one does: in other orders each could wait for
/// the other. On SQLite nobody holds anything beside another.
async fn a_correction_is_decided_on_in_the_order_it_is_proposed(app: TestApp) {
    if app.services.db.is_embedded() {
        return;
    }
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("head2.35.02", "35.02", Function::Head)]).await;
    let (host, second) = (app.office("head.35.02").await, app.office("head2.35.02").await);
    let event = two_sessions(&host, json!({ "tiers": ["KECAMATAN"] })).await;
    let times = sessions(&host, &event).await;
    let head = app.office("head.35.02.01").await;
    let invited = sends(&head, &event, "35.02.01", &["Wulan Lestari"]).await;
    let event = steps(&host, "startEvent", &event).await.unwrap();
    let event = steps(&host, "endEvent", &event).await.unwrap();
    finalises(&host, &event, Some("Tidak ada daftar hadir.")).await.unwrap();
    let sheet = sheet_of(&head, &invited).await;
    let correction = json!({
        "sheet": sheet["id"], "expectedVersion": sheet["version"], "reason": "Ia hadir.",
        "entries": [{ "delegate": invited["delegates"][0]["id"], "session": times[0], "claim": "PRESENT" }],
    });
    let proposed = head.command("correctAttendance", PROPOSAL, correction).await.unwrap();
    let other = Database::connect(&app.database.url).await.unwrap();
    let held = other.begin().await.unwrap();
    held.execute_unprepared("SELECT id FROM event FOR UPDATE")
        .await
        .unwrap();
    let confirm = second.command(
        "confirmProposal",
        PROPOSAL,
        json!({ "proposal": proposed["proposal"]["id"] }),
    );
    let looks = async {
        let waiting =
            "SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = Statement::from_string(DatabaseBackend::Postgres, waiting);
        while held.query_one_raw(waiting.clone()).await.unwrap().is_none() {}
        let free = held
            .execute_unprepared("SELECT id FROM proposal FOR UPDATE NOWAIT")
            .await;
        held.rollback().await.unwrap();
        free
    };
    let (confirmed, free) = tokio::join!(confirm, looks);
    free.unwrap();
    confirmed.unwrap();
}

/// Whoever changes a seal, the sheet it seals or the event's hash behind the API is found out, twice.
async fn an_altered_seal_is_found(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let event = two_sessions(&host, json!({ "tiers": ["KECAMATAN"] })).await;
    let invited = sends(
        &app.office("head.35.02.01").await,
        &event,
        "35.02.01",
        &["Wulan Lestari"],
    )
    .await;
    let event = steps(&host, "startEvent", &event).await.unwrap();
    let event = steps(&host, "endEvent", &event).await.unwrap();
    finalises(&host, &event, Some("Tidak ada daftar hadir.")).await.unwrap();
    let db = &app.services.db;
    let does = async |sql: &str| {
        let transaction = db.begin().await.unwrap();
        transaction.connection().execute_unprepared(sql).await.unwrap();
        transaction.commit().await.unwrap();
    };
    let audited = async || {
        let mut told = Vec::new();
        auditor::verify(db, Witness::read("").unwrap(), &mut |finding| {
            told.push(finding.subject_type.clone().unwrap_or_default());
        })
        .await
        .unwrap();
        told
    };
    assert_eq!(audited().await, Vec::<String>::new());
    let sheet = uuid(Kind::EventInvitation, &invited["id"]);
    let sheet = match db.is_embedded() {
        true => format!("x'{}'", sheet.simple()),
        false => format!("'{sheet}'"),
    };
    let (before, after) = ("ABSENT", "PRESENT");
    let column = if db.is_embedded() { "entries" } else { "entries::text" };
    let cast = if db.is_embedded() { "" } else { "::jsonb" };
    let altered = |table: &str, key: &str, from: &str, to: &str| {
        format!("UPDATE {table} SET entries = replace({column}, '{from}', '{to}'){cast} WHERE {key} = {sheet}")
    };
    does(&altered("attendance_seal", "sheet_id", before, after)).await;
    assert_eq!(audited().await, ["attendance_seal"]);
    let faults = inspection::faults(db).await.unwrap();
    assert!(faults.iter().any(|fault| fault.starts_with("seal ")), "{faults:?}");
    does(&altered("attendance_seal", "sheet_id", after, before)).await;
    assert_eq!(inspection::faults(db).await.unwrap(), Vec::<String>::new());
    does(&altered("attendance_sheet", "id", before, after)).await;
    let faults = inspection::faults(db).await.unwrap();
    assert!(faults.len() == 1 && faults[0].starts_with("sheet "), "{faults:?}");
    does(&altered("attendance_sheet", "id", after, before)).await;
    does("UPDATE event SET head_position = 1, head_link = 'ab'").await;
    let faults = inspection::faults(db).await.unwrap();
    assert!(faults.len() == 1 && faults[0].starts_with("event "), "{faults:?}");
}

/// Of two heads of the host who decide at once, one decides.
async fn of_two_who_settle_at_once_one_does(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("head2.35.02", "35.02", Function::Head)]).await;
    let (host, second) = (app.office("head.35.02").await, app.office("head2.35.02").await);
    let event = two_sessions(&host, json!({ "tiers": ["KECAMATAN"] })).await;
    let (head, staff) = (app.office("head.35.02.01").await, app.office("staff.35.02.01").await);
    let invited = sends(&head, &event, "35.02.01", &["Wulan Lestari"]).await;
    let excuse = asks(&head, &invited, None).await.unwrap();
    let (one, other) = tokio::join!(
        decides(&host, &excuse, "GRANT", None),
        decides(&second, &excuse, "REFUSE", Some("Wajib hadir."))
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let event = steps(&host, "startEvent", &event).await.unwrap();
    let first = sheet_of(&head, &invited).await;
    let (one, other) = tokio::join!(
        writes(&head, &first, "PRESENT", &[]),
        writes(&staff, &first, "ABSENT", &[])
    );
    assert!(
        one.is_ok() != other.is_ok(),
        "the first version is written once: {one:?} {other:?}"
    );
    let sheet = one.or(other).unwrap();
    let event = steps(&host, "endEvent", &event).await.unwrap();
    let (one, other) = tokio::join!(
        settles(&head, "submitAttendance", &sheet, None),
        finalises(&host, &event, Some("Tenggat lewat."))
    );
    assert!(other.is_ok(), "{other:?}");
    let sealed = sheet_of(&head, &invited).await;
    assert_eq!(sealed["status"], "SEALED", "{one:?}");
    assert_eq!(
        inspection::faults(&app.services.db).await.unwrap(),
        Vec::<String>::new()
    );

    let event = two_sessions(&host, json!({ "tiers": ["KECAMATAN"] })).await;
    let invited = sends(&head, &event, "35.02.01", &["Wulan Lestari"]).await;
    let event = steps(&host, "startEvent", &event).await.unwrap();
    let event = steps(&host, "endEvent", &event).await.unwrap();
    let sheet = writes(&head, &sheet_of(&head, &invited).await, "PRESENT", &[])
        .await
        .unwrap();
    let sheet = settles(&head, "submitAttendance", &sheet, None).await.unwrap();
    let (one, other) = tokio::join!(
        settles(&host, "verifyAttendance", &sheet, None),
        settles(&second, "returnAttendance", &sheet, Some("Salah."))
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let loser = one.err().or(other.err()).unwrap();
    assert_eq!(loser.code, "STALE_VERSION");
    let (one, other) = tokio::join!(
        finalises(&host, &event, Some("Selesai.")),
        finalises(&second, &event, Some("Selesai."))
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
}

/// Three provinces with their kabupaten/kota in two waves: which of them did not come.
async fn which_units_did_not_come(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let coordinator = app.office("coordinator.ri").await;
    let mut series = plan(&coordinator, "Rakornas Kehumasan");
    series["audience"] = json!(null);
    let series = publishes_series(&coordinator, series).await;
    let mut waves = Vec::new();
    for (number, codes) in [(1, vec!["18"]), (2, vec!["31", "32"])] {
        let mut provinces = Vec::new();
        for code in codes {
            provinces.push(coordinator.unit(code).await);
        }
        let mut wave = plan(&coordinator, &format!("Rakornas Kehumasan Gelombang {number}"));
        wave["audience"] = json!({ "tiers": ["PROVINSI", "KABUPATEN_KOTA"], "beneath": provinces });
        wave["series"] = series["id"].clone();
        wave["wave"] = json!(number);
        let now = app.services.clock.now();
        wave["sessions"] = json!([
            { "title": "Pembukaan", "startsAt": wave["startsAt"], "endsAt": in_days(now, 8) },
            { "title": "Penutupan", "startsAt": in_days(now, 8), "endsAt": wave["endsAt"] },
        ]);
        let wave = drafts(&coordinator, wave).await.unwrap();
        waves.push(publishes(&coordinator, &wave).await.unwrap());
    }
    recap_counts_the_list(&coordinator, &series, json!({})).await;
    let comers = [
        ("head.18", 0, "18", &[0][..]),
        ("head.18.71", 0, "18.71", &[0, 1][..]),
        ("head.32", 1, "32", &[1][..]),
        ("head.32.75", 1, "32.75", &[0][..]),
        ("head.32.73", 1, "32.73", &[][..]),
    ];
    let mut invitations = Vec::new();
    for (name, wave, code, _sessions) in comers {
        let office = app.office(name).await;
        invitations.push(sends(&office, &waves[wave], code, &["Sari Bahari"]).await);
    }
    let excused = asks(&app.office("head.32.73").await, &invitations[4], None)
        .await
        .unwrap();
    decides(&coordinator, &excused, "GRANT", None).await.unwrap();
    let mut running = Vec::new();
    for wave in &waves {
        running.push(steps(&coordinator, "startEvent", wave).await.unwrap());
    }
    for ((_name, wave, _code, seen), invited) in comers.iter().zip(&invitations) {
        let times = sessions(&coordinator, &waves[*wave]).await;
        for session in *seen {
            comes(&app, &invited["delegates"][0]["id"], &times[*session], Seen::Left).await;
        }
    }
    assert!(
        listed(&coordinator, &series, json!({ "presence": { "eq": "ABSENT" } }))
            .await
            .is_empty()
    );
    let first = steps(&coordinator, "endEvent", &running[0]).await.unwrap();
    let (total, groups) = recapped(&coordinator, &series, "WAVE", json!({})).await;
    assert_eq!(
        (&groups[0]["count"]["expected"], &groups[0]["count"]["came"]),
        (&json!(0), &json!(2))
    );
    assert!(groups[1]["count"]["expected"].as_i64() > Some(0) && total["excused"] == 1);
    finalises(&coordinator, &first, Some("Tenggat lewat.")).await.unwrap();
    steps(&coordinator, "endEvent", &running[1]).await.unwrap();

    // By tier, by province, by wave, by session.
    let absent = |filter: Value| {
        let mut filter = filter;
        filter["presence"] = json!({ "eq": "ABSENT" });
        listed(&coordinator, &series, filter)
    };
    let (total, tiers) = recapped(&coordinator, &series, "TIER", json!({})).await;
    assert_eq!(
        (&tiers[0]["tier"], &tiers[1]["tier"]),
        (&json!("PROVINSI"), &json!("KABUPATEN_KOTA"))
    );
    assert_eq!(
        (&tiers[0]["count"]["invited"], &tiers[0]["count"]["absent"]),
        (&json!(3), &json!(1))
    );
    assert_eq!((&total["came"], &total["excused"]), (&json!(4), &json!(1)));
    assert_eq!(absent(json!({ "tier": { "eq": "PROVINSI" } })).await, ["31 ABSENT"]);
    let lampung = coordinator.unit("18").await;
    let of_lampung = absent(json!({ "province": { "eq": lampung } })).await;
    let (_total, provinces) = recapped(&coordinator, &series, "PROVINCE", json!({})).await;
    let codes: Vec<&Value> = provinces.iter().map(|group| &group["province"]["code"]).collect();
    assert_eq!(codes, ["18", "31", "32"]);
    assert_eq!(
        provinces[0]["count"]["absent"].as_u64().unwrap() as usize,
        of_lampung.len()
    );
    assert_eq!(absent(json!({ "wave": { "eq": 1 } })).await, of_lampung);
    let times = sessions(&coordinator, &waves[0]).await;
    assert_eq!(
        listed(
            &coordinator,
            &series,
            json!({ "session": { "eq": times[1] }, "came": true })
        )
        .await,
        ["18.71 PRESENT"]
    );
    let (_total, by_session) = recapped(&coordinator, &series, "SESSION", json!({})).await;
    let came: Vec<(&Value, &Value)> = by_session
        .iter()
        .map(|group| (&group["session"]["title"], &group["count"]["came"]))
        .collect();
    assert_eq!(
        came,
        [
            (&json!("Pembukaan"), &json!(2)),
            (&json!("Penutupan"), &json!(1)),
            (&json!("Pembukaan"), &json!(1)),
            (&json!("Penutupan"), &json!(1)),
        ]
    );
    // Each by each: the recap counts the list, for the host and for whoever reads a part of it.
    let province = app.office("head.32").await;
    for office in [
        &coordinator,
        &province,
        &app.office("observer.32").await,
        &app.office("head.32.75").await,
    ] {
        for filter in [
            json!({}),
            json!({ "tier": { "eq": "KABUPATEN_KOTA" } }),
            json!({ "came": false, "wave": { "eq": 2 } }),
            json!({ "session": { "eq": times[0] } }),
            json!({ "province": { "in": [lampung] }, "presence": { "in": ["PRESENT", "LEFT"] } }),
        ] {
            recap_counts_the_list(office, &waves[1], filter.clone()).await;
            if office.name == "coordinator.ri" {
                recap_counts_the_list(office, &series, filter).await;
            }
        }
    }
    // A province reads of its own alone; who manages people and who reviews reads nothing.
    let of_province = listed(&province, &waves[1], json!({})).await;
    assert!(
        of_province.len() == 28 && of_province.iter().all(|row| row.starts_with("32")),
        "{of_province:?}"
    );
    let document = "query($event: ID!) { attendance(event: $event) { totalCount } attendanceRecap(event: $event, groupBy: TIER) { total { \
         invited } } }";
    for name in ["admin.32", "expert1.ri", "admin.ri"] {
        let office = app.office(name).await;
        let shown = office.data(document, json!({ "event": waves[1]["id"] })).await;
        assert_eq!(shown, json!({ "attendance": null, "attendanceRecap": null }), "{name}");
    }
}

async fn publishes_series(office: &Office<'_>, input: Value) -> Value {
    drafts(office, input).await.unwrap()
}

async fn a_units_attendance_is_told_over_the_years(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (host, head) = (app.office("head.35.02").await, app.office("head.35.02.01").await);
    let now = app.services.clock.now();
    let days = [7, 400];
    let mut events = Vec::new();
    for day in days {
        let mut input = plan(&host, "Rakernis Kehumasan");
        input["startsAt"] = json!(in_days(now, day));
        input["endsAt"] = json!(in_days(now, day + 1));
        input["replyBy"] = json!(in_days(now, 1));
        let event = drafts(&host, input).await.unwrap();
        events.push(publishes(&host, &event).await.unwrap());
    }
    let invited = sends(&head, &events[0], "35.02.01", &["Wulan Lestari"]).await;
    let times = sessions(&host, &events[0]).await;
    let running = steps(&host, "startEvent", &events[0]).await.unwrap();
    comes(&app, &invited["delegates"][0]["id"], &times[0], Seen::Inside).await;
    let ended = steps(&host, "endEvent", &running).await.unwrap();
    finalises(&host, &ended, Some("Tenggat lewat.")).await.unwrap();
    let called_off = drafts(&host, plan(&host, "Rapat")).await.unwrap();
    let called_off = publishes(&host, &called_off).await.unwrap();
    let cancel = json!({ "event": called_off["id"], "expectedVersion": called_off["version"], "reason": "Banjir." });
    host.command("cancelEvent", EVENT, cancel).await.unwrap();

    let document = "query($unit: ID!, $from: Int, $until: Int) { unitAttendance(unit: $unit, from: $from, until: $until) { year \
         count { invited came excused absent expected } events { event { id } presence } } }";
    let unit = host.unit("35.02.01").await;
    let year = |day: i64| day_in_jakarta(now + Duration::days(day)).year();
    let shown = head.data(document, json!({ "unit": unit })).await["unitAttendance"].clone();
    assert_eq!(
        shown,
        json!([
            { "year": year(400), "count": { "invited": 1, "came": 0, "excused": 0, "absent": 0, "expected": 1 },
              "events": [{ "event": { "id": events[1]["id"] }, "presence": "EXPECTED" }] },
            { "year": year(7), "count": { "invited": 1, "came": 1, "excused": 0, "absent": 0, "expected": 0 },
              "events": [{ "event": { "id": events[0]["id"] }, "presence": "PRESENT" }] },
        ])
    );
    let one = json!({ "unit": unit, "from": year(7), "until": year(7) });
    assert_eq!(
        host.data(document, one).await["unitAttendance"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for name in ["head.35.02.02", "head.35.09", "admin.35", "expert1.ri", "head.32"] {
        let employed = name == "admin.35";
        if employed {
            app.employs(&[("admin.35", "35", Function::Admin)]).await;
        }
        let shown = app.office(name).await.data(document, json!({ "unit": unit })).await;
        assert_eq!(shown["unitAttendance"], json!([]), "{name}");
    }
    for (from, until) in [(2000, 2010), (2030, 2020), (2015, 2026)] {
        let answer = head
            .ask(document, json!({ "unit": unit, "from": from, "until": until }))
            .await;
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT",
            "{from} {until}"
        );
    }
}

/// What is read and sealed of many units costs as many statements as of few.
async fn many_units_cost_what_few_cost(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let coordinator = app.office("coordinator.ri").await;
    let (mut costs, mut invited) = (Vec::new(), Vec::new());
    for codes in [vec!["31"], super::events::THIRD_WAVE.to_vec()] {
        let mut provinces = Vec::new();
        for code in codes {
            provinces.push(coordinator.unit(code).await);
        }
        let mut event = plan(&coordinator, "Konsolidasi Kehumasan");
        event["audience"] = json!({ "tiers": ["PROVINSI", "KABUPATEN_KOTA"], "beneath": provinces });
        let event = drafts(&coordinator, event).await.unwrap();
        let event = publishes(&coordinator, &event).await.unwrap();
        let head = app.office("head.31").await;
        sends(&head, &event, "31", &["Sari Bahari"]).await;
        let event = steps(&coordinator, "startEvent", &event).await.unwrap();
        let event = steps(&coordinator, "endEvent", &event).await.unwrap();
        finalises(&coordinator, &event, Some("Tenggat lewat.")).await.unwrap();
        let sealing = app.last_statements().len();
        let document = "query($event: ID!) { attendance(event: $event, first: 100) { totalCount nodes { unit { name } presence invitation { \
             status } delegates { delegate { name } presence sessions { presence session { title } } } } } }";
        coordinator.data(document, json!({ "event": event["id"] })).await;
        let reading = app.last_statements().len();
        recapped(&coordinator, &event, "PROVINCE", json!({})).await;
        costs.push((sealing, reading, app.last_statements().len()));
        let sheets = "query($filter: EventInvitationFilter) { eventInvitations(filter: $filter, first: 10) { nodes { sheet { status \
             differences lines { claim } seals { number } corrections { note } viewerCanCorrect } excuses { state } } } }";
        coordinator
            .data(sheets, json!({ "filter": { "event": event["id"] } }))
            .await;
        assert!(app.last_statements().len() <= 20, "{:#?}", app.last_statements());
        let asked = "query($filter: EventInvitationFilter) { eventInvitations(filter: $filter, first: 100) { totalCount nodes { status \
             unit { name } event { title } viewerCanReply delegates { name title standing account { name } } } } }";
        coordinator
            .data(asked, json!({ "filter": { "event": event["id"] } }))
            .await;
        let inviting = app.last_statements().len();
        // One event the first time, two the second.
        let replies = "{ events(first: 50) { totalCount nodes { title replies { invited confirmed declined noReply delegates } } } }";
        let told = coordinator.data(replies, json!({})).await["events"].clone();
        assert_eq!(told["totalCount"].as_u64(), Some(invited.len() as u64 + 1));
        invited.push((inviting, app.last_statements().len()));
    }
    assert_eq!(costs[0], costs[1]);
    assert_eq!(invited[0], invited[1], "{:#?}", app.last_statements());
    assert!(invited[0].0 <= 10 && invited[0].1 <= 8, "{invited:?}");
    let (sealing, reading, recap) = costs[0];
    assert!(sealing <= 32 && reading <= 12 && recap <= 12, "{costs:?}");
}

on_both_databases!(
    a_units_sheet_goes_from_draft_to_seal,
    excused_is_told_from_absent,
    who_hands_it_in_does_not_settle_it,
    nothing_is_sealed_while_something_is_open,
    what_is_sealed_is_corrected_by_two,
    a_correction_is_decided_on_in_the_order_it_is_proposed,
    an_altered_seal_is_found,
    of_two_who_settle_at_once_one_does,
    which_units_did_not_come,
    a_units_attendance_is_told_over_the_years,
    many_units_cost_what_few_cost,
);
