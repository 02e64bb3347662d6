//! The synthetic country: alike on both databases, and such as the product itself would have left it.
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
};

use chrono::{DateTime, Utc};
use entity::{
    attendance_sheet, award, award_edition, award_entry, award_panel, certificate, cycle, draft, event,
    event_attendance, event_invitation, finding, finding_act, handover_session, obligation, portfolio_entry, receipt,
    report, review_assignment, score_sheet,
};
use jenjang::{
    app,
    digest::sha256,
    report::inspection,
    territory::{self, directory::Directory},
};
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
    let review = reviewed(connection, &directory, &mut lines).await;
    let meetings = met(connection, &directory, &mut lines).await;
    let awards = honoured(connection, &directory, &mut lines).await;
    lines.sort_unstable();
    let mut text = String::new();
    for (round, counts) in counts {
        let counts: Vec<String> = counts
            .into_iter()
            .map(|(what, count)| format!("{what} {count}"))
            .collect();
        let _infallible = writeln!(text, "{round}: {}", counts.join(", "));
    }
    text += &review;
    text += &meetings;
    text += &awards;
    let _infallible = writeln!(text, "{} units", directory.tree.all().len());
    let _infallible = writeln!(text, "everything: {}", sha256(&lines.join("\n")));
    text
}

/// What experts made of it: by whom, and how far it has come.
async fn reviewed(connection: &impl ConnectionTrait, directory: &Directory, lines: &mut Vec<String>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: String| *counts.entry(what).or_default() += 1;
    let code = |unit: Uuid| directory.tree.get(unit).unwrap().code.clone();
    let title = |seat: Uuid| directory.seat(seat).unwrap().local_title.clone();
    let assignments = review_assignment::Entity::find().all(connection).await.unwrap();
    let mut named = HashMap::new();
    for row in assignments {
        let state = row.state.to_value();
        count(format!("assignments {state}"));
        let name = format!("{} {}", code(row.unit_id), title(row.seat_id));
        let at = (row.assigned_at.timestamp(), row.updated_at.timestamp());
        lines.push(format!("{name} {state} v{} {} {at:?}", row.version, row.lead));
        named.insert(row.id, name);
    }
    for row in score_sheet::Entity::find().all(connection).await.unwrap() {
        count("score sheets".to_owned());
        let at = row.completed_at.timestamp();
        lines.push(format!("{} scored {} {at}", named[&row.assignment_id], row.total));
    }
    for row in finding::Entity::find().all(connection).await.unwrap() {
        let state = row.state.to_value();
        count(format!("findings {state}"));
        let field = row.field.unwrap();
        lines.push(format!("{} {field} {state} {:?}", code(row.unit_id), row.answered_in));
    }
    for act in finding_act::Entity::find().all(connection).await.unwrap() {
        count(format!("findings told {}", act.kind.to_value()));
    }
    for session in handover_session::Entity::find().all(connection).await.unwrap() {
        let arranged = if session.starts_at.is_some() {
            "arranged"
        } else {
            "opened"
        };
        count(format!("sessions {arranged}"));
    }
    for receipt in receipt::Entity::find().all(connection).await.unwrap() {
        count("receipts".to_owned());
        lines.push(format!("receipt {}", receipt.code));
    }
    for entry in portfolio_entry::Entity::find().all(connection).await.unwrap() {
        count("portfolio entries".to_owned());
        lines.push(format!(
            "{} looks after {}",
            title(entry.seat_id),
            code(entry.provinsi_id.unwrap())
        ));
    }
    let told = counts.into_iter().map(|(what, count)| format!("{what}: {count}\n"));
    told.collect()
}

/// Who was invited to meet, what they answered, and who came.
async fn met(connection: &impl ConnectionTrait, directory: &Directory, lines: &mut Vec<String>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: String| *counts.entry(what).or_default() += 1;
    let code = |unit: Uuid| directory.tree.get(unit).unwrap().code.clone();
    let events = event::Entity::find().all(connection).await.unwrap();
    let title = |id: Uuid| &events.iter().find(|row| row.id == id).unwrap().title;
    for row in &events {
        count(format!("{} {}", row.title, row.status.to_value()));
    }
    for row in event_invitation::Entity::find().all(connection).await.unwrap() {
        let status = row.status.to_value();
        lines.push(format!("{} {} {status}", title(row.event_id), code(row.unit_id)));
        count(format!("invitations {status}"));
    }
    for row in event_attendance::Entity::find().all(connection).await.unwrap() {
        lines.push(format!(
            "{} {} came {:?}",
            title(row.event_id),
            code(row.unit_id),
            row.first_in
        ));
        count("came".to_owned());
    }
    for row in attendance_sheet::Entity::find().all(connection).await.unwrap() {
        count(format!("attendance sheets {}", row.status.to_value()));
    }
    for _row in certificate::Entity::find().all(connection).await.unwrap() {
        count("certificates".to_owned());
    }
    let told = counts.into_iter().map(|(what, count)| format!("{what}: {count}\n"));
    told.collect()
}

