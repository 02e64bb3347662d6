//! How often something may be tried: counted in the database, so that neither a restart nor a second process gives anybody
//! new attempts, and nobody is kept out by a stranger.
use std::{collections::BTreeSet, sync::Arc};

use chrono::{Duration, Utc};
use entity::throttle;
use jenjang::{background, clock::StillClock, config::Config};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{
        TestApp,
        app::{Answer, Variation},
        database::PASSWORD,
        mail::MailSink,
        office::command_document,
    },
};

const SIGN_IN: &str =
    "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { code } } }";

/// A server behind a proxy on this machine, so that requests can come from anywhere.
fn behind_a_proxy(clock: &StillClock) -> Variation {
    Variation {
        clock: Arc::new(clock.clone()),
        configure: |config| Config {
            trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
            ..config
        },
        ..Variation::default()
    }
}

async fn signs_in(app: &TestApp, name: &str, password: &str, from: &str) -> Answer {
    let input = json!({ "email": format!("{name}@demo.jenjang.id"), "password": password });
    let body = json!({ "query": SIGN_IN, "variables": { "input": input } });
    app.post(&[("x-forwarded-for", from.to_owned())], body).await
}

/// What came of an attempt: `in`, a user error, or a top-level code.
async fn attempt(app: &TestApp, name: &str, password: &str, from: &str) -> String {
    let answer = signs_in(app, name, password, from).await.json();
    if answer["data"]["signIn"]["session"]["accessToken"].is_string() {
        return "in".to_owned();
    }
    let refused = &answer["data"]["signIn"]["userErrors"][0]["code"];
    let top = &answer["errors"][0]["extensions"]["code"];
    refused.as_str().or(top.as_str()).unwrap().to_owned()
}

async fn five_wrong(app: &TestApp, name: &str, from: &str) {
    for _attempt in 0..5 {
        assert_eq!(attempt(app, name, "keliru", from).await, "INVALID_CREDENTIALS");
    }
}

const THIEF: &str = "203.0.113.9";
const HOME: &str = "36.66.1.9";

async fn a_restart_gives_nobody_new_attempts(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(behind_a_proxy(&clock)).await;
    for name in ["head.32.75", "nobody.99"] {
        five_wrong(&app, name, THIEF).await;
    }
    let app = app.varied(behind_a_proxy(&clock)).await;
    for name in ["head.32.75", "nobody.99"] {
        let refused = signs_in(&app, name, PASSWORD, THIEF).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (429, "RATE_LIMITED"),
            "{name}"
        );
        assert_eq!(refused.header("retry-after"), Some("12"), "{name}");
    }
    clock.advance(Duration::milliseconds(11_999));
    let refused = signs_in(&app, "head.32.75", PASSWORD, THIEF).await;
    assert_eq!(refused.header("retry-after"), Some("1"));
    clock.advance(Duration::milliseconds(1));
    assert_eq!(attempt(&app, "head.32.75", PASSWORD, THIEF).await, "in");
    assert_eq!(
        attempt(&app, "head.32.75", PASSWORD, THIEF).await,
        "RATE_LIMITED",
        "one was free"
    );
}

async fn nobody_is_kept_out_from_elsewhere(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(behind_a_proxy(&clock)).await;
    five_wrong(&app, "head.32.75", THIEF).await;
    assert_eq!(attempt(&app, "head.32.75", PASSWORD, THIEF).await, "RATE_LIMITED");
    assert_eq!(attempt(&app, "head.32.75", PASSWORD, HOME).await, "in");
    assert_eq!(
        attempt(&app, "head.32.16", PASSWORD, THIEF).await,
        "in",
        "one colleague's mistakes are not the office's"
    );
}

async fn two_processes_count_together(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(behind_a_proxy(&clock)).await;
    let other = TestApp::on(Arc::clone(&app.database), behind_a_proxy(&clock)).await;
    for process in [&app, &other, &app, &other, &app] {
        assert_eq!(
            attempt(process, "head.32.75", "keliru", THIEF).await,
            "INVALID_CREDENTIALS"
        );
    }
    for process in [&app, &other] {
        assert_eq!(attempt(process, "head.32.75", PASSWORD, THIEF).await, "RATE_LIMITED");
    }
}

async fn rivals_do_not_share_the_last_attempt(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(behind_a_proxy(&clock)).await;
    // Each process has a gate of its own in memory, so all twelve meet in the database.
    let other = TestApp::on(Arc::clone(&app.database), behind_a_proxy(&clock)).await;
    let third = TestApp::on(Arc::clone(&app.database), behind_a_proxy(&clock)).await;
    let rivals = [&app, &other, &third]
        .into_iter()
        .flat_map(|process| (0..4).map(move |_attempt| attempt(process, "head.32.75", "keliru", THIEF)));
    let told = futures_util::future::join_all(rivals).await;
    let let_in = told.iter().filter(|told| *told == "INVALID_CREDENTIALS").count();
    assert_eq!(let_in, 5, "{told:?}");
}

