//! Who is let in, and what strangers are told.
use std::sync::Arc;

use chrono::Duration;
use jenjang::{
    clock::{Clock, StillClock, SystemClock},
    config::{Config, Introspection},
};
use serde_json::{Value, json};

use super::{HEALTHY, JSON, NEWER};
use crate::{
    on_both_databases,
    support::{
        TestApp,
        app::{Answer, Variation},
        database::PASSWORD,
    },
};

async fn a_token_that_is_no_good_is_401_even_where_none_is_needed(app: TestApp) {
    let good = app.office("head.32.75").await.access_token;
    let (head, signature) = good.rsplit_once('.').unwrap();
    let forged = format!("Bearer {head}.{}", signature.chars().rev().collect::<String>());
    let unsigned = format!("Bearer {head}.");
    for header in [
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "",
        "Basic aGVhZDpzYW5kaQ==",
        &good,
        &forged,
        &unsigned,
        "Bearer a.b.c",
        "Bearer é",
    ] {
        for accept in [NEWER, JSON] {
            let headers = [("authorization", header.to_owned()), ("accept", accept.to_owned())];
            let answer = app.post(&headers, json!({ "query": HEALTHY })).await;
            answer.is_refused_with(401, "UNAUTHENTICATED");
            assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"));
        }
    }
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let headers = [("authorization", format!("{scheme} {good}"))];
        let answer = app
            .post(&headers, json!({ "query": "{ viewer { account { name } } }" }))
            .await;
        assert_eq!(answer.status, 200);
        assert!(answer.json()["data"]["viewer"].is_object());
    }
    // Without any token nobody is signed in, which the operation itself says.
    let answer = app.runs("{ reportCycles { nodes { id } } }").await;
    assert_eq!((answer.status, answer.code().as_str()), (200, "UNAUTHENTICATED"));
    assert_eq!(answer.json()["data"], Value::Null);
    assert!(answer.header("www-authenticate").is_none());
}

async fn a_token_runs_out(app: TestApp) {
    let clock = StillClock::at(SystemClock.now());
    let app = app
        .varied(Variation {
            clock: Arc::new(clock.clone()),
            ..Variation::default()
        })
        .await;
    let token = app.office("head.32.75").await.access_token;
    let headers = [("authorization", format!("Bearer {token}"))];
    let who = json!({ "query": "{ viewer { account { name } } }" });
    clock.advance(Duration::seconds(599));
    assert_eq!(app.post(&headers, who.clone()).await.status, 200);
    clock.advance(Duration::seconds(1));
    let answer = app.post(&headers, who).await;
    answer.is_refused_with(401, "UNAUTHENTICATED");
    assert_eq!(
        answer.header("www-authenticate"),
        Some("Bearer error=\"invalid_token\"")
    );
    app.is_alive().await;
}

const SCHEMA: &str = "{ __schema { queryType { name } } }";
const TYPE: &str = "{ ... on Query { kind: __type(name: \"Report\") { name } } }";
const MISSPELT: [&str; 2] = ["{ reportz { totalCount } }", "{ reports(firs: 1) { totalCount } }"];

async fn message(answer: Answer) -> String {
    answer.json()["errors"][0]["message"].as_str().unwrap().to_owned()
}

async fn the_schema_is_told_to_those_who_signed_in(app: TestApp) {
    for document in [SCHEMA, TYPE] {
        app.runs(document).await.is_refused_with(400, "UNAUTHENTICATED");
    }
    assert_eq!(app.runs("{ __typename }").await.status, 200);
    let office = app.office("head.32.75").await;
    let headers = [("authorization", format!("Bearer {}", office.access_token))];
    for document in [SCHEMA, TYPE] {
        assert_eq!(app.post(&headers, json!({ "query": document })).await.status, 200);
    }
    for document in MISSPELT {
        let stranger = app.runs(document).await;
        stranger.is_refused_with(400, "GRAPHQL_VALIDATION_FAILED");
        assert!(!message(stranger).await.contains("Did you mean"), "{document}");
        let colleague = app.post(&headers, json!({ "query": document })).await;
        assert!(message(colleague).await.contains("Did you mean"), "{document}");
    }
}

