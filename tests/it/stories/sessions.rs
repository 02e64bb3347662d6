//! Signing in, staying in, and being out everywhere at once.
use std::sync::Arc;

use chrono::{Duration, Utc};
use jenjang::clock::StillClock;
use serde_json::json;

use crate::{
    on_both_databases,
    support::{TestApp, app::Variation},
};

const REFRESH: &str = "mutation($token: String!) { refreshSession(input: {refreshToken: $token}) { session { accessToken refreshToken account { name } } userErrors { code field } } }";

fn at(clock: &StillClock) -> Variation {
    Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::default()
    }
}

async fn a_refresh_token_is_spent_by_its_use(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(at(&clock)).await;
    let office = app.office("head.32.75").await;
    let refreshed = app.ask(None, REFRESH, json!({ "token": office.refresh_token })).await;
    let session = &refreshed["data"]["refreshSession"]["session"];
    assert!(session["account"]["name"].is_string());
    let second = session["refreshToken"].as_str().unwrap().to_owned();

    // A connection that broke off before the answer arrived: the same token again, a moment later.
    let again = app.ask(None, REFRESH, json!({ "token": office.refresh_token })).await;
    assert!(
        again["data"]["refreshSession"]["session"]["accessToken"].is_string(),
        "{again}"
    );

    // A thief, or the robbed: the same token much later ends the session for both.
    clock.advance(Duration::seconds(21));
    let replayed = app.ask(None, REFRESH, json!({ "token": office.refresh_token })).await;
    assert_eq!(
        replayed["data"]["refreshSession"]["userErrors"][0]["code"],
        "INVALID_REFRESH_TOKEN"
    );
    let heir = app.ask(None, REFRESH, json!({ "token": second })).await;
    assert_eq!(
        heir["data"]["refreshSession"]["userErrors"][0]["code"],
        "INVALID_REFRESH_TOKEN"
    );
    let ended = app
        .ask(Some(&office.access_token), "{ viewer { account { name } } }", json!({}))
        .await;
    assert_eq!(ended["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

async fn rivals_with_one_refresh_token_all_go_on_and_a_thief_ends_them(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(at(&clock)).await;
    let other = TestApp::on(Arc::clone(&app.database), at(&clock)).await;
    let office = app.office("head.32.75").await;
    let token = |answer: &serde_json::Value, field: &str| {
        let session = &answer["data"]["refreshSession"]["session"];
        session[field].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    };
    let rivals = [&app, &other, &app, &other, &app, &other].map(|process| {
        let variables = json!({ "token": office.refresh_token });
        async move { process.ask(None, REFRESH, variables).await }
    });
    let refreshed = futures_util::future::join_all(rivals).await;
    let heirs: std::collections::BTreeSet<String> =
        refreshed.iter().map(|answer| token(answer, "refreshToken")).collect();
    assert_eq!(heirs.len(), 6, "each has a token of its own");
    clock.advance(Duration::seconds(20));
    let late = other.ask(None, REFRESH, json!({ "token": office.refresh_token })).await;
    let heir = token(&late, "refreshToken");
    let next = app.ask(None, REFRESH, json!({ "token": heir })).await;
    let youngest = token(&next, "refreshToken");

    clock.advance(Duration::milliseconds(1));
    let replays = [&app, &other].map(|process| process.ask(None, REFRESH, json!({ "token": office.refresh_token })));
    for replayed in futures_util::future::join_all(replays).await {
        assert_eq!(
            replayed["data"]["refreshSession"]["userErrors"][0]["code"],
            "INVALID_REFRESH_TOKEN"
        );
    }
    for (heir, process) in heirs.iter().chain([&youngest]).zip([&app, &other].into_iter().cycle()) {
        let answer = process.ask(None, REFRESH, json!({ "token": heir })).await;
        assert_eq!(
            answer["data"]["refreshSession"]["userErrors"][0]["code"], "INVALID_REFRESH_TOKEN",
            "the whole family is out"
        );
    }
    let access = token(&next, "accessToken");
    let ended = app
        .ask(Some(&access), "{ viewer { account { name } } }", json!({}))
        .await;
    assert_eq!(ended["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

async fn an_access_token_lives_ten_minutes(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(at(&clock)).await;
    let office = app.office("head.32.75").await;
    clock.advance(Duration::seconds(599));
    assert!(office.ask("{ viewer { account { name } } }", json!({})).await["errors"].is_null());
    clock.advance(Duration::seconds(1));
    assert_eq!(
        office.ask("{ viewer { account { name } } }", json!({})).await["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    let refreshed = app.ask(None, REFRESH, json!({ "token": office.refresh_token })).await;
    assert!(refreshed["data"]["refreshSession"]["session"]["accessToken"].is_string());
    clock.advance(Duration::days(31));
    let late = app
        .ask(
            None,
            REFRESH,
            json!({ "token": refreshed["data"]["refreshSession"]["session"]["refreshToken"] }),
        )
        .await;
    assert_eq!(
        late["data"]["refreshSession"]["userErrors"][0]["code"],
        "INVALID_REFRESH_TOKEN"
    );
}

async fn signing_out_reaches_the_other_process(app: TestApp) {
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let office = app.office("head.32.75").await;
    let seen = other
        .ask(Some(&office.access_token), "{ viewer { account { name } } }", json!({}))
        .await;
    assert!(seen["errors"].is_null(), "one process signs in, both know: {seen}");
    let document = "mutation { signOut(input: {}) { account { name } userErrors { code } } }";
    assert!(office.data(document, json!({})).await["signOut"]["account"]["name"].is_string());
    let here = office.ask("{ viewer { account { name } } }", json!({})).await;
    assert_eq!(
        here["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
        "at once where it happened"
    );
    // The other process asks the database twice a second; the test asks it to until it has.
    let mut there = seen;
    while there["errors"].is_null() {
        there = other
            .ask(Some(&office.access_token), "{ viewer { account { name } } }", json!({}))
            .await;
    }
    assert_eq!(there["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

async fn a_write_does_not_wait_for_the_news_of_a_sign_out(app: TestApp) {
    let staff = app.office("staff.35.02.18").await;
    let cycle = staff.cycle(super::KECAMATAN).await;
    // Ended in the database by another process, which this one has not heard of.
    let connection = app.services.db.reader();
    let end = "UPDATE session SET ended_at = created_at";
    sea_orm::ConnectionTrait::execute_unprepared(connection, end)
        .await
        .unwrap();
    let refused = staff
        .command("startReport", "report { id }", json!({ "cycle": cycle }))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "UNAUTHENTICATED");
}

async fn signing_out_everywhere_ends_every_device(app: TestApp) {
    let (phone, desk) = (app.office("head.32.75").await, app.office("head.32.75").await);
    let stranger = app.office("head.32.16").await;
    phone
        .data(
            "mutation { signOut(input: {everywhere: true}) { userErrors { code } } }",
            json!({}),
        )
        .await;
    let ended = desk.ask("{ viewer { account { name } } }", json!({})).await;
    assert_eq!(ended["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert!(stranger.ask("{ viewer { account { name } } }", json!({})).await["errors"].is_null());
}

on_both_databases!(
    a_refresh_token_is_spent_by_its_use,
    rivals_with_one_refresh_token_all_go_on_and_a_thief_ends_them,
    an_access_token_lives_ten_minutes,
    signing_out_reaches_the_other_process,
    a_write_does_not_wait_for_the_news_of_a_sign_out,
    signing_out_everywhere_ends_every_device,
);
