//! What is done with excuses and attendance sheets, tried by every kind of office.
use entity::enums::Function;
use serde_json::{Value, json};

use super::{
    super::stage::Stage,
    events::{AROUND, KNOWS, KNOWS_INVITATION, is_among, tried},
};
use crate::{
    on_both_databases,
    stories::{
        attendance::{EXCUSE, SHEET, Seen, comes, sends, sessions, sheet_of, two_sessions},
        events::{EVENT, steps},
    },
    support::{TestApp, app::Variation},
};

pub const FIELDS: [&str; 11] = [
    "requestExcuse",
    "decideExcuse",
    "editAttendance",
    "submitAttendance",
    "verifyAttendance",
    "returnAttendance",
    "finaliseEvent",
    "correctAttendance",
    "attendance",
    "attendanceRecap",
    "unitAttendance",
];

/// Who is shown what: rows of the list, units in the recap, years of the unit, and whether the sheet and the excuse are found.
async fn reads(stage: &Stage<'_>, event: &Value, (unit, sheet, excuse): (&str, &Value, &Value)) {
    let document = "query($event: ID!, $unit: ID!, $sheet: ID!, $excuse: ID!) { \
         attendance(event: $event) { totalCount nodes { unit { code } } } \
         attendanceRecap(event: $event, groupBy: TIER) { total { invited } } \
         unitAttendance(unit: $unit) { year } sheet: node(id: $sheet) { id } excuse: node(id: $excuse) { id } }";
    let variables = json!({ "event": event["id"], "unit": unit, "sheet": sheet["id"], "excuse": excuse["id"] });
    for field in [
        "attendance(event: $event) { totalCount }",
        "attendanceRecap(event: $event, groupBy: TIER) { total { invited } }",
    ] {
        let document = format!("query($event: ID!) {{ {field} }}");
        let nobody = stage.app.ask(None, &document, json!({ "event": event["id"] })).await;
        assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{field}");
    }
    let nobody = "query($unit: ID!) { unitAttendance(unit: $unit) { year } }";
    let nobody = stage.app.ask(None, nobody, json!({ "unit": unit })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in AROUND.split_whitespace() {
        let shown = stage.office(name).await.data(document, variables.clone()).await;
        let knows = is_among(name, KNOWS_INVITATION);
        assert_eq!(shown["sheet"].is_object(), knows, "the sheet by {name}");
        assert_eq!(shown["excuse"].is_object(), knows, "the excuse by {name}");
        assert_eq!(
            shown["unitAttendance"].as_array().unwrap().len(),
            usize::from(knows),
            "over the years by {name}"
        );
        // Units read of themselves alone, the host and those above it of all.
        let rows = match name {
            _ if !is_among(name, KNOWS) => None,
            _ if name.contains("35.02.0") => Some(1),
            _ => Some(21),
        };
        assert_eq!(shown["attendance"]["totalCount"].as_u64(), rows, "the list by {name}");
        assert_eq!(
            shown["attendanceRecap"]["total"]["invited"].as_u64(),
            rows,
            "the recap by {name}"
        );
        let listed = shown["attendance"]["nodes"]
            .as_array()
            .map(Vec::len)
            .unwrap_or_default();
        assert_eq!(listed as u64, rows.unwrap_or_default().min(20), "{name}");
    }
}

async fn a_unit_says_who_came_and_the_host_settles_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("observer.ri", "RI", Function::Observer)]).await;
    let stage = Stage::set(&app).await;
    let host = stage.office("head.35.02").await;
    let event = two_sessions(&host, json!({ "tiers": ["KECAMATAN"] })).await;
    let times = sessions(&host, &event).await;
    let head = stage.office("head.35.02.01").await;
    let invited = sends(&head, &event, "35.02.01", &["Wulan Lestari"]).await;
    let (unit, wulan) = (head.unit("35.02.01").await, &invited["delegates"][0]["id"]);
    let (answers, commands) = (["head.35.02.01"], ["head.35.02"]);

    let ask = json!({ "invitation": invited["id"], "delegate": wulan, "reason": "Sakit." });
    let asked = tried(&stage, ("requestExcuse", EXCUSE), &ask, &answers, KNOWS_INVITATION).await;
    let excuse = &asked["excuse"];
    let decide =
        json!({ "excuse": excuse["id"], "expectedVersion": 1, "decision": "REFUSE", "reason": "Wajib hadir." });
    tried(&stage, ("decideExcuse", EXCUSE), &decide, &commands, KNOWS_INVITATION).await;

    let event = steps(&host, "startEvent", &event).await.unwrap();
    comes(&app, wulan, &times[0], Seen::Inside).await;
    let event = steps(&host, "endEvent", &event).await.unwrap();
    let sheet = sheet_of(&head, &invited).await;
    let entries: Vec<Value> = times[..2]
        .iter()
        .map(|session| json!({ "delegate": wulan, "session": session, "claim": "PRESENT" }))
        .collect();
    let edit = json!({ "sheet": sheet["id"], "expectedVersion": 0, "entries": entries });
    let drafts = ["staff.35.02.01", "head.35.02.01"];
    tried(&stage, ("editAttendance", SHEET), &edit, &drafts, KNOWS_INVITATION).await;
    let on = |version: i32| json!({ "sheet": sheet["id"], "expectedVersion": version });
    tried(&stage, ("submitAttendance", SHEET), &on(1), &answers, KNOWS_INVITATION).await;
    let mut back = on(2);
    back["reason"] = json!("Siapa yang hadir?");
    tried(&stage, ("returnAttendance", SHEET), &back, &commands, KNOWS_INVITATION).await;
    tried(&stage, ("submitAttendance", SHEET), &on(3), &answers, KNOWS_INVITATION).await;
    tried(&stage, ("verifyAttendance", SHEET), &on(4), &commands, KNOWS_INVITATION).await;
    reads(&stage, &event, (&unit, &sheet, excuse)).await;
    let seal = json!({ "event": event["id"], "expectedVersion": event["version"] });
    tried(&stage, ("finaliseEvent", EVENT), &seal, &commands, KNOWS).await;
    reads(&stage, &event, (&unit, &sheet, excuse)).await;
    let mut correct = on(6);
    correct["reason"] = json!("Pulang lebih awal.");
    correct["entries"] = json!([{ "delegate": wulan, "session": times[1], "claim": "ABSENT" }]);
    let proposers = ["head.35.02.01", "head.35.02"];
    tried(
        &stage,
        ("correctAttendance", "proposal { id }"),
        &correct,
        &proposers,
        KNOWS_INVITATION,
    )
    .await;
}

on_both_databases!(a_unit_says_who_came_and_the_host_settles_it);
