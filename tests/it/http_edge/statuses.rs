//! One table of statuses, and the form of what is answered with them.
use serde_json::{Value, json};

use super::{HEALTHY, JSON, NEWER, is_coded};
use crate::{
    on_both_databases,
    support::{TestApp, app::Answer},
};

/// Whether an answer has `data`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Data {
    Absent,
    Null,
    There,
}
use Data::{Absent, Null, There};

fn data_of(answer: &Answer) -> Data {
    match answer.json().get("data") {
        None => Absent,
        Some(Value::Null) => Null,
        Some(_) => There,
    }
}

async fn the_table_of_statuses(app: TestApp) {
    let office = app.office("head.32.75").await;
    let token = [("authorization", format!("Bearer {}", office.access_token))];
    // Body, status for the newer form, status for the older one, code, data.
    for (body, newer, older, code, data) in [
        (json!({ "query": HEALTHY }), 200, 200, "no code", There),
        (
            json!({ "query": "{ __typename }", "variables": null, "operationName": null, "extensions": null }),
            200,
            200,
            "no code",
            There,
        ),
        (
            json!({ "query": "{ rateLimit { limit } node(id: \"x\") { id } }" }),
            200,
            200,
            "BAD_USER_INPUT",
            There,
        ),
        (
            json!({ "query": "{ units(first: -1) { totalCount } }" }),
            200,
            200,
            "BAD_USER_INPUT",
            Null,
        ),
        (json!({ "query": "{" }), 400, 200, "GRAPHQL_PARSE_FAILED", Absent),
        (json!({ "query": "" }), 400, 200, "GRAPHQL_PARSE_FAILED", Absent),
        (
            json!({ "query": "{ nothing }" }),
            400,
            200,
            "GRAPHQL_VALIDATION_FAILED",
            Absent,
        ),
        (
            json!({ "query": "{ node { id } }" }),
            400,
            200,
            "GRAPHQL_VALIDATION_FAILED",
            Absent,
        ),
        (
            json!({ "query": "{ node(id: {}) { id } }" }),
            400,
            200,
            "GRAPHQL_VALIDATION_FAILED",
            Absent,
        ),
        (
            json!({ "query": "{ ...A } fragment A on Query { ...A }" }),
            400,
            200,
            "GRAPHQL_VALIDATION_FAILED",
            Absent,
        ),
        (
            json!({ "query": "subscription { nothing }" }),
            400,
            200,
            "GRAPHQL_VALIDATION_FAILED",
            Absent,
        ),
        (
            json!({ "query": "query A { __typename } query B { __typename }" }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "{ __typename }", "operationName": "Other" }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "query($id: ID!) { node(id: $id) { id } }" }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "query($id: ID!) { node(id: $id) { id } }", "variables": { "id": null } }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "query($id: ID!) { node(id: $id) { id } }", "variables": { "id": {} } }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "query($n: Int) { units(first: $n) { totalCount } }", "variables": { "n": "1" } }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "query($n: Int) { units(first: $n) { totalCount } }", "variables": { "n": 3_000_000_000_u64 } }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "query($f: ReportFilter) { reports(filter: $f) { totalCount } }", "variables": { "f": { "nothing": 1 } } }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "query($f: ReportFilter) { reports(filter: $f) { totalCount } }", "variables": { "f": 7 } }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "query($f: ReportFilter) { reports(filter: $f) { totalCount } }", "variables": { "f": { "status": { "eq": "NOWHERE" } } } }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "query($f: ReportFilter) { reports(filter: $f) { totalCount } }", "variables": { "f": { "submitted": { "from": "yesterday" } } } }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
        (
            json!({ "query": "mutation($i: SignInInput!) { signIn(input: $i) { userErrors { code } } }", "variables": { "i": { "email": "a@b.id" } } }),
            400,
            200,
            "BAD_USER_INPUT",
            Absent,
        ),
    ] {
        for (accept, status) in [(NEWER, newer), (JSON, older)] {
            let mut headers = token.to_vec();
            headers.push(("accept", accept.to_owned()));
            let answer = app.post(&headers, body.clone()).await;
            let found = (answer.status, answer.code(), data_of(&answer));
            assert_eq!(
                found,
                (status, code.to_owned(), data),
                "{accept} {body}: {}",
                answer.json()
            );
            assert!(answer.header("content-type").unwrap().starts_with(accept));
            is_coded(&answer.json());
        }
    }
    app.is_alive().await;
}

