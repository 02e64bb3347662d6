//! Passwords and addresses are changed, and whoever is locked out comes back in - without a way in for anybody else.
use std::{collections::BTreeSet, sync::Arc};

use chrono::{Duration, Utc};
use entity::{enums::Function, mail, one_time_code, second_factor};
use jenjang::{
    clock::{Clock, StillClock},
    graphql::id::Kind,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use serde_json::{Value, json};

use super::inviting::code_in;
use crate::{
    on_both_databases,
    support::{
        Office, TestApp,
        app::Variation,
        database::PASSWORD,
        mail::MailSink,
        office::{Refusal, command_document},
        people::Tenure,
        search::occurs_in,
    },
};

const STRONG: &str = "kuda baterai tepat stapler";
const EMAIL: &str = "head.32.75@demo.jenjang.id";
const WHO: &str = "{ viewer { account { email } } }";

async fn id_of(app: &TestApp, name: &str) -> String {
    Kind::Account.id(app.account(name).await.id).to_string()
}

fn refusal(code: &str, field: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        field: field.to_owned(),
    }
}

/// A command of somebody who is not signed in.
async fn unsigned(app: &TestApp, command: &str, selection: &str, input: Value) -> Result<Value, Refusal> {
    let answer = app
        .ask(None, &command_document(command, selection), json!({ "input": input }))
        .await;
    let payload = answer["data"][command].clone();
    let Some(error) = payload["userErrors"].get(0) else {
        assert!(answer["errors"].is_null(), "{answer}");
        return Ok(payload);
    };
    let field = error["field"].as_array().cloned().unwrap_or_default();
    let field: Vec<&str> = field.iter().map(|part| part.as_str().unwrap()).collect();
    Err(refusal(error["code"].as_str().unwrap(), &field.join(".")))
}

async fn resets(app: &TestApp, code: &str, new: &str) -> Result<Value, Refusal> {
    unsigned(
        app,
        "resetPassword",
        "account { email }",
        json!({ "code": code, "newPassword": new }),
    )
    .await
}

async fn asks_for_a_letter(app: &TestApp, email: &str) -> Result<Value, Refusal> {
    unsigned(
        app,
        "requestPasswordReset",
        "request { email }",
        json!({ "email": email }),
    )
    .await
}

/// The next code sent to an address, past letters that only tell of something.
async fn code_sent_to(sink: &MailSink, address: &str) -> String {
    loop {
        let letter = sink.next_letter_to(address).await;
        if letter.body.contains("Kode") {
            return code_in(&letter.body);
        }
    }
}

async fn with_mail(app: TestApp) -> (TestApp, MailSink, StillClock) {
    let sink = MailSink::start().await;
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        mail: Some(sink.settings()),
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    (app.varied(variation).await, sink, clock)
}

