//! Hidden reports and absent ones, on every path that takes a report's id, and in lists, counts and searches.
use jenjang::graphql::id::Kind;
use serde_json::json;

use super::{alike, refusal};
use crate::{
    authorization::{
        operations::on_reports,
        stage::{Situation, Stage, Subject, selection},
    },
    on_both_databases,
    support::{TestApp, office::command_document},
};

/// Everything there is to ask of a report.
pub const ALL_OF_IT: &str = "id version status createdAt updatedAt submittedAt unit { code } \
     revision { number sha256 content answers { text } submittedBy { name email } } submittedBy { name email } draft { answers { text } updatedAt } \
     history { totalCount nodes { command reason unit { code } person { name email } } } \
     openness receipts { id code payload } \
     handover { place receivers { id } session { id reports { totalCount } } } \
     availableActions { action allowed code message } viewerCanEdit";

/// The reports of the scene, and who is a stranger to each.
const STRANGERS: [(&str, Situation, &str); 6] = [
    (
        "35.02.03",
        Situation::Taken,
        "head.35.02.01 admin.35 head.18 expert1.ri admin.ri",
    ),
    // Never submitted: to those above there is the obligation at most, not the report.
    (
        "35.02.04",
        Situation::Draft,
        "head.35.02.03 head.35.02 staff.35.02 head.35 coordinator.ri",
    ),
    ("32.75", Situation::HandedOver, "head.32.01 head.18 expert2.ri admin.32"),
    ("32.76", Situation::Endorsed, "expert1.ri head.35"),
    ("32.77", Situation::Accepted, "expert2.ri head.18"),
    // The unit above: one looks up from beneath it.
    ("32", Situation::Endorsed, "head.32.75"),
];

async fn scene(stage: &Stage<'_>) -> Vec<(Subject, &'static str)> {
    let mut scene = Vec::new();
    for (unit, situation, strangers) in STRANGERS {
        scene.push((stage.subject(unit, situation).await, strangers));
    }
    scene
}

async fn a_hidden_report_reads_like_an_absent_one(app: TestApp) {
    let stage = Stage::set(&app).await;
    let paths = [
        format!("query($id: ID!) {{ report(id: $id) {{ {ALL_OF_IT} }} }}"),
        format!("query($id: ID!) {{ node(id: $id) {{ id ... on Report {{ {ALL_OF_IT} }} }} }}"),
        format!("query($id: ID!) {{ nodes(ids: [$id, $id]) {{ id ... on Report {{ {ALL_OF_IT} }} }} }}"),
    ];
    for (subject, strangers) in scene(&stage).await {
        let absent = app.absent(Kind::Report);
        for name in strangers.split_whitespace() {
            let office = stage.office(name).await;
            for path in &paths {
                let said = alike(&office, path, |id| json!({ "id": id }), &[&absent, &subject.report]).await;
                assert!(!said.to_string().contains("version"), "{name} sees it: {said}");
            }
        }
        let nobody = [&absent, &subject.report].map(|id| {
            let (app, path) = (&app, &paths[0]);
            async move { super::told(app, None, path, json!({ "id": id }), id).await }
        });
        let [absent, hidden] = nobody;
        assert_eq!(absent.await, hidden.await);
    }
}

async fn a_command_on_a_hidden_report_fails_like_one_on_an_absent_one(app: TestApp) {
    let stage = Stage::set(&app).await;
    for (subject, strangers) in scene(&stage).await {
        let absent = app.absent(Kind::Report);
        for name in strangers.split_whitespace() {
            let office = stage.office(name).await;
            for command in on_reports() {
                let document = command_document(command, selection(command));
                let variables = |id: &str| json!({ "input": subject.instead(id).input(command) });
                let said = alike(&office, &document, variables, &[&absent, &subject.report]).await;
                assert_eq!(refusal(&said, command), "NOT_FOUND", "{command} by {name}: {said}");
            }
        }
    }
}

