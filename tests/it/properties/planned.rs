//! What a list is told by a plan, against what its resolvers tell: each field by itself, and random selections.
use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Request;
use jenjang::graphql::root;
use proptest::{
    sample::subsequence,
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use super::cases;
use crate::{
    on_both_databases,
    stories::findings::{raises, settles, taken},
    support::{Office, TestApp},
};

/// Random selections of each list, for each reader.
const SELECTIONS: usize = 6;

/// How deep objects are looked into.
const DEEPEST: usize = 2;

/// Lists that are told by a plan, each with the type of its items; `@` stands where something is selected of them.
const LISTS: [(&str, &str); 10] = [
    ("reports(first: 30) { nodes @ totalCount }", "Report"),
    (
        "reports(last: 30) { edges { cursor node @ } pageInfo { endCursor } }",
        "Report",
    ),
    ("reports(first: 30) { edges @ }", "ReportEdge"),
    ("obligations(first: 30) { nodes @ }", "Obligation"),
    ("units(first: 30) { nodes @ }", "Unit"),
    ("reportCycles(first: 30) { nodes @ }", "ReportCycle"),
    (
        "completeness(unit: $unit, cycle: $cycle) { children @ }",
        "UnitCompleteness",
    ),
    ("report(id: $report) { history { nodes @ } }", "ReportTransition"),
    ("report(id: $report) { findings { nodes @ } }", "Finding"),
    ("report(id: $report) { findings { edges { node @ } } }", "Finding"),
];

/// Of each type of the schema its fields that need no arguments and hold no list: the scalars, and the objects with their types.
struct Fields(BTreeMap<String, Vec<(String, Option<String>)>>);

impl Fields {
    async fn of_schema() -> Self {
        let document = "{ __schema { types { name fields { name args { type { kind } } type { kind name ofType { kind name } } } } } }";
        let answer = root::schema().execute(Request::new(document)).await;
        let data = serde_json::to_value(answer.data).unwrap();
        let types = data["__schema"]["types"].as_array().unwrap().iter();
        let fields = types.map(|one| {
            let fields = one["fields"].as_array().into_iter().flatten();
            let fields = fields.filter_map(|field| {
                let needs = |argument: &Value| argument["type"]["kind"] == "NON_NULL";
                if field["args"].as_array().unwrap().iter().any(needs) {
                    return None;
                }
                let bare = match field["type"]["kind"].as_str().unwrap() {
                    "NON_NULL" => &field["type"]["ofType"],
                    _nullable => &field["type"],
                };
                let object = match bare["kind"].as_str().unwrap() {
                    "SCALAR" | "ENUM" => None,
                    "OBJECT" => Some(bare["name"].as_str().unwrap().to_owned()),
                    _list_or_interface => return None,
                };
                // A page inside each item of a page is more than a request may ask.
                if object.as_ref().is_some_and(|object| object.ends_with("Connection")) {
                    return None;
                }
                Some((field["name"].as_str().unwrap().to_owned(), object))
            });
            (one["name"].as_str().unwrap().to_owned(), fields.collect())
        });
        Self(fields.collect())
    }

    /// Every field of a type by itself, with one of an object's in its place.
    fn each(&self, of: &str, depth: usize) -> Vec<String> {
        let mut each = vec!["__typename".to_owned()];
        for (name, object) in &self.0[of] {
            match object {
                None => each.push(name.clone()),
                Some(_object) if depth == DEEPEST => {}
                Some(object) => {
                    let inside = self.each(object, depth + 1).into_iter();
                    each.extend(inside.map(|inside| format!("{name} {{ {inside} }}")));
                }
            }
        }
        each
    }

    /// Some fields of a type, some of them under another name.
    fn some(&self, of: &str, depth: usize, runner: &mut TestRunner) -> String {
        let fields = self.0[of].clone();
        if fields.is_empty() {
            return "__typename".to_owned();
        }
        let most = fields.len().min(6);
        let chosen = subsequence(fields, 1..=most).prop_shuffle().new_tree(runner).unwrap();
        let mut selected = Vec::new();
        for (place, (name, object)) in chosen.current().into_iter().enumerate() {
            let alias = if place % 3 == 2 {
                format!("a{place}: ")
            } else {
                String::new()
            };
            match object {
                None => selected.push(format!("{alias}{name}")),
                Some(_object) if depth == DEEPEST => {}
                Some(object) => {
                    let inside = self.some(&object, depth + 1, runner);
                    selected.push(format!("{alias}{name} {{ {inside} }}"));
                }
            }
        }
        if selected.is_empty() {
            "__typename".to_owned()
        } else {
            selected.join(" ")
        }
    }
}

/// The same selection, of which resolvers are asked: no plan is made of what has a fragment. One without a condition would have been
/// written out, and a condition of a field is taken away, before anything is told.
fn unplanned(selection: &str) -> String {
    format!("{selection} ... @include(if: true) {{ resolved: __typename }}")
}

/// Takes out again what was asked beside the selection.
fn without_mark(answer: &str) -> String {
    let mut parts = answer.split(",\"resolved\":\"");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('"').unwrap().1);
    first + &rest.collect::<String>()
}

