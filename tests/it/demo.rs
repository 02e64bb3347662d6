//! The demo as whoever starts it finds it: the story of Jawa Barat is told to its evaluation, something is left
//! for everybody to do, awards were given, and all of it fits together.
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
        // More sign-ins in a minute than one address is granted.
        ("JENJANG_RATE_LIMIT", "off"),
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
    assert_awards(&demo).await;
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

/// An edition as the coordinator reads it, with its awards.
async fn edition(demo: &Process, title: &str) -> Value {
    let document =
        "{ awardEditions { nodes { id title description status announcedAt categories { id title shortlist } } } }";
    let told = ask(demo, "coordinator.ri", document, json!({})).await;
    let editions = told["awardEditions"]["nodes"].as_array().unwrap().clone();
    assert_eq!(editions.len(), 3);
    let mut editions = editions.into_iter();
    let mut edition = editions.find(|edition| edition["title"] == title).unwrap();
    let document = "query($of: ID!) { awards(filter: { edition: { eq: $of } }, first: 50) { totalCount nodes { honour place name \
         revokedBecause category { title } unit { code } certificate { code revokedBecause } } } }";
    let told = ask(demo, "coordinator.ri", document, json!({ "of": edition["id"] })).await;
    edition["awards"] = told["awards"].clone();
    edition
}

/// The codes of the units that won in an edition, in the order of the codes.
fn winners(edition: &Value) -> Vec<&str> {
    let awards = edition["awards"]["nodes"].as_array().unwrap().iter();
    let won = awards.filter(|award| award["honour"] == "WINNER");
    let mut codes: Vec<&str> = won.map(|award| award["unit"]["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    codes
}

/// Jember, Lampung, and the thirteen of 2025.
async fn assert_awards(demo: &Process) {
    let jember = edition(demo, "Kehumasan Terbaik 2024").await;
    let ten = [
        "13.01", "33.15", "33.24", "33.75", "35.09", "35.79", "36.73", "52.02", "52.04", "64.71",
    ];
    assert_eq!(winners(&jember), ten);
    assert_eq!(
        jember["awards"]["totalCount"], 10,
        "equals, and nobody is named after them"
    );
    let awards = jember["awards"]["nodes"].as_array().unwrap();
    assert!(
        awards
            .iter()
            .all(|award| award["place"].is_null() && award["certificate"].is_object())
    );
    assert_eq!(jember["announcedAt"], "2024-06-30T04:00:00Z");
    assert_eq!(jember["status"], "CLOSED");
    let told = jember["description"].as_str().unwrap();
    assert!(
        told.contains("ASUMSI demo ini: Kota Pekalongan dan Kota Serang"),
        "{told}"
    );

    let document = "{ awardTally(filter: { from: 2023, until: 2023 }) { table { provinces { province { code } sums { \
         own { wins } units { wins } outsiders { wins } } } } } }";
    let tally = ask(demo, "head.35.02.01", document, json!({})).await;
    let lampung = json!({ "own": { "wins": 3 }, "units": { "wins": 3 }, "outsiders": { "wins": 0 } });
    let first = json!({ "province": { "code": "18" }, "sums": lampung });
    assert_eq!(tally["awardTally"]["table"]["provinces"][0], first, "{tally}");

    let last = edition(demo, "Penghargaan Kehumasan 2025").await;
    let categories = last["categories"].as_array().unwrap();
    assert_eq!(categories.len(), 13);
    let in_two_rounds = categories.iter().filter(|category| category["shortlist"] == 1);
    assert_eq!(in_two_rounds.count(), 6);
    let awards = last["awards"]["nodes"].as_array().unwrap().iter();
    let of = |title: &'static str| awards.clone().filter(move |award| award["category"]["title"] == title);
    let revoked: Vec<&Value> = of("Siaran Pers")
        .filter(|award| !award["revokedBecause"].is_null())
        .collect();
    assert_eq!(revoked.len(), 1);
    assert_eq!(
        (&revoked[0]["unit"]["code"], &revoked[0]["place"]),
        (&json!("32.73"), &json!(1))
    );
    assert_eq!(
        revoked[0]["certificate"]["revokedBecause"],
        revoked[0]["revokedBecause"]
    );
    let verified = "query($code: String!) { verifyCertificate(code: $code) { standing revocation { reason } } }";
    let code = json!({ "code": revoked[0]["certificate"]["code"] });
    let verified = demo.ask(None, verified, code).await.unwrap();
    let expected = json!({ "standing": "REVOKED", "revocation": { "reason": revoked[0]["revokedBecause"] } });
    assert_eq!(verified["data"]["verifyCertificate"], expected);
    let named: Vec<&Value> = of("Mitra Media").map(|award| &award["name"]).collect();
    assert_eq!(named.len(), 2);
    assert_conflict(demo, &last).await;
}

/// Who recused judged one of two, and so did who came from the province of the other.
async fn assert_conflict(demo: &Process, edition: &Value) {
    let document = "query($category: ID!) { awardPanels(filter: { category: { eq: $category } }) { nodes { round unit { code } \
         jurors { seat { localTitle } } candidates(first: 10) { nodes { listed unit { code } sheetsComplete } } } } }";
    let category = json!({ "category": edition["categories"][0]["id"] });
    let told = ask(demo, "coordinator.ri", document, category).await;
    let panels = told["awardPanels"]["nodes"].as_array().unwrap();
    let rounds = |round: &str| panels.iter().filter(|panel| panel["round"] == round).count();
    assert_eq!((rounds("PROVINSI"), rounds("ISSUER")), (2, 1));
    let of_ri = panels.iter().find(|panel| panel["round"] == "ISSUER").unwrap();
    let titles: Vec<&str> = of_ri["jurors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|juror| juror["seat"]["localTitle"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Tenaga Ahli I", "Tenaga Ahli II", "Tenaga Ahli III"]);
    let candidates = of_ri["candidates"]["nodes"].as_array().unwrap();
    assert!(
        candidates.iter().all(|candidate| candidate["sheetsComplete"] == 2),
        "{candidates:?}"
    );
    for (expert, judged) in [("expert1.ri", 2), ("expert2.ri", 1), ("expert3.ri", 1)] {
        let document = "{ awardScorings(first: 100) { nodes { state candidate { panel { category { id } } } } } }";
        let told = ask(demo, expert, document, json!({})).await;
        let of_category = told["awardScorings"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|scoring| scoring["candidate"]["panel"]["category"]["id"] == edition["categories"][0]["id"])
            .filter(|scoring| scoring["state"] == "COMPLETE")
            .count();
        assert_eq!(of_category, judged, "{expert}");
    }
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
