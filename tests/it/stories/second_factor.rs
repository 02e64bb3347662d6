//! The second factor: set up, asked for, used once, lost, replaced and done away with.
use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use chrono::{Duration, Utc};
use entity::enums::Function;
use entity::{administrative_act, enums::ActKind, idempotency_record, recovery_code, second_factor};
use jenjang::{clock::StillClock, config::Config, graphql::id::Kind};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use crate::{
    on_both_databases,
    support::{
        Office, TestApp,
        app::{Answer, Variation},
        database::PASSWORD,
        office::command_document,
    },
};

/// A server on a clock of the test's, reached from a new address at every sign-in: what is counted here is codes.
struct Scene {
    app: TestApp,
    clock: StillClock,
    addresses: Cell<u8>,
}

fn varied(clock: &StillClock, configure: fn(Config) -> Config) -> Variation {
    Variation {
        clock: Arc::new(clock.clone()),
        configure,
        ..Variation::default()
    }
}

fn behind_a_proxy(config: Config) -> Config {
    Config {
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..config
    }
}

fn asking_administrators(config: Config) -> Config {
    Config {
        second_factor_for: vec![Function::Admin],
        ..behind_a_proxy(config)
    }
}

impl Scene {
    async fn set(app: TestApp, configure: fn(Config) -> Config) -> Self {
        let clock = StillClock::at(Utc::now());
        Self {
            app: app.varied(varied(&clock, configure)).await,
            clock,
            addresses: Cell::new(0),
        }
    }

    async fn restarted(self, configure: fn(Config) -> Config) -> Self {
        Self {
            app: self.app.varied(varied(&self.clock, configure)).await,
            ..self
        }
    }

    /// The next time step: codes are used once.
    fn half_a_minute_later(&self) {
        self.clock.advance(Duration::seconds(30));
    }

    async fn post(&self, document: &str, input: Value) -> Answer {
        self.addresses.set(self.addresses.get() + 1);
        let from = format!("36.66.1.{}", self.addresses.get());
        let body = json!({ "query": document, "variables": { "input": input } });
        self.app.post(&[("x-forwarded-for", from)], body).await
    }

    async fn tries(&self, name: &str, password: &str, code: Option<&str>) -> Answer {
        let input = json!({ "email": format!("{name}@demo.jenjang.id"), "password": password, "oneTimeCode": code });
        self.post(
            &command_document("signIn", "session { accessToken refreshToken }"),
            input,
        )
        .await
    }

    /// What came of signing in: `in`, or the code of the refusal and the field it is about.
    async fn signs_in(&self, name: &str, code: Option<&str>) -> String {
        told(&self.tries(name, PASSWORD, code).await.json(), "signIn", "session")
    }

    /// Somebody who has signed in with a code.
    async fn office(&self, name: &str, code: &str) -> Office<'_> {
        let answer = self.tries(name, PASSWORD, Some(code)).await.json();
        let session = &answer["data"]["signIn"]["session"];
        let token = |field: &str| session[field].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        Office {
            app: &self.app,
            name: name.to_owned(),
            access_token: token("accessToken"),
            refresh_token: token("refreshToken"),
        }
    }

    /// Sets an app up for somebody who is signed in; the step of the code is spent.
    async fn enrols(&self, office: &Office<'_>) -> (Authenticator<'_>, Vec<String>) {
        let app = self.begins(office, json!({})).await;
        let confirmed = office
            .command("confirmTotp", "recoveryCodes", json!({ "code": app.code() }))
            .await;
        (app, codes(&confirmed.unwrap()))
    }

    async fn begins(&self, office: &Office<'_>, mut input: Value) -> Authenticator<'_> {
        input["password"] = json!(PASSWORD);
        let begun = office.command("enrolTotp", "enrolment { secret uri }", input).await;
        self.authenticator(&begun.unwrap()["enrolment"])
    }

    fn authenticator(&self, enrolment: &Value) -> Authenticator<'_> {
        let text = enrolment["secret"].as_str().unwrap();
        let secret = Secret::try_from_base32(text).unwrap();
        let by_uri = Totp::from_url(enrolment["uri"].as_str().unwrap()).unwrap();
        assert_eq!(by_uri.secret().to_base32(), text);
        assert_eq!(by_uri.issuer(), Some("Jenjang"));
        assert_eq!(text.len(), 32, "160 bits");
        Authenticator {
            scene: self,
            secret: text.to_owned(),
            totp: Builder::new().with_secret(secret).build().unwrap(),
        }
    }

    async fn state(&self, office: &Office<'_>) -> Value {
        let document = "{ viewer { secondFactor { confirmedAt recoveryCodesLeft required } } }";
        office.data(document, json!({})).await["viewer"]["secondFactor"].clone()
    }

    async fn acts(&self, name: &str) -> Vec<ActKind> {
        let account = self.app.account(name).await.id;
        let acts = administrative_act::Entity::find()
            .filter(administrative_act::Column::AccountId.eq(account))
            .all(self.app.services.db.reader())
            .await
            .unwrap();
        acts.into_iter().map(|act| act.kind).collect()
    }
}

