//! The synthetic country: alike on both databases, and such as the product itself would have left it.
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
};

use chrono::{DateTime, Utc};
use entity::{cycle, draft, obligation, report};
use jenjang::{app, digest::sha256, report::inspection, territory};
use sea_orm::{ActiveEnum, ConnectionTrait, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use crate::{
    golden::compare,
    support::{
        database::{self, PASSWORD, TestDatabase},
        process,
    },
};

/// A hundredth of the reports, all provinces.
const SCALE: &str = "0.01";

/// Fills a new database by the binary, as an operator would.
async fn filled(embedded: bool) -> TestDatabase {
    let database = database::empty(embedded).await;
    let written = process::run(
        database.folder.path(),
        &["sample", "--scale", SCALE, "--seed", "7"],
        &environment(&database),
    );
    assert!(written.status.success(), "{}{}", written.stdout, written.stderr);
    database
}

fn environment(database: &TestDatabase) -> [(&str, &str); 2] {
    [
        ("JENJANG_DATABASE_URL", &database.url),
        ("JENJANG_SAMPLE_PASSWORD", PASSWORD),
    ]
}

/// Everything that is told, by names instead of ids: what is readable of it, and a hash over all.
async fn told(database: &TestDatabase) -> String {
    let db = app::connect(&database::config(&database.url, database.folder.path()))
        .await
        .unwrap();
    let connection = db.reader();
    let directory = territory::query::load(connection).await.unwrap();
    let code = |unit: Uuid| directory.tree.get(unit).unwrap().code.clone();
    let cycles: HashMap<Uuid, String> = cycle::Entity::find()
        .all(connection)
        .await
        .unwrap()
        .into_iter()
        .map(|cycle| (cycle.id, cycle.code))
        .collect();
    let mut drafts: HashMap<Uuid, draft::Model> = HashMap::new();
    drafts.extend((draft::Entity::find().all(connection).await.unwrap().into_iter()).map(|row| (row.report_id, row)));
    let mut lines = Vec::new();
    let mut counts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let at = |moment: Option<DateTime<Utc>>| moment.map(|moment| moment.timestamp());
    let reports = report::Entity::find().all(connection).await.unwrap();
    for report in &reports {
        let round = &cycles[&report.cycle_id];
        *(counts.entry(round.clone()).or_default())
            .entry(report.status.to_value())
            .or_default() += 1;
        lines.push(format!(
            "{round} {} {} v{} r{} {:?} {:?} {:?} {}",
            code(report.unit_id),
            report.status.to_value(),
            report.version,
            report.revision_number,
            at(report.first_submitted_at),
            at(report.submitted_at),
            at(report.accepted_at),
            json!(drafts[&report.id].answers)
        ));
    }
    for row in obligation::Entity::find().all(connection).await.unwrap() {
        let round = &cycles[&row.cycle_id];
        let counts = counts.entry(round.clone()).or_default();
        *counts.entry("asked".to_owned()).or_default() += 1;
        if row.met_at.is_some_and(|met| row.on_time_until < met) {
            *counts.entry("late".to_owned()).or_default() += 1;
        }
        if row.standing != entity::enums::ObligationStanding::Expected {
            *counts.entry(row.standing.to_value()).or_default() += 1;
        }
        lines.push(format!(
            "{round} {} owes {} {:?} {:?} {:?} {}",
            code(row.unit_id),
            row.standing.to_value(),
            row.due_at.timestamp(),
            at(row.met_at),
            at(row.accepted_at),
            row.declined
        ));
    }
    lines.sort_unstable();
    let mut text = String::new();
    for (round, counts) in counts {
        let counts: Vec<String> = counts
            .into_iter()
            .map(|(what, count)| format!("{what} {count}"))
            .collect();
        let _infallible = writeln!(text, "{round}: {}", counts.join(", "));
    }
    let _infallible = writeln!(text, "{} units", directory.tree.all().len());
    let _infallible = writeln!(text, "everything: {}", sha256(&lines.join("\n")));
    text
}

/// What its people find when it is served.
async fn assert_served(database: &TestDatabase) {
    let environment = environment(database);
    let examined = process::run(database.folder.path(), &["doctor"], &environment);
    assert!(examined.status.success(), "{}", examined.stdout);
    let listening = [environment[0], environment[1], ("JENJANG_LISTEN", "127.0.0.1:0")];
    let serving = process::start(database.folder.path(), &["serve"], &listening);
    let token = serving.sign_in("head.32@sample.jenjang.id", PASSWORD).await;
    let document = "query($round: String!) {
        reportCycles(filter: {code: {eq: $round}}) { nodes { id } }
        unit(code: \"32\") { id }
    }";
    let found = serving
        .ask(Some(&token), document, json!({ "round": "sampel-bulanan-2025-12" }))
        .await
        .unwrap();
    let found = &found["data"];
    let document = "query($round: ID!, $unit: ID!) {
        completeness(unit: $unit, cycle: $round) { counts { expected submitted } children { unit { code } } }
        obligations(filter: {cycle: {eq: $round}}) { totalCount }
    }";
    let variables = json!({ "round": found["reportCycles"]["nodes"][0]["id"], "unit": found["unit"]["id"] });
    let read = serving.ask(Some(&token), document, variables).await.unwrap();
    let counts = &read["data"]["completeness"];
    assert_eq!(counts["counts"]["expected"], 28, "the province and its 27: {read}");
    assert_eq!(counts["children"].as_array().unwrap().len(), 27);
    assert_eq!(read["data"]["obligations"]["totalCount"], 28);
}

