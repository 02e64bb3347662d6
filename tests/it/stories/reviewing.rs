//! Two experts review what a kabupaten has handed over: assigned and replaced, kept out for a conflict of interest, blind to
//! each other, and in the end decided on by who did not score.
use std::sync::Arc;

use entity::enums::Function;
use jenjang::{clock::StillClock, graphql::id::Kind, notice::telling, report::reviewing::reminding};
use serde_json::{Value, json};

use crate::{
    fixtures::reviewed::{REVIEWED, TEMPLATE, asks},
    on_both_databases,
    support::{Office, Refusal, Report, TestApp, app::Variation, office::code},
};

const ASSIGNMENT: &str = "assignment { id version state isLead }";

/// An assignment as an office sees it.
#[derive(Clone, Debug)]
pub struct Assigned {
    pub id: String,
    pub version: i64,
    pub state: String,
    lead: bool,
}

fn assigned(value: &Value) -> Assigned {
    Assigned {
        id: value["id"].as_str().unwrap().to_owned(),
        version: value["version"].as_i64().unwrap(),
        state: value["state"].as_str().unwrap().to_owned(),
        lead: value["isLead"].as_bool().unwrap(),
    }
}

fn refused(result: Result<impl std::fmt::Debug, Refusal>) -> (String, String) {
    let Refusal { code, field } = result.unwrap_err();
    (code, field)
}

fn at(code: &str, field: &str) -> (String, String) {
    (code.to_owned(), field.to_owned())
}

/// Brings the report of a kabupaten/kota of Jawa Barat to RI, where it waits for experts.
pub async fn received(app: &TestApp, unit: &str) -> Report {
    let draft = app.office(&format!("staff.{unit}")).await.drafts(REVIEWED).await;
    let submitted = app.office(&format!("head.{unit}")).await.submits(&draft).await.unwrap();
    let province = app.office("head.32").await;
    let (handed_over, _session) = province.hands_over(&[&submitted], None).await.unwrap();
    let coordinator = app.office("coordinator.ri").await;
    coordinator.receives(&[&handed_over[0]]).await.unwrap().remove(0)
}

/// The global id of a seat.
pub fn seat(id: uuid::Uuid) -> String {
    Kind::Seat.id(id).to_string()
}

/// Assigns reports to offices of experts, and gives the assignments.
pub async fn assigns(
    by: &Office<'_>,
    reports: &[&Report],
    to: &[&str],
    lead: Option<&str>,
) -> Result<Vec<Assigned>, Refusal> {
    let mut seats = Vec::new();
    for name in to {
        seats.push(seat(by.app.seat_of(name).await));
    }
    let lead = match lead {
        Some(name) => Some(seat(by.app.seat_of(name).await)),
        None => None,
    };
    let ids: Vec<&str> = reports.iter().map(|report| report.id.as_str()).collect();
    let input = json!({ "reports": ids, "reviewers": seats, "lead": lead, "dueOn": "2027-12-31" });
    let payload = by
        .command("assignReviews", "assignments { id version state isLead }", input)
        .await?;
    Ok(payload["assignments"]
        .as_array()
        .unwrap()
        .iter()
        .map(assigned)
        .collect())
}

/// Takes one's own assignment of a report one step on.
pub async fn takes(by: &Office<'_>, step: &str, on: &Report, more: Value) -> Result<Assigned, Refusal> {
    let own = own(by, on).await.ok_or(Refusal {
        code: "none".to_owned(),
        field: String::new(),
    })?;
    steps(by, step, &own, more).await
}

async fn steps(by: &Office<'_>, step: &str, on: &Assigned, more: Value) -> Result<Assigned, Refusal> {
    let mut input = json!({ "assignment": on.id, "expectedVersion": on.version });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    let payload = by.command(step, ASSIGNMENT, input).await?;
    Ok(assigned(&payload["assignment"]))
}

/// The own assignment of a report.
pub async fn own(by: &Office<'_>, on: &Report) -> Option<Assigned> {
    let document = "query($of: ID!) { reviewAssignments(filter: {own: true, report: {eq: $of}}) \
                    { totalCount nodes { id version state isLead } } }";
    let found = by.data(document, json!({ "of": on.id })).await;
    let nodes = found["reviewAssignments"]["nodes"].as_array().unwrap();
    assert_eq!(found["reviewAssignments"]["totalCount"], nodes.len());
    nodes.first().map(assigned)
}

fn scores(of_content: i32, of_evidence: i32) -> Value {
    let one = |criterion: &str, score| json!({ "criterion": criterion, "score": score, "comment": "Beralasan." });
    json!({ "scores": [one("isi", of_content), one("bukti", of_evidence)] })
}

