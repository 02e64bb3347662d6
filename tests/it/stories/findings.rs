//! What a reviewer finds comes back answered: raised, noted, answered in the next submission, reopened, resolved.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{enums::FindingState, finding};
use jenjang::{
    clock::StillClock,
    feed,
    notice::telling,
    report::{finding::reminding, inspection},
};
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::{Value, json};

use super::KECAMATAN;
use crate::{
    on_both_databases,
    support::{Office, Refusal, Report, TestApp, app::Variation, office::REPORT},
};

const FINDING: &str = "id version severity state section field answeredIn";

fn refused(code: &str, field: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        field: field.to_owned(),
    }
}

/// The report of a kecamatan of Ponorogo, which the kabupaten has taken up.
pub async fn taken(app: &TestApp, code: &str) -> Report {
    let (staff, head) = (
        app.office(&format!("staff.{code}")).await,
        app.office(&format!("head.{code}")).await,
    );
    let submitted = head.submits(&staff.drafts(KECAMATAN).await).await.unwrap();
    let regency = app.office("staff.35.02").await;
    regency.does("takeReport", &submitted).await.unwrap()
}

/// Raises findings in a report, and gives them.
pub async fn raises(office: &Office<'_>, on: &Report, findings: Value) -> Result<Vec<Value>, Refusal> {
    let input = json!({ "report": on.id, "expectedVersion": on.version, "findings": findings });
    let selection = format!("findings {{ {FINDING} }}");
    let payload = office.command("raiseFinding", &selection, input).await?;
    Ok(payload["findings"].as_array().unwrap().clone())
}

/// Resolves or reopens a finding as it was read.
pub async fn settles(office: &Office<'_>, command: &str, on: &Value, reason: Option<&str>) -> Result<Value, Refusal> {
    let input = json!({ "finding": on["id"], "expectedVersion": on["version"], "reason": reason });
    let payload = office
        .command(command, &format!("finding {{ {FINDING} }}"), input)
        .await?;
    Ok(payload["finding"].clone())
}

/// Submits a report with answers to findings.
pub async fn submits_with(office: &Office<'_>, on: &Report, answers: Value) -> Result<Report, Refusal> {
    let input = json!({ "report": on.id, "expectedVersion": on.version, "answers": answers });
    let payload = office
        .command("submitReport", &format!("report {{ {REPORT} }}"), input)
        .await?;
    Ok(crate::support::office::report(&payload["report"]))
}

async fn findings_of(office: &Office<'_>, on: &Report) -> Vec<Value> {
    let document =
        format!("query($id: ID!) {{ report(id: $id) {{ findings {{ totalCount nodes {{ {FINDING} }} }} }} }}");
    let data = office.data(&document, json!({ "id": on.id })).await;
    let nodes = data["report"]["findings"]["nodes"].as_array().unwrap().clone();
    assert_eq!(data["report"]["findings"]["totalCount"], nodes.len());
    nodes
}

fn must(text: &str) -> Value {
    json!({ "field": "media-sosial", "severity": "MUST", "text": text })
}

async fn doctor_finds_nothing(app: &TestApp) {
    assert_eq!(
        inspection::faults(&app.services.db).await.unwrap(),
        Vec::<String>::new()
    );
}

