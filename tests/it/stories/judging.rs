//! Ponorogo judges its kecamatan at the end of an event, and they say what they think of it.
use entity::event_evaluation;
use jenjang::event::evaluation::inspection;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{
    events::{drafts, invitation, plan, publishes, steps},
    rubrics,
};
use crate::{
    on_both_databases,
    support::{Office, Refusal, TestApp, app::Variation, office::command_document},
};

pub const EVALUATION: &str =
    "evaluation { id version state total reply note scores { criterion score comment } rubric { code } }";

/// A running event of Ponorogo for its kecamatan.
pub async fn running(host: &Office<'_>) -> Value {
    let event = drafts(host, plan(host, "Rakernis Kehumasan")).await.unwrap();
    let event = publishes(host, &event).await.unwrap();
    steps(host, "startEvent", &event).await.unwrap()
}

async fn evaluates(office: &Office<'_>, input: Value) -> Result<Value, Refusal> {
    Ok(office.command("evaluateUnit", EVALUATION, input).await?["evaluation"].clone())
}

async fn answers(office: &Office<'_>, command: &str, evaluation: &Value, said: Value) -> Result<Value, Refusal> {
    let mut input = json!({ "evaluation": evaluation["id"], "expectedVersion": evaluation["version"] });
    for (key, value) in said.as_object().unwrap() {
        input[key] = value.clone();
    }
    Ok(office.command(command, EVALUATION, input).await?["evaluation"].clone())
}

/// What an office reads of the evaluations of an event, by way of the list, the invitation of 35.02.01 and the node.
async fn reads(office: &Office<'_>, event: &Value, evaluation: &Value) -> Option<Value> {
    let document = "query($event: ID!, $id: ID!) { node(id: $id) { id } event(id: $event) { evaluations { totalCount nodes { id state \
         total viewerCanWrite viewerCanAnswer unit { code } } } } }";
    let data = office
        .data(document, json!({ "event": event["id"], "id": evaluation["id"] }))
        .await;
    let list = data["event"]["evaluations"].clone();
    let nodes = list["nodes"].as_array().unwrap();
    assert_eq!(list["totalCount"], nodes.len(), "{}", office.name);
    let found = nodes.iter().find(|node| node["id"] == evaluation["id"]).cloned();
    assert_eq!(data["node"].is_object(), found.is_some(), "{}", office.name);
    found
}

/// Everything that stands in the way: the code and the path of each.
async fn refusals(office: &Office<'_>, command: &str, selection: &str, input: Value) -> Vec<(String, String)> {
    let answer = office
        .ask(&command_document(command, selection), json!({ "input": input }))
        .await;
    let errors = answer["data"][command]["userErrors"].as_array().cloned();
    let errors = errors.unwrap_or_else(|| panic!("{answer}"));
    let placed = |problem: &Value| {
        let path = problem["field"].as_array().unwrap().iter();
        let path: Vec<&str> = path.map(|part| part.as_str().unwrap()).collect();
        (problem["code"].as_str().unwrap().to_owned(), path.join("."))
    };
    errors.iter().map(placed).collect()
}

fn owned<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected.map(|(code, path)| (code.to_owned(), path.to_owned())).into()
}