/// The app on somebody's phone.
struct Authenticator<'a> {
    scene: &'a Scene,
    secret: String,
    totp: Totp,
}

impl Authenticator<'_> {
    fn code(&self) -> String {
        self.code_of(0)
    }

    /// The code of a step before or after the present one.
    fn code_of(&self, steps: i64) -> String {
        let now = jenjang::clock::Clock::now(&self.scene.clock).timestamp();
        self.totp.generate((now + steps * 30).try_into().unwrap()).to_string()
    }

    /// Six digits that are no code for a while.
    fn wrong(&self) -> String {
        let near: Vec<String> = (-3..=3).map(|steps| self.code_of(steps)).collect();
        let candidates = (0..10).map(|number| format!("{number:06}"));
        let mut wrong = candidates.filter(|candidate| !near.contains(candidate));
        wrong.next().unwrap()
    }
}

fn codes(payload: &Value) -> Vec<String> {
    let codes = payload["recoveryCodes"].as_array().unwrap();
    codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

fn told(answer: &Value, field: &str, object: &str) -> String {
    let payload = &answer["data"][field];
    if !payload[object].is_null() {
        return "in".to_owned();
    }
    if let Some(code) = answer["errors"][0]["extensions"]["code"].as_str() {
        return code.to_owned();
    }
    let error = &payload["userErrors"][0];
    let path = error["field"].as_array().into_iter().flatten();
    let path: Vec<&str> = path.map(|part| part.as_str().unwrap()).collect();
    [&[error["code"].as_str().unwrap()], path.as_slice()].concat().join(" ")
}

async fn is_out(office: &Office<'_>) -> bool {
    let answer = office.ask("{ viewer { account { name } } }", json!({})).await;
    answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
}

async fn a_sign_in_asks_for_the_code_once_it_is_confirmed(app: TestApp) {
    let scene = Scene::set(app, behind_a_proxy).await;
    let (phone, desk) = (
        scene.app.office("head.32.75").await,
        scene.app.office("head.32.75").await,
    );
    let app = scene.begins(&phone, json!({})).await;
    assert_eq!(
        scene.signs_in("head.32.75", None).await,
        "in",
        "not in force before it is confirmed"
    );
    assert!(scene.state(&phone).await["confirmedAt"].is_null());

    let refused = phone
        .command("confirmTotp", "recoveryCodes", json!({ "code": app.wrong() }))
        .await;
    assert_eq!(refused.unwrap_err().code, "INVALID_SECOND_FACTOR");
    assert_eq!(scene.signs_in("head.32.75", None).await, "in");

    let confirmed = phone
        .command("confirmTotp", "recoveryCodes", json!({ "code": app.code() }))
        .await;
    assert_eq!(codes(&confirmed.unwrap()).len(), 10);
    let state = scene.state(&phone).await;
    assert_eq!(
        (state["recoveryCodesLeft"].as_i64(), state["required"].as_bool()),
        (Some(10), Some(false))
    );
    assert!(state["confirmedAt"].is_string());
    assert!(is_out(&desk).await && !is_out(&phone).await, "the other sessions end");
    assert_eq!(scene.acts("head.32.75").await, [ActKind::SecondFactorEnrolled]);

    assert_eq!(
        scene.signs_in("head.32.75", None).await,
        "SECOND_FACTOR_REQUIRED oneTimeCode"
    );
    assert_eq!(
        scene.signs_in("head.32.75", Some("  ")).await,
        "SECOND_FACTOR_REQUIRED oneTimeCode"
    );
    let wrong = "INVALID_SECOND_FACTOR oneTimeCode";
    for code in [
        app.wrong().as_str(),
        "12345",
        "1234567",
        "ABCDE-ABCDE-ABCDE-ABCDE-ABCDE",
        "é",
        "+12345",
    ] {
        assert_eq!(scene.signs_in("head.32.75", Some(code)).await, wrong, "{code}");
    }
    assert_eq!(
        scene.signs_in("head.32.75", Some(&app.code())).await,
        wrong,
        "it was used to confirm"
    );
    let with_wrong_password = scene.tries("head.32.75", "keliru", Some(&app.code_of(1))).await.json();
    assert_eq!(told(&with_wrong_password, "signIn", "session"), "INVALID_CREDENTIALS");

    scene.half_a_minute_later();
    let code = app.code();
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    assert_eq!(scene.signs_in("head.32.75", Some(&spaced)).await, "in");
    assert_eq!(
        scene.signs_in("head.32.75", Some(&code)).await,
        wrong,
        "a code counts once"
    );
    assert_eq!(
        scene.signs_in("head.32.16", Some("000000")).await,
        "in",
        "who has none is not asked"
    );
}

async fn a_clock_may_be_half_a_minute_wrong(app: TestApp) {
    let scene = Scene::set(app, behind_a_proxy).await;
    let office = scene.app.office("head.32.75").await;
    let (app, _codes) = scene.enrols(&office).await;
    scene.clock.advance(Duration::minutes(5));
    let wrong = "INVALID_SECOND_FACTOR oneTimeCode";
    for (steps, expected) in [
        (-2, wrong),
        (2, wrong),
        (-1, "in"),
        (-1, wrong),
        (1, "in"),
        (0, wrong),
        (1, wrong),
    ] {
        let code = app.code_of(steps);
        assert_eq!(scene.signs_in("head.32.75", Some(&code)).await, expected, "{steps}");
    }
    scene.half_a_minute_later();
    assert_eq!(
        scene.signs_in("head.32.75", Some(&app.code())).await,
        wrong,
        "used ahead of time"
    );
    scene.half_a_minute_later();
    assert_eq!(scene.signs_in("head.32.75", Some(&app.code())).await, "in");
}

async fn of_rivals_with_one_code_one_is_let_in(app: TestApp) {
    let scene = Scene::set(app, behind_a_proxy).await;
    let office = scene.app.office("head.32.75").await;
    let (app, codes) = scene.enrols(&office).await;
    scene.half_a_minute_later();
    for code in [app.code(), codes[0].clone()] {
        let rivals = (0..4).map(|_rival| scene.signs_in("head.32.75", Some(&code)));
        let told = futures_util::future::join_all(rivals).await;
        assert_eq!(told.iter().filter(|told| *told == "in").count(), 1, "{told:?}");
    }
}

async fn a_recovery_code_opens_once(app: TestApp) {
    let scene = Scene::set(app, behind_a_proxy).await;
    let office = scene.app.office("head.32.75").await;
    let (app, codes) = scene.enrols(&office).await;
    assert!(
        codes
            .iter()
            .all(|code| code.len() == 29 && !code.contains(['I', 'L', 'O', 'U'])),
        "{codes:?}"
    );
    assert_eq!(scene.signs_in("head.32.75", Some(&codes[0])).await, "in");
    let wrong = "INVALID_SECOND_FACTOR oneTimeCode";
    assert_eq!(scene.signs_in("head.32.75", Some(&codes[0])).await, wrong);
    let as_typed = codes[1].to_lowercase().replace('-', " ");
    assert_eq!(scene.signs_in("head.32.75", Some(&as_typed)).await, "in");
    assert_eq!(scene.state(&office).await["recoveryCodesLeft"], 8);

    let other = scene.app.office("head.32.16").await;
    let (_app, _codes) = scene.enrols(&other).await;
    assert_eq!(scene.signs_in("head.32.16", Some(&codes[2])).await, wrong, "another's");

    scene.half_a_minute_later();
    let renewed = office
        .command(
            "regenerateRecoveryCodes",
            "recoveryCodes",
            json!({ "code": app.code() }),
        )
        .await;
    let renewed = self::codes(&renewed.unwrap());
    assert_eq!(scene.state(&office).await["recoveryCodesLeft"], 10);
    assert_eq!(
        scene.signs_in("head.32.75", Some(&codes[3])).await,
        wrong,
        "worth nothing any more"
    );
    assert_eq!(scene.signs_in("head.32.75", Some(&renewed[0])).await, "in");
    assert_eq!(
        scene.acts("head.32.75").await,
        [ActKind::SecondFactorEnrolled, ActKind::RecoveryCodesRegenerated]
    );
    let again = office
        .command(
            "regenerateRecoveryCodes",
            "recoveryCodes",
            json!({ "code": app.code() }),
        )
        .await;
    assert_eq!(again.unwrap_err().code, "INVALID_SECOND_FACTOR");
}

async fn a_seat_can_force_it(app: TestApp) {
    let scene = Scene::set(app, asking_administrators).await;
    assert_eq!(
        scene.signs_in("admin.32", None).await,
        "SECOND_FACTOR_ENROLMENT_REQUIRED"
    );
    assert_eq!(
        scene.signs_in("admin.32", Some("123456")).await,
        "SECOND_FACTOR_ENROLMENT_REQUIRED"
    );
    assert_eq!(scene.signs_in("head.32", None).await, "in");

    let credentials =
        |name: &str, password: &str| json!({ "email": format!("{name}@demo.jenjang.id"), "password": password });
    let enrol = command_document("enrolTotp", "enrolment { secret uri }");
    let confirm = command_document("confirmTotp", "recoveryCodes");
    let early = json!({ "credentials": credentials("admin.32", PASSWORD), "code": "123456" });
    let early = scene.post(&confirm, early).await.json();
    assert_eq!(told(&early, "confirmTotp", "recoveryCodes"), "WRONG_STATE");
    let begun = json!({ "credentials": credentials("admin.32", PASSWORD) });
    let begun = scene.post(&enrol, begun).await.json();
    let app = scene.authenticator(&begun["data"]["enrolTotp"]["enrolment"]);
    assert_eq!(
        scene.signs_in("admin.32", Some(&app.code())).await,
        "SECOND_FACTOR_ENROLMENT_REQUIRED"
    );
    let confirmed = json!({ "credentials": credentials("admin.32", PASSWORD), "code": app.code() });
    let confirmed = scene.post(&confirm, confirmed).await.json();
    assert_eq!(codes(&confirmed["data"]["confirmTotp"]).len(), 10);

    scene.half_a_minute_later();
    let office = scene.office("admin.32", &app.code()).await;
    assert_eq!(scene.state(&office).await["required"], true);
    let disabled = json!({ "password": PASSWORD, "code": app.code_of(1) });
    let refused = office
        .command("disableTotp", "secondFactor { required }", disabled)
        .await;
    assert_eq!(refused.unwrap_err().code, "FORBIDDEN");
    assert_eq!(
        scene.signs_in("admin.32", None).await,
        "SECOND_FACTOR_REQUIRED oneTimeCode"
    );
}

async fn enrolling_does_not_tell_who_has_an_account(app: TestApp) {
    let scene = Scene::set(app, asking_administrators).await;
    let office = scene.app.office("head.32.75").await;
    scene.enrols(&office).await;
    for (command, selection) in [("enrolTotp", "enrolment { secret }"), ("confirmTotp", "recoveryCodes")] {
        let mut answers = Vec::new();
        for name in ["admin.32", "head.32", "head.32.75", "nobody.99"] {
            let credentials = json!({ "email": format!("{name}@demo.jenjang.id"), "password": "keliru" });
            let mut input = json!({ "credentials": credentials });
            if command == "confirmTotp" {
                input["code"] = json!("123456");
            }
            let answer = scene.post(&command_document(command, selection), input).await;
            assert_eq!(
                told(&answer.json(), command, "none"),
                "INVALID_CREDENTIALS credentials",
                "{name}"
            );
            answers.push((answer.status, answer.bytes, scene.app.last_statements()));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    }
}

async fn guesses_of_a_password_at_enrolment_are_throttled_like_sign_ins(app: TestApp) {
    let scene = Scene::set(app, behind_a_proxy).await;
    let document = command_document("enrolTotp", "enrolment { secret }");
    let credentials = json!({ "email": "head.32.75@demo.jenjang.id", "password": "keliru" });
    let guess = || async {
        let body = json!({ "query": document, "variables": { "input": { "credentials": credentials } } });
        scene
            .app
            .post(&[("x-forwarded-for", "203.0.113.9".to_owned())], body)
            .await
    };
    for _guess in 0..5 {
        assert_eq!(guess().await.status, 200);
    }
    assert_eq!(guess().await.code(), "RATE_LIMITED");
    let input = json!({ "email": "head.32.75@demo.jenjang.id", "password": PASSWORD });
    let body =
        json!({ "query": command_document("signIn", "session { accessToken }"), "variables": { "input": input } });
    let sign_in = scene
        .app
        .post(&[("x-forwarded-for", "203.0.113.9".to_owned())], body)
        .await;
    assert_eq!(sign_in.code(), "RATE_LIMITED", "they are counted together");
}

async fn a_password_alone_never_replaces_it(app: TestApp) {
    let scene = Scene::set(app, behind_a_proxy).await;
    let office = scene.app.office("head.32.75").await;
    // Nor does a session that was left open set one up.
    for (input, code) in [
        (json!({}), "REQUIRED"),
        (json!({ "password": "keliru" }), "INVALID_CREDENTIALS"),
    ] {
        let refused = office
            .command("enrolTotp", "enrolment { secret }", input)
            .await
            .unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), (code, "password"));
    }
    let (old, _codes) = scene.enrols(&office).await;
    let credentials = json!({ "email": "head.32.75@demo.jenjang.id", "password": PASSWORD });
    let document = command_document("enrolTotp", "enrolment { secret uri }");
    scene.half_a_minute_later();
    for (code, expected) in [
        (json!(null), "SECOND_FACTOR_REQUIRED code"),
        (json!(old.wrong()), "INVALID_SECOND_FACTOR code"),
    ] {
        let by_password = json!({ "credentials": credentials, "code": code });
        let refused = scene.post(&document, by_password).await.json();
        assert_eq!(told(&refused, "enrolTotp", "enrolment"), expected);
        let by_session = office
            .command("enrolTotp", "enrolment { secret }", json!({ "code": code }))
            .await;
        assert_eq!(by_session.unwrap_err().code, expected.split(' ').next().unwrap());
    }
    let new = scene.begins(&office, json!({ "code": old.code() })).await;
    assert_ne!(old.secret, new.secret);
    scene.half_a_minute_later();
    assert_eq!(
        scene.signs_in("head.32.75", Some(&old.code())).await,
        "in",
        "the old one, until the new is confirmed"
    );
    let confirmed = office
        .command("confirmTotp", "recoveryCodes", json!({ "code": new.code() }))
        .await;
    assert!(confirmed.is_ok());
    scene.half_a_minute_later();
    assert_eq!(
        scene.signs_in("head.32.75", Some(&old.code())).await,
        "INVALID_SECOND_FACTOR oneTimeCode"
    );
    assert_eq!(scene.signs_in("head.32.75", Some(&new.code())).await, "in");
}