async fn a_changed_password_ends_the_other_sessions(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (desk, phone) = (app.office("head.32.75").await, app.office("head.32.75").await);
    let change = async |current: &str, new: &str| {
        let input = json!({ "currentPassword": current, "newPassword": new });
        desk.command("changePassword", "account { email }", input).await
    };
    assert_eq!(
        change("keliru", STRONG).await,
        Err(refusal("INVALID_CREDENTIALS", "currentPassword"))
    );
    assert_eq!(
        change(PASSWORD, "rahasia").await,
        Err(refusal("WEAK_PASSWORD", "newPassword"))
    );
    assert_eq!(
        change(PASSWORD, EMAIL).await,
        Err(refusal("WEAK_PASSWORD", "newPassword"))
    );
    assert!(
        phone.ask(WHO, json!({})).await["errors"].is_null(),
        "what was refused ended nothing"
    );
    change(PASSWORD, STRONG).await.unwrap();
    assert!(desk.ask(WHO, json!({})).await["errors"].is_null());
    assert_eq!(
        phone.ask(WHO, json!({})).await["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    let refresh = "mutation($t: String!) { refreshSession(input: {refreshToken: $t}) { userErrors { code } } }";
    let refreshed = app.ask(None, refresh, json!({ "t": phone.refresh_token })).await;
    assert_eq!(
        refreshed["data"]["refreshSession"]["userErrors"][0]["code"],
        "INVALID_REFRESH_TOKEN"
    );
    assert_eq!(
        app.signs_in(EMAIL, PASSWORD).await.err().as_deref(),
        Some("INVALID_CREDENTIALS")
    );
    app.signs_in(EMAIL, STRONG).await.unwrap();
}

async fn an_address_is_taken_over_by_who_reads_its_letters(app: TestApp) {
    let (app, sink, _clock) = with_mail(app).await;
    let office = app.office("head.32.75").await;
    let ask = async |new: &str, password: &str| {
        let input = json!({ "newEmail": new, "password": password });
        office.command("requestEmailChange", "account { email }", input).await
    };
    let (new, taken) = ("humas@bekasi.contoh.id", "head.32.76@demo.jenjang.id");
    assert_eq!(ask("bukan alamat", PASSWORD).await, Err(refusal("INVALID", "newEmail")));
    assert_eq!(
        ask(new, "keliru").await,
        Err(refusal("INVALID_CREDENTIALS", "password"))
    );

    // An address somebody else has is asked for like one that is free, and its owner is warned.
    let free = ask(new, PASSWORD).await.unwrap();
    let for_free = app.last_statements();
    assert_eq!(ask(taken, PASSWORD).await.unwrap(), free);
    assert_eq!(app.last_statements(), for_free);
    assert!(!sink.next_letter_to(taken).await.body.contains("Kode"));

    let code = code_in(&sink.next_letter_to(new).await.body);
    let confirm = async |office: &Office<'_>| {
        office
            .command("confirmEmailChange", "account { email }", json!({ "code": code }))
            .await
    };
    let other = app.office("head.32.76").await;
    assert_eq!(
        confirm(&other).await,
        Err(refusal("INVALID_CODE", "code")),
        "the code of somebody else"
    );
    assert_eq!(confirm(&office).await.unwrap()["account"]["email"], new);
    assert_eq!(confirm(&office).await, Err(refusal("INVALID_CODE", "code")), "once");
    assert!(
        sink.next_letter_to(EMAIL).await.subject.contains("diganti"),
        "the old address is told"
    );
    assert_eq!(
        app.signs_in(EMAIL, PASSWORD).await.err().as_deref(),
        Some("INVALID_CREDENTIALS")
    );
    app.signs_in(&new.to_uppercase(), PASSWORD).await.unwrap();
}

async fn a_letter_brings_a_new_password_and_tells_nobody_who_has_an_account(app: TestApp) {
    let (app, sink, clock) = with_mail(app).await;
    app.deactivates("head.32.01").await;
    let office = app.office("head.32.75").await;
    let known = asks_for_a_letter(&app, EMAIL).await.unwrap();
    let for_known = app.last_statements();
    for email in ["tidak.ada@demo.jenjang.id", "head.32.01@demo.jenjang.id"] {
        let answer = asks_for_a_letter(&app, email).await.unwrap();
        assert_eq!(answer.to_string().replace(email, EMAIL), known.to_string());
        assert_eq!(app.last_statements(), for_known);
    }
    assert_eq!(
        asks_for_a_letter(&app, "bukan alamat").await,
        Err(refusal("INVALID", "email"))
    );
    let code = code_in(&sink.next_letter_to(EMAIL).await.body);
    assert!(
        sink.waiting().iter().all(|letter| letter.to == EMAIL),
        "nobody else is written to"
    );

    assert_eq!(
        resets(&app, &code, "rahasia").await,
        Err(refusal("WEAK_PASSWORD", "newPassword"))
    );
    assert_eq!(resets(&app, &code, STRONG).await.unwrap()["account"]["email"], EMAIL);
    assert_eq!(
        resets(&app, &code, STRONG).await,
        Err(refusal("INVALID_CODE", "code")),
        "once"
    );
    let ended = office.ask(WHO, json!({})).await;
    assert_eq!(
        ended["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
        "every session ends"
    );
    app.signs_in(EMAIL, STRONG).await.unwrap();

    asks_for_a_letter(&app, EMAIL).await.unwrap();
    let late = code_sent_to(&sink, EMAIL).await;
    clock.advance(Duration::hours(1));
    assert_eq!(
        resets(&app, &late, STRONG).await,
        Err(refusal("INVALID_CODE", "code")),
        "after an hour"
    );
}

async fn without_a_mail_server_that_is_said(app: TestApp) {
    assert_eq!(asks_for_a_letter(&app, EMAIL).await, Err(refusal("UNAVAILABLE", "")));
    assert_eq!(
        asks_for_a_letter(&app, "tidak.ada@demo.jenjang.id").await,
        Err(refusal("UNAVAILABLE", ""))
    );
    let office = app.office("head.32.75").await;
    let input = json!({ "newEmail": "lain@contoh.id", "password": PASSWORD });
    let refused = office.command("requestEmailChange", "account { email }", input).await;
    assert_eq!(refused, Err(refusal("UNAVAILABLE", "")));
}

async fn issue(admin: &Office<'_>, account: &str) -> Result<String, Refusal> {
    let issued = admin
        .command(
            "issueResetCode",
            "resetCode { code account { id } }",
            json!({ "account": account }),
        )
        .await?;
    Ok(issued["resetCode"]["code"].as_str().unwrap().to_owned())
}

async fn an_administrator_helps_those_within_reach_alone(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::default()
    };
    let app = app.varied(variation).await;
    let admin = app.office("admin.32").await;
    let account = id_of(&app, "head.32.75").await;
    let code = issue(&admin, &account).await.unwrap();
    resets(&app, &code, STRONG).await.unwrap();
    app.signs_in(EMAIL, STRONG).await.unwrap();
    let older = issue(&admin, &account).await.unwrap();
    let office = app.signs_in(EMAIL, STRONG).await.unwrap();
    let input = json!({ "currentPassword": STRONG, "newPassword": "payung lumbung kereta senja" });
    office
        .command("changePassword", "account { email }", input)
        .await
        .unwrap();
    assert_eq!(
        resets(&app, &older, STRONG).await,
        Err(refusal("INVALID_CODE", "code")),
        "made for the password before"
    );
    let late = issue(&admin, &account).await.unwrap();
    clock.advance(Duration::hours(24));
    assert_eq!(
        resets(&app, &late, STRONG).await,
        Err(refusal("INVALID_CODE", "code")),
        "after a day"
    );

    // Who also sits where the administrator does not reach is RI's to help.
    let seat = app.makes_seat("18.01", Function::Staff).await;
    app.appoints("head.32.75", seat, Tenure::SETTLED).await;
    app.reload_directory().await;
    let admin = app.office("admin.32").await;
    assert_eq!(issue(&admin, &account).await, Err(refusal("FORBIDDEN", "")));
    issue(&app.office("admin.ri").await, &account).await.unwrap();
    // The own unit's head decides; the own unit's administrator does not reach there.
    let head = id_of(&app, "head.32").await;
    assert_eq!(issue(&admin, &head).await, Err(refusal("FORBIDDEN", "")));
    let stranger = id_of(&app, "head.18").await;
    assert_eq!(issue(&admin, &stranger).await, Err(refusal("NOT_FOUND", "account")));
    app.deactivates("head.32.04").await;
    let closed = id_of(&app, "head.32.04").await;
    assert_eq!(issue(&admin, &closed).await, Err(refusal("WRONG_STATE", "account")));
}

async fn nobody_resets_both_halves_within_a_day(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::default()
    };
    let app = app.varied(variation).await;
    app.employs(&[("second.32", "32", Function::Admin)]).await;
    for name in ["head.32.75", "head.32.76"] {
        let factor = second_factor::Model {
            account_id: app.account(name).await.id,
            secret: None,
            pending_secret: Some(vec![1]),
            confirmed_at: None,
            last_step: 0,
        };
        factor
            .into_active_model()
            .insert(app.services.db.reader())
            .await
            .unwrap();
    }
    let (first, other) = (id_of(&app, "head.32.75").await, id_of(&app, "head.32.76").await);
    let take_off = async |admin: &Office<'_>, account: &str| {
        admin
            .command("resetSecondFactor", "account { id }", json!({ "account": account }))
            .await
            .map(drop)
    };
    let (admin, second) = (app.office("admin.32").await, app.office("second.32").await);
    issue(&admin, &first).await.unwrap();
    assert_eq!(take_off(&admin, &first).await, Err(refusal("TOO_SOON", "account")));
    take_off(&second, &first).await.unwrap();
    assert_eq!(
        take_off(&second, &first).await,
        Err(refusal("WRONG_STATE", "account")),
        "there is none any more"
    );
    assert_eq!(issue(&second, &first).await, Err(refusal("TOO_SOON", "account")));
    take_off(&admin, &other).await.unwrap();
    assert_eq!(issue(&admin, &other).await, Err(refusal("TOO_SOON", "account")));
    clock.advance(Duration::hours(24));
    issue(&app.office("admin.32").await, &other).await.unwrap();
}