/// What awards were given: who was entered, how juries are, who was honoured and whose award was revoked.
async fn honoured(connection: &impl ConnectionTrait, directory: &Directory, lines: &mut Vec<String>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: String| *counts.entry(what).or_default() += 1;
    let code = |unit: Uuid| directory.tree.get(unit).unwrap().code.clone();
    for row in award_edition::Entity::find().all(connection).await.unwrap() {
        count(format!("{} {}", row.title, row.status.to_value()));
    }
    for row in award_entry::Entity::find().all(connection).await.unwrap() {
        let told = format!("{} {}", row.origin.to_value(), row.status.to_value());
        lines.push(format!("{} entered {told}", code(row.unit_id)));
        count(format!("entries {told}"));
    }
    for row in award_panel::Entity::find().all(connection).await.unwrap() {
        count(format!("juries {} {}", row.round.to_value(), row.status.to_value()));
    }
    for row in award::Entity::find().all(connection).await.unwrap() {
        let (honour, place) = (row.honour.to_value(), row.place);
        let revoked = row.revoked_at.is_some();
        lines.push(format!(
            "{} {honour} {place:?} {:?} {revoked}",
            code(row.unit_id),
            row.announced_at
        ));
        count(format!(
            "awards {honour} {}",
            if revoked { "revoked" } else { "that stand" }
        ));
    }
    let told = counts.into_iter().map(|(what, count)| format!("{what}: {count}\n"));
    told.collect()
}

/// What its people find when it is served.
async fn assert_served(database: &TestDatabase) {
    let environment = environment(database);
    for command in [&["doctor"][..], &["audit", "verify"]] {
        let examined = process::run(database.folder.path(), command, &environment);
        assert!(
            examined.status.success(),
            "{command:?}: {}{}",
            examined.stdout,
            examined.stderr
        );
    }
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

    let token = serving.sign_in("coordinator.ri@sample.jenjang.id", PASSWORD).await;
    let document = "{
        awards(filter: {revoked: true}) { nodes { certificate { code } } }
        awardTally { table { total { own { wins } units { wins revoked } } } }
    }";
    let read = serving.ask(Some(&token), document, json!({})).await.unwrap();
    let total = json!({ "own": { "wins": 2 }, "units": { "wins": 11, "revoked": 1 } });
    assert_eq!(read["data"]["awardTally"]["table"]["total"], total, "{read}");
    let code = &read["data"]["awards"]["nodes"][0]["certificate"]["code"];
    let document = "query($code: String!) { verifyCertificate(code: $code) { standing } }";
    let verified = serving.ask(None, document, json!({ "code": code })).await.unwrap();
    assert_eq!(verified["data"]["verifyCertificate"]["standing"], "REVOKED", "{read}");

    let token = serving.sign_in("expert1.ri@sample.jenjang.id", PASSWORD).await;
    let document = "{
        reviewAssignments(filter: {own: true}) { totalCount }
        reviewPortfolios { entries { province { code } } }
        viewer { tasks(kinds: [REVIEW_TO_DO], first: 1) { totalCount nodes { kind } } }
    }";
    let read = serving.ask(Some(&token), document, json!({})).await.unwrap();
    let own = read["data"]["reviewAssignments"]["totalCount"].as_u64().unwrap();
    let waiting = read["data"]["viewer"]["tasks"]["totalCount"].as_u64().unwrap();
    assert!(0 < waiting && waiting < own, "some of it is done: {read}");
    assert_eq!(
        read["data"]["reviewPortfolios"][0]["entries"].as_array().unwrap().len(),
        6
    );
    let token = serving.sign_in("head.32@sample.jenjang.id", PASSWORD).await;
    let document = "query($round: String!) {
        reports(filter: {status: {in: [EXPERT_REVIEW, ACCEPTED]}}, search: $round, first: 1) { nodes { receipts { code } } }
    }";
    let read = serving
        .ask(Some(&token), document, json!({ "round": "tahunan" }))
        .await
        .unwrap();
    let code = &read["data"]["reports"]["nodes"][0]["receipts"][0]["code"];
    let document = "query($code: String!) { verifyReceipt(code: $code) { valid } }";
    let verified = serving.ask(None, document, json!({ "code": code })).await.unwrap();
    assert_eq!(verified["data"]["verifyReceipt"]["valid"], true, "{read} {verified}");
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