async fn the_demo_tells_its_schema_to_everybody(app: TestApp) {
    let app = app
        .varied(Variation {
            configure: |config| Config {
                introspection: Introspection::Open,
                ..config
            },
            ..Variation::default()
        })
        .await;
    assert_eq!(
        app.runs(SCHEMA).await.json()["data"]["__schema"]["queryType"]["name"],
        "Query"
    );
    for document in MISSPELT {
        assert!(
            message(app.runs(document).await).await.contains("Did you mean"),
            "{document}"
        );
    }
}

/// Tries to sign in with a wrong password.
async fn tries(app: &TestApp, email: &str, from: Option<&str>) -> Answer {
    let document = "mutation($i: SignInInput!) { signIn(input: $i) { userErrors { code } } }";
    let input = json!({ "email": email, "password": "salah" });
    let headers: Vec<_> = from
        .map(|from| ("x-forwarded-for", from.to_owned()))
        .into_iter()
        .collect();
    app.post(&headers, json!({ "query": document, "variables": { "i": input } }))
        .await
}

fn is_told_wrong(answer: &Answer) {
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json()["data"]["signIn"]["userErrors"][0]["code"],
        "INVALID_CREDENTIALS"
    );
}

fn is_told_to_wait(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (429, "RATE_LIMITED"),
        "{}",
        answer.json()
    );
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
}

async fn the_sixth_wrong_password_waits_whether_or_not_there_is_an_account(app: TestApp) {
    for email in [
        "head.32.75@demo.jenjang.id",
        "nobody@demo.jenjang.id",
        "no address at all",
    ] {
        for _attempt in 0..5 {
            is_told_wrong(&tries(&app, email, None).await);
        }
        is_told_to_wait(&tries(&app, email, None).await);
        is_told_to_wait(&tries(&app, &email.to_uppercase(), None).await);
    }
    // Even with the right password, or guessing could go on; others are not kept out.
    let document = "mutation($i: SignInInput!) { signIn(input: $i) { userErrors { code } } }";
    let input = json!({ "email": "head.32.75@demo.jenjang.id", "password": PASSWORD });
    for accept in [NEWER, JSON] {
        let headers = [("accept", accept.to_owned())];
        let answer = app
            .post(&headers, json!({ "query": document, "variables": { "i": input } }))
            .await;
        is_told_to_wait(&answer);
    }
    app.office("head.32.01").await;
}

#[actix_web::test]
async fn throttling_can_be_switched_off() {
    let app = TestApp::on_sqlite().await;
    let app = app
        .varied(Variation {
            configure: |config| Config {
                throttle: None,
                ..config
            },
            ..Variation::default()
        })
        .await;
    for _attempt in 0..20 {
        is_told_wrong(&tries(&app, "head.32.75@demo.jenjang.id", None).await);
    }
}

#[actix_web::test]
async fn who_forwards_is_believed_only_if_trusted() {
    let app = TestApp::on_sqlite().await;
    let email = "head.32.75@demo.jenjang.id";
    for n in 0..5 {
        is_told_wrong(&tries(&app, email, Some(&format!("203.0.113.{n}"))).await);
    }
    is_told_to_wait(&tries(&app, email, Some("203.0.113.99")).await);

    let app = app
        .varied(Variation {
            configure: |config| Config {
                trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
                ..config
            },
            ..Variation::default()
        })
        .await;
    for n in 0..8 {
        is_told_wrong(&tries(&app, email, Some(&format!("203.0.113.{n}"))).await);
    }
    // What the client itself wrote stands further left, and changes nothing.
    for n in 0..5 {
        is_told_wrong(&tries(&app, email, Some(&format!("192.0.2.{n}, 198.51.100.7"))).await);
    }
    is_told_to_wait(&tries(&app, email, Some("192.0.2.77, 198.51.100.7, 127.0.0.9")).await);
}

on_both_databases!(
    a_token_that_is_no_good_is_401_even_where_none_is_needed,
    a_token_runs_out,
    the_schema_is_told_to_those_who_signed_in,
    the_demo_tells_its_schema_to_everybody,
    the_sixth_wrong_password_waits_whether_or_not_there_is_an_account,
);