/// Gives somebody a second factor that is in force.
async fn is_given_a_second_factor(app: &TestApp, name: &str) {
    let factor = second_factor::Model {
        account_id: app.account(name).await.id,
        secret: Some(vec![1; 20]),
        pending_secret: None,
        confirmed_at: Some(app.services.clock.now()),
        last_step: 0,
    };
    let factor = factor.into_active_model().insert(app.services.db.reader());
    factor.await.unwrap();
}

async fn the_day_between_the_halves_counts_from_the_use_of_a_code(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let app = app.varied(variation).await;
    app.employs(&[("second.32", "32", Function::Admin)]).await;
    is_given_a_second_factor(&app, "head.32.75").await;
    let account = id_of(&app, "head.32.75").await;
    let take_off = async |name: &str| {
        let input = json!({ "account": account });
        let admin = app.office(name).await;
        admin
            .command("resetSecondFactor", "account { id }", input)
            .await
            .map(drop)
    };
    let code = issue(&app.office("admin.32").await, &account).await.unwrap();
    clock.advance(Duration::hours(24) - Duration::minutes(1));
    resets(&app, &code, STRONG).await.unwrap();
    clock.advance(Duration::minutes(1));
    assert_eq!(
        take_off("admin.32").await,
        Err(refusal("TOO_SOON", "account")),
        "a day after it was issued, a minute after its use"
    );
    clock.advance(Duration::hours(24) - Duration::minutes(1));
    take_off("admin.32").await.unwrap();

    // The other way round there is no code any more, nor is one of any use that was issued in the same moment.
    let admin = app.office("admin.32").await;
    assert_eq!(issue(&admin, &account).await, Err(refusal("TOO_SOON", "account")));
    let code = issue(&app.office("second.32").await, &account).await.unwrap();
    let issued_by = async |name: &str| {
        one_time_code::Entity::update_many()
            .col_expr(one_time_code::Column::IssuedBy, Expr::value(app.account(name).await.id))
            .col_expr(one_time_code::Column::IssuedFrom, Expr::value(app.seat_of(name).await))
            .filter(one_time_code::Column::UsedAt.is_null())
            .exec(app.services.db.reader())
            .await
            .unwrap();
    };
    issued_by("admin.32").await;
    let again = "payung lumbung kereta senja";
    assert_eq!(resets(&app, &code, again).await, Err(refusal("INVALID_CODE", "code")));
    issued_by("second.32").await;
    resets(&app, &code, again).await.unwrap();
}