async fn what_is_found_comes_back_answered(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (staff, head) = (app.office("staff.35.02.05").await, app.office("head.35.02.05").await);
    let (clerk, regency) = (app.office("staff.35.02").await, app.office("head.35.02").await);
    let report = taken(&app, "35.02.05").await;
    let raised = raises(
        &clerk,
        &report,
        json!([
            must("Jumlah pengikut belum disebut."),
            { "section": "kegiatan", "severity": "SHOULD", "text": "Sebutkan tanggal tiap kegiatan." },
            { "severity": "NOTE", "text": "Ringkas dan jelas." },
        ]),
    )
    .await
    .unwrap();
    let place = |finding: &Value| (finding["section"].clone(), finding["field"].clone());
    assert_eq!(place(&raised[0]).1, "media-sosial", "and the section of the field");
    assert!(place(&raised[0]).0.is_string());
    assert_eq!(place(&raised[2]), (Value::Null, Value::Null));
    assert_eq!(clerk.sees(&report).await.unwrap(), report, "neither moved nor changed");

    // What is open keeps it from going on, as the button says.
    let document = "query($id: ID!) { report(id: $id) { viewerCanEndorse availableActions { action code } } }";
    let data = regency.data(document, json!({ "id": report.id })).await;
    assert_eq!(data["report"]["viewerCanEndorse"], false);
    let actions = data["report"]["availableActions"].as_array().unwrap();
    let endorse = actions.iter().find(|action| action["action"] == "ENDORSE").unwrap();
    assert_eq!(endorse["code"], "FINDING_OPEN");
    assert_eq!(
        regency.does("endorseReport", &report).await.unwrap_err(),
        refused("FINDING_OPEN", "report")
    );
    let returned = regency
        .does_because("returnReport", &report, "Lihat temuan.")
        .await
        .unwrap();

    // The unit takes note, once.
    let ids: Vec<&Value> = raised.iter().map(|finding| &finding["id"]).collect();
    let noted = "findings { acknowledgedAt acknowledgedBy { email } version }";
    let first = staff
        .command("acknowledgeFindings", noted, json!({ "findings": ids }))
        .await
        .unwrap();
    let again = head
        .command("acknowledgeFindings", noted, json!({ "findings": ids }))
        .await
        .unwrap();
    assert_eq!(first["findings"], again["findings"], "who noted it first stays");
    assert_eq!(first["findings"][0]["version"], 1);

    // Submitting is refused while the MUST is not answered, and told before.
    let document = "query($id: ID!) { report(id: $id) { problems { code field message } } }";
    let data = staff.data(document, json!({ "id": returned.id })).await;
    let problems = data["report"]["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0]["code"], "FINDING_UNANSWERED");
    assert!(problems[0]["message"].as_str().unwrap().contains("Jumlah pengikut"));
    assert_eq!(
        head.submits(&returned).await.unwrap_err(),
        refused("FINDING_UNANSWERED", "answers")
    );
    let edited = staff.fills_in(&returned, "Instagram, 1.204 pengikut.").await.unwrap();
    let answer = |finding: &Value, text: &str| json!({ "finding": finding["id"], "remedied": true, "text": text });
    let wrong = json!([answer(&raised[0], " "), { "finding": app.absent(jenjang::graphql::id::Kind::Finding), "remedied": false, "text": "x" }]);
    assert_eq!(
        submits_with(&head, &edited, wrong).await.unwrap_err(),
        refused("REQUIRED", "answers.0.text")
    );
    let twice = json!([answer(&raised[0], "Sudah."), answer(&raised[0], "Sudah.")]);
    assert_eq!(
        submits_with(&head, &edited, twice).await.unwrap_err(),
        refused("INVALID", "answers.1.finding")
    );
    let answers = json!([
        answer(&raised[0], "Sudah disebut."),
        answer(&raised[1], "Sudah ditambahkan.")
    ]);
    let submitted = submits_with(&head, &edited, answers.clone()).await.unwrap();
    assert_eq!(submitted.status, "SUBMITTED");
    let states: Vec<Value> = findings_of(&clerk, &submitted)
        .await
        .iter()
        .map(|finding| json!([finding["state"], finding["answeredIn"]]))
        .collect();
    assert_eq!(json!(states), json!([["ANSWERED", 2], ["ANSWERED", 2], ["OPEN", null]]));

    // The reviewer sees what has changed, per field and per finding.
    let document = "query($id: ID!) { report(id: $id) { revisionChanges(from: 1, to: 2) { section field textBefore textAfter }
        nothing: revisionChanges(from: 1, to: 3) { field }
        findings { nodes { title changes { field textAfter } acts { kind text remedied revision unit { code } } } } } }";
    let data = clerk.data(document, json!({ "id": report.id })).await;
    let changes = data["report"]["revisionChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 2, "every field that takes text was written anew");
    assert_eq!(changes[1]["field"], "media-sosial");
    assert_eq!(changes[1]["textAfter"], "Instagram, 1.204 pengikut.");
    assert_eq!(data["report"]["nothing"], Value::Null);
    let first = &data["report"]["findings"]["nodes"][0];
    assert_eq!(
        first["changes"],
        json!([{ "field": "media-sosial", "textAfter": "Instagram, 1.204 pengikut." }])
    );
    assert_eq!(
        first["acts"],
        json!([
            { "kind": "RAISE", "text": null, "remedied": null, "revision": null, "unit": { "code": "35.02" } },
            { "kind": "ACKNOWLEDGE", "text": null, "remedied": null, "revision": null, "unit": { "code": "35.02.05" } },
            { "kind": "ANSWER", "text": "Sudah disebut.", "remedied": true, "revision": 2, "unit": { "code": "35.02.05" } },
        ])
    );

    // Reopened, answered anew, resolved, endorsed.
    let current = findings_of(&clerk, &submitted).await;
    let too_soon = settles(&clerk, "reopenFinding", &current[0], Some("Masih kurang.")).await;
    assert_eq!(
        too_soon.unwrap_err(),
        refused("WRONG_STATE", "finding"),
        "it was not taken up"
    );
    let taken = clerk.does("takeReport", &submitted).await.unwrap();
    assert_eq!(
        settles(&clerk, "reopenFinding", &current[0], Some(""))
            .await
            .unwrap_err(),
        refused("REQUIRED", "reason")
    );
    let reopened = settles(&clerk, "reopenFinding", &current[0], Some("Sumbernya?"))
        .await
        .unwrap();
    assert_eq!((&reopened["state"], &reopened["version"]), (&json!("OPEN"), &json!(3)));
    assert_eq!(
        settles(&clerk, "resolveFinding", &reopened, None).await.unwrap_err(),
        refused("REQUIRED", "reason"),
        "it was not answered"
    );
    let returned = regency
        .does_because("returnReport", &taken, "Lihat temuan.")
        .await
        .unwrap();
    let already = json!([answer(&raised[0], "Dari Instagram."), answer(&raised[1], "Lagi.")]);
    assert_eq!(
        submits_with(&head, &returned, already).await.unwrap_err(),
        refused("WRONG_STATE", "answers.1.finding")
    );
    let why_not = json!([{ "finding": raised[0]["id"], "remedied": false, "text": "Angka resmi belum terbit." }]);
    let submitted = submits_with(&head, &returned, why_not).await.unwrap();
    let current = findings_of(&regency, &submitted).await;
    assert_eq!(current[0]["answeredIn"], 3);
    let resolved = settles(&clerk, "resolveFinding", &current[0], None).await.unwrap();
    assert_eq!(resolved["state"], "RESOLVED");
    let taken = regency.does("takeReport", &submitted).await.unwrap();
    let endorsed = regency.does("endorseReport", &taken).await.unwrap();
    assert_eq!(endorsed.status, "SUBMITTED", "at the province");

    // How long each held it: without a gap.
    let document = "query($id: ID!) { report(id: $id) { createdAt held { holdings { unit { code } side since until } sums { side seconds } } } }";
    let data = head.data(document, json!({ "id": report.id })).await;
    let holdings = data["report"]["held"]["holdings"].as_array().unwrap();
    let held: Vec<Value> = holdings
        .iter()
        .map(|holding| json!([holding["side"], holding["unit"]["code"]]))
        .collect();
    let (author, desk) = (json!(["AUTHOR", "35.02.05"]), json!(["TIER", "35.02"]));
    assert_eq!(
        held,
        [&author, &desk, &author, &desk, &author, &desk, &json!(["TIER", "35"])].map(Clone::clone)
    );
    assert!(holdings.windows(2).all(|pair| pair[0]["until"] == pair[1]["since"]));
    assert_eq!(data["report"]["held"]["sums"].as_array().unwrap().len(), 4);
    doctor_finds_nothing(&app).await;
}