fn asking_heads(config: Config) -> Config {
    Config {
        second_factor_for: vec![Function::Head],
        ..behind_a_proxy(config)
    }
}

async fn one_that_is_taken_off_is_replaced_by_another(app: TestApp) {
    let scene = Scene::set(app, asking_heads).await;
    let credentials = json!({ "email": "head.32.75@demo.jenjang.id", "password": PASSWORD });
    let enrols = async || {
        let enrol = command_document("enrolTotp", "enrolment { secret uri }");
        let begun = scene.post(&enrol, json!({ "credentials": credentials })).await.json();
        let app = scene.authenticator(&begun["data"]["enrolTotp"]["enrolment"]);
        let confirm = json!({ "credentials": credentials, "code": app.code() });
        let document = command_document("confirmTotp", "recoveryCodes");
        let confirmed = scene.post(&document, confirm).await.json();
        (app, codes(&confirmed["data"]["confirmTotp"]))
    };
    let (old, old_codes) = enrols().await;
    scene.half_a_minute_later();
    let person = scene.office("head.32.75", &old.code()).await;
    let account = Kind::Account.id(scene.app.account("head.32.75").await.id).to_string();
    let admin = scene.app.office("admin.32").await;
    let take_off = async || {
        let input = json!({ "account": account });
        admin.command("resetSecondFactor", "account { id }", input).await
    };
    take_off().await.unwrap();
    assert_eq!(take_off().await.unwrap_err().code, "WRONG_STATE");
    assert!(is_out(&person).await, "its sessions end");

    scene.half_a_minute_later();
    for code in [None, Some(old.code()), Some(old_codes[0].clone())] {
        let told = scene.signs_in("head.32.75", code.as_deref()).await;
        assert_eq!(told, "SECOND_FACTOR_ENROLMENT_REQUIRED", "{code:?}");
    }
    let (new, new_codes) = enrols().await;
    assert_ne!(old.secret, new.secret);
    scene.half_a_minute_later();
    for code in [&old.code(), &old_codes[0]] {
        let told = scene.signs_in("head.32.75", Some(code)).await;
        assert_eq!(told, "INVALID_SECOND_FACTOR oneTimeCode", "{code}");
    }
    for code in [&new.code(), &new_codes[0]] {
        assert_eq!(scene.signs_in("head.32.75", Some(code)).await, "in", "{code}");
    }
    assert_eq!(
        scene.acts("head.32.75").await,
        [
            ActKind::SecondFactorEnrolled,
            ActKind::SecondFactorReset,
            ActKind::SecondFactorEnrolled
        ]
    );
}