async fn a_code_ends_with_the_right_of_who_issued_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[
        ("second.32", "32", Function::Admin),
        ("third.32", "32", Function::Admin),
        ("fourth.32", "32", Function::Admin),
    ])
    .await;
    let account = id_of(&app, "head.32.75").await;
    let code_of = async |name: &str| issue(&app.office(name).await, &account).await.unwrap();
    let (of_dismissed, of_closed, good) = (
        code_of("second.32").await,
        code_of("third.32").await,
        code_of("fourth.32").await,
    );
    app.dismisses("second.32").await;
    app.deactivates("third.32").await;
    for (code, why) in [
        (&of_dismissed, "who issued it has left the seat"),
        (&of_closed, "the account of who issued it was closed"),
    ] {
        assert_eq!(
            resets(&app, code, STRONG).await,
            Err(refusal("INVALID_CODE", "code")),
            "{why}"
        );
    }
    resets(&app, &good, STRONG).await.unwrap();

    let code = code_of("fourth.32").await;
    let national = issue(&app.office("admin.ri").await, &account).await.unwrap();
    let seat = app.makes_seat("RI", Function::Staff).await;
    app.appoints("head.32.75", seat, Tenure::SETTLED).await;
    let again = "payung lumbung kereta senja";
    assert_eq!(
        resets(&app, &code, again).await,
        Err(refusal("INVALID_CODE", "code")),
        "the person sits above who issued it meanwhile"
    );
    resets(&app, &national, again).await.unwrap();
}

