//! A kecamatan on a bad connection: pieces arrive twice, late and out of order, and two people write at once.
use serde_json::{Value, json};

use super::KECAMATAN;
use crate::{
    on_both_databases,
    support::{Office, Refusal, TestApp},
};

const SAVED: &str = "report { id version draft { answers { key text } } problems { field code message } }
    conflicts { field title yours { ... on TextValue { text } } theirs { ... on TextValue { text } } savedVersion }";

fn piece(report: &str, version: i64, answers: &[(&str, Value)]) -> Value {
    let answers: Vec<Value> = answers
        .iter()
        .map(|(field, text)| match text {
            Value::Null => json!({ "field": field, "value": null }),
            text => json!({ "field": field, "value": { "text": text } }),
        })
        .collect();
    json!({ "report": report, "expectedVersion": version, "answers": answers })
}

/// The payload of a save, whatever came of it.
async fn saves(office: &Office<'_>, input: Value) -> Value {
    let answer = office.post_command("editReport", SAVED, input, None).await.json();
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["editReport"].clone()
}

async fn the_same_field_saved_twice_is_saved_once(app: TestApp) {
    let staff = app.office("staff.35.02.08").await;
    let input = json!({ "cycle": staff.cycle(KECAMATAN).await, "clientId": "0193e0c2-5a7b-7c3d-8e4f-0000000000aa" });
    // The first answer is lost on the way, so it is sent again.
    let mut started = Value::Null;
    for _time in 0..2 {
        let answer = staff
            .command("startReport", "report { id version }", input.clone())
            .await;
        started = answer.unwrap()["report"].clone();
    }
    assert_eq!(started["version"], 1);
    let id = started["id"].as_str().unwrap();
    let first = piece(id, 1, &[("kegiatan", json!("Sosialisasi di pasar"))]);
    let saved = saves(&staff, first.clone()).await;
    assert_eq!(saved["report"]["version"], 2);
    let again = saves(&staff, first).await;
    assert_eq!(again["report"], saved["report"], "a piece that was saved is saved");
    assert_eq!(again["conflicts"], json!([]));
    // What is written next on what was read goes on from there, and the first piece, arriving once more, does not undo it.
    let next = saves(
        &staff,
        piece(id, 2, &[("kegiatan", json!("Sosialisasi di pasar dan sekolah"))]),
    )
    .await;
    assert_eq!(next["report"]["version"], 3);
    let late = saves(&staff, piece(id, 1, &[("kegiatan", json!("Sosialisasi di pasar"))])).await;
    assert_eq!(late["userErrors"][0]["code"], "FIELD_CONFLICT");
    let data = staff
        .data(
            "query($id: ID!) { report(id: $id) { version draft { answers { text } } } }",
            json!({ "id": id }),
        )
        .await;
    assert_eq!(data["report"]["version"], 3);
    assert_eq!(
        data["report"]["draft"]["answers"][0]["text"],
        "Sosialisasi di pasar dan sekolah"
    );
}