async fn ten_wrong_codes_an_hour_are_let_in(app: TestApp) {
    let scene = Scene::set(app, behind_a_proxy).await;
    let office = scene.app.office("head.32.75").await;
    let secret = RefCell::new(String::new());
    let app = scene.enrols(&office).await.0;
    secret.replace(app.secret.clone());
    for _right in 0..12 {
        scene.half_a_minute_later();
        assert_eq!(
            scene.signs_in("head.32.75", Some(&app.code())).await,
            "in",
            "right ones are not counted"
        );
    }
    for _guess in 0..10 {
        let told = scene.signs_in("head.32.75", Some(&app.wrong())).await;
        assert_eq!(told, "INVALID_SECOND_FACTOR oneTimeCode");
    }
    scene.half_a_minute_later();
    let (code, wrong) = (app.code(), app.wrong());
    let refused = scene.tries("head.32.75", PASSWORD, Some(&code)).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "RATE_LIMITED"));
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() > 60);
    let totp = app.totp.clone();
    let scene = scene.restarted(behind_a_proxy).await;
    assert_eq!(
        scene.signs_in("head.32.75", Some(&wrong)).await,
        "RATE_LIMITED",
        "it outlives a restart"
    );
    // Who does not know the password cannot use them up.
    let stranger = scene.tries("head.32.16", "keliru", Some(&wrong)).await.json();
    assert_eq!(told(&stranger, "signIn", "session"), "INVALID_CREDENTIALS");
    scene.clock.advance(Duration::minutes(6));
    let app = Authenticator {
        scene: &scene,
        secret: secret.into_inner(),
        totp,
    };
    assert_eq!(
        scene.signs_in("head.32.75", Some(&app.code())).await,
        "in",
        "one is free again"
    );
}