async fn the_table_names_nobody_and_forgets(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(behind_a_proxy(&clock)).await;
    let connection = app.services.db.reader();
    let earlier = throttle::Entity::find().all(connection).await.unwrap();
    let earlier: BTreeSet<Vec<u8>> = earlier.into_iter().map(|row| row.key).collect();
    let counted = async || {
        let mut rows = throttle::Entity::find().all(connection).await.unwrap();
        rows.retain(|row| !earlier.contains(&row.key));
        rows
    };
    five_wrong(&app, "head.32.75", THIEF).await;
    let rows = counted().await;
    let keys: BTreeSet<&[u8]> = rows.iter().map(|row| row.key.as_slice()).collect();
    assert_eq!(keys.len(), 2, "the pair and the address");
    assert!(keys.iter().all(|key| key.len() == 32));
    let told = format!(
        "{:?}",
        rows.iter()
            .map(|row| String::from_utf8_lossy(&row.key))
            .collect::<Vec<_>>()
    );
    assert!(!told.contains("head.32.75") && !told.contains(THIEF), "{told}");
    background::forget(&app.services).await.unwrap();
    assert_eq!(counted().await.len(), 2);
    clock.advance(Duration::minutes(1) + Duration::seconds(1));
    background::forget(&app.services).await.unwrap();
    assert!(throttle::Entity::find().all(connection).await.unwrap().is_empty());
}

/// Sends a command from an address, as somebody who is signed in or as nobody.
async fn sends(
    app: &TestApp,
    token: Option<&str>,
    (command, selection): (&str, &str),
    input: &Value,
    from: &str,
) -> Answer {
    let mut headers = vec![("x-forwarded-for", from.to_owned())];
    headers.extend(token.map(|token| ("authorization", format!("Bearer {token}"))));
    let body = json!({ "query": command_document(command, selection), "variables": { "input": input } });
    app.post(&headers, body).await
}

/// What came of it: the code of the refusal, `done`, or `429` with the seconds to wait.
fn told(answer: &Answer, command: &str) -> String {
    if answer.status == 429 {
        assert_eq!(answer.code(), "RATE_LIMITED");
        return format!("429 {}", answer.header("retry-after").unwrap());
    }
    let answer = answer.json();
    let refused = &answer["data"][command]["userErrors"][0]["code"];
    assert!(answer["errors"].is_null(), "{answer}");
    refused.as_str().unwrap_or("done").to_owned()
}

async fn one_code_is_tried_five_times_a_minute(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(behind_a_proxy(&clock)).await;
    // The gate of a process in memory goes by the machine's clock: another process has counted nothing there.
    let other = TestApp::on(Arc::clone(&app.database), behind_a_proxy(&clock)).await;
    let token = app.office("head.32.75").await.access_token;
    let strong = "kuda baterai tepat stapler";
    for (command, input, token) in [
        (
            "activateAccount",
            json!({ "code": "7Q2MX-00000-00000-00000-00001", "password": strong }),
            None,
        ),
        (
            "resetPassword",
            json!({ "code": "7Q2MX-00000-00000-00000-00002", "newPassword": strong }),
            None,
        ),
        (
            "confirmEmailChange",
            json!({ "code": "7Q2MX-00000-00000-00000-00003" }),
            Some(token.as_str()),
        ),
    ] {
        let tried = async |process: &TestApp, from: &str| {
            let answer = sends(process, token, (command, "account { id }"), &input, from).await;
            told(&answer, command)
        };
        for _attempt in 0..5 {
            assert_eq!(tried(&app, THIEF).await, "INVALID_CODE", "{command}");
        }
        assert_eq!(tried(&other, THIEF).await, "429 12", "{command}");
        assert_eq!(tried(&other, HOME).await, "INVALID_CODE", "{command} from elsewhere");
        clock.advance(Duration::seconds(12));
        assert_eq!(
            tried(&other, THIEF).await,
            "INVALID_CODE",
            "{command}: one is free again"
        );
        assert_eq!(tried(&other, THIEF).await, "429 12", "{command}: and no more");
    }
}

async fn a_letter_is_asked_for_five_times_an_hour(app: TestApp) {
    let (sink, clock) = (MailSink::start().await, StillClock::at(Utc::now()));
    let sending = || Variation {
        mail: Some(sink.settings()),
        ..behind_a_proxy(&clock)
    };
    let app = app.varied(sending()).await;
    let other = TestApp::on(Arc::clone(&app.database), sending()).await;
    let reset = async |process: &TestApp, email: &str, from: &str| {
        let (command, input) = ("requestPasswordReset", json!({ "email": email }));
        let answer = sends(process, None, (command, "request { email }"), &input, from).await;
        told(&answer, command)
    };
    // Whether there is an account makes no difference.
    let (known, unknown) = ("head.32.75@demo.jenjang.id", "tidak.ada@demo.jenjang.id");
    for email in [known, unknown] {
        for _letter in 0..5 {
            assert_eq!(reset(&app, email, THIEF).await, "done", "{email}");
        }
        assert_eq!(reset(&other, email, THIEF).await, "429 720", "{email}");
        assert_eq!(reset(&other, email, HOME).await, "done", "{email} from elsewhere");
    }
    clock.advance(Duration::minutes(12));
    assert_eq!(reset(&other, known, THIEF).await, "done", "one is free again");
    assert_eq!(reset(&other, known, THIEF).await, "429 720");

    let token = app.office("head.32.75").await.access_token;
    let change = async |process: &TestApp| {
        let command = "requestEmailChange";
        let input = json!({ "newEmail": "humas@bekasi.contoh.id", "password": PASSWORD });
        let answer = sends(process, Some(&token), (command, "account { id }"), &input, HOME).await;
        told(&answer, command)
    };
    for _letter in 0..5 {
        assert_eq!(change(&app).await, "done");
        // The password is counted, too, five times a minute.
        clock.advance(Duration::seconds(12));
    }
    assert_eq!(change(&other).await, "429 660", "a minute has gone by");
}

on_both_databases!(
    one_code_is_tried_five_times_a_minute,
    a_letter_is_asked_for_five_times_an_hour,
    a_restart_gives_nobody_new_attempts,
    nobody_is_kept_out_from_elsewhere,
    two_processes_count_together,
    rivals_do_not_share_the_last_attempt,
    the_table_names_nobody_and_forgets,
);
