//! What is done with editions of awards, tried by every kind of office: the issuer, those beneath and above it, and everybody
//! else.
use entity::enums::Function;
use serde_json::{Value, json};

use super::super::stage::Stage;
use super::events::{AROUND, is_among, tried};
use crate::{
    on_both_databases,
    stories::awards::{EDITION, knows, plan, reckoned},
    support::{TestApp, app::Variation, office::command_document},
};

pub const FIELDS: [&str; 8] = [
    "createAwardEdition",
    "editAwardEdition",
    "publishAwardRules",
    "openNominations",
    "closeNominations",
    "voidAwardEdition",
    "awardEdition",
    "awardEditions",
];

/// Who knows of an edition of Jawa Timur once its rules are published.
const KNOWS: &str = "staff.35.02.01 head.35.02.01 staff.35.02.02 head.35.02.02 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 head.35.09 coordinator.ri observer.ri";

async fn only_the_issuer_arranges_an_edition(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("observer.ri", "RI", Function::Observer)]).await;
    let stage = Stage::set(&app).await;
    let input = plan(&*stage.office("head.35").await, &[reckoned("Ketepatan", 3)]);
    let document = command_document("createAwardEdition", EDITION);
    let nobody = app.ask(None, &document, json!({ "input": input })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let drafting = ["staff.35", "head.35", "head.32", "coordinator.ri"];
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let drafted = office.command("createAwardEdition", EDITION, input.clone()).await;
        if drafting.contains(&name) {
            assert!(drafted.is_ok(), "{name}: {drafted:?}");
        } else {
            assert_eq!(drafted.unwrap_err().code, "FORBIDDEN", "{name}");
        }
    }
    let staff = stage.office("staff.35").await;
    let edition = staff.command("createAwardEdition", EDITION, input).await.unwrap()["edition"].clone();
    let issuer = "staff.35 head.35 observer.35";
    for name in AROUND.split_whitespace() {
        let knows = knows(&*stage.office(name).await, &edition).await;
        assert_eq!(knows, is_among(name, issuer), "{name} knows of a draft");
    }
    let on = |version: i32, more: Value| {
        let mut input = json!({ "edition": edition["id"], "expectedVersion": version });
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        input
    };
    let (both, commands) = (["staff.35", "head.35"], ["head.35"]);
    let renamed = on(1, json!({ "title": "Anugerah" }));
    tried(&stage, ("editAwardEdition", EDITION), &renamed, &both, issuer).await;
    tried(
        &stage,
        ("publishAwardRules", EDITION),
        &on(2, json!({})),
        &commands,
        issuer,
    )
    .await;
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        assert_eq!(knows(&office, &edition).await, is_among(name, KNOWS), "{name}");
        let document = "query($id: ID!) { awardEdition(id: $id) { acts { kind } } }";
        let read = office.data(document, json!({ "id": edition["id"] })).await;
        assert_eq!(
            read["awardEdition"]["acts"].is_array(),
            is_among(name, issuer),
            "{name}"
        );
    }
    tried(
        &stage,
        ("openNominations", EDITION),
        &on(3, json!({})),
        &commands,
        KNOWS,
    )
    .await;
    // Who may is told that it is too early; everybody else that they may not.
    let document = command_document("closeNominations", EDITION);
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let refusal = office
            .command("closeNominations", EDITION, on(4, json!({})))
            .await
            .unwrap_err();
        let expected = match name {
            "head.35" => "WRONG_STATE",
            _ if is_among(name, KNOWS) => "FORBIDDEN",
            _ => "NOT_FOUND",
        };
        assert_eq!(refusal.code, expected, "{name}");
    }
    let nobody = app.ask(None, &document, json!({ "input": on(4, json!({})) })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let void = on(4, json!({ "reason": "Anggaran ditiadakan" }));
    tried(&stage, ("voidAwardEdition", EDITION), &void, &commands, KNOWS).await;
    for document in [
        "{ awardEditions { totalCount } }",
        "query($id: ID!) { awardEdition(id: $id) { id } }",
    ] {
        let nobody = app.ask(None, document, json!({ "id": edition["id"] })).await;
        assert_eq!(
            nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
            "{document}"
        );
    }
}

on_both_databases!(only_the_issuer_arranges_an_edition);