#[actix_web::test]
async fn what_is_no_request_is_400_in_either_form() {
    let app = TestApp::on_sqlite().await;
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "{",
        "nonsense",
        "null",
        "7",
        "\"{ __typename }\"",
        "[]",
        "{}",
        "{\"query\":\"{ __typename }\"} {}",
        "[{\"query\":\"{ __typename }\"}]",
        "{\"query\":null}",
        "{\"query\":\"\\ud800\"}",
        "{'query':'{ __typename }'}",
        "{\"query\":\"{ __typename }\",\"variables\":{\"n\":1e999}}",
        "\u{feff}{\"query\":\"{ __typename }\"}",
    ]
    .map(|body| body.as_bytes().to_vec())
    .to_vec();
    bodies.push(b"{\"query\":\"\xff\xfe\"}".to_vec());
    bodies.push(
        format!(
            "{{\"query\":\"{{ __typename }}\",\"variables\":{{\"a\":{}{}}}}}",
            "[".repeat(5000),
            "]".repeat(5000)
        )
        .into_bytes(),
    );
    let with = |name: &str, value: Value| {
        let mut body = json!({ "query": "{ __typename }" });
        body[name] = value;
        body.to_string().into_bytes()
    };
    for wrong in [json!({}), json!(0), json!(false), json!(["array"])] {
        bodies.push(with("query", wrong.clone()));
        bodies.push(with("operationName", wrong.clone()));
        if wrong != json!({}) {
            bodies.push(with("variables", wrong.clone()));
            bodies.push(with("extensions", wrong));
        }
    }
    bodies.push(with("variables", json!("text")));
    bodies.push(with("extensions", json!("text")));
    for body in bodies {
        for accept in [NEWER, JSON] {
            let answer = app.posts_raw(accept, body.clone()).await;
            answer.is_refused_with(400, "BAD_USER_INPUT");
        }
    }
    app.is_alive().await;
}

#[actix_web::test]
async fn errors_come_first_and_paths_are_told() {
    let app = TestApp::on_sqlite().await;
    let answer = app.runs("{ rateLimit { limit } again: node(id: \"x\") { id } }").await;
    let text = String::from_utf8(answer.bytes.clone()).unwrap();
    assert!(text.starts_with("{\"errors\":"), "{text}");
    assert!(
        text.find("\"data\":").unwrap() < text.find("\"extensions\":{\"cost\"").unwrap(),
        "{text}"
    );
    let json = answer.json();
    assert_eq!(json["errors"][0]["path"], json!(["again"]));
    assert_eq!(json["data"]["again"], Value::Null);
    assert_eq!(json["extensions"]["cost"]["limit"], 1000);
    let clean = app.runs(HEALTHY).await.json();
    assert!(clean.get("errors").is_none(), "{clean}");
    let parse = app.runs("{ a(").await.json();
    assert!(parse["errors"][0]["locations"][0]["line"].is_u64(), "{parse}");
}

#[actix_web::test]
async fn a_body_too_large_is_refused_and_its_sender_hears_it() {
    let app = TestApp::on_sqlite().await;
    for accept in [NEWER, JSON] {
        let answer = app.posts_raw(accept, vec![b' '; 10 << 20]).await;
        answer.is_refused_with(413, "PAYLOAD_TOO_LARGE");
    }
    // 1 MiB exactly are taken, a byte more is not.
    let padded = |size: usize| {
        let mut body = json!({ "query": HEALTHY }).to_string();
        body.push_str(&" ".repeat(size - body.len()));
        body
    };
    assert_eq!(app.posts_raw(NEWER, padded(1024 * 1024)).await.status, 200);
    let refused = app.posts_raw(NEWER, padded(1024 * 1024 + 1)).await;
    refused.is_refused_with(413, "PAYLOAD_TOO_LARGE");
    // So are 131,072 values: four for the object, the query, the variables and the list, and its own.
    let listing = |count: usize| {
        let zeros = vec!["0"; count].join(",");
        format!("{{\"query\": \"{{ __typename }}\", \"variables\": {{\"a\": [{zeros}]}}}}").into_bytes()
    };
    assert_eq!(app.posts_raw(NEWER, listing(128 * 1024 - 4)).await.status, 200);
    let refused = app.posts_raw(NEWER, listing(128 * 1024)).await;
    refused.is_refused_with(413, "PAYLOAD_TOO_LARGE");
    app.is_alive().await;
}

on_both_databases!(the_table_of_statuses);