async fn among_the_own_a_hidden_report_still_looks_absent(app: TestApp) {
    let stage = Stage::set(&app).await;
    let absent = app.absent(Kind::Report);
    let own = stage.subject("32.01", Situation::Endorsed).await;
    let hidden = [
        stage.subject("32.75", Situation::HandedOver).await,
        stage.subject("32.76", Situation::Accepted).await,
    ];
    let things = [absent.as_str(), &hidden[0].report, &hidden[1].report];
    let giver = stage.office("head.32.01").await;
    let document = command_document("handOverReports", "reports { id }");
    let variables = |id: &str| {
        let mut input = own.input("handOverReports");
        input["reports"] = json!([own.report, id]);
        json!({ "input": input })
    };
    let said = alike(&giver, &document, variables, &things).await;
    let errors = &said["data"]["handOverReports"]["userErrors"];
    assert_eq!(errors.as_array().map(Vec::len), Some(1), "{said}");
    assert_eq!(
        (&errors[0]["code"], &errors[0]["field"]),
        (&json!("NOT_FOUND"), &json!(["reports", "1"]))
    );

    let mixed = "query($own: ID!, $id: ID!) { nodes(ids: [$own, $id]) { id } }";
    let said = alike(&giver, mixed, |id| json!({ "own": own.report, "id": id }), &things).await;
    assert_eq!(said["data"]["nodes"], json!([{ "id": own.report }, null]));

    let draft = stage.subject("32.02", Situation::Draft).await;
    let coordinator = stage.office("coordinator.ri").await;
    let document = command_document("receiveReports", "reports { id }");
    let variables = |id: &str| json!({ "input": { "reports": [hidden[0].report, id] } });
    let said = alike(&coordinator, &document, variables, &[&absent, &draft.report]).await;
    assert_eq!(refusal(&said, "receiveReports"), "NOT_FOUND");
}

async fn lists_counts_and_searches_pass_over_the_hidden(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subjects = [
        stage.subject("35.02.03", Situation::Taken).await,
        stage.subject("32.75", Situation::HandedOver).await,
        stage.subject("18", Situation::Draft).await,
    ];
    let stranger = stage.office("head.18").await;
    let units = async |codes: [&str; 2]| {
        let (with, without) = (stranger.unit(codes[0]).await, stranger.unit(codes[1]).await);
        [with, without]
    };
    let lists = [
        ("unit: {eq: $thing}", units(["35.02.03", "35.02.20"]).await),
        ("unit: {in: [$thing]}", units(["32.75", "32.74"]).await),
        ("underneath: {eq: $thing}", units(["35.02", "35.09"]).await),
        ("underneath: {eq: $thing}", units(["32", "33"]).await),
    ];
    for (filter, [with, without]) in &lists {
        let document = format!(
            "query($thing: ID!) {{ reports(filter: {{{filter}}}) {{ totalCount nodes {{ id }} pageInfo {{ endCursor hasNextPage }} }} }}"
        );
        let said = alike(
            &stranger,
            &document,
            |thing| json!({ "thing": thing }),
            &[with, without],
        )
        .await;
        assert_eq!(said["data"]["reports"]["totalCount"], 0, "{filter}");
    }
    // Everybody wrote this, the stranger's own unit included, which has not submitted yet.
    let search = "query($words: String!) { reports(search: $words) { totalCount nodes { id } } }";
    let words = ["terlaksana sesuai rencana", "kata yang tiada"];
    let said = alike(&stranger, search, |words| json!({ "words": words }), &words).await;
    assert_eq!(said["data"]["reports"]["totalCount"], 0);
    let names = ["Bekasi", "Atlantis"];
    let said = alike(&stranger, search, |words| json!({ "words": words }), &names).await;
    assert_eq!(said["data"]["reports"]["totalCount"], 0);

    let everything = "{ reports { totalCount nodes { id } } }";
    let counts = [
        ("head.18", 1),
        ("admin.18", 0),
        ("head.35.02.01", 0),
        ("coordinator.ri", 2),
    ];
    for (name, count) in counts {
        let data = stage.office(name).await.data(everything, json!({})).await;
        assert_eq!(data["reports"]["totalCount"], count, "{name}");
    }
    let all = "query($ri: ID!) { reports(filter: {underneath: {eq: $ri}}) { totalCount } }";
    let coordinator = stage.office("coordinator.ri").await;
    let data = coordinator.data(all, json!({ "ri": stranger.unit("RI").await })).await;
    assert_eq!(data["reports"]["totalCount"], 2, "of {}", subjects.len());
}

async fn starting_for_another_unit_tells_nothing_of_its_report(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("35.02.03", Situation::Taken).await;
    let document = command_document("startReport", "report { id }");
    for name in ["head.18", "head.35.02", "head.35.02.01", "coordinator.ri", "admin.35"] {
        let office = stage.office(name).await;
        let units = [office.unit("35.02.03").await, office.unit("35.02.20").await];
        let variables = |unit: &str| json!({ "input": { "cycle": subject.cycle, "unit": unit } });
        let said = alike(&office, &document, variables, &[&units[0], &units[1]]).await;
        assert_eq!(refusal(&said, "startReport"), "FORBIDDEN", "{name}");
    }
}

on_both_databases!(
    a_hidden_report_reads_like_an_absent_one,
    a_command_on_a_hidden_report_fails_like_one_on_an_absent_one,
    among_the_own_a_hidden_report_still_looks_absent,
    lists_counts_and_searches_pass_over_the_hidden,
    starting_for_another_unit_tells_nothing_of_its_report,
);
