//! 21 January 2025: the 27 kabupaten/kota of Jawa Barat hand their final reports over together; two experts receive them,
//! the coordinator accepts.
use std::collections::BTreeSet;

use serde_json::json;

use super::{FINAL_REPORT, receipts::receipts_of};
use crate::{
    on_both_databases,
    support::{Refusal, Report, TestApp},
};

async fn a_province_hands_over_with_its_27(app: TestApp) {
    let province = app.office("head.32").await;
    let units = province
        .data(
            "query($of: ID!) { units(filter: {parent: {eq: $of}}, first: 100) { totalCount nodes { code } } }",
            json!({ "of": province.unit("32").await }),
        )
        .await;
    assert_eq!(units["units"]["totalCount"], 27);
    let mut endorsed: Vec<Report> = Vec::new();
    for unit in units["units"]["nodes"].as_array().unwrap() {
        let code = unit["code"].as_str().unwrap();
        let draft = app.office(&format!("staff.{code}")).await.drafts(FINAL_REPORT).await;
        let submitted = app.office(&format!("head.{code}")).await.submits(&draft).await.unwrap();
        assert_eq!(submitted.status, "ENDORSED", "nobody endorses this report on its way");
        endorsed.push(submitted);
    }

    let all: Vec<&Report> = endorsed.iter().collect();
    let (handed_over, session) = province.hands_over(&all, None).await.unwrap();
    assert!(handed_over.iter().all(|report| report.status == "HANDED_OVER"));
    let again = province.hands_over(&all[..1], None).await.unwrap_err();
    assert_eq!(
        again,
        Refusal {
            code: "WRONG_STATE".to_owned(),
            field: "reports.0".to_owned()
        }
    );

    let (first, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    let coordinator = app.office("coordinator.ri").await;
    let listed = first.data("{ reports { totalCount } }", json!({})).await;
    assert_eq!(
        listed["reports"]["totalCount"], 27,
        "a receiver sees what was handed over, and nothing else"
    );
    let shown = province
        .data(
            "query($id: ID!) { node(id: $id) { ... on HandoverSession { reports { totalCount } } } }",
            json!({ "id": session }),
        )
        .await;
    assert_eq!(shown["node"]["reports"]["totalCount"], 27);

    let mut received = first
        .receives(&handed_over[..13].iter().collect::<Vec<_>>())
        .await
        .unwrap();
    received.extend(
        second
            .receives(&handed_over[13..].iter().collect::<Vec<_>>())
            .await
            .unwrap(),
    );
    let mut codes = BTreeSet::new();
    for report in &received {
        let receipts = receipts_of(&province, report).await;
        assert_eq!(receipts.len(), 1, "one for each of the 27");
        codes.insert(receipts[0]["code"].as_str().unwrap().to_owned());
    }
    assert_eq!(codes.len(), 27);
    for report in &received {
        assert_eq!(
            first.does("acceptReport", report).await.unwrap_err().code,
            "FORBIDDEN",
            "an expert receives, RI decides"
        );
        let accepted = coordinator.does("acceptReport", report).await.unwrap();
        assert_eq!(accepted.status, "ACCEPTED");
    }
    let by_status = coordinator
        .data(
            "query($of: ID!) { reports(filter: {status: {eq: ACCEPTED}, underneath: {eq: $of}}) { totalCount } }",
            json!({ "of": province.unit("32").await }),
        )
        .await;
    assert_eq!(by_status["reports"]["totalCount"], 27);

    let history = "query($id: ID!) { report(id: $id) { history { nodes { command fromStatus toStatus unit { code } } } handover { place receivers { function } outcome } } }";
    let told = province.data(history, json!({ "id": received[0].id })).await;
    let steps = told["report"]["history"]["nodes"].as_array().unwrap();
    let steps: Vec<String> = steps
        .iter()
        .map(|step| {
            format!(
                "{} by {}",
                step["command"].as_str().unwrap(),
                step["unit"]["code"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            "START by 32.01",
            "SUBMIT by 32.01",
            "HAND_OVER by 32",
            "RECEIVE by RI",
            "ACCEPT by RI"
        ]
    );
    assert_eq!(told["report"]["handover"]["outcome"], "RECEIVED");
}

async fn a_page_costs_as_many_statements_as_it_asks_for_kinds(app: TestApp) {
    let mut submitted = Vec::new();
    for code in ["32.75", "32.16", "32.76"] {
        let draft = app.office(&format!("staff.{code}")).await.drafts(FINAL_REPORT).await;
        submitted.push(app.office(&format!("head.{code}")).await.submits(&draft).await.unwrap());
    }
    let observer = app.office("observer.32").await;
    let cost = async |selection: &str| {
        let page = observer
            .data(&format!("{{ reports {{ {selection} }} }}"), json!({}))
            .await;
        assert!(
            page["reports"]["nodes"]
                .as_array()
                .is_none_or(|nodes| nodes.len() == submitted.len())
        );
        app.last_statements().len()
    };
    assert_eq!(
        cost("nodes { status unit { code parent { name } } cycle { name } }").await,
        1,
        "the rest is in memory"
    );
    assert_eq!(cost("totalCount nodes { id }").await, 2);
    assert_eq!(
        cost("nodes { revision { sha256 } }").await,
        2,
        "one for all revisions of the page"
    );
    assert_eq!(
        cost("nodes { history { nodes { command } } revision { number } }").await,
        3
    );
}

on_both_databases!(
    a_province_hands_over_with_its_27,
    a_page_costs_as_many_statements_as_it_asks_for_kinds,
);