/// Waits until the one letter that waits was tried that often, and is put off.
async fn is_put_off(app: &TestApp, clock: &StillClock, attempts: i32) {
    loop {
        let waiting = mail::Entity::find().one(app.services.db.reader()).await.unwrap();
        let pause = Duration::minutes(1 << (attempts - 1));
        if waiting.is_some_and(|mail| mail.attempts == attempts && mail.next_attempt_at == clock.now() + pause) {
            return;
        }
    }
}

async fn a_letter_that_was_not_taken_is_brought_with_the_same_code(app: TestApp) {
    let (app, sink, clock) = with_mail(app).await;
    let codes = async || {
        let codes = one_time_code::Entity::find().count(app.services.db.reader());
        codes.await.unwrap()
    };
    sink.refuses(true);
    asks_for_a_letter(&app, EMAIL).await.unwrap();
    for attempt in 1..=5 {
        sink.has_refused(attempt).await;
        is_put_off(&app, &clock, attempt.try_into().unwrap()).await;
        if attempt == 5 {
            sink.refuses(false);
        }
        clock.advance(Duration::minutes(1 << (attempt - 1)));
    }
    let code = code_in(&sink.next_letter_to(EMAIL).await.body);
    assert_eq!(codes().await, 1, "every attempt brought the same");
    resets(&app, &code, STRONG).await.unwrap();

    let told = sink.next_letter_to(EMAIL).await;
    assert_eq!(told.subject, "Jenjang: Kata sandi Anda diatur ulang.");

    // What is of no use any more is not brought: the code is good for an hour.
    while mail::Entity::find().count(app.services.db.reader()).await.unwrap() > 0 {}
    sink.refuses(true);
    asks_for_a_letter(&app, EMAIL).await.unwrap();
    sink.has_refused(6).await;
    is_put_off(&app, &clock, 1).await;
    sink.refuses(false);
    clock.advance(Duration::hours(1));
    while mail::Entity::find().count(app.services.db.reader()).await.unwrap() > 0 {}
    assert!(sink.waiting().is_empty(), "{:?}", sink.waiting());
}

async fn three_codes_an_hour_are_sent_beside_those_of_administrators(app: TestApp) {
    let (app, sink, clock) = with_mail(app).await;
    let account = id_of(&app, "head.32.75").await;
    let admin = app.office("admin.32").await;
    for _code in 0..3 {
        issue(&admin, &account).await.unwrap();
    }
    let sent = async || {
        while mail::Entity::find().count(app.services.db.reader()).await.unwrap() > 0 {}
        let letters = sink.waiting();
        let with_codes = letters
            .iter()
            .filter(|letter| letter.to == EMAIL && letter.subject == "Kata sandi baru");
        with_codes.count()
    };
    for asked in 1..=4 {
        asks_for_a_letter(&app, EMAIL).await.unwrap();
        assert_eq!(sent().await, asked.min(3), "asked for {asked}");
    }
    clock.advance(Duration::hours(1));
    asks_for_a_letter(&app, EMAIL).await.unwrap();
    assert_eq!(sent().await, 4, "an hour later");
}

