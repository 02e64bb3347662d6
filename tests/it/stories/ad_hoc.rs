//! Bodies are formed for an election and dissolved after it: those who sat there leave, what they wrote stays, and what they
//! left open is carried on by the custodian above.
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use entity::{enums::Function, seat};
use jenjang::{
    background,
    clock::{Clock, StillClock, SystemClock},
    config::Config,
    graphql::id::Kind,
    notice::telling,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{KECAMATAN, hierarchy::changes, inviting::activates};
use crate::{
    on_both_databases,
    support::{Office, Report, TestApp, app::Variation},
};

/// The app with people in Jawa Timur and Ponorogo that the demo lacks, on a day that can be passed on.
async fn ponorogo(app: TestApp) -> (TestApp, StillClock) {
    let clock = StillClock::at(SystemClock.now());
    let still = Arc::new(clock.clone());
    let app = app
        .varied(Variation {
            clock: still,
            ..Variation::unthrottled()
        })
        .await;
    app.employs(&[
        ("admin.35", "35", Function::Admin),
        ("admin.35.02", "35.02", Function::Admin),
        ("second.35.02", "35.02", Function::Head),
    ])
    .await;
    app.change_directory(async |connection| {
        seat::Entity::update_many()
            .col_expr(seat::Column::Custodian, Expr::value(true))
            .filter(seat::Column::Id.eq(app.seat_of("head.35.02").await))
            .exec(connection)
            .await
            .unwrap();
    })
    .await;
    app.reload_directory().await;
    (app, clock)
}

fn in_days(app: &TestApp, days: u64) -> NaiveDate {
    app.services.clock.today().checked_add_days(Days::new(days)).unwrap()
}

/// A report of a kecamatan that its head has submitted.
async fn submitted(app: &TestApp, code: &str) -> Report {
    let drafted = app.office(&format!("staff.{code}")).await.drafts(KECAMATAN).await;
    let head = app.office(&format!("head.{code}")).await;
    head.submits(&drafted).await.unwrap()
}

/// A report of a kecamatan that Ponorogo has sent back.
async fn returned(app: &TestApp, code: &str) -> Report {
    let submitted = submitted(app, code).await;
    let regency = app.office("second.35.02").await;
    let taken = regency.does("takeReport", &submitted).await.unwrap();
    let reason = "Lampirkan jumlah pengikut.";
    regency.does_because("returnReport", &taken, reason).await.unwrap()
}

async fn count(office: &Office<'_>, document: &str) -> Value {
    let data = office.data(document, json!({})).await;
    data.as_object().unwrap().values().next().unwrap()["totalCount"].clone()
}

/// The kinds of the office's notices, newest first, once everything is told.
async fn kinds(office: &Office<'_>) -> Vec<String> {
    let services = &office.app.services;
    jenjang::feed::number(&services.db).await.unwrap();
    while telling::tell(services).await.unwrap() > 0 {}
    let data = office
        .data("{ viewer { notices { nodes { kind } } } }", json!({}))
        .await;
    let nodes = data["viewer"]["notices"]["nodes"].as_array().unwrap().clone();
    nodes
        .iter()
        .map(|node| node["kind"].as_str().unwrap().to_owned())
        .collect()
}

/// Dissolves the kecamatan of Ponorogo: today, and one of them later.
async fn ends_the_election(app: &TestApp, later: (&str, NaiveDate)) -> Value {
    let admin = app.office("admin.35").await;
    let (regency, late) = (admin.unit("35.02").await, admin.unit(later.0).await);
    let dates = json!([{ "underneath": late, "on": later.1 }]);
    let input = json!({ "underneath": [regency], "dates": dates });
    let mut dry = input.clone();
    dry["dryRun"] = json!(true);
    let shown = changes(&admin, "dissolveUnits", dry).await.unwrap();
    let done = changes(&admin, "dissolveUnits", input).await.unwrap();
    assert_eq!((&shown["change"], &shown["touches"]), (&Value::Null, &done["touches"]));
    done
}

async fn what_the_kecamatan_left_open_is_carried_on_by_the_custodian(app: TestApp) {
    let (app, clock) = ponorogo(app).await;
    let writer = app.office("staff.35.02.04").await;
    let draft = writer.drafts(KECAMATAN).await;
    let back = returned(&app, "35.02.05").await;
    let waiting = submitted(&app, "35.02.06").await;
    let late = app.office("staff.35.02.18").await.drafts(KECAMATAN).await;
    let end = in_days(&app, 30);
    let done = ends_the_election(&app, ("35.02.18", end)).await;
    assert_eq!(done["unitCount"], 21);

    // They leave that day, with the sessions they had.
    assert!(writer.sees(&draft).await.is_none());
    let round = app.office("head.35.02").await.cycle(KECAMATAN).await;
    let begun = writer
        .command("startReport", "report { id }", json!({ "cycle": round }))
        .await;
    assert_eq!(begun.unwrap_err().code, "NOT_FOUND", "who sits nowhere knows no round");
    assert!(app.office("head.35.02.05").await.sees(&back).await.is_none());
    assert_eq!(kinds(&writer).await, ["UNIT_DISSOLVED"]);
    // One goes on until its own day.
    let lasting = app.office("staff.35.02.18").await;
    let late = lasting.fills_in(&late, "Masih bertugas.").await.unwrap();

    let (custodian, second) = (app.office("head.35.02").await, app.office("second.35.02").await);
    assert_eq!(kinds(&custodian).await[0], "CUSTODY_PASSED");
    assert!(!kinds(&second).await.contains(&"CUSTODY_PASSED".to_owned()));
    // Neither the other HEAD nor the desk nor anybody above reads what was never submitted.
    for stranger in ["second.35.02", "staff.35.02", "head.35", "head.35.09", "coordinator.ri"] {
        let stranger = app.office(stranger).await;
        assert!(stranger.sees(&draft).await.is_none(), "{}", stranger.name);
        assert!(stranger.sees(&late).await.is_none(), "{}", stranger.name);
    }
    assert!(custodian.sees(&late).await.is_none(), "its unit stands");
    assert_eq!(count(&custodian, "{ reports { totalCount } }").await, 3);
    assert_eq!(count(&second, "{ reports { totalCount } }").await, 2);
    assert_eq!(
        count(&custodian, "{ reports(search: \"kecamatan\") { totalCount } }").await,
        3
    );
    let document = "query($id: ID!) { report(id: $id) { draft { answers { text } } viewerCanEdit viewerCanSubmit \
         viewerCanAbandon unit { code dissolvedOn custodians { unit { code } custodies: function } parent { code } } } }";
    let read = custodian.data(document, json!({ "id": draft.id })).await;
    assert_eq!(
        read["report"]["draft"]["answers"][0]["text"],
        "Terlaksana sesuai rencana."
    );
    assert_eq!(read["report"]["unit"]["parent"]["code"], "35.02");
    let kept_by = &read["report"]["unit"]["custodians"];
    assert_eq!(*kept_by, json!([{ "unit": { "code": "35.02" }, "custodies": "HEAD" }]));
    for can in ["viewerCanEdit", "viewerCanSubmit", "viewerCanAbandon"] {
        assert_eq!(read["report"][can], true, "{can}");
    }
    let why = "query($id: ID!) { explainAccess(action: SUBMIT, id: $id) { allowed seats { relations rule { key } } } }";
    let why = custodian.data(why, json!({ "id": draft.id })).await;
    assert_eq!(why["explainAccess"]["allowed"], true);
    assert_eq!(why["explainAccess"]["seats"][0]["relations"], json!(["CUSTODIAN"]));
    assert_eq!(
        why["explainAccess"]["seats"][0]["rule"]["key"],
        "report.custodian-carries-on"
    );

    // The custodian carries them on, and somebody else judges.
    let draft = custodian.fills_in(&draft, "Dilengkapi penyimpan.").await.unwrap();
    for open in [&draft, &back] {
        let sent = custodian.submits(open).await.unwrap();
        let taken = custodian.does("takeReport", &sent).await.unwrap();
        let own = custodian.does("endorseReport", &taken).await.unwrap_err();
        assert_eq!(own.code, "OWN_WORK");
        second.does("endorseReport", &taken).await.unwrap();
    }
    let taken = custodian.does("takeReport", &waiting).await.unwrap();
    custodian.does("endorseReport", &taken).await.unwrap();
    for above in ["head.35", "coordinator.ri", "staff.35.02"] {
        let above = app.office(above).await;
        for report in [&draft, &back, &waiting] {
            assert!(above.sees(report).await.is_some(), "{} reads on", above.name);
        }
    }

    // The day of the last one comes by itself.
    clock.advance(chrono::Duration::days(30));
    let (leaver, custodian) = (app.office("staff.35.02.18").await, app.office("head.35.02").await);
    assert!(leaver.sees(&late).await.is_none());
    assert!(custodian.sees(&late).await.is_some());
    custodian.submits(&late).await.unwrap();
}

async fn a_returned_report_of_a_dissolved_unit_tells_its_custodian(app: TestApp) {
    let (app, _clock) = ponorogo(app).await;
    let waiting = submitted(&app, "35.02.06").await;
    ends_the_election(&app, ("35.02.18", in_days(&app, 30))).await;
    let second = app.office("second.35.02").await;
    let taken = second.does("takeReport", &waiting).await.unwrap();
    second
        .does_because("returnReport", &taken, "Lampirkan jumlah pengikut.")
        .await
        .unwrap();
    assert_eq!(kinds(&app.office("head.35.02").await).await[0], "REPORT_RETURNED");
    assert_eq!(kinds(&app.office("head.35.02.06").await).await, ["UNIT_DISSOLVED"]);
}

async fn a_day_to_come_comes_in_every_process(app: TestApp) {
    let (app, clock) = ponorogo(app).await;
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let other = TestApp::on(Arc::clone(&app.database), variation).await;
    let draft = app.office("staff.35.02.04").await.drafts(KECAMATAN).await;
    let admin = app.office("admin.35.02").await;
    let input = json!({ "unit": admin.unit("35.02.04").await, "expectedVersion": 1, "on": in_days(&app, 10) });
    changes(&admin, "dissolveUnit", input).await.unwrap();
    for process in [&app, &other] {
        background::confirm(&process.services, chrono::Duration::minutes(5))
            .await
            .unwrap();
        assert!(process.office("staff.35.02.04").await.sees(&draft).await.is_some());
        assert!(process.office("head.35.02").await.sees(&draft).await.is_none());
    }
    clock.advance(chrono::Duration::days(10));
    for process in [&app, &other] {
        assert!(process.office("staff.35.02.04").await.sees(&draft).await.is_none());
        assert!(process.office("head.35.02").await.sees(&draft).await.is_some());
    }
}

async fn between_elections_the_tier_is_empty_and_the_next_one_forms_it_anew(app: TestApp) {
    let (app, clock) = ponorogo(app).await;
    let draft = app.office("staff.35.02.04").await.drafts(KECAMATAN).await;
    let old = app.office("admin.35").await.unit("35.02.04").await;
    ends_the_election(&app, ("35.02.18", in_days(&app, 1))).await;
    clock.advance(chrono::Duration::days(1));

    let (admin, custodian) = (app.office("admin.35").await, app.office("head.35.02").await);
    let tier = "{ units(filter: { tier: { eq: KECAMATAN } }, first: 100) { totalCount nodes { dissolvedOn } } }";
    let left = admin.data(tier, json!({})).await["units"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    assert!(
        left.iter().all(|unit| unit["dissolvedOn"].is_string()),
        "nothing stands"
    );
    assert_eq!(custodian.starts(KECAMATAN).await.unwrap_err().code, "NOT_EXPECTED");
    let cycle = custodian.cycle(KECAMATAN).await;
    let new = custodian
        .command("startReport", "report { id }", json!({ "cycle": cycle, "unit": old }))
        .await;
    assert_eq!(new.unwrap_err().code, "FORBIDDEN", "nothing new is begun for it");
    let again = changes(
        &admin,
        "dissolveUnits",
        json!({ "underneath": [admin.unit("35.02").await] }),
    )
    .await;
    assert_eq!(again.unwrap_err(), "INVALID at underneath");

    let later = in_days(&app, 40);
    let regency = admin.unit("35.02").await;
    let input = json!({ "underneath": [regency], "on": later });
    let formed = changes(&admin, "formUnits", input.clone()).await.unwrap();
    assert_eq!(
        (&formed["unitCount"], &formed["touches"]["nodes"][0]["effect"]),
        (&json!(21), &json!("FORMED"))
    );
    assert_eq!(
        changes(&admin, "formUnits", input).await.unwrap_err(),
        "INVALID at underneath"
    );
    clock.advance(chrono::Duration::days(40));
    let (admin, custodian) = (app.office("admin.35").await, app.office("head.35.02").await);
    let fresh = admin.unit("35.02.04").await;
    assert_ne!(fresh, old, "another unit in the same region");
    let document = "query($old: ID!, $new: ID!) { old: unit(id: $old) { code name dissolvedOn region { code } } \
         new: unit(id: $new) { code name dissolvedOn formedOn adHoc timeZone region { code } seats { function } } }";
    let both = admin.data(document, json!({ "old": old, "new": fresh })).await;
    assert_eq!(both["old"]["region"], both["new"]["region"]);
    assert_eq!(both["old"]["name"], both["new"]["name"]);
    assert_eq!(both["new"]["formedOn"], later.to_string());
    assert_eq!(
        (&both["new"]["adHoc"], &both["new"]["dissolvedOn"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(both["new"]["seats"].as_array().unwrap().len(), 4);
    assert!(custodian.sees(&draft).await.is_some(), "what the old one left stays");
}

async fn a_unit_goes_with_those_beneath_it_or_not_at_all(app: TestApp) {
    let (app, _clock) = ponorogo(app).await;
    let draft = app.office("staff.35.02.04").await.drafts(KECAMATAN).await;
    let waiting = submitted(&app, "35.02.06").await;
    let admin = app.office("admin.35").await;
    let input = |more: Value| {
        let mut input = json!({ "unit": "", "expectedVersion": 1 });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let (regency, first) = (admin.unit("35.02").await, admin.unit("35.02.01").await);
    let alone = changes(&admin, "dissolveUnit", input(json!({ "unit": regency }))).await;
    assert_eq!(alone.unwrap_err(), "CHILDREN_REMAIN at unit");
    let stale = changes(
        &admin,
        "dissolveUnit",
        input(json!({ "unit": regency, "expectedVersion": 9 })),
    )
    .await;
    assert_eq!(stale.unwrap_err(), "STALE_VERSION at expectedVersion");
    // One that ends earlier keeps its day.
    changes(&admin, "dissolveUnit", input(json!({ "unit": first })))
        .await
        .unwrap();
    let again = changes(
        &admin,
        "dissolveUnit",
        input(json!({ "unit": first, "expectedVersion": 2 })),
    )
    .await;
    assert_eq!(again.unwrap_err(), "WRONG_STATE at unit");
    let with_all = input(json!({ "unit": regency, "cascade": true, "on": in_days(&app, 0) }));
    let done = changes(&admin, "dissolveUnit", with_all).await.unwrap();
    assert_eq!(done["unitCount"], 21, "Ponorogo and the twenty that still stood");

    // Ponorogo is gone as well, so what all of them left is the province's, and so is what lay on Ponorogo's desk.
    assert!(app.office("head.35.02").await.sees(&waiting).await.is_none());
    let province = app.office("head.35").await;
    let draft = province.fills_in(&draft, "Dilengkapi provinsi.").await.unwrap();
    province.submits(&draft).await.unwrap();
    let taken = province.does("takeReport", &waiting).await.unwrap();
    province.does("endorseReport", &taken).await.unwrap();
}

async fn nobody_comes_to_a_unit_that_ends(app: TestApp) {
    let (app, _clock) = ponorogo(app).await;
    let admin = app.office("admin.35.02").await;
    let seats = "query($code: String!) { unit(code: $code) { seats { id function } } }";
    let seats = admin.data(seats, json!({ "code": "35.02.04" })).await;
    let vacant = seats["unit"]["seats"]
        .as_array()
        .unwrap()
        .iter()
        .find(|seat| seat["function"] == "OBSERVER");
    let seat = vacant.unwrap()["id"].as_str().unwrap();
    let email = "anggota@contoh.id";
    let invited = json!({ "email": email, "name": "Calon Anggota", "appointTo": seat });
    let invited = admin
        .command("inviteAccount", "invitation { code }", invited)
        .await
        .unwrap();
    let code = invited["invitation"]["code"].as_str().unwrap();
    let program = app
        .office("head.35.02.04")
        .await
        .employs_program("35.02.04", &["REPORTS_READ"])
        .await;
    assert_eq!(program.gets().await, "ok");

    let input = json!({ "unit": admin.unit("35.02.04").await, "expectedVersion": 1 });
    changes(&admin, "dissolveUnit", input).await.unwrap();
    let refused = activates(&app, code, "kereta-senja-lewat-1742").await.unwrap_err();
    assert_eq!(refused, "INVALID_CODE");
    assert_eq!(program.gets().await, "UNAUTHENTICATED");
}

async fn days_and_exceptions_have_to_make_sense(app: TestApp) {
    let (app, _clock) = ponorogo(app).await;
    let admin = app.office("admin.35").await;
    let (province, regency) = (admin.unit("35").await, admin.unit("35.02").await);
    let (kecamatan, elsewhere) = (admin.unit("35.02.04").await, admin.unit("35.09").await);
    let absent = app.absent(Kind::Unit);
    let day = |unit: &str, days| json!({ "underneath": unit, "on": in_days(&app, days) });
    let cases = [
        (json!({ "underneath": [] }), "REQUIRED at underneath"),
        (json!({ "underneath": [regency, absent] }), "NOT_FOUND at underneath.1"),
        (json!({ "except": [absent] }), "NOT_FOUND at except.0"),
        (
            json!({ "underneath": [regency], "except": [elsewhere] }),
            "INVALID at except.0",
        ),
        (json!({ "dates": [day(&absent, 1)] }), "NOT_FOUND at dates.0.underneath"),
        (
            json!({ "underneath": [regency], "dates": [day(&elsewhere, 1)] }),
            "INVALID at dates.0.underneath",
        ),
        (
            json!({ "dates": [day(&regency, 1), day(&regency, 2)] }),
            "INVALID at dates.0.underneath",
        ),
        (json!({ "dates": [day(&regency, 900)] }), "INVALID at dates.0.on"),
        (json!({ "on": in_days(&app, 900) }), "INVALID at on"),
        (json!({ "underneath": [elsewhere] }), "INVALID at underneath"),
        (
            json!({ "underneath": [regency], "except": [regency] }),
            "INVALID at underneath",
        ),
    ];
    for (input, refusal) in cases {
        let told = changes(&admin, "dissolveUnits", input.clone()).await.unwrap_err();
        assert_eq!(told, refusal, "{input}");
    }
    // The nearest day counts, an exception stands, and what has its day already keeps it.
    let only = json!({ "unit": kecamatan, "expectedVersion": 1, "on": in_days(&app, 7) });
    changes(&admin, "dissolveUnit", only).await.unwrap();
    let (near, left) = (admin.unit("35.02.05").await, admin.unit("35.02.06").await);
    let input = json!({
        "dates": [day(&province, 3), day(&regency, 2), day(&near, 5)],
        "except": [left],
    });
    let selection = "outcome { unitCount skippedCount touches(first: 100) { nodes { code effectiveOn } } }";
    let mut asked = input.clone();
    asked["legalBasis"] = json!({ "number": "12/HK.01.01/K1/2026", "date": "2026-01-05" });
    let done = admin.command("dissolveUnits", selection, asked).await.unwrap()["outcome"].clone();
    assert_eq!((&done["unitCount"], &done["skippedCount"]), (&json!(19), &json!(1)));
    for touch in done["touches"]["nodes"].as_array().unwrap() {
        let days = if touch["code"] == "35.02.05" { 5 } else { 2 };
        assert_eq!(touch["effectiveOn"], in_days(&app, days).to_string(), "{touch}");
    }
    let standing = admin
        .data("{ unit(code: \"35.02.06\") { dissolvedOn } }", json!({}))
        .await;
    assert_eq!(standing["unit"]["dissolvedOn"], Value::Null);
}

/// As many as there are kecamatan, which is what a general election takes.
async fn a_whole_country_is_formed_and_dissolved_in_one_command_each(app: TestApp) {
    let app = app
        .varied(Variation {
            // Unoptimised code on a busy machine may take its time.
            configure: |config: Config| {
                let mut config = Config {
                    throttle: None,
                    ..config
                };
                config.limits.execution_seconds = 120;
                config.limits.statement_seconds = 60;
                config
            },
            ..Variation::default()
        })
        .await;
    let admin = app.office("admin.ri").await;
    let selection = "outcome { unitCount skippedCount seatsMade seatsEnded holdersEnded touches(last: 1) { totalCount nodes { name } } }";
    let orders = |command: &'static str, on: Option<&'static str>| {
        let basis = json!({ "number": "5/HK.01.01/K1/2026", "date": "2026-01-05" });
        let input = json!({ "on": on, "legalBasis": basis });
        let admin = &admin;
        async move { admin.command(command, selection, input).await.unwrap()["outcome"].clone() }
    };
    let formed = orders("formUnits", Some("2024-06-01")).await;
    assert_eq!(
        (&formed["unitCount"], &formed["skippedCount"]),
        (&json!(7264), &json!(21))
    );
    assert_eq!(formed["seatsMade"], 4 * 7264);
    assert_eq!(formed["touches"]["totalCount"], 7264);
    let tier = "{ units(filter: { tier: { eq: KECAMATAN } }) { totalCount } }";
    assert_eq!(count(&admin, tier).await, 7285);
    assert_eq!(app.last_statements(), Vec::<String>::new(), "out of memory");
    let ended = orders("dissolveUnits", None).await;
    assert_eq!((&ended["unitCount"], &ended["skippedCount"]), (&json!(7285), &json!(0)));
    assert_eq!(ended["seatsEnded"].as_i64().unwrap(), 4 * 7285);
    assert_eq!(ended["holdersEnded"], 42, "two in each of Ponorogo's");
    let again = orders("formUnits", None).await;
    assert_eq!((&again["unitCount"], &again["skippedCount"]), (&json!(7285), &json!(0)));
    assert_eq!(count(&admin, tier).await, 2 * 7285);
}

async fn the_children_of_a_province_cost_no_statement(app: TestApp) {
    let office = app.office("observer.32").await;
    let document = "{ unit(code: \"32\") { children(first: 100) { totalCount nodes { code name formedOn dissolvedOn parent { name } children { totalCount } } } } }";
    let data = office.data(document, json!({})).await;
    assert_eq!(data["unit"]["children"]["totalCount"], 27);
    assert_eq!(app.last_statements(), Vec::<String>::new());
}

on_both_databases! {
    what_the_kecamatan_left_open_is_carried_on_by_the_custodian,
    a_returned_report_of_a_dissolved_unit_tells_its_custodian,
    a_day_to_come_comes_in_every_process,
    between_elections_the_tier_is_empty_and_the_next_one_forms_it_anew,
    a_unit_goes_with_those_beneath_it_or_not_at_all,
    nobody_comes_to_a_unit_that_ends,
    days_and_exceptions_have_to_make_sense,
    a_whole_country_is_formed_and_dissolved_in_one_command_each,
    the_children_of_a_province_cost_no_statement,
}