async fn it_is_done_away_with_by_password_and_code(app: TestApp) {
    // It gives the password more often than a person may.
    let unthrottled = |config| Config {
        throttle: None,
        ..behind_a_proxy(config)
    };
    let scene = Scene::set(app, unthrottled).await;
    let office = scene.app.office("head.32.75").await;
    let selection = "secondFactor { confirmedAt recoveryCodesLeft }";
    let disable = |password: &str, code: &str| json!({ "password": password, "code": code });
    let none = office
        .command("disableTotp", selection, disable(PASSWORD, "123456"))
        .await;
    assert_eq!(none.unwrap_err().code, "WRONG_STATE");
    let none = office
        .command("regenerateRecoveryCodes", "recoveryCodes", json!({ "code": "123456" }))
        .await;
    assert_eq!(none.unwrap_err().code, "WRONG_STATE");
    let (app, codes) = scene.enrols(&office).await;
    scene.half_a_minute_later();
    let desk = scene.office("head.32.75", &app.code()).await;
    scene.half_a_minute_later();

    let refused = office
        .command("disableTotp", selection, disable("keliru", &app.code()))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("INVALID_CREDENTIALS", "password")
    );
    let refused = office
        .command("disableTotp", selection, disable(PASSWORD, &app.wrong()))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("INVALID_SECOND_FACTOR", "code")
    );
    assert_eq!(
        scene.signs_in("head.32.75", None).await,
        "SECOND_FACTOR_REQUIRED oneTimeCode"
    );

    let done = office
        .command("disableTotp", selection, disable(PASSWORD, &app.code()))
        .await
        .unwrap();
    assert_eq!(
        done["secondFactor"],
        json!({ "confirmedAt": null, "recoveryCodesLeft": 0 })
    );
    assert!(is_out(&desk).await && !is_out(&office).await, "the other sessions end");
    assert_eq!(
        scene.acts("head.32.75").await,
        [ActKind::SecondFactorEnrolled, ActKind::SecondFactorDisabled]
    );
    assert_eq!(scene.signs_in("head.32.75", None).await, "in");
    let (_again, _codes) = scene.enrols(&office).await;
    assert_eq!(
        scene.signs_in("head.32.75", Some(&codes[0])).await,
        "INVALID_SECOND_FACTOR oneTimeCode"
    );
}

