//! RI sends a circular: it asks provinsi and kabupaten/kota for a report, a province passes it on with an earlier moment,
//! some get more time, some are excused, and in the end the round is closed.
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use entity::enums::{Function, ObligationStanding};
use jenjang::{
    clock::{Clock, StillClock, SystemClock},
    graphql::id::Kind,
};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{
        Office, Refusal, TestApp,
        app::Variation,
        files::pdf,
        rounds::{in_days, letter},
    },
};

/// The code of the round.
const CIRCULAR: &str = "laporan-tahunan-2025";

/// The app with a clock that stands still, and that clock.
async fn still(app: TestApp) -> (TestApp, StillClock) {
    let clock = StillClock::at(SystemClock.now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    (app.varied(variation).await, clock)
}

async fn beside(app: &TestApp) -> TestApp {
    TestApp::on(Arc::clone(&app.database), Variation::unthrottled()).await
}

fn told<T>(answer: Result<T, Refusal>) -> String {
    match answer {
        Ok(_done) => "done".to_owned(),
        Err(refusal) => format!("{} at {}", refusal.code, refusal.field),
    }
}

async fn passes_on(office: &Office<'_>, cycle: &str, due_at: String) -> Result<Value, Refusal> {
    let input = json!({ "cycle": cycle, "dueAt": due_at, "legalBasis": letter() });
    let selection = "cycle { passings { nodes { dueAt version unit { code } } } }";
    office.command("passOnReportCycle", selection, input).await
}

async fn version(office: &Office<'_>, cycle: &str) -> i64 {
    let document = "query($id: ID!) { reportCycle(id: $id) { version } }";
    let data = office.data(document, json!({ "id": cycle })).await;
    data["reportCycle"]["version"].as_i64().unwrap()
}

async fn closes(office: &Office<'_>, cycle: &str) -> Result<Value, Refusal> {
    let input = json!({ "cycle": cycle, "expectedVersion": version(office, cycle).await });
    office.command("closeReportCycle", "cycle { closedAt }", input).await
}

/// Waits until somebody has been told these things of the round, whatever else.
async fn hears(office: &Office<'_>, kinds: &[&str]) {
    let document = "{ viewer { notices(first: 50) { nodes { kind message cycle { code } } } } }";
    loop {
        let data = office.data(document, json!({})).await;
        let notices = data["viewer"]["notices"]["nodes"].as_array().unwrap().clone();
        let of_round = |kind: &&str| {
            notices
                .iter()
                .any(|notice| notice["kind"] == **kind && notice["cycle"]["code"] == CIRCULAR)
        };
        if kinds.iter().all(of_round) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn the_circular(app: TestApp) {
    let (app, clock) = still(app).await;
    let now = Clock::now(&clock);
    let ri = app.office("coordinator.ri").await;
    // Whom would it ask?
    let mut round = ri.annual_round(CIRCULAR).await;
    round["dryRun"] = json!(true);
    let outcome = "outcome { askedCount asked { tier count } cycle { id } }";
    let shown = ri.command("openReportCycle", outcome, round.clone()).await.unwrap();
    let asked = json!([{ "tier": "PROVINSI", "count": 38 }, { "tier": "KABUPATEN_KOTA", "count": 514 }]);
    assert_eq!(
        shown["outcome"],
        json!({ "askedCount": 552, "asked": asked, "cycle": null })
    );
    round["dryRun"] = json!(false);
    let cycle = ri.opens(round).await.unwrap();
    assert_eq!(app.owed(CIRCULAR, "32.75").await.standing, ObligationStanding::Expected);

    the_province_passes_it_on(&app, &cycle, now).await;
    some_get_more_time(&app, &cycle, now).await;
    some_are_freed(&app, &cycle).await;

    // After the lock only those who were given more time are heard.
    clock.advance(Duration::days(41));
    let (late, extended) = (app.office("head.32.06").await, app.office("head.32.01").await);
    assert_eq!(told(late.starts(CIRCULAR).await), "CYCLE_NOT_OPEN at cycle");
    extended.submits(&extended.drafts(CIRCULAR).await).await.unwrap();
    let came = app.owed(CIRCULAR, "32.01").await;
    assert!(came.met_at.is_some_and(|met| met <= came.on_time_until));

    let ri = app.office("coordinator.ri").await;
    closes(&ri, &cycle).await.unwrap();
    assert_eq!(told(closes(&ri, &cycle).await), "CYCLE_NOT_OPEN at cycle");
    let waiting = app.office("head.32.02").await;
    assert_eq!(told(waiting.starts(CIRCULAR).await), "CYCLE_NOT_OPEN at cycle");
    let more = Some(in_days(now, 60));
    let refused = ri.frees_until("extendObligation", &cycle, &["32.02"], more).await;
    assert_eq!(told(refused), "CYCLE_NOT_OPEN at cycle");
    let input = json!({ "cycle": cycle, "expectedVersion": version(&ri, &cycle).await, "name": "Lain" });
    let refused = ri.command("editReportCycle", "cycle { id }", input).await;
    assert_eq!(told(refused), "CYCLE_NOT_OPEN at cycle");
}

async fn the_province_passes_it_on(app: &TestApp, cycle: &str, now: DateTime<Utc>) {
    let (province, regency) = (app.office("head.32").await, app.office("head.32.75").await);
    assert_eq!(
        told(passes_on(&province, cycle, in_days(now, 30)).await),
        "INVALID at dueAt"
    );
    assert_eq!(
        told(passes_on(&province, cycle, in_days(now, -1)).await),
        "INVALID at dueAt"
    );
    assert_eq!(
        told(passes_on(&regency, cycle, in_days(now, 10)).await),
        "NOT_EXPECTED at cycle",
        "it asks nobody beneath a kabupaten/kota"
    );
    let passed = passes_on(&province, cycle, in_days(now, 20)).await.unwrap();
    let passing = &passed["cycle"]["passings"]["nodes"][0];
    assert_eq!(
        (&passing["unit"]["code"], &passing["version"]),
        (&json!("32"), &json!(1))
    );
    let due = Some(now + Duration::days(20));
    assert_eq!(app.owed(CIRCULAR, "32.75").await.passed_due_at, due);
    assert_eq!(
        app.owed(CIRCULAR, "32.75").await.due_at,
        now + Duration::days(30),
        "RI's stays"
    );
    for elsewhere in ["32", "18.01"] {
        assert_eq!(app.owed(CIRCULAR, elsewhere).await.passed_due_at, None, "{elsewhere}");
    }
    hears(&regency, &["CYCLE_OPENED", "CYCLE_PASSED_ON"]).await;
    // Another province is told nothing of it.
    let document = "query($id: ID!) { reportCycle(id: $id) { passings { totalCount } } }";
    let lampung = app.office("head.18").await;
    let seen = lampung.data(document, json!({ "id": cycle })).await;
    assert_eq!(seen["reportCycle"]["passings"]["totalCount"], 0);
    // Passed on anew, but for whom the province has given time of their own.
    let later = Some(in_days(now, 25));
    let done = province.frees_until("extendObligation", cycle, &["32.07"], later).await;
    assert_eq!(done.unwrap()["acts"][0]["decidedBy"]["code"], "32");
    passes_on(&province, cycle, in_days(now, 22)).await.unwrap();
    assert_eq!(
        app.owed(CIRCULAR, "32.75").await.passed_due_at,
        Some(now + Duration::days(22))
    );
    let own = app.owed(CIRCULAR, "32.07").await;
    assert_eq!(own.passed_due_at, Some(now + Duration::days(25)));
    assert_eq!((own.due_at, own.extended), (now + Duration::days(30), false));
    let beyond = Some(in_days(now, 31));
    let refused = province
        .frees_until("extendObligation", cycle, &["32.07"], beyond)
        .await;
    assert_eq!(told(refused), "INVALID at units.0", "past the owner's moment");
}

async fn some_get_more_time(app: &TestApp, cycle: &str, now: DateTime<Utc>) {
    let ri = app.office("coordinator.ri").await;
    let until = in_days(now, 45);
    let units = [ri.unit("32.01").await, ri.unit("32.02").await];
    let input = json!({ "cycle": cycle, "units": units, "until": until, "reason": "Kantor terendam banjir." });
    let selection = "acts { kind until unit { code } }";
    let extend = async || {
        let key = Some("perpanjangan");
        ri.command_with_key("extendObligation", selection, input.clone(), key)
            .await
    };
    let extended = extend().await.unwrap();
    assert_eq!(extended["acts"].as_array().unwrap().len(), 2);
    assert_eq!(extend().await.unwrap(), extended, "sent again, done once");
    for code in ["32.01", "32.02"] {
        let owed = app.owed(CIRCULAR, code).await;
        assert!(owed.extended);
        let moment = now + Duration::days(45);
        assert_eq!((owed.due_at, owed.on_time_until), (moment, moment), "{code}");
    }
    let shorter = Some(in_days(now, 44));
    let refused = ri
        .frees_until("extendObligation", cycle, &["32.03", "32.01"], shorter)
        .await;
    assert_eq!(told(refused), "INVALID at units.1");
    assert!(!app.owed(CIRCULAR, "32.03").await.extended, "all or none");
    hears(&app.office("head.32.01").await, &["OBLIGATION_EXTENDED"]).await;
    // The owner moves the moment of all: who was given more time keeps it.
    let input = json!({ "cycle": cycle, "expectedVersion": version(&ri, cycle).await, "dueAt": in_days(now, 31) });
    ri.command("editReportCycle", "cycle { id }", input).await.unwrap();
    assert_eq!(app.owed(CIRCULAR, "32.01").await.due_at, now + Duration::days(45));
    let moved = app.owed(CIRCULAR, "32.03").await;
    assert_eq!(
        (moved.due_at, moved.on_time_until),
        (now + Duration::days(31), now + Duration::days(33))
    );
}

async fn some_are_freed(app: &TestApp, cycle: &str) {
    let (ri, province) = (app.office("coordinator.ri").await, app.office("head.32").await);
    assert_eq!(
        told(ri.frees("excuseObligation", cycle, &["32.03"]).await),
        "FORBIDDEN at units.0"
    );
    let excused = province.frees("excuseObligation", cycle, &["32.03"]).await.unwrap();
    assert_eq!(excused["acts"][0]["decidedBy"]["code"], "32");
    assert_eq!(
        told(province.frees("waiveObligation", cycle, &["32.04"]).await),
        "FORBIDDEN at units.0"
    );
    ri.frees("waiveObligation", cycle, &["32.04"]).await.unwrap();
    ri.frees("excuseObligation", cycle, &["18"]).await.unwrap();
    assert_eq!(
        told(ri.frees("waiveObligation", cycle, &["32.03"]).await),
        "WRONG_STATE at units.0"
    );
    for code in ["32.03", "32.04"] {
        let freed = app.office(&format!("head.{code}")).await;
        assert_eq!(told(freed.starts(CIRCULAR).await), "NOT_EXPECTED at cycle", "{code}");
    }
    hears(&app.office("head.32.03").await, &["OBLIGATION_EXCUSED"]).await;
    hears(&app.office("head.32.04").await, &["OBLIGATION_WAIVED"]).await;
    // What has come cannot be excused, nor anybody together with it.
    let prompt = app.office("head.32.05").await;
    prompt.submits(&prompt.drafts(CIRCULAR).await).await.unwrap();
    let refused = province.frees("excuseObligation", cycle, &["32.06", "32.05"]).await;
    assert_eq!(told(refused), "WRONG_STATE at units.1");
    assert_eq!(app.owed(CIRCULAR, "32.06").await.standing, ObligationStanding::Expected);
    // Elsewhere nothing is known of it.
    let lampung = app.office("head.18").await;
    assert_eq!(
        told(lampung.frees("excuseObligation", cycle, &["32.06"]).await),
        "NOT_FOUND at units.0"
    );
    province.frees("restoreObligation", cycle, &["32.03"]).await.unwrap();
    assert_eq!(told(app.office("head.32.03").await.starts(CIRCULAR).await), "done");
}

async fn a_province_asks_its_own(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let province = app.office("head.32").await;
    let mut round = province.annual_round("32-tahunan-2025").await;
    round["audience"] = json!({ "tiers": ["KABUPATEN_KOTA"], "except": [province.unit("32.01").await] });
    let cycle = province.opens(round.clone()).await.unwrap();
    assert_eq!(told(province.opens(round).await), "ALREADY_EXISTS at code");
    let document = "query($id: ID!) { reportCycle(id: $id) { viewerCanManage viewerCanPassOn owner { code } } node(id: $id) { id } \
                    byCode: reportCycle(code: \"32-tahunan-2025\") { id } \
                    reportCycles(filter: {code: {eq: \"32-tahunan-2025\"}}) { totalCount nodes { id } } }";
    for (name, sees, manages, passes) in [
        ("head.32", true, true, false),
        ("staff.32", true, false, false),
        ("head.32.75", true, false, true),
        ("head.32.01", true, false, true),
        ("coordinator.ri", true, false, false),
        ("admin.ri", true, false, false),
        ("head.18", false, false, false),
        ("head.35.02.18", false, false, false),
    ] {
        let seen = app.office(name).await.data(document, json!({ "id": cycle })).await;
        if sees {
            let told = &seen["reportCycle"];
            let expected = json!({ "viewerCanManage": manages, "viewerCanPassOn": passes, "owner": { "code": "32" } });
            assert_eq!(told, &expected, "{name}");
            assert_eq!(seen["reportCycles"]["totalCount"], 1, "{name}");
        } else {
            let nothing = json!({
                "reportCycle": null, "node": null, "byCode": null,
                "reportCycles": { "totalCount": 0, "nodes": [] },
            });
            assert_eq!(seen, nothing, "{name}");
        }
    }
    let start = async |name: &str| {
        let office = app.office(name).await;
        told(
            office
                .command("startReport", "report { id }", json!({ "cycle": cycle }))
                .await,
        )
    };
    assert_eq!(start("head.32.75").await, "done");
    assert_eq!(start("head.32.01").await, "NOT_EXPECTED at cycle");
    assert_eq!(start("head.18.01").await, "NOT_FOUND at cycle");
}

async fn the_letter_is_read_by_who_may_know_of_the_round(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (province, ri) = (app.office("head.35").await, app.office("coordinator.ri").await);
    let round = province.own_round("35-kegiatan").await;
    let file = province.uploads("Surat edaran.pdf", &pdf("Edaran", 700)).await;
    let foreign = ri.uploads("Surat RI.pdf", &pdf("RI", 800)).await;
    let with = |letter: &str| {
        let mut round = round.clone();
        round["letter"] = json!(letter);
        round
    };
    for letter in [foreign.as_str(), &app.absent(Kind::File)] {
        assert_eq!(told(province.opens(with(letter)).await), "NOT_FOUND at letter");
    }
    let mut unnamed = with(&file);
    unnamed["legalBasis"] = Value::Null;
    assert_eq!(told(province.opens(unnamed).await), "REQUIRED at legalBasis");
    assert!(!app.office("head.35.02").await.reads_file(&file).await, "not yet");
    let cycle = province.opens(with(&file)).await.unwrap();
    let mut again = with(&file);
    again["code"] = json!("35-lagi");
    assert_eq!(
        told(province.opens(again).await),
        "NOT_FOUND at letter",
        "it goes with one"
    );

    let document = "query($id: ID!) { reportCycle(id: $id) { letter { id name size } } }";
    for (name, reads) in [
        ("staff.35", true),
        ("coordinator.ri", true),
        ("head.35.02", true),
        ("head.35.02.18", true),
        ("head.32", false),
        ("observer.32", false),
        ("head.32.75", false),
    ] {
        let office = app.office(name).await;
        assert_eq!(office.reads_file(&file).await, reads, "{name}");
        let seen = office.data(document, json!({ "id": cycle })).await;
        let expected = json!({ "letter": { "id": file, "name": "Surat edaran.pdf", "size": 700 } });
        let expected = if reads { expected } else { Value::Null };
        assert_eq!(seen["reportCycle"], expected, "{name}");
    }
    let mut own = ri.annual_round(CIRCULAR).await;
    own["letter"] = json!(foreign);
    ri.opens(own).await.unwrap();
    assert!(app.office("head.32.75").await.reads_file(&foreign).await);
}

async fn the_letter_of_who_passes_a_round_on_is_read_in_its_line(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (ri, province) = (app.office("coordinator.ri").await, app.office("head.32").await);
    let cycle = ri.opens(ri.annual_round(CIRCULAR).await).await.unwrap();
    let file = province.uploads("Surat provinsi.pdf", &pdf("Provinsi", 600)).await;
    let foreign = ri.uploads("Surat RI.pdf", &pdf("RI", 800)).await;
    let passes = async |due_at: &str, file: &str| {
        let input = json!({ "cycle": cycle, "dueAt": due_at, "legalBasis": letter(), "letter": file });
        province.command("passOnReportCycle", "cycle { id }", input).await
    };
    let now = app.services.clock.now();
    let (early, earlier) = (in_days(now, 20), in_days(now, 15));
    assert_eq!(told(passes(&early, &foreign).await), "NOT_FOUND at letter");
    assert!(!app.office("head.32.75").await.reads_file(&file).await, "not yet");
    let newer = province.uploads("Surat kedua.pdf", &pdf("Kedua", 700)).await;
    passes(&early, &file).await.unwrap();
    passes(&earlier, &newer).await.unwrap();
    passes(&earlier, &file).await.unwrap();
    let document = "query($id: ID!) { reportCycle(id: $id) { passings { nodes { letter { id } } } } }";
    for (name, reads) in [
        ("staff.32", true),
        ("head.32.75", true),
        ("coordinator.ri", true),
        ("head.35", false),
        ("head.35.02", false),
    ] {
        let office = app.office(name).await;
        assert_eq!(office.reads_file(&file).await, reads, "{name}");
        let seen = office.data(document, json!({ "id": cycle })).await;
        let expected = if reads {
            json!([{ "letter": { "id": file } }])
        } else {
            json!([])
        };
        assert_eq!(seen["reportCycle"]["passings"]["nodes"], expected, "{name}");
    }
}

async fn everything_wrong_with_a_round_is_told(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (ri, province) = (app.office("coordinator.ri").await, app.office("head.32").await);
    let now = app.services.clock.now();
    let fields = async |office: &Office<'_>, change: Value| {
        let mut round = office.annual_round("32-tahunan").await;
        for (key, value) in change.as_object().unwrap() {
            round[key] = value.clone();
        }
        let answer = office
            .post_command("openReportCycle", "outcome { askedCount }", round, None)
            .await
            .json();
        let errors = answer["data"]["openReportCycle"]["userErrors"]
            .as_array()
            .unwrap()
            .clone();
        let told = errors.iter().map(|error| {
            let path: Vec<&str> = error["field"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|part| part.as_str().unwrap())
                .collect();
            format!("{} at {}", error["code"].as_str().unwrap(), path.join("."))
        });
        told.collect::<Vec<_>>()
    };
    let (bekasi, lampung) = (ri.unit("32.75").await, ri.unit("18").await);
    let wrong = json!({
        "code": "Laporan Tahunan",
        "name": " ",
        "periodEnd": "2025-11-30",
        "dueAt": in_days(now, -2),
        "graceUntil": in_days(now, -3),
        "timeZone": "Europe/Paris",
        "legalBasis": { "number": "", "date": "2025-03-04" },
        "audience": { "tiers": ["KECAMATAN"], "units": [bekasi], "except": [app.absent(jenjang::graphql::id::Kind::Unit)] },
    });
    let expected = [
        "INVALID at code",
        "REQUIRED at name",
        "INVALID at timeZone",
        "REQUIRED at legalBasis.number",
        "INVALID at periodEnd",
        "INVALID at dueAt",
        "INVALID at graceUntil",
        "INVALID at audience.tiers",
        "NOT_FOUND at audience.except.0",
        "INVALID at audience.units.0",
    ];
    assert_eq!(fields(&ri, wrong).await, expected);
    for (office, change, expected) in [
        (&province, json!({ "code": "tahunan" }), "INVALID at code"),
        (&province, json!({ "owner": lampung }), "FORBIDDEN at owner"),
        (&ri, json!({ "owner": lampung }), "FORBIDDEN at owner"),
        (
            &province,
            json!({ "audience": { "tiers": ["PROVINSI"], "units": [lampung] } }),
            "NOT_FOUND at audience.units.0",
        ),
        (
            &ri,
            json!({ "audience": { "tiers": [] } }),
            "REQUIRED at audience.tiers",
        ),
        (
            &ri,
            json!({ "audience": { "tiers": ["PROVINSI"], "beneath": [bekasi] } }),
            "INVALID at audience",
        ),
        (
            &ri,
            json!({ "dueAt": in_days(now, 800), "graceUntil": null, "locksAt": null }),
            "INVALID at dueAt",
        ),
        (
            &ri,
            json!({ "template": app.absent(jenjang::graphql::id::Kind::ReportTemplate) }),
            "NOT_FOUND at template",
        ),
        (
            &ri,
            json!({ "stage": app.absent(jenjang::graphql::id::Kind::ElectionStage) }),
            "NOT_FOUND at stage",
        ),
    ] {
        let told = fields(office, change.clone()).await;
        assert_eq!(told.first().map(String::as_str), Some(expected), "{change}: {told:?}");
    }
}

async fn a_stage_takes_place_in_its_regions(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let ri = app.office("coordinator.ri").await;
    let region = async |code: &str| {
        let document = "query($code: String!) { region(code: $code) { id } }";
        ri.data(document, json!({ "code": code })).await["region"]["id"].clone()
    };
    let (bekasi, bogor) = (region("32.75").await, region("32.01").await);
    let stage = json!({
        "code": "psu-2025",
        "name": "Pemungutan Suara Ulang 2025",
        "round": 2,
        "startsOn": "2025-03-22",
        "endsOn": "2025-08-06",
        "regions": [bekasi],
    });
    let made = ri
        .command(
            "createElectionStage",
            "stage { id version regions { code } }",
            stage.clone(),
        )
        .await;
    let made = made.unwrap()["stage"].clone();
    assert_eq!(
        (&made["regions"][0]["code"], &made["version"]),
        (&json!("32.75"), &json!(1))
    );
    let again = ri.command("createElectionStage", "stage { id }", stage).await;
    assert_eq!(told(again), "ALREADY_EXISTS at code");
    let mut round = ri.annual_round("psu-2025-akhir").await;
    round["periodKind"] = json!("STAGE_FINAL");
    round["stage"] = made["id"].clone();
    let selection = "outcome { askedCount cycle { stage { code } } }";
    let opened = ri.command("openReportCycle", selection, round).await.unwrap();
    assert_eq!(
        opened["outcome"],
        json!({ "askedCount": 1, "cycle": { "stage": { "code": "psu-2025" } } })
    );
    let elsewhere = json!({ "stage": made["id"], "expectedVersion": 1, "regions": [bogor] });
    ri.command("editElectionStage", "stage { version }", elsewhere.clone())
        .await
        .unwrap();
    let standing = async |code: &str| app.owed("psu-2025-akhir", code).await.standing;
    assert_eq!(standing("32.75").await, ObligationStanding::NotApplicable);
    assert_eq!(standing("32.01").await, ObligationStanding::Expected);
    let stale = ri.command("editElectionStage", "stage { version }", elsewhere).await;
    assert_eq!(told(stale), "STALE_VERSION at expectedVersion");
    let upside_down = json!({ "stage": made["id"], "expectedVersion": 2, "endsOn": "2025-03-01" });
    let refused = ri.command("editElectionStage", "stage { version }", upside_down).await;
    assert_eq!(told(refused), "INVALID at endsOn");
    let bekasi = app.office("head.32.75").await;
    let listed = bekasi
        .data("{ electionStages { totalCount nodes { code } } }", json!({}))
        .await;
    let expected = json!({ "totalCount": 1, "nodes": [{ "code": "psu-2025" }] });
    assert_eq!(listed["electionStages"], expected);
}

async fn of_rivals_one_is_first(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let other = beside(&app).await;
    app.employs(&[("coordinator2.ri", "RI", Function::Coordinator)]).await;
    other.reload_directory().await;
    let (here, there) = (
        app.office("coordinator.ri").await,
        other.office("coordinator2.ri").await,
    );
    let now = app.services.clock.now();
    let cycle = here.opens(here.annual_round(CIRCULAR).await).await.unwrap();
    jenjang::report::catalogue::reload(&other.services).await.unwrap();
    // Two give the same unit more time.
    let until = || Some(in_days(now, 35));
    let (one, two) = tokio::join!(
        here.frees_until("extendObligation", &cycle, &["32.01"], until()),
        there.frees_until("extendObligation", &cycle, &["32.01"], until()),
    );
    let mut both = [told(one), told(two)];
    both.sort();
    assert_eq!(both, ["INVALID at units.0", "done"]);
    // One is excused while its report comes: it is excused first, or the report has come.
    let (province, regency) = (app.office("head.32").await, other.office("head.32.75").await);
    let draft = regency.drafts(CIRCULAR).await;
    let (excused, sent) = tokio::join!(
        province.frees("excuseObligation", &cycle, &["32.75"]),
        regency.submits(&draft),
    );
    sent.unwrap();
    let owed = app.owed(CIRCULAR, "32.75").await;
    assert!(owed.met_at.is_some());
    match told(excused).as_str() {
        "done" => assert_eq!(owed.standing, ObligationStanding::Excused),
        "WRONG_STATE at units.0" => assert_eq!(owed.standing, ObligationStanding::Expected),
        other => panic!("{other}"),
    }
    // Two close it.
    let (one, two) = tokio::join!(closes(&here, &cycle), closes(&there, &cycle));
    let mut both = [told(one), told(two)];
    both.sort();
    assert_eq!(both[1], "done");
    assert!(
        ["STALE_VERSION at expectedVersion", "CYCLE_NOT_OPEN at cycle"].contains(&both[0].as_str()),
        "{both:?}"
    );
}

on_both_databases!(
    the_letter_is_read_by_who_may_know_of_the_round,
    the_letter_of_who_passes_a_round_on_is_read_in_its_line,
    the_circular,
    a_province_asks_its_own,
    everything_wrong_with_a_round_is_told,
    a_stage_takes_place_in_its_regions,
    of_rivals_one_is_first,
);
