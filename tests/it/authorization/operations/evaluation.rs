//! What is done with a national evaluation and with what it recommends, tried by every kind of office: who prepares it, the
//! unit that is to follow, those above it, and everybody else.
use serde_json::{Value, json};

use super::super::stage::Stage;
use crate::{
    on_both_databases,
    stories::evaluation::{accepted, known, reviewing},
    support::{Office, TestApp, office::command_document},
};

const AROUND: &str = "staff.32.75 head.32.75 staff.32 head.32 observer.32 admin.32 head.32.76 head.18 observer.18 \
     coordinator.ri observer.ri admin.ri expert1.ri";

/// Who knows of a closed evaluation: everybody but who manages people.
const KNOWS: &str = "staff.32.75 head.32.75 staff.32 head.32 observer.32 head.32.76 head.18 observer.18 coordinator.ri \
     observer.ri expert1.ri";

/// Who knows of what is recommended to 32.75.
const FOLLOWS: &str = "staff.32.75 head.32.75 staff.32 head.32 observer.32 coordinator.ri observer.ri";

pub const FIELDS: [&str; 8] = [
    "openEvaluation",
    "editEvaluation",
    "closeEvaluation",
    "answerRecommendation",
    "returnRecommendation",
    "closeRecommendation",
    "nationalEvaluation",
    "recommendations",
];

fn is_among(name: &str, names: &str) -> bool {
    names.split_whitespace().any(|among| among == name)
}

async fn told(office: &Office<'_>, command: &str, selection: &str, input: &Value) -> String {
    match office.command(command, selection, input.clone()).await {
        Ok(_payload) => "done".to_owned(),
        Err(refusal) => refusal.code,
    }
}

/// Tries a command as everybody who may not, and then as who may.
async fn tried(
    stage: &Stage<'_>,
    app: &TestApp,
    (command, selection): (&str, &str),
    input: &Value,
    (may, expected): (&str, impl Fn(&str) -> &'static str),
) -> Value {
    let nobody = app
        .ask(None, &command_document(command, selection), json!({ "input": input }))
        .await;
    assert_eq!(
        nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
        "{command}"
    );
    for name in AROUND.split_whitespace().filter(|name| *name != may) {
        let office = stage.office(name).await;
        assert_eq!(
            told(&office, command, selection, input).await,
            expected(name),
            "{command} by {name}"
        );
    }
    let office = stage.office(may).await;
    office.command(command, selection, input.clone()).await.unwrap()
}

async fn only_coordinators_evaluate_and_only_its_unit_answers(app: TestApp) {
    let (app, clock) = reviewing(app).await;
    accepted(&app, "32.75", [(4, 4), (4, 4)]).await;
    clock.advance(chrono::Duration::hours(25));
    let stage = Stage::set(&app).await;
    let coordinator = stage.office("coordinator.ri").await;
    let evaluation = "evaluation { id version }";
    let cycle = coordinator.cycle(crate::fixtures::reviewed::REVIEWED).await;
    let open = json!({ "cycle": cycle });
    let may = "coordinator.ri";
    let open = tried(
        &stage,
        &app,
        ("openEvaluation", evaluation),
        &open,
        (may, |_name| "FORBIDDEN"),
    )
    .await;
    let recommended = json!({ "unit": coordinator.unit("32.75").await, "text": "Arsipkan.", "dueOn": "2025-12-31" });
    let edit = json!({
        "evaluation": open["evaluation"]["id"], "expectedVersion": 1, "summary": "Baik.", "recommendations": [recommended],
    });
    tried(
        &stage,
        &app,
        ("editEvaluation", evaluation),
        &edit,
        (may, |_name| "NOT_FOUND"),
    )
    .await;
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let seen = known(&office, "id").await.is_some();
        assert_eq!(seen, name == may, "{name} knows of a draft");
    }
    let close = json!({ "evaluation": open["evaluation"]["id"], "expectedVersion": 2 });
    tried(
        &stage,
        &app,
        ("closeEvaluation", evaluation),
        &close,
        (may, |_name| "NOT_FOUND"),
    )
    .await;
    let again = json!({ "evaluation": open["evaluation"]["id"], "expectedVersion": 3 });
    let mut recommendation = json!(null);
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        assert_eq!(known(&office, "id").await.is_some(), is_among(name, KNOWS), "{name}");
        let expected = match is_among(name, KNOWS) {
            true if name == may => "WRONG_STATE",
            true => "FORBIDDEN",
            false => "NOT_FOUND",
        };
        assert_eq!(
            told(&office, "closeEvaluation", evaluation, &again).await,
            expected,
            "{name}"
        );
        let found = office
            .data("{ recommendations { totalCount nodes { id } } }", json!({}))
            .await;
        let follows = is_among(name, FOLLOWS);
        assert_eq!(found["recommendations"]["totalCount"], i32::from(follows), "{name}");
        if follows {
            recommendation = found["recommendations"]["nodes"][0]["id"].clone();
        }
    }
    let nobody = app
        .ask(
            None,
            "query($of: ID!) { nationalEvaluation(cycle: $of) { id } recommendations { totalCount } }",
            json!({ "of": cycle }),
        )
        .await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in AROUND.split_whitespace() {
        let found = stage
            .office(name)
            .await
            .data(
                "query($id: ID!) { node(id: $id) { id } }",
                json!({ "id": recommendation }),
            )
            .await;
        assert_eq!(found["node"].is_object(), is_among(name, FOLLOWS), "{name}");
    }
    let known_or_not = |name: &str| {
        if is_among(name, FOLLOWS) {
            "FORBIDDEN"
        } else {
            "NOT_FOUND"
        }
    };
    let selection = "recommendation { id }";
    let on = |version: i32, more: Value| {
        let mut input = json!({ "recommendation": recommendation, "expectedVersion": version });
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        input
    };
    let answer = on(1, json!({ "text": "Sudah." }));
    tried(
        &stage,
        &app,
        ("answerRecommendation", selection),
        &answer,
        ("head.32.75", known_or_not),
    )
    .await;
    let back = on(2, json!({ "reason": "Mana buktinya?" }));
    tried(
        &stage,
        &app,
        ("returnRecommendation", selection),
        &back,
        (may, known_or_not),
    )
    .await;
    let close = on(3, json!({ "reason": "Tidak perlu lagi." }));
    tried(
        &stage,
        &app,
        ("closeRecommendation", selection),
        &close,
        (may, known_or_not),
    )
    .await;
}

on_both_databases!(only_coordinators_evaluate_and_only_its_unit_answers);