async fn what_was_shown_once_is_kept_nowhere_readable(app: TestApp) {
    let scene = Scene::set(app, behind_a_proxy).await;
    let office = scene.app.office("head.32.75").await;
    let app = scene.begins(&office, json!({})).await;
    let rows = async || {
        let connection = scene.app.services.db.reader();
        let factors = second_factor::Entity::find().all(connection).await.unwrap();
        let hashes = recovery_code::Entity::find().all(connection).await.unwrap();
        let outcomes = idempotency_record::Entity::find().all(connection).await.unwrap();
        let mut bytes: Vec<Vec<u8>> = factors
            .into_iter()
            .flat_map(|row| [row.secret, row.pending_secret])
            .flatten()
            .collect();
        bytes.extend(hashes.into_iter().map(|row| row.code_hash));
        bytes.extend(outcomes.into_iter().map(|row| format!("{row:?}").into_bytes()));
        bytes
    };
    let input = json!({ "code": app.code() });
    let confirm = async |key: &str| {
        let confirmed = office
            .command_with_key("confirmTotp", "recoveryCodes", input.clone(), Some(key))
            .await;
        codes(&confirmed.unwrap())
    };
    let before = rows().await;
    let codes = confirm("pasang-1").await;
    assert_eq!(confirm("pasang-1").await, codes, "a lost answer is told again");
    let raw = Secret::try_from_base32(&app.secret).unwrap();
    let mut secrets: Vec<Vec<u8>> = vec![raw.as_ref().to_vec(), app.secret.clone().into_bytes()];
    for code in &codes {
        secrets.push(code.clone().into_bytes());
        secrets.push(code.replace('-', "").into_bytes());
    }
    let after = rows().await;
    assert_eq!(
        (before.len(), after.len()),
        (1, 12),
        "one secret, ten hashes, one outcome"
    );
    for row in before.iter().chain(&after) {
        for secret in &secrets {
            let found = row.windows(secret.len()).any(|window| window == secret.as_slice());
            assert!(!found, "{}", String::from_utf8_lossy(row));
        }
    }
}

on_both_databases!(
    a_sign_in_asks_for_the_code_once_it_is_confirmed,
    a_clock_may_be_half_a_minute_wrong,
    of_rivals_with_one_code_one_is_let_in,
    a_recovery_code_opens_once,
    a_seat_can_force_it,
    enrolling_does_not_tell_who_has_an_account,
    guesses_of_a_password_at_enrolment_are_throttled_like_sign_ins,
    a_password_alone_never_replaces_it,
    one_that_is_taken_off_is_replaced_by_another,
    ten_wrong_codes_an_hour_are_let_in,
    it_is_done_away_with_by_password_and_code,
    what_was_shown_once_is_kept_nowhere_readable,
);
