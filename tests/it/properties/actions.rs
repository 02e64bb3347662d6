//! What `availableActions` and `viewerCan…` say, against what the mutations then do: reports walk through random hands, and
//! every command is announced before it is tried.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::{
    account,
    enums::{Function, Position, ReportStatus},
    holder, report as reports, seat,
};
use jenjang::{clock::new_id, demo::DOMAIN, report::shipped, territory};
use proptest::{prelude::*, sample::Index, test_runner::TestRunner};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::cases;
use crate::support::{
    Report, TestApp,
    office::{Office, REPORT, report},
};

/// Every command that acts on a report that exists: its mutation and its short form.
/// Proposed by one and done by another: told with proposals.
const OF_TWO: &str = "REOPEN";

const COMMANDS: [(&str, &str, &str); 17] = [
    ("EDIT", "editReport", "viewerCanEdit"),
    ("SUBMIT", "submitReport", "viewerCanSubmit"),
    ("WITHDRAW", "withdrawReport", "viewerCanWithdraw"),
    ("TAKE", "takeReport", "viewerCanTake"),
    ("RELEASE", "releaseReport", "viewerCanRelease"),
    ("RETURN", "returnReport", "viewerCanReturn"),
    ("ENDORSE", "endorseReport", "viewerCanEndorse"),
    ("HAND_OVER", "handOverReports", "viewerCanHandOver"),
    ("RECEIVE", "receiveReports", "viewerCanReceive"),
    ("REFUSE_HANDOVER", "refuseHandover", "viewerCanRefuseHandover"),
    ("ASSIGN", "assignReviews", "viewerCanAssign"),
    ("ASK_REVISION", "askRevision", "viewerCanAskRevision"),
    ("ACCEPT", "acceptReport", "viewerCanAccept"),
    ("DECLINE", "declineReport", "viewerCanDecline"),
    ("RETRACT_ACCEPTANCE", "retractAcceptance", "viewerCanRetractAcceptance"),
    ("ABANDON", "abandonReport", "viewerCanAbandon"),
    ("SET_OPENNESS", "setOpenness", "viewerCanSetOpenness"),
];

/// Offices of the demo: the authors, those above them, those beside them.
const OFFICES: [&str; 10] = [
    "staff.35",
    "head.35",
    "staff.35.02.01",
    "head.35.02.01",
    "staff.35.02",
    "head.35.02",
    "coordinator.ri",
    "expert1.ri",
    "head.35.02.02",
    "head.32",
];

/// Persons the demo lacks, with their seats. One sits on three tiers and so meets the own work; one holds two seats in one
/// unit and has to say which acts.
const NEWCOMERS: [(&str, &[(&str, Function)]); 6] = [
    ("observer.35.02", &[("35.02", Function::Observer)]),
    ("admin.35.02", &[("35.02", Function::Admin)]),
    ("observer.35", &[("35", Function::Observer)]),
    ("admin.35", &[("35", Function::Admin)]),
    (
        "three-tiers.35",
        &[
            ("35.02.01", Function::Head),
            ("35.02", Function::Head),
            ("35", Function::Head),
        ],
    ),
    (
        "two-seats.35.02",
        &[("35.02", Function::Head), ("35.02", Function::Staff)],
    ),
];

/// Who starts what. The way with the most hands on it comes twice.
const BEGINNINGS: [(&str, &str); 4] = [
    ("staff.35.02.01", shipped::KECAMATAN_CYCLE),
    ("staff.35.02.01", shipped::KECAMATAN_CYCLE),
    ("staff.35.02", shipped::FINAL_REPORT_CYCLE),
    ("staff.35", shipped::FINAL_REPORT_CYCLE),
];

