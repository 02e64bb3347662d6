//! Documents that ask for too much, or only look small.
use serde_json::json;

use super::is_coded;
use crate::support::TestApp;

/// A document whose fragments each spread the next one twice: 2^n fields out of n lines.
fn bomb(fragments: usize) -> String {
    let mut document = "{ ...F0 }".to_owned();
    for n in 0..fragments {
        document.push_str(&format!(
            " fragment F{n} on Query {{ ...F{next} ...F{next} }}",
            next = n + 1
        ));
    }
    document + &format!(" fragment F{fragments} on Query {{ __typename }}")
}

fn repeated(part: impl Fn(usize) -> String, times: usize) -> String {
    (0..times).map(part).collect::<Vec<_>>().join(" ")
}

#[actix_web::test]
async fn what_asks_for_too_much_is_refused_before_it_runs() {
    let app = TestApp::on_sqlite().await;
    let parents = |depth: usize| {
        format!(
            "{{ unit(code: \"RI\") {}{} }}",
            "{ parent ".repeat(depth),
            "{ id }".to_owned() + &" }".repeat(depth)
        )
    };
    let hostile = [
        parents(200),
        parents(12),
        "{".repeat(100_000),
        format!("{{ a{} }}", "(x: [".repeat(50_000)),
        format!("{{ node(id: {}) {{ id }} }}", "[".repeat(1000) + &"]".repeat(1000)),
        bomb(20),
        bomb(40),
        format!("{{ {} }}", "__typename ".repeat(3000)),
        format!("{{ {} }}", "...{ ".repeat(500) + "__typename" + &" }".repeat(500)),
        format!("{{ unit(code: \"RI\") {{ {} }} }}", repeated(|n| format!("a{n}: id"), 31)),
        format!("{{ {} }}", repeated(|n| format!("a{n}: __typename"), 21)),
        format!("mutation {{ {} }}", repeated(|n| format!("a{n}: signOut(input: {{}}) {{ userErrors {{ code }} }}"), 21)),
        format!("{{ __typename {} }}", "@include(if: true) ".repeat(51)),
        format!("{{ __typename {} }}", repeated(|n| format!("@d{n}"), 51)),
        "{ units(first: 100) { nodes { children(first: 100) { nodes { id } } } } }".to_owned(),
        "{ reports(first: 100) { nodes { unit { parent { parent { parent { parent { parent { parent { parent { parent { parent { id } } } } } } } } } } } } }".to_owned(),
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".to_owned(),
        repeated(|n| format!("query Q{n} {{ __typename }} fragment F{n} on Query {{ __typename }}"), 31),
    ];
    for document in hostile {
        let answer = app.runs(&document).await;
        let start = &document[..document.len().min(80)];
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "QUERY_TOO_COMPLEX"),
            "{start}: {}",
            answer.json()
        );
        answer.is_refused_with(400, "QUERY_TOO_COMPLEX");
        app.is_alive().await;
    }
}

#[actix_web::test]
async fn the_limits_themselves_are_within() {
    let app = TestApp::on_sqlite().await;
    for document in [
        format!("{{ {} }}", repeated(|n| format!("a{n}: __typename"), 20)),
        format!("{{ rateLimit {{ {} }} }}", repeated(|n| format!("a{n}: limit"), 30)),
        format!(
            "{{ rateLimit {{ {} }} }}",
            repeated(|n| format!("a{n}: limit @include(if: true) @skip(if: false)"), 25)
        ),
    ] {
        let answer = app.runs(&document).await;
        assert_eq!(answer.status, 200, "{document}: {}", answer.json());
    }
}

#[actix_web::test]
async fn a_variable_cannot_hide_the_page_size() {
    let app = TestApp::on_sqlite().await;
    let document = "query($n: Int) { units(first: $n) { nodes { children(first: $n) { nodes { id } } } } }";
    let answer = app
        .post(&[], json!({ "query": document, "variables": { "n": 100 } }))
        .await;
    answer.is_refused_with(400, "QUERY_TOO_COMPLEX");
    let answer = app
        .post(&[], json!({ "query": document, "variables": { "n": 2_147_483_647 } }))
        .await;
    answer.is_refused_with(400, "QUERY_TOO_COMPLEX");
    app.is_alive().await;
}

#[actix_web::test]
async fn an_answer_holds_twenty_errors() {
    let app = TestApp::on_sqlite().await;
    let answer = app
        .runs(&format!(
            "{{ rateLimit {{ {} }} }}",
            repeated(|n| format!("nothing{n}"), 25)
        ))
        .await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 20);
    is_coded(&answer.json());
}
