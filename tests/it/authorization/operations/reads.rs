//! Every read, by every kind of office: each way to a report shows the same reports to the same people.
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::stage::{Situation, Stage};
use crate::{on_both_databases, support::TestApp};

/// A read with what of it depends on who asks.
pub struct Read {
    pub field: &'static str,
    document: &'static str,
    shows: Shows,
}

/// What of a read depends on who asks.
#[derive(Clone, Copy)]
enum Shows {
    /// The reports in scope, whose ids this finds in the data; UNAUTHENTICATED without a session.
    Reports(fn(&Value) -> Vec<&Value>),
    /// The same to everybody who is signed in; UNAUTHENTICATED without a session.
    Open,
    /// Oneself; null without a session.
    Oneself,
    /// The same to everybody, signed in or not.
    Public,
}

pub const READS: &[Read] = &[
    Read {
        field: "report",
        document: "query($a: ID!, $b: ID!, $c: ID!) { a: report(id: $a) { id } b: report(id: $b) { id } c: report(id: $c) { id } }",
        shows: Shows::Reports(|data| vec![&data["a"], &data["b"], &data["c"]]),
    },
    Read {
        field: "node",
        document: "query($a: ID!, $b: ID!, $c: ID!) { a: node(id: $a) { id } b: node(id: $b) { id } c: node(id: $c) { id } }",
        shows: Shows::Reports(|data| vec![&data["a"], &data["b"], &data["c"]]),
    },
    Read {
        field: "nodes",
        document: "query($a: ID!, $b: ID!, $c: ID!) { nodes(ids: [$a, $b, $c]) { id } }",
        shows: Shows::Reports(|data| list(&data["nodes"])),
    },
    Read {
        field: "reports",
        document: "{ reports { totalCount nodes { id } } }",
        shows: Shows::Reports(|data| {
            let nodes = list(&data["reports"]["nodes"]);
            assert_eq!(data["reports"]["totalCount"], nodes.len(), "counted by the same scope");
            nodes
        }),
    },
    Read {
        field: "searchReports",
        document: "{ searchReports(query: \"laporan\") { totalCount nodes { report { id } } } }",
        shows: Shows::Reports(|data| {
            let nodes = list(&data["searchReports"]["nodes"]);
            assert_eq!(
                data["searchReports"]["totalCount"],
                nodes.len(),
                "counted by the same scope"
            );
            nodes.into_iter().map(|node| &node["report"]).collect()
        }),
    },
    Read {
        field: "changes",
        document: "query($start: String) { changes(after: $start, first: 100) { pageInfo { hasNextPage } nodes { subject { ... on ChangedReport { report { id } } } } } }",
        shows: Shows::Reports(|data| {
            assert_eq!(data["changes"]["pageInfo"]["hasNextPage"], false);
            let changes = list(&data["changes"]["nodes"]).into_iter();
            changes.map(|change| &change["subject"]["report"]).collect()
        }),
    },
    Read {
        field: "verifyReceipt",
        document: "{ verifyReceipt(code: \"7Q2M\") { valid } }",
        shows: Shows::Public,
    },
    Read {
        field: "unit",
        document: "{ unit(code: \"35.02.03\") { name parent { name } seats { function localTitle } } }",
        shows: Shows::Open,
    },
    Read {
        field: "units",
        document: "{ units(search: \"Ponorogo\") { totalCount nodes { code name } } }",
        shows: Shows::Open,
    },
    Read {
        field: "regions",
        document: "{ regions(search: \"Ponorogo\") { totalCount nodes { code displayName } } }",
        shows: Shows::Open,
    },
    Read {
        field: "unitChanges",
        document: "{ unitChanges { totalCount nodes { id kind unit { code } } } }",
        shows: Shows::Open,
    },
    Read {
        field: "unitTouches",
        document: "{ unitTouches { totalCount nodes { effect code change { id } } } }",
        shows: Shows::Open,
    },
    Read {
        field: "region",
        document: "{ region(code: \"35.02\", on: \"2024-05-25\") { code qualifiedName parent { name } history { code } } }",
        shows: Shows::Open,
    },
    Read {
        field: "regionEditions",
        document: "{ regionEditions { totalCount nodes { name added differences(first: 3) { nodes { nameAfter } } } } }",
        shows: Shows::Open,
    },
    Read {
        field: "reportCycles",
        document: "{ reportCycles { totalCount nodes { id code dueAt } } }",
        shows: Shows::Open,
    },
    Read {
        field: "reportCycle",
        document: "{ reportCycle(code: \"laporan-akhir-kehumasan-2024\") { id code dueAt } }",
        shows: Shows::Open,
    },
    Read {
        field: "electionStages",
        document: "{ electionStages { totalCount nodes { id code } } }",
        shows: Shows::Open,
    },
    Read {
        field: "reportTemplates",
        document: "{ reportTemplates { totalCount nodes { id code sections { key } } } }",
        shows: Shows::Open,
    },
    Read {
        field: "rubrics",
        document: "{ rubrics { totalCount nodes { id code criteria { key } } } }",
        shows: Shows::Open,
    },
    Read {
        field: "viewer",
        document: "{ viewer { account { email } } }",
        shows: Shows::Oneself,
    },
    Read {
        field: "rateLimit",
        document: "{ rateLimit { limit } }",
        shows: Shows::Public,
    },
];

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().unwrap().iter().collect()
}