async fn two_who_write_at_once_are_shown_where_they_differ(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.09").await, app.office("head.35.02.09").await);
    let started = staff.starts(KECAMATAN).await.unwrap();
    let id = started.id.as_str();
    // Both have read version 1. Different fields go together.
    let one = saves(&staff, piece(id, 1, &[("kegiatan", json!("Tiga kali"))])).await;
    assert_eq!(one["report"]["version"], 2);
    let other = saves(&head, piece(id, 1, &[("media-sosial", json!("Instagram"))])).await;
    assert_eq!(other["report"]["version"], 3);
    assert_eq!(
        other["report"]["draft"]["answers"],
        json!([{ "key": "kegiatan", "text": "Tiga kali" }, { "key": "media-sosial", "text": "Instagram" }])
    );
    // The same words are no conflict; other words are, and then nothing of the piece is saved.
    let same = saves(&head, piece(id, 1, &[("kegiatan", json!("Tiga kali"))])).await;
    assert_eq!(same["report"]["version"], 3);
    let both = [("kegiatan", json!("Empat kali")), ("media-sosial", Value::Null)];
    let refused = saves(&head, piece(id, 1, &both[..1])).await;
    assert_eq!(refused["report"], Value::Null);
    let error = &refused["userErrors"][0];
    assert_eq!(
        (
            error["code"].as_str(),
            &error["field"],
            error["currentVersion"].as_i64()
        ),
        (Some("FIELD_CONFLICT"), &json!(["answers", "0", "value"]), Some(3))
    );
    assert_eq!(
        refused["conflicts"],
        json!([{
            "field": "kegiatan", "title": "Kegiatan kehumasan", "savedVersion": 2,
            "yours": { "text": "Empat kali" }, "theirs": { "text": "Tiga kali" },
        }])
    );
    let cleared = saves(
        &staff,
        piece(
            id,
            2,
            &[("media-sosial", Value::Null), ("kegiatan", json!("Lima kali"))],
        ),
    )
    .await;
    assert_eq!(cleared["conflicts"].as_array().unwrap().len(), 1);
    assert_eq!(cleared["conflicts"][0]["yours"], Value::Null, "to be cleared");
    assert_eq!(cleared["userErrors"][0]["field"], json!(["answers", "0", "value"]));
    // Who has seen both decides.
    let decided = saves(&head, piece(id, 3, &both)).await;
    assert_eq!(decided["report"]["version"], 4);
    assert_eq!(decided["report"]["draft"]["answers"][0]["text"], "Empat kali");
    // A version nobody has given out, a field named twice, and what has gone on meanwhile are refused.
    let future = saves(&head, piece(id, 9, &both)).await;
    assert_eq!(future["userErrors"][0]["code"], "STALE_VERSION");
    let twice = [("kegiatan", json!("x")), ("kegiatan", json!("y"))];
    let twice = saves(&head, piece(id, 4, &twice)).await;
    assert_eq!(
        (&twice["userErrors"][0]["code"], &twice["userErrors"][0]["field"]),
        (&json!("INVALID"), &json!(["answers", "1", "field"]))
    );
    let full = saves(&head, piece(id, 4, &[("media-sosial", json!("TikTok"))])).await;
    let submitted = head
        .command(
            "submitReport",
            "report { version }",
            json!({ "report": id, "expectedVersion": full["report"]["version"] }),
        )
        .await
        .unwrap();
    let gone = saves(&staff, piece(id, 3, &[("kegiatan", json!("Enam kali"))])).await;
    assert_eq!(gone["userErrors"][0]["code"], "STALE_VERSION");
    assert_eq!(gone["userErrors"][0]["currentVersion"], submitted["report"]["version"]);
    let now = piece(
        id,
        submitted["report"]["version"].as_i64().unwrap(),
        &[("kegiatan", json!("Enam"))],
    );
    assert_eq!(saves(&staff, now).await["userErrors"][0]["code"], "WRONG_STATE");
}

async fn what_stands_in_the_way_is_told_as_one_types(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.10").await, app.office("head.35.02.10").await);
    let above = app.office("head.35.02").await;
    let started = staff.starts(KECAMATAN).await.unwrap();
    let document = "query($id: ID!) { report(id: $id) { problems { field code message } viewerCanSubmit } }";
    let problems = async |office: &Office<'_>| {
        let data = office.data(document, json!({ "id": started.id })).await;
        data["report"]["problems"].clone()
    };
    let told = problems(&staff).await;
    let refused = head
        .post_command(
            "submitReport",
            "report { id }",
            json!({ "report": started.id, "expectedVersion": 1 }),
            None,
        )
        .await
        .json();
    let refused = refused["data"]["submitReport"]["userErrors"]
        .as_array()
        .unwrap()
        .clone();
    let told: Vec<Value> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| {
            let path: Vec<&Value> = problem["field"].as_array().unwrap().iter().collect();
            let field = [json!("report"), json!("answers")]
                .into_iter()
                .chain(path.into_iter().cloned());
            json!({
                "code": problem["code"], "message": problem["message"], "field": field.collect::<Vec<_>>(),
                "currentVersion": null,
            })
        })
        .collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told, refused, "what submitting says");
    let saved = saves(&staff, piece(&started.id, 1, &[("kegiatan", json!("Terlaksana."))])).await;
    assert_eq!(saved["report"]["problems"][0]["field"], json!(["media-sosial"]));
    let saved = saves(&staff, piece(&started.id, 2, &[("media-sosial", json!("Instagram."))])).await;
    assert_eq!(saved["report"]["problems"], json!([]));
    assert_eq!(
        head.submits(&crate::support::Report {
            version: 2,
            ..started.clone()
        })
        .await
        .unwrap_err(),
        Refusal {
            code: "STALE_VERSION".to_owned(),
            field: "expectedVersion".to_owned()
        },
        "a step is decided on what one has read"
    );
    let done = crate::support::Report {
        version: 3,
        ..started.clone()
    };
    head.submits(&done).await.unwrap();
    assert_eq!(problems(&above).await, Value::Null, "the draft is its unit's");
    assert_eq!(problems(&staff).await, json!([]));
}

on_both_databases!(
    the_same_field_saved_twice_is_saved_once,
    two_who_write_at_once_are_shown_where_they_differ,
    what_stands_in_the_way_is_told_as_one_types,
);
