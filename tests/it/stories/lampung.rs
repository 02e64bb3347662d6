//! The annual report 2023 of Lampung rests on those of its fifteen kabupaten/kota: exactly on what they submitted. When one
//! of them is sent back and submits anew, the recap tells.
use std::collections::BTreeMap;

use jenjang::graphql::id::Kind;
use serde_json::{Value, json};

use crate::{
    fixtures::annual::{self, PROVINCES, REGENCIES},
    on_both_databases,
    support::{
        Office, Refusal, Report, TestApp,
        app::Variation,
        office::{REPORT, report},
    },
};

const REGENCY_CODES: [&str; 15] = [
    "18.01", "18.02", "18.03", "18.04", "18.05", "18.06", "18.07", "18.08", "18.09", "18.10", "18.11", "18.12",
    "18.13", "18.71", "18.72",
];

const DRAFT: &str = "query($id: ID!) { report(id: $id) {
    version isRecapStale
    draft {
        hiddenCitationCount isRecapStale
        citations(first: 50) { totalCount nodes { isStale currentRevisionNumber report { id unit { code } } revision { number sha256 } } }
    }
    suggestions { field title row column sum sources { value citation { report { id } revision { number } } } }
} }";

const SUBMITTED: &str = "query($id: ID!) { report(id: $id) {
    isRecapStale draft { updatedAt } suggestions { field } problems { field }
    revision {
        content hiddenCitationCount
        citations(first: 50) { totalCount nodes { isStale currentRevisionNumber report { unit { code } } revision { number sha256 content } } }
    }
} }";

fn number(field: &str, number: &str) -> Value {
    json!({ "field": field, "value": { "number": number } })
}

fn text(field: &str, text: &str) -> Value {
    json!({ "field": field, "value": { "text": text } })
}

fn channels(rows: &[(&str, i64)]) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(channel, posts)| {
            json!({ "cells": [
                { "column": "kanal", "value": { "choice": channel } },
                { "column": "unggahan", "value": { "number": posts } },
            ] })
        })
        .collect();
    json!({ "field": "media-sosial", "value": { "rows": rows } })
}

async fn saves(office: &Office<'_>, on: &Report, answers: Vec<Value>) -> Report {
    let input = json!({ "report": on.id, "expectedVersion": on.version, "answers": answers });
    let payload = office
        .command("editReport", &format!("report {{ {REPORT} }}"), input)
        .await;
    report(&payload.unwrap()["report"])
}

async fn cites(office: &Office<'_>, on: &Report, add: &[&str], remove: &[&str]) -> Result<Report, Refusal> {
    let input = json!({ "report": on.id, "expectedVersion": on.version, "add": add, "remove": remove });
    let payload = office
        .command("citeReports", &format!("report {{ {REPORT} }}"), input)
        .await?;
    Ok(report(&payload["report"]))
}

/// The report of a kabupaten/kota, by its head alone: `place` press releases, a budget, posts on one or two channels.
async fn tells(office: &Office<'_>, place: i64) -> Report {
    let started = office.starts(REGENCIES).await.unwrap();
    let mut answers = vec![
        text("ringkasan", "Terlaksana sesuai rencana."),
        number("siaran-pers", &place.to_string()),
        number("anggaran", "0.10"),
    ];
    match place {
        1 => answers.push(channels(&[("instagram", 100), ("tiktok", 7)])),
        2 => answers.push(channels(&[("instagram", 20)])),
        _ => {}
    }
    saves(office, &started, answers).await
}

fn suggested(data: &Value) -> BTreeMap<String, (String, usize)> {
    let suggestions = data["report"]["suggestions"].as_array().unwrap();
    let each = suggestions.iter().map(|suggestion| {
        let part = |name: &str| suggestion[name].as_str().unwrap_or("-").to_owned();
        let key = format!("{}/{}/{}", part("field"), part("row"), part("column"));
        (key, (part("sum"), suggestion["sources"].as_array().unwrap().len()))
    });
    each.collect()
}

