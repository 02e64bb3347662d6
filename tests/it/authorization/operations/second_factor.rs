//! The second factor is everybody's own: no input names whose, so an office changes its own and nobody else's.
use jenjang::graphql::id::Kind;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::super::stage::Stage;
use crate::{
    on_both_databases,
    support::{TestApp, database::PASSWORD, office::command_document},
};

/// The commands, with what their payloads are asked for.
pub const ON_ONESELF: [(&str, &str); 4] = [
    ("enrolTotp", "enrolment { secret }"),
    ("confirmTotp", "recoveryCodes"),
    ("regenerateRecoveryCodes", "recoveryCodes"),
    ("disableTotp", "secondFactor { confirmedAt }"),
];

/// Its own unit, below, next door, above, elsewhere, RI: whoever asks, it is about oneself.
const OFFICES: [&str; 10] = [
    "head.32.75",
    "staff.32.75",
    "head.32.16",
    "head.32",
    "observer.32",
    "admin.32",
    "head.35.02.01",
    "coordinator.ri",
    "expert1.ri",
    "admin.ri",
];

fn input(command: &str, code: &str) -> Value {
    match command {
        "enrolTotp" => json!({ "password": PASSWORD }),
        "disableTotp" => json!({ "password": PASSWORD, "code": code }),
        _ => json!({ "code": code }),
    }
}

async fn everybody_has_a_second_factor_of_their_own(app: TestApp) {
    let stage = Stage::set(&app).await;
    for (command, selection) in ON_ONESELF {
        let document = command_document(command, selection);
        let input = json!({ "input": input(command, "123456") });
        let nobody = app.ask(None, &document, input).await;
        assert_eq!(
            nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
            "{command}"
        );
    }
    let nobody = app
        .ask(None, "{ viewer { secondFactor { required } } }", json!({}))
        .await;
    assert_eq!(nobody["data"]["viewer"], Value::Null);

    let watched = stage.office("staff.32.01").await;
    let others = "{ viewer { secondFactor { confirmedAt recoveryCodesLeft } } }";
    let untouched = watched.data(others, json!({})).await;
    let account = Kind::Account.id(app.account("staff.32.01").await.id).to_string();
    for name in OFFICES {
        let office = stage.office(name).await;
        let begun = office
            .command("enrolTotp", "enrolment { secret }", json!({ "password": PASSWORD }))
            .await
            .unwrap();
        let secret = Secret::try_from_base32(begun["enrolment"]["secret"].as_str().unwrap()).unwrap();
        let authenticator = Builder::new().with_secret(secret).build().unwrap();
        let now = u64::try_from(app.services.clock.now().timestamp()).unwrap();
        let code = authenticator.generate(now).to_string();
        let confirmed = office
            .command("confirmTotp", "recoveryCodes", input("confirmTotp", &code))
            .await
            .unwrap();
        let recovery = |number: usize| confirmed["recoveryCodes"][number].as_str().unwrap().to_owned();
        let mut latest = recovery(0);
        for (command, selection) in &ON_ONESELF[2..] {
            let done = office.command(command, selection, input(command, &latest)).await;
            let done = done.unwrap_or_else(|refusal| panic!("{command} by {name}: {refusal:?}"));
            if let Some(renewed) = done["recoveryCodes"][0].as_str() {
                latest = renewed.to_owned();
            }
        }
        // There is no way to say whose: an account in the input is no such field.
        let foreign = json!({ "input": { "code": "123456", "account": account } });
        let refused = office
            .ask(&command_document("confirmTotp", "recoveryCodes"), foreign)
            .await;
        assert!(!refused["errors"].is_null(), "{refused}");
    }
    assert_eq!(watched.data(others, json!({})).await, untouched);
}

on_both_databases!(everybody_has_a_second_factor_of_their_own);