/// The answer as it came.
async fn asked(office: &Office<'_>, document: &str, variables: &Value) -> String {
    let bearer = [("authorization", format!("Bearer {}", office.access_token))];
    let answer = office
        .app
        .post(&bearer, json!({ "query": document, "variables": variables }))
        .await;
    String::from_utf8(answer.bytes).unwrap()
}

/// Gives whether there was anything to tell.
async fn assert_alike(office: &Office<'_>, list: &str, selection: &str, variables: &Value) -> bool {
    let document = |selection: &str| {
        let list = list.replace('@', &format!("{{ {selection} }}"));
        let declared = [("$unit", "ID!"), ("$cycle", "ID"), ("$report", "ID!")];
        let used = declared.iter().filter(|(name, _type)| list.contains(name));
        let declared: Vec<String> = used.map(|(name, of)| format!("{name}: {of}")).collect();
        if declared.is_empty() {
            format!("{{ {list} }}")
        } else {
            format!("query({}) {{ {list} }}", declared.join(", "))
        }
    };
    let mut given = variables.clone();
    let of_list = |name: &String, _value: &mut Value| list.contains(&format!("${name}"));
    given.as_object_mut().unwrap().retain(of_list);
    let planned = asked(office, &document(selection), &given).await;
    let resolved = asked(office, &document(&unplanned(selection)), &given).await;
    assert_eq!(planned, without_mark(&resolved), "{} {list} {selection}", office.name);
    planned != resolved
}

async fn a_plan_tells_what_resolvers_tell(app: TestApp) {
    // Two reports with a history and findings, one of them noted and settled.
    let clerk = app.office("staff.35.02").await;
    let report = taken(&app, "35.02.05").await;
    taken(&app, "35.02.01").await;
    let found = json!([
        { "field": "media-sosial", "severity": "MUST", "text": "Jumlah \"pengikut\"\nbelum disebut." },
        { "severity": "NOTE", "text": "Ringkas dan jelas." },
    ]);
    let found = raises(&clerk, &report, found).await.unwrap();
    let noted = json!({ "findings": [found[0]["id"]] });
    let staff = app.office("staff.35.02.05").await;
    staff
        .command("acknowledgeFindings", "findings { id }", noted)
        .await
        .unwrap();
    settles(&clerk, "resolveFinding", &found[0], Some("Sudah jelas."))
        .await
        .unwrap();

    let fields = Fields::of_schema().await;
    let mut runner = TestRunner::new(cases(1));
    let unit = clerk.unit("35.02").await;
    let cycle = clerk.cycle(crate::stories::KECAMATAN).await;
    let variables = json!({ "unit": unit, "cycle": cycle, "report": report.id });
    let head = app.office("head.35.02.05").await;
    let national = app.office("coordinator.ri").await;
    let mut looked_through = BTreeSet::new();
    for (list, of) in LISTS {
        let each = if looked_through.insert(of) {
            fields.each(of, 1)
        } else {
            Vec::new()
        };
        for selection in each {
            let told = assert_alike(&clerk, list, &selection, &variables).await;
            assert!(
                told,
                "{list} {selection}: the list holds something, and resolvers were asked for it"
            );
        }
        for office in [&clerk, &head, &national] {
            for _selection in 0..SELECTIONS {
                let selection = fields.some(of, 1, &mut runner);
                assert_alike(office, list, &selection, &variables).await;
            }
        }
    }
}

on_both_databases!(a_plan_tells_what_resolvers_tell);
