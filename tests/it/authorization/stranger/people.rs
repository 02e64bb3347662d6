//! People: who sits elsewhere is not told, and a sign-in does not tell who has an account.
use entity::second_factor;
use jenjang::graphql::id::Kind;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{alike, told};
use crate::{
    authorization::stage::{Situation, Stage},
    on_both_databases,
    support::{TestApp, database::PASSWORD},
};

const ACCOUNT: &str = "query($id: ID!) { node(id: $id) { id ... on Account { name email } } }";

async fn an_account_outside_the_scope_looks_absent(app: TestApp) {
    let stage = Stage::set(&app).await;
    let absent = app.absent(Kind::Account);
    let id_of = async |name: &str| Kind::Account.id(app.account(name).await.id).to_string();
    let strangers = [
        ("head.18", "head.35.02"),
        ("head.35.02.01", "staff.35.02.02"),
        // Who sits above is known by seat, not by person.
        ("head.35.02.01", "head.35.02"),
        ("admin.32", "coordinator.ri"),
        ("expert1.ri", "head.32"),
    ];
    for (name, other) in strangers {
        let hidden = id_of(other).await;
        let office = stage.office(name).await;
        let said = alike(&office, ACCOUNT, |id| json!({ "id": id }), &[&absent, &hidden]).await;
        assert_eq!(said["data"]["node"], Value::Null, "{name} sees {other}");
    }
    let known = [
        ("head.35", "head.35.02.01"),
        ("staff.35.02", "head.35.02"),
        ("admin.32", "head.32.75"),
        ("coordinator.ri", "expert1.ri"),
        ("expert1.ri", "expert2.ri"),
        ("head.18", "head.18"),
    ];
    for (name, other) in known {
        let data = stage
            .office(name)
            .await
            .data(ACCOUNT, json!({ "id": id_of(other).await }))
            .await;
        assert_eq!(
            data["node"]["email"],
            format!("{other}@demo.jenjang.id"),
            "{name} sees {other}"
        );
    }
}

async fn seats_are_open_and_who_sits_in_them_is_not(app: TestApp) {
    let stage = Stage::set(&app).await;
    let document =
        "query($code: String!) { unit(code: $code) { seats { function holders { account { id name email } } } } }";
    let person = app.account("head.35.02").await;
    for (name, code, open) in [
        ("head.18", "35.02", false),
        ("head.35.02.01", "35.02", false),
        ("head.35.02", "RI", false),
        ("expert1.ri", "35.02", false),
        ("head.35", "35.02", true),
        ("admin.35", "35.02", true),
        ("staff.35.02", "35.02", true),
        ("coordinator.ri", "35.02", true),
        ("expert1.ri", "RI", true),
    ] {
        let data = stage.office(name).await.data(document, json!({ "code": code })).await;
        let seats = data["unit"]["seats"].as_array().unwrap();
        assert!(seats.len() >= 2, "{name}: {data}");
        assert!(
            seats.iter().all(|seat| seat["holders"].is_null() != open),
            "{name}: {data}"
        );
        let text = data.to_string();
        assert_eq!(
            text.contains(&person.name) || text.contains(&person.email),
            open && code == "35.02",
            "{name}: {data}"
        );
    }
}

async fn who_acted_elsewhere_is_told_by_seat_alone(app: TestApp) {
    let stage = Stage::set(&app).await;
    let accepted = stage.subject("32.75", Situation::Accepted).await;
    let document = "query($id: ID!) { report(id: $id) { submittedBy { email } revision { submittedBy { email } submittedFrom { function } } \
         history { nodes { command seat { function } person { email } } } } }";
    let acted = async |name: &str| {
        let data = stage
            .office(name)
            .await
            .data(document, json!({ "id": accepted.report }))
            .await;
        assert_eq!(
            data["report"]["submittedBy"], data["report"]["revision"]["submittedBy"],
            "{name}"
        );
        assert_eq!(data["report"]["submittedBy"].is_null(), name == "expert1.ri", "{name}");
        let steps = data["report"]["history"]["nodes"].as_array().unwrap().clone();
        assert!(steps.iter().all(|step| step["seat"]["function"].is_string()), "{name}");
        let named = steps.iter().filter_map(|step| step["person"]["email"].as_str());
        named
            .map(|email| email.trim_end_matches("@demo.jenjang.id").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(acted("head.32.75").await, ["staff.32.75", "head.32.75"]);
    assert_eq!(acted("head.32").await, ["staff.32.75", "head.32.75", "head.32"]);
    assert_eq!(acted("expert1.ri").await, ["expert1.ri", "coordinator.ri"]);
    assert_eq!(
        acted("coordinator.ri").await,
        ["staff.32.75", "head.32.75", "head.32", "expert1.ri", "coordinator.ri"]
    );
}

async fn a_sign_in_does_not_tell_who_has_an_account(app: TestApp) {
    app.deactivates("head.32.75").await;
    let guarded = second_factor::Model {
        account_id: app.account("head.32.16").await.id,
        secret: Some(vec![1]),
        confirmed_at: Some(app.services.clock.now()),
        last_step: 0,
        pending_secret: None,
    };
    let guarded = guarded.into_active_model();
    guarded.insert(app.services.db.reader()).await.unwrap();
    let document = "mutation In($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { code message field } } }";
    let attempts = [
        ("head.32", "kata-sandi-keliru"),
        ("nobody.99", PASSWORD),
        ("head.32.75", PASSWORD),
        ("head.32.75", "kata-sandi-keliru"),
        // Only after a right password is a second factor spoken of.
        ("head.32.16", "kata-sandi-keliru"),
    ];
    let mut answers = Vec::new();
    for (name, password) in attempts {
        let email = format!("{name}@demo.jenjang.id");
        let input = json!({ "input": { "email": email, "password": password } });
        answers.push(told(&app, None, document, input, &email).await);
    }
    let refusal = answers[0].json();
    assert_eq!(
        refusal["data"]["signIn"]["userErrors"][0]["code"],
        "INVALID_CREDENTIALS"
    );
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
}

on_both_databases!(
    an_account_outside_the_scope_looks_absent,
    seats_are_open_and_who_sits_in_them_is_not,
    who_acted_elsewhere_is_told_by_seat_alone,
    a_sign_in_does_not_tell_who_has_an_account,
);