async fn kecamatan_are_judged_and_answer(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (host, clerk) = (app.office("head.35.02").await, app.office("staff.35.02").await);
    let (guest, next_door) = (app.office("head.35.02.01").await, app.office("head.35.02.02").await);
    let (above, beside) = (app.office("head.35").await, app.office("head.35.09").await);
    let rubric = rubrics::publishes(&host, "media-sosial").await;
    let event = running(&host).await;
    let asked = invitation(&host, &event, "35.02.01").await.unwrap();
    let given = |version: Value, scores: Value| json!({ "invitation": asked["id"], "expectedVersion": version, "rubric": rubric["id"], "scores": scores });

    // Everything wrong is told at once, and nothing is kept.
    let wrong = json!([{ "criterion": "isi", "score": 9 }, { "criterion": "gaya", "score": 1 }]);
    let mut wrong = given(Value::Null, wrong);
    wrong["note"] = json!("x".repeat(10_001));
    let expected = owned([
        ("INVALID", "scores.isi.score"),
        ("INVALID", "scores.gaya"),
        ("TOO_LONG", "note"),
    ]);
    assert_eq!(refusals(&clerk, "evaluateUnit", EVALUATION, wrong).await, expected);
    let without = json!({ "invitation": asked["id"], "scores": [] });
    assert_eq!(
        refusals(&clerk, "evaluateUnit", EVALUATION, without).await,
        owned([("REQUIRED", "rubric")])
    );
    let draft = evaluates(&clerk, given(Value::Null, json!([{ "criterion": "isi", "score": 4 }])))
        .await
        .unwrap();
    assert_eq!((&draft["state"], &draft["total"]), (&json!("DRAFT"), &Value::Null));
    let twice = evaluates(&host, given(Value::Null, json!([]))).await.unwrap_err();
    assert_eq!(
        (twice.code.as_str(), twice.field.as_str()),
        ("ALREADY_EXISTS", "invitation")
    );
    assert!(reads(&host, &event, &draft).await.is_some());
    for office in [&guest, &next_door, &above] {
        assert_eq!(
            reads(office, &event, &draft).await,
            None,
            "{} reads a draft",
            office.name
        );
    }

    // Only what is complete is shown, and a HEAD shows it.
    let issue = json!({ "event": event["id"], "evaluations": [draft["id"]] });
    let missing = refusals(&host, "issueEventEvaluations", "event { id }", issue.clone()).await;
    assert_eq!(missing, owned([("REQUIRED", "evaluations.0")]));
    let scores = json!([{ "criterion": "bukti", "score": 3, "comment": "Tautan lengkap." }]);
    let draft = evaluates(&host, given(draft["version"].clone(), scores)).await.unwrap();
    assert_eq!(draft["scores"].as_array().unwrap().len(), 2, "what was left out stays");
    let by_clerk = clerk
        .command("issueEventEvaluations", "event { id }", issue.clone())
        .await;
    assert_eq!(by_clerk.unwrap_err().code, "FORBIDDEN");
    host.command("issueEventEvaluations", "event { id }", issue.clone())
        .await
        .unwrap();
    let again = refusals(&host, "issueEventEvaluations", "event { id }", issue).await;
    assert_eq!(
        again,
        owned([("NOT_FOUND", "evaluations.0")]),
        "it is no draft any more"
    );
    let shown = reads(&guest, &event, &draft).await.unwrap();
    // Two thirds of three quarters and one third of a half.
    assert_eq!((&shown["state"], &shown["total"]), (&json!("ISSUED"), &json!("66.67")));
    assert_eq!(
        (&shown["viewerCanAnswer"], &shown["viewerCanWrite"]),
        (&json!(true), &json!(false))
    );
    assert!(reads(&above, &event, &draft).await.is_some());
    assert_eq!(
        reads(&next_door, &event, &draft).await,
        None,
        "results stay within the kabupaten and above"
    );
    let nodes = beside
        .data("query($id: ID!) { node(id: $id) { id } }", json!({ "id": draft["id"] }))
        .await;
    assert_eq!(nodes["node"], Value::Null);

    // What the unit was shown changes only once it objects; then it is the host's alone until it is shown anew.
    let changed = given(
        json!(3),
        json!([{ "criterion": "isi", "score": 5, "comment": "Terbaik." }]),
    );
    let refused = evaluates(&host, changed.clone()).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("WRONG_STATE", "invitation")
    );
    let issued = json!({ "id": draft["id"], "version": 3 });
    let silent = answers(&guest, "objectToEventEvaluation", &issued, json!({ "reason": " " }))
        .await
        .unwrap_err();
    assert_eq!((silent.code.as_str(), silent.field.as_str()), ("REQUIRED", "reason"));
    let reason = json!({ "reason": "Siaran langsung belum dihitung." });
    let objected = answers(&guest, "objectToEventEvaluation", &issued, reason.clone())
        .await
        .unwrap();
    assert_eq!(
        (&objected["state"], &objected["reply"]),
        (&json!("OBJECTED"), &reason["reason"])
    );
    let late = answers(&guest, "acknowledgeEventEvaluation", &issued, json!({}))
        .await
        .unwrap_err();
    assert_eq!(late.code, "STALE_VERSION");
    let mut anew = changed;
    anew["expectedVersion"] = json!(4);
    let draft = evaluates(&host, anew).await.unwrap();
    assert_eq!(reads(&guest, &event, &draft).await, None);
    let all = json!({ "event": event["id"] });
    host.command("issueEventEvaluations", "event { id }", all.clone())
        .await
        .unwrap();
    let nothing = refusals(&host, "issueEventEvaluations", "event { id }", all).await;
    assert_eq!(nothing, owned([("WRONG_STATE", "event")]));
    let shown = reads(&guest, &event, &draft).await.unwrap();
    assert_eq!(shown["total"], "83.33");
    let issued = json!({ "id": draft["id"], "version": 6 });
    let done = answers(
        &guest,
        "acknowledgeEventEvaluation",
        &issued,
        json!({ "note": "Terima kasih." }),
    )
    .await
    .unwrap();
    assert_eq!(done["state"], "ACKNOWLEDGED");
    let more = json!({ "id": draft["id"], "version": 7 });
    let more = answers(&guest, "objectToEventEvaluation", &more, reason)
        .await
        .unwrap_err();
    assert_eq!((more.code.as_str(), more.field.as_str()), ("WRONG_STATE", "evaluation"));
    let told = guest
        .data(
            "query($id: ID!) { node(id: $id) { ... on EventEvaluation { acts { kind reason } } } }",
            json!({ "id": draft["id"] }),
        )
        .await;
    let kinds: Vec<&str> = told["node"]["acts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| act["kind"].as_str().unwrap())
        .collect();
    let expected = [
        "ISSUE_EVALUATION",
        "OBJECT_TO_EVALUATION",
        "ISSUE_EVALUATION",
        "ACKNOWLEDGE_EVALUATION",
    ];
    assert_eq!(kinds, expected);

    // What was shown is held against what is kept.
    assert_eq!(
        inspection::faults(&app.services.db).await.unwrap(),
        Vec::<String>::new()
    );
    let row = event_evaluation::Entity::find()
        .one(app.services.db.reader())
        .await
        .unwrap()
        .unwrap();
    let mut altered = row.clone().into_active_model();
    let mut scores = row.scores.clone();
    scores.0.get_mut("bukti").unwrap().score = Some(4);
    altered.scores = Set(scores);
    altered.update(app.services.db.reader()).await.unwrap();
    assert_eq!(inspection::faults(&app.services.db).await.unwrap().len(), 2);
}

on_both_databases!(kecamatan_are_judged_and_answer);