async fn a_recap_rests_on_exact_submissions(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    annual::asks(&app).await;
    let head = app.office("head.18").await;
    let mut children: Vec<Report> = Vec::new();
    for (place, code) in (1..).zip(REGENCY_CODES) {
        let office = app.office(&format!("head.{code}")).await;
        let told = tells(&office, place).await;
        // The last is still writing.
        children.push(if place == 15 {
            told
        } else {
            office.submits(&told).await.unwrap()
        });
    }
    let staff = app.office("staff.18").await;
    let recap = staff.starts(PROVINCES).await.unwrap();
    let ids: Vec<String> = children.iter().map(|child| child.id.clone()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();

    // What is not submitted is not there for the province, so that nothing is cited at all.
    let refused = cites(&staff, &recap, &ids, &[]).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("NOT_FOUND", "add.14"));
    let own = cites(&staff, &recap, &[&recap.id], &[]).await.unwrap_err();
    assert_eq!((own.code.as_str(), own.field.as_str()), ("INVALID", "add.0"));
    let neighbour = app.office("head.32.01").await;
    let elsewhere = neighbour.submits(&tells(&neighbour, 3).await).await.unwrap();
    let hidden = cites(&staff, &recap, &[&elsewhere.id], &[]).await.unwrap_err();
    assert_eq!((hidden.code.as_str(), hidden.field.as_str()), ("NOT_FOUND", "add.0"));
    let last = app.office("head.18.72").await;
    children[14] = last.submits(&children[14]).await.unwrap();

    let cited = cites(&staff, &recap, &ids, &[]).await.unwrap();
    assert_eq!(cited.version, recap.version + 1);
    let absent = app.absent(Kind::Report);
    let again = cites(&staff, &cited, &ids[..2], &[&absent]).await.unwrap();
    assert_eq!(again, cited, "what is cited already changes nothing");
    let fewer = cites(&staff, &cited, &[], &ids[14..]).await.unwrap();
    let draft = staff.data(DRAFT, json!({ "id": recap.id })).await;
    assert_eq!(draft["report"]["draft"]["citations"]["totalCount"], 14);
    let cited = cites(&staff, &fewer, &ids[14..], &[]).await.unwrap();

    // The sums are offered with their sources, exact to the last digit, and written by nobody.
    let draft = staff.data(DRAFT, json!({ "id": recap.id })).await;
    let citations = &draft["report"]["draft"]["citations"];
    let codes: Vec<&str> = citations["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|citation| citation["report"]["unit"]["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, REGENCY_CODES);
    assert_eq!(
        suggested(&draft),
        BTreeMap::from([
            ("siaran-pers/-/-".to_owned(), ("120".to_owned(), 15)),
            ("anggaran/-/-".to_owned(), ("1.5".to_owned(), 15)),
            ("media-sosial/instagram/unggahan".to_owned(), ("120".to_owned(), 2)),
            ("media-sosial/tiktok/unggahan".to_owned(), ("7".to_owned(), 1)),
        ])
    );
    assert!(app.last_statements().len() <= 8, "{:?}", app.last_statements());
    let data = staff
        .data(
            "query($id: ID!) { report(id: $id) { draft { answers { text } } } }",
            json!({ "id": recap.id }),
        )
        .await;
    let written = data["report"]["draft"]["answers"].as_array().unwrap().clone();
    assert!(written.iter().all(|answer| answer["text"] == ""), "{written:?}");

    // One of them is sent back and submits anew: what was cited is no longer in force, until it is cited again.
    let second = corrected(&app, &children[1], "18.02", "20").await;
    let draft = staff.data(DRAFT, json!({ "id": recap.id })).await;
    assert_eq!(draft["report"]["draft"]["isRecapStale"], true);
    let stale: Vec<&Value> = draft["report"]["draft"]["citations"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|citation| citation["isStale"] == true)
        .collect();
    assert_eq!(stale.len(), 1);
    assert_eq!(stale[0]["report"]["unit"]["code"], "18.02");
    assert_eq!(
        (&stale[0]["currentRevisionNumber"], &stale[0]["revision"]["number"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(suggested(&draft)["siaran-pers/-/-"].0, "120", "of what is cited");
    let cited = cites(&staff, &cited, &[&second.id], &[]).await.unwrap();
    let draft = staff.data(DRAFT, json!({ "id": recap.id })).await;
    assert_eq!(draft["report"]["draft"]["isRecapStale"], false);
    assert_eq!(suggested(&draft)["siaran-pers/-/-"].0, "138");

    let filled = saves(
        &staff,
        &cited,
        vec![
            text("ringkasan", "Lima belas kabupaten/kota."),
            number("siaran-pers", "138"),
        ],
    )
    .await;
    let submitted = head.submits(&filled).await.unwrap();
    frozen(&app, &submitted).await;
    // Once more, after the recap was submitted.
    corrected(&app, &children[0], "18.01", "1").await;
    let data = head.data(SUBMITTED, json!({ "id": submitted.id })).await;
    assert_eq!(data["report"]["isRecapStale"], true);
    let nodes = data["report"]["revision"]["citations"]["nodes"].as_array().unwrap();
    let stale: Vec<&Value> = nodes.iter().filter(|citation| citation["isStale"] == true).collect();
    assert_eq!(stale.len(), 1);
    assert_eq!(stale[0]["report"]["unit"]["code"], "18.01");
    let content: Value = serde_json::from_str(stale[0]["revision"]["content"].as_str().unwrap()).unwrap();
    assert_eq!(
        content["number"], 1,
        "the recap still rests on what it was written from"
    );
}

/// The province sends a report back, and its unit corrects the number of press releases.
async fn corrected(app: &TestApp, child: &Report, code: &str, releases: &str) -> Report {
    let (head, office) = (app.office("head.18").await, app.office(&format!("head.{code}")).await);
    let taken = head.does("takeReport", child).await.unwrap();
    let returned = head
        .does_because("returnReport", &taken, "Jumlah siaran pers keliru.")
        .await
        .unwrap();
    let written = saves(
        &office,
        &returned,
        vec![number("siaran-pers", releases), text("ringkasan", "Diperbaiki.")],
    )
    .await;
    office.submits(&written).await.unwrap()
}

/// What was submitted names every submission it rests on; who may see the recap but not those is told how many there are.
async fn frozen(app: &TestApp, recap: &Report) {
    let coordinator = app.office("coordinator.ri").await;
    let data = coordinator.data(SUBMITTED, json!({ "id": recap.id })).await;
    let told = &data["report"];
    assert_eq!(told["isRecapStale"], false);
    assert_eq!(told["draft"], Value::Null);
    assert_eq!((&told["suggestions"], &told["problems"]), (&Value::Null, &Value::Null));
    let content: Value = serde_json::from_str(told["revision"]["content"].as_str().unwrap()).unwrap();
    let cites = content["cites"].as_array().unwrap();
    assert_eq!(cites.len(), 15);
    assert!(cites.is_sorted_by_key(|cited| cited["report"].as_str().unwrap().to_owned()));
    let mut hashes: Vec<&Value> = cites.iter().map(|cited| &cited["sha256"]).collect();
    let nodes = told["revision"]["citations"]["nodes"].as_array().unwrap();
    let mut shown: Vec<&Value> = nodes.iter().map(|citation| &citation["revision"]["sha256"]).collect();
    hashes.sort_by_key(|hash| hash.to_string());
    shown.sort_by_key(|hash| hash.to_string());
    assert_eq!(hashes, shown);
    assert_eq!(told["revision"]["hiddenCitationCount"], 0);

    let expert = app.office("expert1.ri").await;
    let seat = expert.data("{ viewer { seats { id } } }", json!({})).await;
    let seat = seat["viewer"]["seats"][0]["id"].clone();
    let input = json!({
        "reports": [recap.id], "place": "Jakarta", "at": "2025-01-21T09:00:00+07:00", "receivers": [seat],
    });
    let head = app.office("head.18").await;
    head.command("handOverReports", "reports { id }", input).await.unwrap();
    let data = expert.data(SUBMITTED, json!({ "id": recap.id })).await;
    let revision = &data["report"]["revision"];
    assert_eq!(revision["citations"], json!({ "totalCount": 0, "nodes": [] }));
    assert_eq!(revision["hiddenCitationCount"], 15);
}

on_both_databases!(a_recap_rests_on_exact_submissions);
