//! Documents as deep as they may be are answered: the stack of a worker, 2 MiB, has to do for all of them.
use serde_json::{Value, json};

use crate::{
    authorization::stage::{Situation, Stage},
    on_both_databases,
    support::{Office, TestApp},
};

/// The fields inside each other around the leaf, in a document as deep as they are allowed to be.
const LEVELS: usize = 11;

/// A document of fields inside each other: the first ones, then others in turns.
fn nested(first: &[&str], turns: &[&str]) -> String {
    let fields = first.iter().chain(turns.iter().cycle()).take(LEVELS);
    let fields: Vec<&str> = fields.copied().collect();
    format!("{{ {} {{ __typename {}}}", fields.join(" { "), "} ".repeat(LEVELS))
}

/// How many objects of an answer stand inside each other.
fn depth(answer: &Value) -> usize {
    match answer {
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
        Value::Array(items) => items.iter().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// That a document is answered, to its bottom.
async fn reaches(office: &Office<'_>, document: &str) {
    let answer = office.ask(document, json!({})).await;
    // The root of the answer is an object, too.
    assert_eq!(depth(&answer["data"]), LEVELS + 1, "{document}: {answer}");
    office.app.is_alive().await;
}

async fn the_deepest_documents_are_answered(app: TestApp) {
    let stage = Stage::set(&app).await;
    stage.subject("32.04", Situation::HandedOver).await;
    let head = stage.office("head.32").await;
    let handed_over = "reports(first: 1, filter: { status: { eq: HANDED_OVER } })";
    let again = "reports(first: 1)";
    for (first, turns) in [
        (&[handed_over][..], &["nodes", "handover", "session", again][..]),
        (&[handed_over], &["edges", "node", "handover", "session", again]),
        (&["viewer"], &["seats", "unit"]),
        (&["viewer"], &["account", "seats"]),
    ] {
        reaches(&head, &nested(first, turns)).await;
    }
}

async fn the_deepest_answers_of_mutations_are_given(app: TestApp) {
    let staff = app.office("staff.35.02.19").await;
    let cycle = staff.cycle(crate::stories::KECAMATAN).await;
    let start = format!("startReport(input: {{ cycle: \"{cycle}\" }})");
    let document = nested(&[&start, "report"], &["unit", "seats"]);
    reaches(&staff, &format!("mutation {document}")).await;
}

async fn what_counts_as_no_depth_is_answered_too(app: TestApp) {
    let within = |opening: &str, opened: &str, times: usize, leaf: &str| {
        format!(
            "{{ {opening} {{ {} {leaf} {} }} }}",
            format!("{opened} {{ ").repeat(times),
            "} ".repeat(times)
        )
    };
    for document in [
        within("...", "...", 29, "__typename"),
        within("rateLimit", "... on RateLimit", 29, "limit"),
        within("__type(name: \"Query\")", "ofType", 29, "name"),
    ] {
        let office = app.office("head.32").await;
        let answer = office.ask(&document, json!({})).await;
        assert!(answer["errors"].is_null(), "{document}: {answer}");
        app.is_alive().await;
    }
}

on_both_databases! {
    the_deepest_documents_are_answered,
    the_deepest_answers_of_mutations_are_given,
    what_counts_as_no_depth_is_answered_too,
}