async fn what_is_wrong_with_a_finding_is_told_at_once(app: TestApp) {
    let clerk = app.office("staff.35.02").await;
    let report = taken(&app, "35.02.06").await;
    let input = json!({ "report": report.id, "expectedVersion": report.version, "findings": [
        { "section": "tidak-ada", "severity": "NOTE", "text": "x" },
        { "field": "tidak-ada", "severity": "NOTE", "text": "x" },
        { "section": "kegiatan", "field": "media-sosial", "severity": "NOTE", "text": "x" },
        { "severity": "NOTE", "text": " " },
        { "severity": "NOTE", "text": "x".repeat(4_001) },
        { "severity": "MUST", "text": "x", "dueOn": "2020-01-01" },
    ] });
    let answer = clerk
        .post_command("raiseFinding", "findings { id }", input, None)
        .await
        .json();
    let errors = answer["data"]["raiseFinding"]["userErrors"].as_array().unwrap();
    let told: Vec<Value> = errors
        .iter()
        .map(|error| json!([error["code"], error["field"][1], error["field"][2]]))
        .collect();
    assert_eq!(
        json!(told),
        json!([
            ["INVALID", "0", "section"],
            ["INVALID", "1", "field"],
            ["INVALID", "2", "field"],
            ["REQUIRED", "3", "text"],
            ["TOO_LONG", "4", "text"],
            ["INVALID", "5", "dueOn"],
        ])
    );
    assert_eq!(
        findings_of(&clerk, &report).await,
        Vec::<Value>::new(),
        "nothing was written"
    );
    assert_eq!(
        raises(&clerk, &report, json!([])).await.unwrap_err(),
        refused("REQUIRED", "findings")
    );
    let many = vec![must("x"); 51];
    assert_eq!(
        raises(&clerk, &report, json!(many)).await.unwrap_err(),
        refused("TOO_LONG", "findings")
    );
    assert_eq!(
        raises(&clerk, &report, json!(vec![must("x"); 50])).await.unwrap().len(),
        50
    );

    // Sent again under its key it is done once.
    let input = json!({ "report": report.id, "expectedVersion": report.version, "findings": [must("Sekali.")] });
    let send = async || {
        clerk
            .command_with_key("raiseFinding", "findings { id }", input.clone(), Some("temuan-1"))
            .await
    };
    let (first, second) = (send().await.unwrap(), send().await.unwrap());
    assert_eq!(first["findings"], second["findings"]);
    // By page, filter and count.
    let document = "query($id: ID!) { report(id: $id) { findings(first: 2, filter: { severity: { eq: MUST }, state: { in: [OPEN] } }) {
        totalCount nodes { text } pageInfo { hasNextPage } }
        none: findings(filter: { state: { eq: RESOLVED } }) { totalCount } } }";
    let data = clerk.data(document, json!({ "id": report.id })).await;
    let page = &data["report"]["findings"];
    assert_eq!(
        (&page["totalCount"], page["nodes"].as_array().unwrap().len()),
        (&json!(51), 2)
    );
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    assert_eq!(data["report"]["none"]["totalCount"], 0);
    let released = clerk.does("releaseReport", &report).await.unwrap();
    assert_eq!(
        raises(&clerk, &released, json!([must("x")])).await.unwrap_err(),
        refused("WRONG_STATE", "report")
    );
}

