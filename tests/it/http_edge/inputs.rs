//! Values inside a good document: characters, cursors, ids, keys.
use serde_json::{Value, json};

use super::NEWER;
use crate::{
    on_both_databases,
    support::{Refusal, TestApp},
};

async fn nul_is_refused_wherever_it_hides(app: TestApp) {
    let office = app.office("head.32.75").await;
    let token = [("authorization", format!("Bearer {}", office.access_token))];
    let search = "query($text: String) { reports(search: $text) { totalCount } }";
    for body in [
        json!({ "query": "{ reports(search: \"a\\u0000b\") { totalCount } }" }),
        json!({ "query": "{ reports(search: \"a\0b\") { totalCount } }" }),
        json!({ "query": "{ reports(search: \"\"\"a\0b\"\"\") { totalCount } }" }),
        json!({ "query": search, "variables": { "text": "a\0b" } }),
        json!({ "query": search, "variables": { "text": "", "other": { "deep": ["\0"] } } }),
        json!({ "query": search, "variables": { "te\0xt": "" } }),
        json!({ "query": "query($t: String = \"\\u0000\") { reports(search: $t) { totalCount } }" }),
        json!({ "query": "{ __typename }", "operationName": "a\0" }),
    ] {
        let answer = app.post(&token, body).await;
        answer.is_refused_with(400, "BAD_USER_INPUT");
    }
    let raw = app
        .posts_raw(NEWER, b"{\"query\":\"{ __typename \0 }\"}".to_vec())
        .await;
    raw.is_refused_with(400, "BAD_USER_INPUT");
    // Everything else that is text is text.
    for text in ["\u{1}\u{7f}", "%_\\'\"", "🙂 ء\u{202e}", "\u{fffd}\u{10ffff}"] {
        let answer = office.data(search, json!({ "text": text })).await;
        assert_eq!(answer["reports"]["totalCount"], 0, "{text:?}");
    }
    app.is_alive().await;
}

async fn pages_outside_their_bounds_are_refused(app: TestApp) {
    let office = app.office("head.32").await;
    let page = |arguments: &str| {
        format!("{{ units({arguments}) {{ totalCount nodes {{ code }} pageInfo {{ endCursor }} }} }}")
    };
    let of_units = office.data(&page("first: 3"), json!({})).await["units"]["pageInfo"]["endCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    for arguments in [
        "first: 101",
        "last: 101",
        "first: -1",
        "last: -1",
        "first: -2147483648",
        "first: 3, last: 3",
        "after: \"\"",
        "after: \"nonsense\"",
        "before: \"!!!\"",
        "after: \"W10\"",
        "after: \"bnVsbA\"",
        &format!("after: \"{of_units}x\""),
        &format!("after: \"{}\"", "A".repeat(10_000)),
        &format!("after: \"{of_units}\", orderBy: {{field: CODE, direction: DESC}}"),
    ] {
        let answer = office.ask(&page(arguments), json!({})).await;
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT",
            "{arguments}: {answer}"
        );
        assert_eq!(answer["data"], Value::Null, "units cannot be null, so nothing is left");
    }
    let foreign = format!("{{ reports(after: \"{of_units}\") {{ totalCount }} }}");
    let answer = office.ask(&foreign, json!({})).await;
    assert_eq!(
        answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT",
        "a cursor of another list"
    );
    for (arguments, count) in [
        ("first: 0", 0),
        ("last: 0", 0),
        ("first: 100", 100),
        ("first: null", 20),
    ] {
        let answer = office.data(&page(arguments), json!({})).await;
        assert_eq!(answer["units"]["nodes"].as_array().unwrap().len(), count, "{arguments}");
    }
    app.is_alive().await;
}

async fn ids_that_are_none_or_of_another_type_are_refused(app: TestApp) {
    let office = app.office("head.32.75").await;
    let unit = office.unit("32.75").await;
    let cycle = office.cycle("laporan-akhir-kehumasan-2024").await;
    let malformed = [
        "",
        "x",
        "!",
        "VW5pdDo",
        &unit[..unit.len() - 1],
        &format!("{unit}AA"),
        &"A".repeat(9999),
    ];
    for id in malformed {
        for (field, document) in [
            ("node", "query($id: ID!) { node(id: $id) { id } }"),
            ("nodes", "query($id: ID!) { nodes(ids: [$id]) { id } }"),
            ("report", "query($id: ID!) { report(id: $id) { id } }"),
            (
                "units",
                "query($id: ID!) { units(filter: {parent: {eq: $id}}) { totalCount } }",
            ),
        ] {
            let answer = office.ask(document, json!({ "id": id })).await;
            assert_eq!(
                answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT",
                "{id:.20} {answer}"
            );
            assert_eq!(answer["errors"][0]["path"][0], field);
        }
    }
    for document in [
        "query($id: ID!) { report(id: $id) { id } }",
        "query($id: ID!) { reports(filter: {unit: {eq: $id}}) { totalCount } }",
    ] {
        let answer = office.ask(document, json!({ "id": cycle })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    }
    let wrong_type = office
        .command("startReport", "report { id }", json!({ "cycle": unit }))
        .await;
    assert_eq!(wrong_type.unwrap_err().code, "BAD_USER_INPUT");
    let many = vec![unit; 101];
    let answer = office
        .ask(
            "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            json!({ "ids": many }),
        )
        .await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    app.is_alive().await;
}

async fn an_idempotency_key_has_a_form(app: TestApp) {
    let office = app.office("head.32.75").await;
    let cycle = office.cycle("laporan-akhir-kehumasan-2024").await;
    for key in ["", &"x".repeat(256), "kunci-é"] {
        let answer = office
            .post_command("startReport", "report { id }", json!({ "cycle": cycle }), Some(key))
            .await;
        answer.is_refused_with(400, "BAD_USER_INPUT");
    }
    let longest = "x".repeat(255);
    let started = office
        .command_with_key(
            "startReport",
            "report { id }",
            json!({ "cycle": cycle }),
            Some(&longest),
        )
        .await;
    let again = office
        .command_with_key(
            "startReport",
            "report { id }",
            json!({ "cycle": cycle }),
            Some(&longest),
        )
        .await;
    assert_eq!(started.unwrap()["report"]["id"], again.unwrap()["report"]["id"]);
    let other = office
        .command_with_key(
            "startReport",
            "report { id }",
            json!({ "cycle": cycle }),
            Some("another"),
        )
        .await;
    assert_eq!(
        other.unwrap_err(),
        Refusal {
            code: "ALREADY_EXISTS".to_owned(),
            field: "cycle".to_owned()
        }
    );
    app.is_alive().await;
}

on_both_databases!(
    nul_is_refused_wherever_it_hides,
    pages_outside_their_bounds_are_refused,
    ids_that_are_none_or_of_another_type_are_refused,
    an_idempotency_key_has_a_form,
);