/// Reports with who sees them; for everybody else they do not exist.
const SEEN: [(&str, Situation, &str); 3] = [
    (
        "35.02.03",
        Situation::Taken,
        "staff.35.02.03 head.35.02.03 staff.35.02 head.35.02 head.35 observer.35 coordinator.ri",
    ),
    ("35.02.04", Situation::Draft, "staff.35.02.04 head.35.02.04"),
    (
        "32.75",
        Situation::HandedOver,
        "staff.32.75 head.32.75 staff.32 head.32 observer.32 coordinator.ri expert1.ri",
    ),
];

/// Who is tried, beside those.
const OTHERS: &str =
    "admin.35 head.35.02.01 head.35.09 admin.32 staff.32.01 head.18 observer.18 admin.18 expert2.ri admin.ri";

async fn every_way_to_a_report_shows_the_same(app: TestApp) {
    let stage = Stage::set(&app).await;
    let start = stage.office("head.18").await.pulls(None).await.end;
    let mut reports = Vec::new();
    for (unit, situation, _seen_by) in SEEN {
        reports.push(stage.subject(unit, situation).await.report);
    }
    jenjang::feed::number(&app.services.db).await.unwrap();
    let variables = json!({ "a": reports[0], "b": reports[1], "c": reports[2], "start": start });
    let offices: BTreeSet<&str> = SEEN
        .iter()
        .flat_map(|(_unit, _situation, seen_by)| seen_by.split_whitespace())
        .chain(OTHERS.split_whitespace())
        .collect();
    for Read { field, document, shows } in READS {
        let nobody = app.ask(None, document, variables.clone()).await;
        let unauthenticated = nobody["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED";
        match shows {
            Shows::Reports(_) | Shows::Open => assert!(unauthenticated, "{field} for nobody: {nobody}"),
            Shows::Oneself => assert_eq!(nobody["data"][field], Value::Null, "{field} for nobody"),
            Shows::Public => assert!(nobody["errors"].is_null(), "{field} for nobody: {nobody}"),
        }
        let open = stage.office("head.18").await.data(document, variables.clone()).await;
        for name in &offices {
            let data = stage.office(name).await.data(document, variables.clone()).await;
            match shows {
                Shows::Reports(found) => {
                    let seen: BTreeSet<&str> = found(&data).iter().filter_map(|node| node["id"].as_str()).collect();
                    let expected: BTreeSet<&str> = SEEN
                        .iter()
                        .zip(&reports)
                        .filter(|((_unit, _situation, seen_by), _id)| {
                            seen_by.split_whitespace().any(|who| who == *name)
                        })
                        .map(|(_seen, id)| id.as_str())
                        .collect();
                    assert_eq!(seen, expected, "{field} for {name}");
                }
                Shows::Open => assert_eq!(data, open, "{field} for {name}"),
                Shows::Oneself => assert_eq!(
                    data["viewer"]["account"]["email"],
                    format!("{name}@demo.jenjang.id"),
                    "{field} for {name}"
                ),
                Shows::Public => assert_eq!(data, nobody["data"], "{field} for {name}"),
            }
        }
    }
}

on_both_databases!(every_way_to_a_report_shows_the_same);
