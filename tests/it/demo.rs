//! The demo as whoever starts it finds it: the story of Jawa Barat is told to its evaluation, something is left
//! for everybody to do, and all of it fits together.
use serde_json::{Value, json};

use crate::support::{
    database::{self, PASSWORD, TestDatabase},
    process::{self, Process},
};

/// Asks as an office of the demo, which has to be answered without errors.
async fn ask(demo: &Process, name: &str, document: &str, variables: Value) -> Value {
    let token = demo.sign_in(&format!("{name}@demo.jenjang.id"), PASSWORD).await;
    let answer = demo.ask(Some(&token), document, variables).await.unwrap();
    assert!(answer["errors"].is_null(), "{name} was refused: {answer}");
    answer["data"].clone()
}

async fn assert_story(database: &TestDatabase) {
    let environment = [
        ("JENJANG_DATABASE_URL", database.url.as_str()),
        ("JENJANG_DEMO_PASSWORD", PASSWORD),
    ];
    let demo = process::start(
        database.folder.path(),
        &["demo", "--listen", "127.0.0.1:0"],
        &environment,
    );
    let found = ask(&demo, "head.32", "{ unit(code: \"32\") { id } }", json!({})).await;
    let document = "query($of: ID!) {
        accepted: reports(filter: {status: {eq: EVALUATED}, underneath: {eq: $of}}) { totalCount }
        reviewed: reports(filter: {status: {eq: EXPERT_REVIEW}, underneath: {eq: $of}}) {
            totalCount nodes { viewerCanAccept unit { code } }
        }
        received: reports(filter: {status: {eq: RECEIVED}, underneath: {eq: $of}}) { totalCount }
        viewer { tasks { counts { kind count } } }
    }";
    let told = ask(&demo, "coordinator.ri", document, json!({ "of": found["unit"]["id"] })).await;
    let counts = ["accepted", "reviewed", "received"].map(|status| told[status]["totalCount"].as_u64());
    assert_eq!(counts, [Some(6), Some(8), Some(13)], "the 27");
    let tasks = |told: &Value, kind: &str| {
        let counts = told["viewer"]["tasks"]["counts"].as_array().unwrap();
        let of_kind = counts.iter().find(|count| count["kind"] == kind);
        of_kind.map_or(json!(0), |of_kind| of_kind["count"].clone())
    };
    assert_eq!(tasks(&told, "REPORT_TO_ASSIGN"), 13);
    let reviewed = told["reviewed"]["nodes"].as_array().unwrap().iter();
    let ready: Vec<&Value> = reviewed.filter(|report| report["viewerCanAccept"] == true).collect();
    assert_eq!(ready.len(), 1, "{ready:?}");
    assert_eq!(ready[0]["unit"]["code"], "32.16", "Kabupaten Bekasi has its quorum");

    let document =
        "{ reports { totalCount } reviewAssignments { totalCount } viewer { tasks { counts { kind count } } } }";
    let expert = ask(&demo, "expert1.ri", document, json!({})).await;
    assert_eq!(tasks(&expert, "REVIEW_TO_DO"), 7);
    let kept_out = ask(&demo, "expert3.ri", document, json!({})).await;
    assert_eq!(kept_out["reports"]["totalCount"], 0, "whoever comes from Jawa Barat");
    assert_eq!(kept_out["reviewAssignments"]["totalCount"], 0);
    let silent = ask(&demo, "expert4.ri", document, json!({})).await;
    assert_eq!(tasks(&silent, "REVIEW_TO_DO"), 0, "it was given to another");

    let document = "{ reports(first: 1) { nodes {
        status revision { number } receipts { code } findings { nodes { state answeredIn } } reviewResult { sheets }
        handover { place }
    } } }";
    let bekasi = ask(&demo, "head.32.75", document, json!({})).await["reports"]["nodes"][0].clone();
    assert_eq!(
        (&bekasi["status"], &bekasi["revision"]["number"]),
        (&json!("EVALUATED"), &json!(2))
    );
    assert_eq!(bekasi["receipts"].as_array().unwrap().len(), 1);
    let resolved = json!({ "state": "RESOLVED", "answeredIn": 2 });
    assert_eq!(bekasi["findings"]["nodes"], json!([resolved, resolved]));
    assert_eq!(bekasi["reviewResult"]["sheets"], 2);

    let document = "{ reportCycle(code: \"laporan-akhir-kehumasan-2024\") { id } recommendations { nodes { state sourceTitle } } }";
    let told = ask(&demo, "coordinator.ri", document, json!({})).await;
    let recommended = told["recommendations"]["nodes"].as_array().unwrap();
    let of_batam = |one: &&Value| one["sourceTitle"] == BATAM;
    assert_eq!(recommended.iter().filter(of_batam).count(), 2);
    let states: Vec<&Value> = told["recommendations"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| !of_batam(one))
        .map(|one| &one["state"])
        .collect();
    assert_eq!(states, ["OPEN", "ANSWERED", "CLOSED"]);
    let document = "query($of: ID!) { nationalEvaluation(cycle: $of) { national { evaluated scores { count } } } }";
    let evaluation = ask(&demo, "staff.18", document, json!({ "of": told["reportCycle"]["id"] })).await;
    let national = json!({ "evaluated": 6, "scores": { "count": 6 } });
    assert_eq!(evaluation["nationalEvaluation"]["national"], national);

    assert_meetings(&demo).await;
    for command in [&["doctor"][..], &["audit", "verify"]] {
        let examined = process::run(database.folder.path(), command, &environment[..1]);
        assert!(
            examined.status.success(),
            "{command:?}: {}{}",
            examined.stdout,
            examined.stderr
        );
    }
}