async fn who_is_helped_and_the_tier_above_are_told(app: TestApp) {
    let (app, sink, _clock) = with_mail(app).await;
    app.employs(&[("second.32", "32", Function::Admin)]).await;
    let person = app.office("head.32.75").await;
    is_given_a_second_factor(&app, "head.32.75").await;
    let input = json!({ "account": id_of(&app, "head.32.75").await });
    let (admin, second, national) = (
        app.office("admin.32").await,
        app.office("second.32").await,
        app.office("admin.ri").await,
    );
    let are_told = async |person: &Office<'_>, kind: &str, words: &str| {
        for (office, email, whom) in [
            (person, EMAIL, "Anda"),
            (&national, "admin.ri@demo.jenjang.id", "seseorang"),
        ] {
            let letter = sink.next_letter_to(email).await;
            assert_eq!(letter.subject, format!("Jenjang: Seorang admin {words} {whom}."));
            let notices = "{ viewer { notices(first: 1) { nodes { kind account { email } } } } }";
            let told = office.data(notices, json!({})).await;
            assert_eq!(
                told["viewer"]["notices"]["nodes"],
                json!([{ "kind": kind, "account": { "email": EMAIL } }]),
                "{email}"
            );
        }
    };
    admin
        .command("issueResetCode", "resetCode { expiresAt }", input.clone())
        .await
        .unwrap();
    let words = "menerbitkan kode untuk mengatur ulang kata sandi";
    are_told(&person, "RESET_CODE_ISSUED", words).await;

    second
        .command("resetSecondFactor", "account { id }", input)
        .await
        .unwrap();
    let ended = person.ask(WHO, json!({})).await;
    assert_eq!(ended["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    // The password alone is asked for again.
    let person = app.office("head.32.75").await;
    are_told(&person, "SECOND_FACTOR_RESET", "menghapus faktor kedua").await;
    assert!(sink.waiting().is_empty(), "nobody else is told: {:?}", sink.waiting());
}

async fn sessions_are_seen_and_ended_one_by_one(app: TestApp) {
    let (desk, phone, third) = (
        app.office("head.32.75").await,
        app.office("head.32.75").await,
        app.office("head.32.75").await,
    );
    let list = "{ viewer { sessions { totalCount nodes { id current address lastAddress deviceName } } } }";
    let seen = desk.data(list, json!({})).await;
    let sessions = seen["viewer"]["sessions"]["nodes"].as_array().unwrap().clone();
    assert_eq!(seen["viewer"]["sessions"]["totalCount"], 3);
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    assert!(sessions.iter().all(|session| session["address"] == "127.0.0.1"));
    let on_phone = phone.data(list, json!({})).await;
    let of_phone = on_phone["viewer"]["sessions"]["nodes"].as_array().unwrap().iter();
    let id = of_phone.clone().find(|session| session["current"] == true).unwrap()["id"].clone();

    let stranger = app.office("head.32.76").await;
    for (office, id) in [
        (&stranger, id.as_str().unwrap()),
        (&desk, &app.absent(Kind::AccountSession)),
    ] {
        let refused = office
            .command("revokeSession", "account { id }", json!({ "session": id }))
            .await;
        assert_eq!(refused, Err(refusal("NOT_FOUND", "session")));
    }
    desk.command("revokeSession", "account { id }", json!({ "session": id }))
        .await
        .unwrap();
    assert_eq!(
        phone.ask(WHO, json!({})).await["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    assert!(third.ask(WHO, json!({})).await["errors"].is_null());
    desk.command("revokeAllSessions", "account { id }", json!({}))
        .await
        .unwrap();
    assert_eq!(
        third.ask(WHO, json!({})).await["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    let left = desk.data(list, json!({})).await;
    assert_eq!(left["viewer"]["sessions"]["totalCount"], 1);
    desk.command("revokeAllSessions", "account { id }", json!({ "exceptCurrent": false }))
        .await
        .unwrap();
    assert_eq!(
        desk.ask(WHO, json!({})).await["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    assert!(stranger.ask(WHO, json!({})).await["errors"].is_null());
}

async fn no_row_holds_a_code_or_a_password(app: TestApp) {
    let admin = app.office("admin.32").await;
    let input = json!({ "account": id_of(&app, "head.32.75").await });
    let issue = async || {
        let key = Some("kunci-pemulihan");
        admin
            .command_with_key("issueResetCode", "resetCode { code }", input.clone(), key)
            .await
            .unwrap()
    };
    let first = issue().await;
    assert_eq!(issue().await, first, "a repetition is told the same code");
    let code = first["resetCode"]["code"].as_str().unwrap().to_lowercase();
    for secret in [&code, &code.replace('-', ""), PASSWORD] {
        assert_eq!(occurs_in(&app, secret).await, BTreeSet::new());
    }
    let there = occurs_in(&app, EMAIL).await;
    assert!(
        there.contains("account.email"),
        "the search finds what is there: {there:?}"
    );
}

on_both_databases!(
    a_changed_password_ends_the_other_sessions,
    an_address_is_taken_over_by_who_reads_its_letters,
    a_letter_brings_a_new_password_and_tells_nobody_who_has_an_account,
    without_a_mail_server_that_is_said,
    an_administrator_helps_those_within_reach_alone,
    nobody_resets_both_halves_within_a_day,
    the_day_between_the_halves_counts_from_the_use_of_a_code,
    a_code_ends_with_the_right_of_who_issued_it,
    a_letter_that_was_not_taken_is_brought_with_the_same_code,
    three_codes_an_hour_are_sent_beside_those_of_administrators,
    who_is_helped_and_the_tier_above_are_told,
    sessions_are_seen_and_ended_one_by_one,
    no_row_holds_a_code_or_a_password,
);
