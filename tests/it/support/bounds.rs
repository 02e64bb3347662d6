//! How many statements an operation may send: none more than the golden file says of its fields, a little headroom apart. So
//! whoever lets a list ask once for each of its items is told by the first test that reads a page.
//!
//! `JENJANG_STATEMENTS=record` writes the file anew from what a whole run of the suite makes the operations send; names that tests ask
//! for and the schema does not have are then to be taken out.
use std::{
    collections::BTreeMap,
    fmt::Write,
    path::Path,
    sync::{LazyLock, Mutex},
};

use jenjang::graphql::root;

const FILE: &str = "tests/golden/statements.txt";

/// Of each field of the schema's roots the most statements that any test made it send.
static COMMITTED: LazyLock<BTreeMap<String, usize>> = LazyLock::new(|| {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)).unwrap_or_default();
    let line = |line: &str| {
        let (field, most) = line.split_once(' ').unwrap();
        (field.to_owned(), most.parse().unwrap())
    };
    text.lines().map(line).collect()
});

static RECORDED: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

fn is_recording() -> bool {
    std::env::var_os("JENJANG_STATEMENTS").is_some_and(|what| what == "record")
}

/// What is decided anew after a rival, or read anew after another process changed the directory, sends some once more.
fn with_headroom(most: usize) -> usize {
    most + most / 2 + 6
}

/// Holds what an operation sent against the bounds of its root fields, or records it.
///
/// # Panics
/// It sent more; or nothing is recorded of a field.
pub fn hold(root_fields: &[String], statements: &[String]) {
    let fields: Vec<&String> = root_fields.iter().filter(|field| !field.starts_with("__")).collect();
    if is_recording() {
        record(&fields, statements.len());
        return;
    }
    let bound = |field: &&String| with_headroom(COMMITTED.get(field.as_str()).copied().unwrap_or_default());
    let most: usize = fields.iter().map(bound).sum();
    if statements.len() > most.max(with_headroom(0)) {
        let text = statements.join("\n");
        eprintln!(
            "{fields:?} sent {} statements; the bound is {most}:\n{text}",
            statements.len()
        );
        panic!("{fields:?} sent {} statements; the bound is {most}", statements.len());
    }
}

/// What several fields sent together is laid on the first, so far as it is more than they sent by themselves.
fn record(fields: &[&String], sent: usize) {
    let Some(first) = fields.first() else { return };
    let mut recorded = RECORDED.lock().unwrap();
    let known: usize = fields.iter().filter_map(|field| recorded.get(*field)).sum();
    let is_new = fields.iter().any(|field| !recorded.contains_key(*field));
    if sent <= known && !is_new {
        return;
    }
    for field in fields {
        recorded.entry((*field).clone()).or_default();
    }
    *recorded.entry((*first).clone()).or_default() += sent.saturating_sub(known);
    let text = recorded.iter().fold(String::new(), |mut text, (field, most)| {
        let _written = writeln!(text, "{field} {most}");
        text
    });
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE), text).unwrap();
}

/// Every field of the schema's roots has a bound, and no bound is of a field that is gone.
#[actix_web::test]
async fn every_operation_has_a_bound() {
    if is_recording() {
        return;
    }
    let document = "{ __schema { queryType { fields { name } } mutationType { fields { name } } } }";
    let answer = root::schema().execute(async_graphql::Request::new(document)).await;
    let data = serde_json::to_value(answer.data).unwrap();
    let of = |root: &str| data["__schema"][root]["fields"].as_array().unwrap().clone();
    let fields = [of("queryType"), of("mutationType")].concat();
    let mut fields: Vec<&str> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
    fields.sort_unstable();
    let bounds: Vec<&str> = COMMITTED.keys().map(String::as_str).collect();
    assert_eq!(bounds, fields, "record the statements of what is new");
}