async fn of_two_who_settle_one_finding_one_wins(app: TestApp) {
    let (clerk, regency, head) = (
        app.office("staff.35.02").await,
        app.office("head.35.02").await,
        app.office("head.35.02.07").await,
    );
    let report = taken(&app, "35.02.07").await;
    let raised = raises(&clerk, &report, json!([must("Lengkapi.")])).await.unwrap();
    let returned = regency
        .does_because("returnReport", &report, "Lihat temuan.")
        .await
        .unwrap();
    let answers = json!([{ "finding": raised[0]["id"], "remedied": true, "text": "Lengkap." }]);
    let submitted = submits_with(&head, &returned, answers).await.unwrap();
    clerk.does("takeReport", &submitted).await.unwrap();
    let answered = findings_of(&clerk, &submitted).await.remove(0);
    let (resolving, reopening) = futures_util::join!(
        settles(&clerk, "resolveFinding", &answered, None),
        settles(&regency, "reopenFinding", &answered, Some("Belum."))
    );
    match (&resolving, &reopening) {
        (Ok(_won), Err(lost)) | (Err(lost), Ok(_won)) => {
            assert_eq!(*lost, refused("STALE_VERSION", "expectedVersion"));
        }
        both => panic!("{both:?}"),
    }
    doctor_finds_nothing(&app).await;
}

async fn nothing_is_endorsed_past_a_finding_raised_at_the_same_moment(app: TestApp) {
    let (clerk, regency) = (app.office("staff.35.02").await, app.office("head.35.02").await);
    for code in ["35.02.08", "35.02.09", "35.02.10"] {
        let report = taken(&app, code).await;
        let (raising, endorsing) = futures_util::join!(
            raises(&clerk, &report, json!([must("Lengkapi.")])),
            regency.does("endorseReport", &report)
        );
        match (&raising, &endorsing) {
            (Ok(_raised), Err(lost)) => assert_eq!(*lost, refused("FINDING_OPEN", "report")),
            (Err(lost), Ok(_endorsed)) => assert_eq!(*lost, refused("STALE_VERSION", "expectedVersion")),
            both => panic!("{both:?}"),
        }
    }
}

/// The kinds of what an office was told, newest first, with the sentences.
async fn notices(app: &TestApp, office: &str) -> Vec<(String, String)> {
    let document = "{ viewer { notices(first: 50) { nodes { kind message } } } }";
    let data = app.office(office).await.data(document, json!({})).await;
    let nodes = data["viewer"]["notices"]["nodes"].as_array().unwrap().clone();
    let text = |node: &Value, key: &str| node[key].as_str().unwrap().to_owned();
    nodes
        .iter()
        .map(|node| (text(node, "kind"), text(node, "message")))
        .collect()
}