/// Fills a sheet in and completes it.
pub async fn completes(by: &Office<'_>, on: &Report, (of_content, of_evidence): (i32, i32)) -> Assigned {
    let saved = takes(by, "saveScoreSheet", on, scores(of_content, of_evidence))
        .await
        .unwrap();
    assert_eq!(saved.state, "DRAFT");
    steps(by, "completeReview", &saved, json!({})).await.unwrap()
}

/// Finds something in a report as a whole, and gives its id.
pub async fn finds(by: &Office<'_>, on: &Report, severity: &str) -> String {
    let found = json!([{ "severity": severity, "text": "Bukti kegiatan belum dilampirkan." }]);
    let input = json!({ "report": on.id, "expectedVersion": on.version, "findings": found });
    let payload = by.command("raiseFinding", "findings { id }", input).await.unwrap();
    payload["findings"][0]["id"].as_str().unwrap().to_owned()
}

/// What the sheets come to, as an office is told: the number of sheets and the mean of their totals.
pub async fn result(by: &Office<'_>, on: &Report) -> Option<(i64, String)> {
    let document = "query($of: ID!) { report(id: $of) { reviewResult { quorum sheets total { count mean range } criteria { criterion spread { mean } } } } }";
    let told = by.data(document, json!({ "of": on.id })).await;
    let result = &told["report"]["reviewResult"];
    let mean = result["total"]["mean"].as_str()?;
    Some((result["sheets"].as_i64().unwrap(), mean.to_owned()))
}

/// What an office is shown of the sheets, one for each assignment it knows of.
async fn sheets(by: &Office<'_>, on: &Report) -> Vec<Option<String>> {
    let document = "query($of: ID!) { report(id: $of) { reviews { draft { total } sheet { total sha256 } } } }";
    let told = by.data(document, json!({ "of": on.id })).await;
    let reviews = told["report"]["reviews"].as_array().unwrap();
    let total = |review: &Value| review["sheet"]["total"].as_str().map(str::to_owned);
    reviews.iter().map(total).collect()
}