/// Of the nth accepted report: what is done to one does not hide what is done to another.
fn of_accepted(column: &str, nth: u8) -> String {
    format!("(SELECT {column} FROM report WHERE status = 'ACCEPTED' ORDER BY id LIMIT 1 OFFSET {nth})")
}

/// What is broken behind the product's back is told by the doctor.
async fn assert_examined(database: &TestDatabase) {
    let db = app::connect(&database::config(&database.url, database.folder.path()))
        .await
        .unwrap();
    let report = |nth| of_accepted("id", nth);
    let breaks = [
        (
            "lacks a step",
            format!("UPDATE report SET version = version + 1 WHERE id = {}", report(1)),
        ),
        (
            "stands otherwise",
            format!("UPDATE report SET status = 'EVALUATED' WHERE id = {}", report(2)),
        ),
        (
            "does not follow",
            format!(
                "UPDATE transition SET from_status = 'RECEIVED' WHERE version = 3 AND report_id = {}",
                report(3)
            ),
        ),
        (
            "other revisions than",
            format!(
                "UPDATE report SET revision_number = revision_number + 1 WHERE id = {}",
                report(4)
            ),
        ),
        (
            "not its last",
            format!(
                "UPDATE report SET revision_id = {} WHERE id = {}",
                of_accepted("revision_id", 6),
                report(5)
            ),
        ),
        (
            "nothing attests",
            "DELETE FROM audit_leaf WHERE id = (SELECT id FROM audit_leaf WHERE subject_type = 'transition' LIMIT 1)"
                .to_owned(),
        ),
        (
            "not what it was in revision",
            format!(
                "UPDATE revision SET content = '{{}}' WHERE id = {}",
                of_accepted("revision_id", 7)
            ),
        ),
    ];
    let connection = db.reader();
    for (_told, sql) in &breaks {
        connection.execute_unprepared(sql).await.unwrap();
    }
    let faults = inspection::faults(&db).await.unwrap();
    for (told, _sql) in breaks {
        assert!(faults.iter().any(|fault| fault.contains(told)), "{told}: {faults:?}");
    }
    let elsewhere = [
        "UPDATE obligation SET met_at = NULL WHERE id = (SELECT id FROM obligation WHERE met_at IS NOT NULL LIMIT 1)",
        "DELETE FROM outbox_event WHERE sequence = 17",
    ];
    for sql in elsewhere {
        connection.execute_unprepared(sql).await.unwrap();
    }
    let examined = process::run(database.folder.path(), &["doctor"], &environment(database));
    assert!(!examined.status.success());
    for line in ["ledger", "reports", "feed"] {
        assert!(
            examined.stdout.contains(&format!("MEND  {line}")),
            "{line}: {}",
            examined.stdout
        );
    }
}

#[actix_web::test]
async fn a_sample_is_the_same_country_on_both_databases() {
    let sqlite = filled(true).await;
    compare("tests/golden/sample.txt", &told(&sqlite).await);
    assert_served(&sqlite).await;
    assert_examined(&sqlite).await;
    if !database::has_postgres() {
        return;
    }
    let postgres = filled(false).await;
    compare("tests/golden/sample.txt", &told(&postgres).await);
    assert_served(&postgres).await;
    assert_examined(&postgres).await;
}