const BATAM: &str = "Konsolidasi Nasional Kehumasan Gelombang III";

/// Batam is sealed, and Ponorogo left something for everybody to do.
async fn assert_meetings(demo: &Process) {
    let document =
        "{ events { nodes { id title status replies { confirmed declined noReply } certificates { totalCount } } } }";
    let told = ask(demo, "coordinator.ri", document, json!({})).await;
    let events = told["events"]["nodes"].as_array().unwrap();
    let batam = events.iter().find(|event| event["title"] == BATAM).unwrap();
    assert_eq!(batam["status"], "FINAL");
    assert_eq!(
        batam["replies"],
        json!({ "confirmed": 10, "declined": 1, "noReply": 173 })
    );
    assert_eq!(batam["certificates"]["totalCount"], 9);
    let document =
        "query($of: ID!) { attendanceRecap(event: $of, groupBy: TIER) { total { invited came excused absent } } }";
    let recap = ask(demo, "coordinator.ri", document, json!({ "of": batam["id"] })).await;
    let total = json!({ "invited": 184, "came": 8, "excused": 1, "absent": 175 });
    assert_eq!(recap["attendanceRecap"]["total"], total);
    let document = "{ viewer { tasks(first: 50) { nodes { kind } } } events(first: 1) { nodes { status walkIns { name } \
         evaluations { nodes { state } } } } }";
    let told = ask(demo, "head.35.02", document, json!({})).await;
    let waiting = told["viewer"]["tasks"]["nodes"].as_array().unwrap();
    for (kind, count) in [
        ("WALK_INS_TO_DECIDE", 1),
        ("EXCUSE_TO_DECIDE", 1),
        ("ATTENDANCE_TO_SETTLE", 2),
        ("EVENT_TO_FINALISE", 1),
    ] {
        assert_eq!(
            waiting.iter().filter(|task| task["kind"] == kind).count(),
            count,
            "{kind}"
        );
    }
    let rakernis = &told["events"]["nodes"][0];
    assert_eq!(rakernis["status"], "ENDED");
    let states: Vec<&Value> = rakernis["evaluations"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["state"])
        .collect();
    assert_eq!(states, ["ISSUED", "ISSUED", "ACKNOWLEDGED", "OBJECTED"]);
    let judged = ask(
        demo,
        "head.35.02.03",
        "{ viewer { tasks { nodes { kind } } } }",
        json!({}),
    )
    .await;
    let waiting = judged["viewer"]["tasks"]["nodes"].as_array().unwrap();
    assert!(
        waiting.iter().any(|task| task["kind"] == "EVENT_EVALUATION_TO_ANSWER"),
        "{waiting:?}"
    );
}

#[actix_web::test]
async fn the_story_is_told_on_sqlite() {
    assert_story(&database::empty(true).await).await;
}

#[actix_web::test]
async fn the_story_is_told_on_postgres() {
    if database::has_postgres() {
        assert_story(&database::empty(false).await).await;
    }
}