async fn tell_everything(app: &TestApp) {
    reminding::remind(&app.services).await.unwrap();
    feed::number(&app.services.db).await.unwrap();
    while telling::tell(&app.services).await.unwrap() > 0 {}
}

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

async fn both_sides_are_told_and_reminded_once(app: TestApp) {
    let clock = StillClock::at(moment("2025-01-20T09:00:00+07:00"));
    let app = app
        .varied(Variation {
            clock: Arc::new(clock.clone()),
            ..Variation::unthrottled()
        })
        .await;
    let report = taken(&app, "35.02.11").await;
    let clerk = app.office("staff.35.02").await;
    let mut first = must("Lengkapi.");
    first["dueOn"] = json!("2025-01-27");
    raises(&clerk, &report, json!([first, { "severity": "NOTE", "text": "Rapi." }]))
        .await
        .unwrap();
    app.office("head.35.02")
        .await
        .does_because("returnReport", &report, "Lihat temuan.")
        .await
        .unwrap();
    tell_everything(&app).await;
    for office in ["staff.35.02.11", "head.35.02.11"] {
        let told = notices(&app, office).await;
        let of_findings: Vec<_> = told
            .iter()
            .filter(|(kind, _message)| kind == "FINDINGS_RAISED")
            .collect();
        assert_eq!(of_findings.len(), 1, "one for the act: {told:?}");
        assert!(of_findings[0].1.contains("mendapat 2 temuan"), "{told:?}");
    }
    for stranger in ["head.35", "head.35.02.12", "admin.ri"] {
        let told = notices(&app, stranger).await;
        assert!(
            !told.iter().any(|(kind, _message)| kind.starts_with("FINDING")),
            "{stranger}: {told:?}"
        );
    }
    let count = async |office: &str, wanted: &str| {
        let told = notices(&app, office).await;
        told.iter().filter(|(kind, _message)| kind == wanted).count()
    };
    assert_eq!(count("head.35.02.11", "FINDING_DUE_SOON").await, 0, "a week before");
    clock.set(moment("2025-01-24T00:00:00+07:00"));
    tell_everything(&app).await;
    tell_everything(&app).await;
    assert_eq!(count("head.35.02.11", "FINDING_DUE_SOON").await, 1);
    clock.set(moment("2025-01-26T00:00:00+07:00"));
    tell_everything(&app).await;
    assert_eq!(count("staff.35.02.11", "FINDING_DUE_SOON").await, 1, "once");

    let head = app.office("head.35.02.11").await;
    let returned = head.sees(&report).await.unwrap();
    let finding = findings_of(&head, &report).await.remove(0);
    let answers = json!([{ "finding": finding["id"], "remedied": true, "text": "Lengkap." }]);
    let submitted = submits_with(&head, &returned, answers).await.unwrap();
    tell_everything(&app).await;
    assert_eq!(count("staff.35.02", "FINDING_ANSWERED").await, 1);
    assert_eq!(count("head.35.02", "FINDING_ANSWERED").await, 1);
    let clerk = app.office("staff.35.02").await;
    clerk.does("takeReport", &submitted).await.unwrap();
    let answered = findings_of(&clerk, &report).await.remove(0);
    settles(&clerk, "reopenFinding", &answered, Some("Belum."))
        .await
        .unwrap();
    tell_everything(&app).await;
    assert_eq!(count("head.35.02.11", "FINDING_REOPENED").await, 1);
    let followed = clerk.pulls(None).await;
    let kinds = followed.kinds();
    for kind in ["FINDINGS_RAISED", "FINDINGS_ANSWERED", "FINDING_REOPENED"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
}

async fn a_finding_that_stands_otherwise_is_told_by_the_doctor(app: TestApp) {
    let report = taken(&app, "35.02.12").await;
    raises(&app.office("staff.35.02").await, &report, json!([must("Lengkapi.")]))
        .await
        .unwrap();
    doctor_finds_nothing(&app).await;
    let transaction = app.services.db.begin().await.unwrap();
    finding::Entity::update_many()
        .col_expr(finding::Column::State, Expr::value(FindingState::Resolved))
        .exec(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let faults = inspection::faults(&app.services.db).await.unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("has a finding that stands otherwise"), "{faults:?}");
}

on_both_databases! {
    what_is_found_comes_back_answered,
    what_is_wrong_with_a_finding_is_told_at_once,
    of_two_who_settle_one_finding_one_wins,
    nothing_is_endorsed_past_a_finding_raised_at_the_same_moment,
    both_sides_are_told_and_reminded_once,
    a_finding_that_stands_otherwise_is_told_by_the_doctor,
}