async fn two_experts_review_and_ri_decides(app: TestApp) {
    asks(&app).await;
    let report = received(&app, "32.75").await;
    assert_eq!(report.status, "RECEIVED");
    let coordinator = app.office("coordinator.ri").await;
    let (first, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    let author = app.office("head.32.75").await;
    assert_eq!(
        refused(coordinator.does("acceptReport", &report).await),
        at("WRONG_STATE", "report"),
        "experts review it first"
    );
    let made = assigns(
        &coordinator,
        &[&report],
        &["expert1.ri", "expert2.ri"],
        Some("expert2.ri"),
    )
    .await
    .unwrap();
    assert_eq!(made.len(), 2);
    assert!(made.iter().all(|one| one.state == "ASSIGNED"));
    let report = coordinator.sees(&report).await.unwrap();
    assert_eq!(report.status, "EXPERT_REVIEW");
    let twice = assigns(&coordinator, &[&report], &["expert1.ri"], None).await;
    assert_eq!(refused(twice), at("ALREADY_EXISTS", "reports.0"));

    let taken = takes(&first, "acknowledgeReview", &report, json!({})).await.unwrap();
    assert_eq!((taken.state.as_str(), taken.lead), ("ACKNOWLEDGED", false));
    assert!(own(&second, &report).await.unwrap().lead, "as was asked");
    let outside = takes(&first, "saveScoreSheet", &report, scores(6, 3)).await;
    assert_eq!(refused(outside), at("INVALID", "scores.isi.score"));
    let half = json!({ "scores": [{ "criterion": "isi", "score": 5 }], "comment": "Lengkap." });
    let saved = takes(&first, "saveScoreSheet", &report, half).await.unwrap();
    let missing = steps(&first, "completeReview", &saved, json!({})).await;
    assert_eq!(
        refused(missing),
        at("REQUIRED", "scores.isi.comment"),
        "the best score owes a comment"
    );
    assert_eq!(
        refused(coordinator.does("acceptReport", &report).await),
        at("QUORUM_MISSING", "report")
    );
    let done = completes(&first, &report, (5, 3)).await;
    assert_eq!(done.state, "COMPLETE");

    // Who has not scored sees no sheet, whoever wrote the report sees no review at all.
    assert_eq!(sheets(&second, &report).await, [None, None]);
    assert_eq!(result(&second, &report).await, None);
    assert_eq!(sheets(&first, &report).await, [None, Some("87.50".to_owned())]);
    assert!(sheets(&author, &report).await.is_empty());
    assert_eq!(result(&author, &report).await, None);
    assert_eq!(result(&coordinator, &report).await, Some((1, "87.50".to_owned())));
    assert_eq!(
        refused(coordinator.does("acceptReport", &report).await),
        at("QUORUM_MISSING", "report"),
        "one of two"
    );
    completes(&second, &report, (3, 3)).await;
    assert_eq!(
        sheets(&second, &report).await,
        [Some("50.00".to_owned()), Some("87.50".to_owned())]
    );
    assert_eq!(result(&second, &report).await, Some((2, "68.75".to_owned())));

    let accepted = coordinator.does("acceptReport", &report).await.unwrap();
    assert_eq!(accepted.status, "ACCEPTED");
    assert_eq!(
        result(&author, &report).await,
        Some((2, "68.75".to_owned())),
        "the result is told once it is decided"
    );
    assert!(sheets(&author, &report).await.is_empty(), "never who scored what");
    let retracted = coordinator
        .does_because("retractAcceptance", &accepted, "Ada bukti baru.")
        .await
        .unwrap();
    assert_eq!(retracted.status, "EXPERT_REVIEW", "back with the experts");
}

/// How many reports wait for an expert's scores.
async fn to_do(by: &Office<'_>) -> u64 {
    let document = "{ viewer { tasks(kinds: [REVIEW_TO_DO]) { totalCount } } }";
    let found = by.data(document, json!({})).await;
    found["viewer"]["tasks"]["totalCount"].as_u64().unwrap()
}

async fn a_revision_is_asked_for_and_scored_anew(app: TestApp) {
    asks(&app).await;
    let report = received(&app, "32.75").await;
    let coordinator = app.office("coordinator.ri").await;
    let (first, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    assigns(&coordinator, &[&report], &["expert1.ri", "expert2.ri"], None)
        .await
        .unwrap();
    let report = coordinator.sees(&report).await.unwrap();
    completes(&first, &report, (4, 4)).await;
    completes(&second, &report, (2, 2)).await;
    let why = "Lampirkan bukti kegiatan.";
    assert_eq!(
        refused(first.does_because("askRevision", &report, why).await),
        at("FINDING_MISSING", "report"),
        "what is to be revised?"
    );
    finds(&second, &report, "NOTE").await;
    assert_eq!(
        refused(first.does_because("askRevision", &report, why).await),
        at("FINDING_MISSING", "report"),
        "a note asks for nothing"
    );
    finds(&first, &report, "SHOULD").await;
    assert_eq!(
        refused(second.does_because("askRevision", &report, why).await),
        at("FORBIDDEN", "report"),
        "the lead alone speaks for the experts"
    );
    // The lead asks twice at once, from two devices: one of them is told that it has changed.
    let again = app.office("expert1.ri").await;
    let (one, other) = tokio::join!(
        first.does_because("askRevision", &report, why),
        again.does_because("askRevision", &report, why)
    );
    let (asked, lost) = match (one, other) {
        (Ok(asked), Err(lost)) | (Err(lost), Ok(asked)) => (asked, lost),
        both => panic!("not exactly one was done: {both:?}"),
    };
    assert_eq!(
        (asked.status.as_str(), lost.code.as_str()),
        ("REVISION_ASKED", "STALE_VERSION")
    );
    let saved = takes(&first, "saveScoreSheet", &asked, scores(3, 3)).await.unwrap();
    let early = steps(&first, "completeReview", &saved, json!({})).await;
    assert_eq!(
        refused(early),
        at("WRONG_STATE", "assignment"),
        "there is nothing new to score"
    );

    assert_eq!(to_do(&second).await, 0, "the unit has it");
    let author = app.office("staff.32.75").await;
    let revised = author.fills_in(&asked, "Bukti dilampirkan.").await.unwrap();
    let answered = app.office("head.32.75").await.submits(&revised).await.unwrap();
    assert_eq!(answered.status, "EXPERT_REVIEW", "it comes back to who asked");
    assert_eq!(
        refused(coordinator.does("acceptReport", &answered).await),
        at("QUORUM_MISSING", "report"),
        "what was scored is no longer what there is"
    );
    assert_eq!(to_do(&second).await, 1, "also for who was through");
    completes(&first, &answered, (4, 5)).await;
    // Who changes nothing saves nothing, and completes again.
    let kept = takes(&second, "saveScoreSheet", &answered, json!({})).await.unwrap();
    steps(&second, "completeReview", &kept, json!({})).await.unwrap();
    assert_eq!(to_do(&second).await, 0);
    let declined = coordinator
        .does_because("declineReport", &answered, "Bukti tidak mendukung.")
        .await
        .unwrap();
    assert_eq!(declined.status, "DECLINED");
}

async fn who_has_a_conflict_of_interest_is_kept_out(app: TestApp) {
    asks(&app).await;
    app.seats("coordinator2.ri", "RI", Function::Coordinator).await;
    app.seats("expert3.ri", "RI", Function::Expert).await;
    let reports = [received(&app, "32.75").await, received(&app, "32.76").await];
    let [report, other] = &reports;
    let coordinator = app.office("coordinator.ri").await;
    let (first, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    let province = coordinator.unit("32").await;
    let home = json!({ "kind": "HOME_PROVINCE", "unit": province, "reason": "Berasal dari Jawa Barat." });
    let declared = first
        .command(
            "declareConflict",
            "conflict { id version isInForce isSelfDeclared }",
            home.clone(),
        )
        .await
        .unwrap();
    assert_eq!(declared["conflict"]["isSelfDeclared"], true);
    assert_eq!(
        refused(first.command("declareConflict", "conflict { id }", home).await),
        at("ALREADY_EXISTS", "unit")
    );
    // Refused at assignment.
    let refusal = assigns(&coordinator, &[report], &["expert1.ri", "expert2.ri"], None).await;
    assert_eq!(refused(refusal), at("CONFLICT_OF_INTEREST", "reports.0"));
    assert!(
        first.sees(report).await.is_none(),
        "though the seat was named to receive it"
    );

    // And at decision: somebody who was assigned before it was known.
    assigns(&coordinator, &[report, other], &["expert2.ri", "expert3.ri"], None)
        .await
        .unwrap();
    let report = &coordinator.sees(report).await.unwrap();
    let sheet = takes(&second, "saveScoreSheet", report, scores(4, 4)).await.unwrap();
    let person = Kind::Account.id(app.account("expert2.ri").await.id).to_string();
    let unit = coordinator.unit("32.75").await;
    let family = json!({ "person": person, "kind": "FAMILY", "unit": unit, "reason": "Keluarga di unit ini." });
    coordinator
        .command("pinConflict", "conflict { id }", family.clone())
        .await
        .unwrap();
    assert_eq!(
        refused(steps(&second, "completeReview", &sheet, json!({})).await),
        at("NOT_FOUND", "assignment")
    );
    assert_eq!(
        refused(second.does_because("askRevision", report, "Kurang.").await),
        at("NOT_FOUND", "report")
    );
    assert!(second.sees(report).await.is_none());
    assert!(second.sees(other).await.is_some(), "of another unit");
    let shown = second
        .data(
            "{ reviewAssignments { totalCount nodes { id } } reports { totalCount } }",
            json!({}),
        )
        .await;
    assert_eq!(shown["reviewAssignments"]["totalCount"], 2, "of the other report alone");
    assert_eq!(shown["reports"]["totalCount"], 1);
    let node = second
        .data("query($id: ID!) { node(id: $id) { id } }", json!({ "id": sheet.id }))
        .await;
    assert!(node["node"].is_null());
    let states = coordinator
        .data(
            "query($of: ID!) { report(id: $of) { reviews { state seat { id } } } }",
            json!({ "of": report.id }),
        )
        .await;
    assert_eq!(states["report"]["reviews"][0]["state"], "RECUSED");

    // A coordinator with one neither assigns nor decides, and is told of no review.
    let colleague = app.office("coordinator2.ri").await;
    let person = Kind::Account.id(app.account("coordinator2.ri").await.id).to_string();
    let pinned = json!({ "person": person, "kind": "OTHER", "unit": unit, "reason": "Menantu pimpinan." });
    assert_eq!(
        refused(
            colleague
                .command("pinConflict", "conflict { id }", pinned.clone())
                .await
        ),
        at("OWN_WORK", ""),
        "others say what one's own are, or one declares them"
    );
    let pinned = coordinator
        .command("pinConflict", "conflict { id version }", pinned)
        .await
        .unwrap();
    for command in ["acceptReport", "declineReport"] {
        assert_eq!(
            refused(colleague.does_because(command, report, "Cukup.").await).0,
            if command == "acceptReport" {
                "BAD_USER_INPUT"
            } else {
                "FORBIDDEN"
            }
        );
    }
    assert_eq!(
        refused(colleague.does("acceptReport", report).await),
        at("FORBIDDEN", "report")
    );
    assert!(sheets(&colleague, report).await.is_empty());
    assert!(!sheets(&colleague, other).await.is_empty());
    let refusal = assigns(&colleague, &[report], &["expert1.ri"], None).await;
    assert_eq!(refused(refusal), at("FORBIDDEN", "reports.0"));
    // Nobody lifts the own.
    let lift = json!({ "conflict": pinned["conflict"]["id"], "expectedVersion": 1, "reason": "Sudah lewat." });
    assert_eq!(
        refused(colleague.command("liftConflict", "conflict { id }", lift.clone()).await),
        at("OWN_WORK", "")
    );
    coordinator
        .command("liftConflict", "conflict { id }", lift)
        .await
        .unwrap();
    assert_eq!(
        refused(colleague.does("acceptReport", report).await),
        at("QUORUM_MISSING", "report")
    );
}

/// What somebody follows of a report: the findings by list, by count and by their ids, the steps of its history, and the
/// kinds of its events.
async fn follows(by: &Office<'_>, on: &Report, finding: &str) -> (Vec<String>, Vec<String>) {
    let document = "query($of: ID!, $finding: ID!) { report(id: $of) { findings { totalCount nodes { id } } \
                    history(first: 100) { totalCount nodes { command } } } node(id: $finding) { id } }";
    let told = by.data(document, json!({ "of": on.id, "finding": finding })).await;
    let report = &told["report"];
    let findings = report["findings"]["nodes"].as_array().unwrap();
    assert_eq!(report["findings"]["totalCount"], findings.len());
    assert_eq!(told["node"].is_null(), findings.is_empty(), "{} by id", by.name);
    let steps = report["history"]["nodes"].as_array().unwrap();
    assert_eq!(report["history"]["totalCount"], steps.len());
    let steps = steps.iter().map(|step| step["command"].as_str().unwrap());
    let steps = steps.filter(|step| ["ASSIGN", "ASK_REVISION"].contains(step));
    let findings = findings.iter().map(|found| found["id"].as_str().unwrap());
    jenjang::feed::number(&by.app.services.db).await.unwrap();
    let pulled = by.pulls(None).await;
    let events =
        pulled.kinds().into_iter().map(str::to_owned).filter(|kind| {
            ["FINDINGS_RAISED", "REPORT_REVIEW_BEGUN", "REPORT_REVISION_ASKED"].contains(&kind.as_str())
        });
    (findings.chain(steps).map(str::to_owned).collect(), events.collect())
}

async fn nothing_that_is_found_is_told_at_ri_to_who_has_a_conflict(app: TestApp) {
    asks(&app).await;
    app.seats("coordinator2.ri", "RI", Function::Coordinator).await;
    let report = received(&app, "32.75").await;
    let coordinator = app.office("coordinator.ri").await;
    let expert = app.office("expert1.ri").await;
    assigns(&coordinator, &[&report], &["expert1.ri", "expert2.ri"], None)
        .await
        .unwrap();
    let report = coordinator.sees(&report).await.unwrap();
    let found = finds(&expert, &report, "SHOULD").await;
    let report = expert
        .does_because("askRevision", &report, "Lihat temuan.")
        .await
        .unwrap();
    let all = (
        vec![found.clone(), "ASSIGN".to_owned(), "ASK_REVISION".to_owned()],
        ["REPORT_REVIEW_BEGUN", "FINDINGS_RAISED", "REPORT_REVISION_ASKED"]
            .map(str::to_owned)
            .into(),
    );
    let colleague = app.office("coordinator2.ri").await;
    for office in [&coordinator, &colleague, &expert] {
        assert_eq!(follows(office, &report, &found).await, all, "{}", office.name);
    }
    let person = Kind::Account.id(app.account("coordinator2.ri").await.id).to_string();
    let unit = coordinator.unit("32.75").await;
    let pinned = json!({ "person": person, "kind": "FAMILY", "unit": unit, "reason": "Keluarga di unit ini." });
    coordinator
        .command("pinConflict", "conflict { id }", pinned)
        .await
        .unwrap();
    assert_eq!(
        follows(&colleague, &report, &found).await,
        (Vec::new(), Vec::new()),
        "neither by list, count, id, history nor feed"
    );
    for name in ["head.32.75", "observer.32"] {
        assert_eq!(follows(&app.office(name).await, &report, &found).await, all, "{name}");
    }
    // Who works for the unit besides has to answer what was found, and is told of it there.
    let seat = app.makes_seat("32.75", Function::Staff).await;
    app.appoints("coordinator2.ri", seat, crate::support::people::Tenure::SETTLED)
        .await;
    app.reload_directory().await;
    assert_eq!(
        follows(&app.office("coordinator2.ri").await, &report, &found).await,
        all
    );
}

async fn where_somebody_sat_is_a_conflict_by_itself(app: TestApp) {
    asks(&app).await;
    let report = received(&app, "32.75").await;
    let coordinator = app.office("coordinator.ri").await;
    let seat = app.makes_seat("32", Function::Staff).await;
    let tenure = crate::support::people::Tenure {
        to: Some(crate::support::people::day(2024, 12, 31)),
        ..crate::support::people::Tenure::SETTLED
    };
    app.appoints("expert1.ri", seat, tenure).await;
    app.reload_directory().await;
    let expert = app.office("expert1.ri").await;
    let seats = expert.seats_at_ri("EXPERT").await;
    let input = json!({ "reports": [report.id], "reviewers": seats, "dryRun": true });
    let refusal = coordinator
        .command("assignReviews", "plan { report { id } }", input)
        .await;
    assert_eq!(refused(refusal), at("CONFLICT_OF_INTEREST", "reports.0"));
    assert!(expert.sees(&report).await.is_none());
}

async fn a_silent_expert_is_replaced(app: TestApp) {
    asks(&app).await;
    app.seats("expert3.ri", "RI", Function::Expert).await;
    let report = received(&app, "32.75").await;
    let coordinator = app.office("coordinator.ri").await;
    let made = assigns(&coordinator, &[&report], &["expert1.ri", "expert2.ri"], None)
        .await
        .unwrap();
    let [silent, other] = &made[..] else { panic!("two") };
    assert!(silent.lead && !other.lead, "the first leads where nobody was named");
    let blank = json!({ "reason": " " });
    assert_eq!(
        refused(steps(&coordinator, "lapseReview", silent, blank).await),
        at("REQUIRED", "reason")
    );
    let lapsed = steps(
        &coordinator,
        "lapseReview",
        silent,
        json!({ "reason": "Tidak menjawab." }),
    )
    .await;
    assert_eq!(lapsed.unwrap().state, "LAPSED");
    let expert = app.office("expert1.ri").await;
    assert!(own(&expert, &report).await.is_none());
    let mut led = assigns(&coordinator, &[&report], &["expert3.ri"], None).await.unwrap();
    let replacement = led.remove(0);
    assert!(replacement.lead, "nobody led any more");
    let second = app.office("expert2.ri").await;
    let made = steps(&coordinator, "makeReviewLead", other, json!({})).await.unwrap();
    assert!(made.lead);
    assert!(!own(&app.office("expert3.ri").await, &report).await.unwrap().lead);
    let declined = steps(&second, "declineReview", &made, json!({ "reason": "Sedang cuti." }))
        .await
        .unwrap();
    assert_eq!(declined.state, "DECLINED");
    // Sent again, it is told again, though the expert is no longer part of it.
    let third = app.office("expert3.ri").await;
    let mine = own(&third, &report).await.unwrap();
    let input = json!({ "assignment": mine.id, "expectedVersion": mine.version, "reason": "Pindah tugas." });
    for _sent in 0..2 {
        let told = third
            .command_with_key("recuseReview", ASSIGNMENT, input.clone(), Some("sekali"))
            .await;
        assert_eq!(told.unwrap()["assignment"]["state"], "RECUSED");
    }
}

async fn reports_are_spread_evenly_over_portfolios(app: TestApp) {
    asks(&app).await;
    let mut reports = Vec::new();
    for unit in ["32.75", "32.76", "32.77", "32.78"] {
        reports.push(received(&app, unit).await);
    }
    let coordinator = app.office("coordinator.ri").await;
    let (first, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    let province = coordinator.unit("32").await;
    let sets = async |name: &str, entries: Value, version: i64| {
        let reviewer = seat(app.seat_of(name).await);
        let input = json!({ "reviewer": reviewer, "expectedVersion": version, "entries": entries });
        coordinator
            .command(
                "setReviewPortfolio",
                "portfolio { version entries { templateCode province { code } } }",
                input,
            )
            .await
    };
    let everything = json!([{ "province": province, "templateCode": TEMPLATE }]);
    sets("expert1.ri", everything.clone(), 0).await.unwrap();
    assert_eq!(
        refused(sets("expert1.ri", everything.clone(), 0).await),
        at("STALE_VERSION", "expectedVersion")
    );
    assert_eq!(
        refused(sets("expert2.ri", json!([{ "templateCode": "tidak-ada" }]), 0).await),
        at("INVALID", "entries.0.templateCode")
    );
    let ids: Vec<&str> = reports.iter().map(|report| report.id.as_str()).collect();
    let spread =
        |per_report, dry_run| json!({ "reports": ids, "spread": { "perReport": per_report }, "dryRun": dry_run });
    let plan = "plan { report { id status } reviewers { id } } assignments { id }";
    let short = coordinator.command("assignReviews", plan, spread(2, true)).await;
    assert_eq!(
        refused(short),
        at("INVALID", "reports.0"),
        "one expert has them in the portfolio"
    );
    sets("expert2.ri", everything, 0).await.unwrap();
    let dry = coordinator
        .command("assignReviews", plan, spread(1, true))
        .await
        .unwrap();
    let rows = dry["plan"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    assert!(dry["assignments"].as_array().unwrap().is_empty());
    let per_seat = |seat: &str| rows.iter().filter(|row| row["reviewers"][0]["id"] == seat).count();
    for name in ["expert1.ri", "expert2.ri"] {
        assert_eq!(per_seat(&seat(app.seat_of(name).await)), 2, "{name}");
    }
    for office in [&first, &second, &coordinator] {
        let kept = office.data("{ reviewAssignments { totalCount } }", json!({})).await;
        assert_eq!(kept["reviewAssignments"]["totalCount"], 0, "it was a dry run");
    }
    let done = coordinator
        .command("assignReviews", plan, spread(1, false))
        .await
        .unwrap();
    assert_eq!(done["plan"].as_array().unwrap().len(), 4);
    assert!(
        done["plan"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["report"]["status"] == "EXPERT_REVIEW")
    );
    for office in [&first, &second] {
        let kept = office.data("{ reviewAssignments { totalCount } }", json!({})).await;
        assert_eq!(kept["reviewAssignments"]["totalCount"], 2, "{}", office.name);
    }
    let portfolios = first
        .data(
            "{ reviewPortfolios { seat { id } entries { templateCode } } }",
            json!({}),
        )
        .await;
    assert_eq!(portfolios["reviewPortfolios"].as_array().unwrap().len(), 1, "the own");
}

async fn two_coordinators_reopen_what_was_accepted(app: TestApp) {
    app.seats("coordinator2.ri", "RI", Function::Coordinator).await;
    asks(&app).await;
    let report = received(&app, "32.75").await;
    let coordinator = app.office("coordinator.ri").await;
    assigns(&coordinator, &[&report], &["expert1.ri", "expert2.ri"], None)
        .await
        .unwrap();
    for name in ["expert1.ri", "expert2.ri"] {
        completes(&app.office(name).await, &report, (4, 4)).await;
    }
    let report = coordinator.sees(&report).await.unwrap();
    let accepted = coordinator.does("acceptReport", &report).await.unwrap();
    let input = json!({ "report": accepted.id, "expectedVersion": accepted.version, "reason": "Angka keliru." });
    let proposal = "proposal { id status command subject { __typename ... on Report { id } } }";
    let proposed = coordinator
        .command("reopenReport", proposal, input.clone())
        .await
        .unwrap();
    assert_eq!(proposed["proposal"]["subject"]["id"], accepted.id.as_str());
    assert_eq!(
        refused(coordinator.command("reopenReport", proposal, input).await).0,
        "ALREADY_EXISTS"
    );
    let confirm = json!({ "proposal": proposed["proposal"]["id"] });
    assert_eq!(
        refused(
            coordinator
                .command("confirmProposal", "proposal { status }", confirm.clone())
                .await
        ),
        at("OWN_WORK", "proposal")
    );
    let colleague = app.office("coordinator2.ri").await;
    colleague
        .command("confirmProposal", "proposal { status }", confirm)
        .await
        .unwrap();
    let reopened = coordinator.sees(&accepted).await.unwrap();
    assert_eq!(reopened.status, "REVISION_ASKED");
    let author = app.office("staff.32.75").await;
    let revised = author.fills_in(&reopened, "Angka diperbaiki.").await.unwrap();
    let again = app.office("head.32.75").await.submits(&revised).await.unwrap();
    assert_eq!(again.status, "EXPERT_REVIEW");
    // A report that moved on is not reopened by an old proposal.
    let other = received(&app, "32.76").await;
    let early = json!({ "report": other.id, "expectedVersion": other.version, "reason": "Terlalu dini." });
    assert_eq!(
        refused(coordinator.command("reopenReport", proposal, early).await),
        at("WRONG_STATE", "report")
    );
    assert_eq!(
        code(&author.ask("{ viewer { account { id } } }", json!({})).await),
        "ok"
    );
}

/// How many notices of a review an office has, by kind, once all is reminded of and told.
async fn reminded(app: &TestApp, name: &str) -> Vec<String> {
    while reminding::remind(&app.services).await.unwrap() > 0 {}
    jenjang::feed::number(&app.services.db).await.unwrap();
    while telling::tell(&app.services).await.unwrap() > 0 {}
    let document = "{ viewer { notices(first: 100) { totalCount nodes { kind message } } } }";
    let told = app.office(name).await.data(document, json!({})).await;
    let notices = told["viewer"]["notices"]["nodes"].as_array().unwrap();
    let kinds = notices.iter().map(|notice| notice["kind"].as_str().unwrap().to_owned());
    let mut kinds: Vec<String> = kinds
        .filter(|kind| {
            ["REVIEW_DUE_SOON", "REVIEW_OVERDUE", "REVIEW_SILENT", "FINDING_ANSWERED"].contains(&kind.as_str())
        })
        .collect();
    kinds.sort();
    kinds
}

async fn experts_are_reminded_and_who_assigned_hears_of_the_silent(app: TestApp) {
    let moment = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().to_utc();
    let clock = StillClock::at(moment("2025-01-20T09:00:00+07:00"));
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let app = app.varied(variation).await;
    asks(&app).await;
    app.seats("coordinator2.ri", "RI", Function::Coordinator).await;
    let coordinator = app.office("coordinator.ri").await;
    let person = Kind::Account.id(app.account("coordinator2.ri").await.id).to_string();
    let unit = coordinator.unit("32.75").await;
    let pinned = json!({ "person": person, "kind": "FAMILY", "unit": unit, "reason": "Keluarga di unit ini." });
    coordinator
        .command("pinConflict", "conflict { id }", pinned)
        .await
        .unwrap();
    let report = received(&app, "32.75").await;
    let mut seats = Vec::new();
    for name in ["expert1.ri", "expert2.ri"] {
        seats.push(seat(app.seat_of(name).await));
    }
    let input = json!({ "reports": [report.id], "reviewers": seats, "dueOn": "2025-01-27" });
    coordinator
        .command("assignReviews", "assignments { id }", input)
        .await
        .unwrap();
    let first = app.office("expert1.ri").await;
    takes(&first, "acknowledgeReview", &report, json!({})).await.unwrap();
    let everybody = [
        "expert1.ri",
        "expert2.ri",
        "coordinator.ri",
        "coordinator2.ri",
        "head.32.75",
    ];
    let told = async || {
        let mut told = Vec::new();
        for name in everybody {
            told.push(reminded(&app, name).await);
        }
        told
    };
    let nothing: Vec<String> = Vec::new();
    let of = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<String>>();
    assert_eq!(told().await, vec![nothing.clone(); 5], "a week before");
    clock.set(moment("2025-01-24T00:00:00+07:00"));
    let soon = of(&["REVIEW_DUE_SOON"]);
    let expected = [
        soon.clone(),
        soon.clone(),
        nothing.clone(),
        nothing.clone(),
        nothing.clone(),
    ];
    assert_eq!(told().await, expected);
    clock.set(moment("2025-01-27T23:00:00+07:00"));
    assert_eq!(told().await, expected, "once, and on the day itself nothing is late");
    // The second has not even answered when the day is over.
    clock.set(moment("2025-01-28T00:00:00+07:00"));
    let late = of(&["REVIEW_DUE_SOON", "REVIEW_OVERDUE"]);
    let expected = [
        late.clone(),
        late,
        of(&["REVIEW_SILENT"]),
        nothing.clone(),
        nothing.clone(),
    ];
    assert_eq!(
        told().await,
        expected,
        "the one with a conflict of interest hears nothing"
    );
    clock.set(moment("2025-02-10T09:00:00+07:00"));
    assert_eq!(told().await, expected, "once");

    // Who raised a finding is told that it was answered: the experts, each of them.
    let report = coordinator_sees(&app, &report).await;
    let expert = app.office("expert1.ri").await;
    let found = finds(&expert, &report, "MUST").await;
    let asked = expert
        .does_because("askRevision", &report, "Lihat temuan.")
        .await
        .unwrap();
    let answers = json!([{ "finding": found, "remedied": true, "text": "Lengkap." }]);
    let input = json!({ "report": asked.id, "expectedVersion": asked.version, "answers": answers });
    let head = app.office("head.32.75").await;
    head.command("submitReport", "report { id }", input).await.unwrap();
    for name in ["expert1.ri", "expert2.ri"] {
        assert!(
            reminded(&app, name).await.contains(&"FINDING_ANSWERED".to_owned()),
            "{name}"
        );
    }
    for name in ["coordinator.ri", "coordinator2.ri"] {
        assert!(
            !reminded(&app, name).await.contains(&"FINDING_ANSWERED".to_owned()),
            "{name}"
        );
    }
}

async fn coordinator_sees(app: &TestApp, report: &Report) -> Report {
    app.office("coordinator.ri").await.sees(report).await.unwrap()
}

on_both_databases!(
    two_experts_review_and_ri_decides,
    a_revision_is_asked_for_and_scored_anew,
    who_has_a_conflict_of_interest_is_kept_out,
    nothing_that_is_found_is_told_at_ri_to_who_has_a_conflict,
    where_somebody_sat_is_a_conflict_by_itself,
    a_silent_expert_is_replaced,
    reports_are_spread_evenly_over_portfolios,
    two_coordinators_reopen_what_was_accepted,
    experts_are_reminded_and_who_assigned_hears_of_the_silent,
);