/// A walk: first somebody tries anything, then somebody does what is allowed, and so on.
#[derive(Clone, Debug)]
struct Walk {
    beginning: usize,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Step {
    anybody: Index,
    anything: Index,
    /// From whom on to look for somebody who is allowed something.
    next: Index,
    allowed: Index,
}

fn walks() -> impl Strategy<Value = Walk> {
    let step = (any::<Index>(), any::<Index>(), any::<Index>(), any::<Index>()).prop_map(
        |(anybody, anything, next, allowed)| Step {
            anybody,
            anything,
            next,
            allowed,
        },
    );
    (0..BEGINNINGS.len(), prop::collection::vec(step, 9)).prop_map(|(beginning, steps)| Walk { beginning, steps })
}

/// Seats the newcomers, as the demo seats its own.
async fn seat_newcomers(app: &TestApp) {
    let services = &app.services;
    let now = services.clock.now();
    let somebody = account::Entity::find()
        .one(services.db.reader())
        .await
        .unwrap()
        .unwrap();
    let transaction = services.db.begin().await.unwrap();
    for (name, seats) in NEWCOMERS {
        let email = format!("{name}@{DOMAIN}");
        let person = account::Model {
            id: new_id(now),
            email_key: email.clone(),
            email,
            name: name.to_owned(),
            ..somebody.clone()
        };
        let account = person.id;
        let person = account::Entity::insert(person.into_active_model());
        person.exec_without_returning(transaction.connection()).await.unwrap();
        for (unit, function) in seats {
            let row = seat::Model {
                id: new_id(now),
                unit_id: app.unit(unit),
                position: Position::Other,
                function: *function,
                local_title: name.to_owned(),
                division_name: None,
                valid_from: None,
                valid_to: None,
                custodian: false,
            };
            let held = holder::Model {
                id: new_id(now),
                seat_id: row.id,
                account_id: account,
                acting: false,
                valid_from: NaiveDate::from_ymd_opt(2024, 5, 25).unwrap(),
                valid_to: None,
            };
            let row = seat::Entity::insert(row.into_active_model());
            row.exec_without_returning(transaction.connection()).await.unwrap();
            let held = holder::Entity::insert(held.into_active_model());
            held.exec_without_returning(transaction.connection()).await.unwrap();
        }
    }
    territory::seed::bump(transaction.connection()).await.unwrap();
    transaction.commit().await.unwrap();
    let directory = territory::query::load(services.db.reader()).await.unwrap();
    services.directory.replace(directory);
}

/// Ends every report beside the API, so that the next walk can begin with the same unit.
async fn clear_the_desks(app: &TestApp) {
    let transaction = app.services.db.begin().await.unwrap();
    reports::Entity::update_many()
        .col_expr(reports::Column::Status, Expr::value(ReportStatus::Declined))
        .col_expr(reports::Column::ReviewingTier, Expr::value(Option::<String>::None))
        .filter(reports::Column::Status.ne(ReportStatus::Abandoned))
        .exec(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

/// What an office is told it may do: per command the code of the refusal, none where it may.
type Announced = BTreeMap<String, Option<String>>;

/// Asks an office what it may do. What it does not see it may not do, for the reason that it is not found.
async fn announced(office: &Office<'_>, on: &Report) -> Announced {
    let short_forms = COMMANDS.map(|(_action, _field, can)| can).join(" ");
    let document = format!(
        "query($id: ID!) {{ report(id: $id) {{ {REPORT} availableActions {{ action allowed code message }} {short_forms} }}
            viewer {{ tasks(first: 100) {{ nodes {{ kind subject {{ ... on Report {{ id }} }} }} }} }} }}"
    );
    let data = office.data(&document, json!({ "id": on.id })).await;
    let waiting = waiting(&data["viewer"]["tasks"], on);
    let seen = &data["report"];
    if seen.is_null() {
        assert_eq!(waiting, None, "hidden from {}", office.name);
        let hidden = || Some("NOT_FOUND".to_owned());
        return COMMANDS
            .iter()
            .map(|(action, _field, _can)| ((*action).to_owned(), hidden()))
            .collect();
    }
    assert_eq!(&report(seen), on, "a refused command changes nothing");
    let actions = seen["availableActions"].as_array().unwrap();
    let mut announced: Announced = actions
        .iter()
        .map(|action| {
            let code = action["code"].as_str().map(str::to_owned);
            assert_eq!(action["allowed"], code.is_none(), "{action}");
            assert_eq!(action["message"].is_string(), code.is_some(), "{action}");
            (action["action"].as_str().unwrap().to_owned(), code)
        })
        .collect();
    for (action, _field, can) in COMMANDS {
        assert_eq!(seen[can], announced[action].is_none(), "{can} as {}", office.name);
    }
    announced.remove(OF_TWO).unwrap();
    assert_eq!(announced.len(), COMMANDS.len());
    // Who has several seats that may is asked from which one, and that is all that stands in the way.
    let may = |action: &str| announced[action].as_deref().is_none_or(|code| code == "SEAT_AMBIGUOUS");
    let awaited = TASKS.iter().find(|(status, _action, _kind)| *status == on.status);
    let expected = awaited
        .filter(|(_status, action, _kind)| may(action))
        .map(|(.., kind)| (*kind).to_owned());
    assert_eq!(waiting, expected, "in the inbox of {}, {on:?}", office.name);
    announced
}

/// In which status a report waits for which command, and as what.
const TASKS: [(&str, &str, &str); 6] = [
    ("RETURNED", "EDIT", "REPORT_TO_CORRECT"),
    ("SUBMITTED", "TAKE", "REPORT_TO_TAKE"),
    ("TIER_REVIEW", "ENDORSE", "REPORT_TO_DECIDE"),
    ("ENDORSED", "HAND_OVER", "REPORT_TO_HAND_OVER"),
    ("HANDED_OVER", "RECEIVE", "HANDOVER_TO_RECEIVE"),
    ("RECEIVED", "ACCEPT", "REPORT_TO_JUDGE"),
];

/// As what a report is in an inbox.
fn waiting(tasks: &Value, on: &Report) -> Option<String> {
    let tasks = tasks["nodes"].as_array().unwrap().iter();
    let mut about = tasks.filter(|task| task["subject"]["id"] == json!(on.id));
    let kind = about.next()?["kind"].as_str().unwrap().to_owned();
    assert!(about.next().is_none(), "twice in an inbox: {on:?}");
    Some(kind)
}

/// The input that is right for a command.
async fn input(office: &Office<'_>, action: &str, on: &Report) -> Value {
    let mut input = json!({ "report": on.id, "expectedVersion": on.version });
    match action {
        "EDIT" => input["answers"] = json!([{ "field": "media-sosial", "value": { "text": "Diperbarui." } }]),
        "ASSIGN" => {
            input = json!({ "reports": [on.id], "reviewers": &office.seats_at_ri("EXPERT").await[..1] });
        }
        "SET_OPENNESS" => {
            let document = "query($id: ID!) { report(id: $id) { openness } }";
            let known = office.data(document, json!({ "id": on.id })).await;
            let is_public = known["report"]["openness"] == "PUBLIC";
            // What is said already is refused.
            input["openness"] = json!(if is_public { "EXEMPT" } else { "PUBLIC" });
            input["reason"] = json!("Boleh dibaca siapa pun.");
        }
        "ASK_REVISION" | "WITHDRAW" | "RETURN" | "REFUSE_HANDOVER" | "DECLINE" | "RETRACT_ACCEPTANCE" | "ABANDON" => {
            input["reason"] = json!("Perlu diperbaiki.");
        }
        "HAND_OVER" => {
            input = json!({
                "reports": [on.id],
                "place": "Surabaya",
                "at": "2025-01-21T09:00:00+07:00",
                "receivers": &office.seats_at_ri("EXPERT").await[..1],
            });
        }
        "RECEIVE" => input = json!({ "reports": [on.id] }),
        _ => {}
    }
    input
}

/// Carries a command out, and requires of it what was announced. Gives the report as it is then.
async fn tries(office: &Office<'_>, place: usize, on: &Report, announced: &Announced) -> Result<Report, TestCaseError> {
    let (action, field, _can) = COMMANDS[place];
    let many = matches!(action, "HAND_OVER" | "RECEIVE");
    let object = match action {
        "HAND_OVER" | "RECEIVE" => "reports",
        // Experts review none of these, so that it is never done.
        "ASSIGN" => "assignments { subject { __typename } } plan { report",
        _ => "report",
    };
    let ends = if action == "ASSIGN" { "}" } else { "" };
    let input = input(office, action, on).await;
    let done = office
        .command(field, &format!("{object} {{ {REPORT} }}{ends}"), input)
        .await;
    let code = done.as_ref().err().map(|refusal| refusal.code.clone());
    prop_assert_eq!(&code, &announced[action], "{} by {} on {:?}", action, office.name, on);
    Ok(match done {
        Ok(payload) => report(if many {
            &payload["reports"][0]
        } else {
            &payload["report"]
        }),
        Err(_refusal) => on.clone(),
    })
}

/// How often a walk should go on by a command: an edit leads nowhere, giving up leads to the end at once.
fn leads_on(action: &str) -> usize {
    match action {
        "EDIT" | "SET_OPENNESS" => 0,
        "ABANDON" => 1,
        _ => 6,
    }
}

async fn walked(app: &TestApp, offices: &[Office<'_>], walk: Walk) -> Result<(), TestCaseError> {
    clear_the_desks(app).await;
    let (author, cycle) = BEGINNINGS[walk.beginning];
    let author = offices.iter().find(|office| office.name == author).unwrap();
    let mut report = author.drafts(cycle).await;
    for step in walk.steps {
        let office = step.anybody.get(offices);
        let told = announced(office, &report).await;
        report = tries(office, step.anything.index(COMMANDS.len()), &report, &told).await?;

        let first = step.next.index(offices.len());
        for office in offices.iter().cycle().skip(first).take(offices.len()) {
            let told = announced(office, &report).await;
            let leading: Vec<usize> = (0..COMMANDS.len())
                .filter(|&place| told[COMMANDS[place].0].is_none())
                .flat_map(|place| std::iter::repeat_n(place, leads_on(COMMANDS[place].0)))
                .collect();
            if !leading.is_empty() {
                report = tries(office, *step.allowed.get(&leading), &report, &told).await?;
                break;
            }
        }
    }
    Ok(())
}

fn what_is_announced_is_what_happens(app: impl Future<Output = Option<TestApp>>) {
    let system = actix_web::rt::System::new();
    let Some(app) = system.block_on(app) else { return };
    system.block_on(seat_newcomers(&app));
    let names = OFFICES.into_iter().chain(NEWCOMERS.map(|(name, _seats)| name));
    let offices: Vec<Office<'_>> = names.map(|name| system.block_on(app.office(name))).collect();
    let outcome = TestRunner::new(cases(12)).run(&walks(), |walk| system.block_on(walked(&app, &offices, walk)));
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

mod what_is_announced_is_what_happens {
    use super::TestApp;

    #[test]
    fn on_sqlite() {
        super::what_is_announced_is_what_happens(async { Some(TestApp::on_sqlite().await) });
    }

    #[test]
    fn on_postgres() {
        super::what_is_announced_is_what_happens(TestApp::on_postgres());
    }
}
