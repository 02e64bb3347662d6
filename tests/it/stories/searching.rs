//! Reports are found by what was submitted, by whoever may read them, and it is shown where.
use serde_json::{Value, json};

use super::KECAMATAN;
use crate::{
    on_both_databases,
    support::{Office, Report, TestApp, office::code},
};

const SEARCH: &str = "query($query: String!, $filter: ReportFilter, $first: Int, $after: String) {
    searchReports(query: $query, filter: $filter, first: $first, after: $after) { totalCount
        pageInfo { endCursor hasNextPage }
        nodes { report { id } highlights { section field title pieces { text found } } } } }";

async fn finds(office: &Office<'_>, query: &str) -> Vec<Value> {
    let found = office.data(SEARCH, json!({ "query": query })).await["searchReports"].clone();
    // One search in the house.
    let document = "query($query: String!) { reports(search: $query) { totalCount nodes { id } } }";
    let listed = office.data(document, json!({ "query": query })).await["reports"].clone();
    let nodes = found["nodes"].as_array().unwrap().clone();
    let ids: Vec<&Value> = nodes.iter().map(|node| &node["report"]["id"]).collect();
    let listed_ids = listed["nodes"].as_array().unwrap().iter().map(|node| &node["id"]);
    assert_eq!(ids, listed_ids.collect::<Vec<_>>(), "{query}");
    assert_eq!(
        (&found["totalCount"], &listed["totalCount"]),
        (&json!(nodes.len()), &json!(nodes.len())),
        "{query}"
    );
    nodes
}

async fn submits(app: &TestApp, unit: &str, text: &str) -> Report {
    let staff = app.office(&format!("staff.{unit}")).await;
    let started = staff.starts(KECAMATAN).await.unwrap();
    let written = staff.fills_in(&started, text).await.unwrap();
    app.office(&format!("head.{unit}"))
        .await
        .submits(&written)
        .await
        .unwrap()
}

async fn what_was_submitted_is_found_and_shown(app: TestApp) {
    let (first, second) = (
        "Pâtroli MALAM di 35.02: 1.250 warga.",
        "Posko aduan; patroli-siang, tanpa malam.",
    );
    let early = submits(&app, "35.02.04", first).await;
    let late = submits(&app, "35.02.05", second).await;
    let reader = app.office("head.35.02").await;
    let ids = |nodes: &[Value]| -> Vec<String> {
        let ids = nodes
            .iter()
            .map(|node| node["report"]["id"].as_str().unwrap().to_owned());
        ids.collect()
    };
    for (query, expected) in [
        ("patroli malam", vec![&late, &early]),
        ("PÁTROLI", vec![&late, &early]),
        ("warga patr", vec![&early]),
        ("patr warga", vec![]),
        ("aduan—posko", vec![&late]),
        ("1250", vec![&early]),
        ("35.02.0", vec![&late, &early]),
        ("35.02.04", vec![&early]),
        ("panwaslu aduan", vec![&late]),
        ("mustahil", vec![]),
    ] {
        let expected: Vec<String> = expected.into_iter().map(|report| report.id.clone()).collect();
        assert_eq!(ids(&finds(&reader, query).await), expected, "{query}");
    }
    let found = finds(&reader, "malam warga").await;
    let highlight = &found[0]["highlights"][0];
    let pieces: Vec<(&str, bool)> = highlight["pieces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|piece| (piece["text"].as_str().unwrap(), piece["found"].as_bool().unwrap()))
        .collect();
    assert_eq!(
        pieces,
        [
            ("Pâtroli ", false),
            ("MALAM", true),
            (" di 35.02: 1.250 ", false),
            ("warga", true)
        ]
    );
    assert!(found[0]["highlights"].as_array().unwrap().len() <= 3);
    let named = finds(&reader, "panwaslu").await;
    assert!(
        named.iter().all(|node| node["highlights"] == json!([])),
        "found by a name alone"
    );
    assert!(finds(&app.office("head.35.09").await, "patroli").await.is_empty());
    assert!(finds(&app.office("admin.32").await, "patroli").await.is_empty());
}

async fn a_draft_is_never_searched(app: TestApp) {
    let submitted = submits(&app, "35.02.04", "Patroli malam").await;
    let (staff, head) = (app.office("staff.35.02.04").await, app.office("head.35.02.04").await);
    let back = head
        .does_because("withdrawReport", &submitted, "Ada yang tertinggal.")
        .await;
    staff.fills_in(&back.unwrap(), "Rahasia siaga malam").await.unwrap();
    for office in [&staff, &head] {
        assert!(finds(office, "siaga").await.is_empty(), "{}", office.name);
        let found = finds(office, "malam").await;
        let told = found[0]["highlights"].to_string();
        assert!(told.contains("Patroli") && !told.contains("Rahasia"), "{told}");
    }
}

async fn what_is_found_comes_in_pages_and_by_filter(app: TestApp) {
    let mut reports = Vec::new();
    for place in 4..=8 {
        reports.push(submits(&app, &format!("35.02.{place:02}"), "Patroli malam").await.id);
    }
    reports.reverse();
    let reader = app.office("head.35.02").await;
    let (mut walked, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = reader
            .data(SEARCH, json!({ "query": "patroli", "first": 2, "after": after }))
            .await;
        let page = &data["searchReports"];
        let ids = page["nodes"].as_array().unwrap().iter();
        walked.extend(ids.map(|node| node["report"]["id"].as_str().unwrap().to_owned()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(walked, reports, "the latest submission first");
    let few = app.last_statements().len();
    reader.data(SEARCH, json!({ "query": "patroli", "first": 5 })).await;
    assert_eq!(
        app.last_statements().len(),
        few,
        "the statements do not grow with the page"
    );
    let filter = json!({ "unit": { "eq": reader.unit("35.02.06").await } });
    let data = reader
        .data(SEARCH, json!({ "query": "patroli", "filter": filter }))
        .await;
    assert_eq!(data["searchReports"]["totalCount"], 1);
}

async fn a_search_for_nothing_is_refused(app: TestApp) {
    let reader = app.office("head.35.02").await;
    for query in ["", " \n", "—?!", &"a".repeat(201)] {
        assert_eq!(
            code(&reader.ask(SEARCH, json!({ "query": query })).await),
            "BAD_USER_INPUT",
            "{query}"
        );
    }
    let foreign = jenjang::graphql::page::cursor(
        "reports:SubmittedAt:Desc",
        &json!({ "rank": 1, "id": uuid::Uuid::nil() }),
    );
    let answer = reader
        .ask(SEARCH, json!({ "query": "patroli", "after": foreign.to_string() }))
        .await;
    assert_eq!(code(&answer), "BAD_USER_INPUT");
    assert_eq!(
        code(&app.ask(None, SEARCH, json!({ "query": "patroli" })).await),
        "UNAUTHENTICATED"
    );
}

on_both_databases! {
    what_was_submitted_is_found_and_shown,
    a_draft_is_never_searched,
    what_is_found_comes_in_pages_and_by_filter,
    a_search_for_nothing_is_refused,
}
