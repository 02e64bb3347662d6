//! What works are judged by is made by offices: drafted, published, judged otherwise in the next version, and retired.
use std::{sync::Arc, time::Duration};

use entity::rubric;
use jenjang::{db::Db, review::rubric::shipped::FINAL_REPORT_RUBRIC};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Office, Refusal, TestApp, app::Variation, office::command_document},
};

/// Everything of a rubric that can be written back, and what may be done to it.
const WHOLE: &str = "id code version name description status lockVersion owner { code } publishedAt retiredAt \
     retiredReason viewerCanEdit viewerCanPublish viewerCanDiscard viewerCanRetire faults { code message field } \
     criteria { key title guidance weight commentAtExtremes scale { least most anchors { score sentence } } }";

/// A criterion from 1 to 5.
pub fn criterion(key: &str, weight: i32) -> Value {
    json!({ "key": key, "title": format!("Kriteria {key}"), "guidance": "", "weight": weight, "commentAtExtremes": true,
        "scale": { "least": 1, "most": 5, "anchors": [
            { "score": 1, "sentence": "Tidak ada." }, { "score": 5, "sentence": "Lengkap." } ] } })
}

/// Carries out a command on a rubric and gives the rubric, or the first refusal.
pub async fn does(office: &Office<'_>, command: &str, input: Value) -> Result<Value, Refusal> {
    let payload = office
        .command(command, "rubric { id code version name status lockVersion }", input)
        .await?;
    Ok(payload["rubric"].clone())
}

/// The input of a command that needs nothing but the version.
pub fn on(rubric: &Value) -> Value {
    json!({ "rubric": rubric["id"], "expectedVersion": rubric["lockVersion"] })
}

/// Makes a draft with two criteria.
pub async fn drafts(office: &Office<'_>, code: &str) -> Value {
    let criteria = [criterion("isi", 2), criterion("bukti", 1)];
    let input = json!({ "code": code, "name": format!("Penilaian {code}"), "criteria": criteria });
    does(office, "createRubric", input).await.unwrap()
}

/// Makes a draft and publishes it.
pub async fn publishes(office: &Office<'_>, code: &str) -> Value {
    let draft = drafts(office, code).await;
    does(office, "publishRubric", on(&draft)).await.unwrap()
}

/// A rubric as somebody sees it, whole; null where it is not seen.
async fn whole(office: &Office<'_>, id: &Value) -> Value {
    let document = format!("query($id: ID!) {{ rubric(id: $id) {{ {WHOLE} }} }}");
    office.data(&document, json!({ "id": id })).await["rubric"].clone()
}

/// Everything that stands in the way of a command: the code and the path of each.
async fn refusals(office: &Office<'_>, command: &str, input: Value) -> Vec<(String, String)> {
    let document = command_document(command, "rubric { id }");
    let answer = office.ask(&document, json!({ "input": input })).await;
    let errors = answer["data"][command]["userErrors"].as_array().cloned();
    let errors = errors.unwrap_or_else(|| panic!("{answer}"));
    errors.iter().map(placed).collect()
}

fn placed(problem: &Value) -> (String, String) {
    let path = problem["field"].as_array().unwrap().iter();
    let path: Vec<&str> = path.map(|part| part.as_str().unwrap()).collect();
    (problem["code"].as_str().unwrap().to_owned(), path.join("."))
}

fn owned<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected.map(|(code, path)| (code.to_owned(), path.to_owned())).into()
}

async fn a_province_makes_a_rubric_and_what_was_published_stays(app: TestApp) {
    let (head, staff) = (app.office("head.35").await, app.office("staff.35").await);
    let (beneath, above, beside) = (
        app.office("head.35.02").await,
        app.office("expert1.ri").await,
        app.office("head.32").await,
    );
    let input = json!({ "code": "lomba-kehumasan", "name": "  Lomba Kehumasan ", "description": "Untuk juri.",
        "criteria": [criterion("isi", 3), criterion("bukti", 1)] });
    let draft = does(&head, "createRubric", input.clone()).await.unwrap();
    assert_eq!((&draft["version"], &draft["status"]), (&json!(1), &json!("DRAFT")));
    assert_eq!(draft["name"], "Lomba Kehumasan");
    // A draft is the unit's own.
    let seen = whole(&staff, &draft["id"]).await;
    assert_eq!(seen["owner"]["code"], "35");
    assert_eq!((&seen["viewerCanEdit"], &seen["faults"]), (&json!(false), &json!([])));
    assert_eq!(seen["criteria"], input["criteria"], "what was sent comes back as it is");
    for office in [&beneath, &above, &beside] {
        assert_eq!(whole(office, &draft["id"]).await, Value::Null, "{}", office.name);
    }

    let edit = json!({ "rubric": draft["id"], "expectedVersion": 1, "name": "Lomba Humas", "description": null });
    let edited = does(&head, "editRubric", edit.clone()).await.unwrap();
    assert_eq!(
        (&edited["name"], &edited["lockVersion"]),
        (&json!("Lomba Humas"), &json!(2))
    );
    let late = does(&head, "editRubric", edit).await.unwrap_err();
    assert_eq!(
        (late.code.as_str(), late.field.as_str()),
        ("STALE_VERSION", "expectedVersion")
    );
    let published = does(&head, "publishRubric", on(&edited)).await.unwrap();
    assert_eq!(published["status"], "PUBLISHED");
    let after = whole(&head, &draft["id"]).await;
    assert_eq!(
        (&after["description"], &after["criteria"]),
        (&json!(""), &input["criteria"])
    );
    assert_eq!(
        json!([after["viewerCanEdit"], after["viewerCanRetire"]]),
        json!([false, true])
    );
    for office in [&beneath, &above] {
        let seen = whole(office, &draft["id"]).await;
        assert_eq!(seen["code"], "lomba-kehumasan", "{}", office.name);
    }
    assert_eq!(whole(&beside, &draft["id"]).await, Value::Null);

    for (command, selection) in [
        ("editRubric", "rubric { id }"),
        ("publishRubric", "rubric { id }"),
        ("discardRubric", "discarded"),
    ] {
        let refused = head.command(command, selection, on(&published)).await.unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            ("WRONG_STATE", "rubric"),
            "{command}"
        );
    }

    let mut input = on(&published);
    input["reason"] = json!(" ");
    let refused = does(&head, "retireRubric", input.clone()).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("REQUIRED", "reason"));
    input["reason"] = json!("Lombanya selesai.");
    let retired = does(&head, "retireRubric", input).await.unwrap();
    assert_eq!(retired["status"], "RETIRED");
    let told = whole(&beneath, &draft["id"]).await;
    assert_eq!(told["retiredReason"], "Lombanya selesai.");
    assert_eq!(told["criteria"], after["criteria"], "it stays to be read");
}

async fn a_next_version_tells_what_it_judges_by_otherwise(app: TestApp) {
    let head = app.office("head.35").await;
    let first = publishes(&head, "berubah").await;
    let mut moved = criterion("bukti", 5);
    moved["scale"]["most"] = json!(4);
    moved["scale"]["anchors"][1]["score"] = json!(4);
    moved["commentAtExtremes"] = json!(false);
    let next = json!({ "code": "berubah", "from": first["id"], "name": "Berubah",
        "criteria": [criterion("dampak", 1), moved, criterion("isi", 2)] });
    let second = does(&head, "createRubric", next.clone()).await.unwrap();
    assert_eq!(second["version"], 2, "the same code is the next version");
    let document = "query($id: ID!) { rubric(id: $id) { versions { version } unknown: changesSince(version: 9) { kind } \
         changesSince(version: 1) { kind criterion before { weight } after { weight } } } }";
    let told = head.data(document, json!({ "id": second["id"] })).await["rubric"].clone();
    assert_eq!(told["versions"], json!([{ "version": 2 }, { "version": 1 }]));
    assert_eq!(told["unknown"], Value::Null);
    let weights = |before: Value, after: Value| {
        let weight = |weight: Value| {
            if weight.is_null() {
                weight
            } else {
                json!({ "weight": weight })
            }
        };
        (weight(before), weight(after))
    };
    let expected = [
        ("NAME_CHANGED", None, weights(json!(null), json!(null))),
        ("REORDERED", None, weights(json!(null), json!(null))),
        ("CRITERION_ADDED", Some("dampak"), weights(json!(null), json!(1))),
        ("WEIGHT_CHANGED", Some("bukti"), weights(json!(1), json!(5))),
        ("SCALE_CHANGED", Some("bukti"), weights(json!(1), json!(5))),
        ("ANCHORS_CHANGED", Some("bukti"), weights(json!(1), json!(5))),
        ("COMMENT_RULE_CHANGED", Some("bukti"), weights(json!(1), json!(5))),
    ];
    let expected = expected.map(
        |(kind, criterion, (before, after))| json!({ "kind": kind, "criterion": criterion, "before": before, "after": after }),
    );
    assert_eq!(told["changesSince"], json!(expected));
    // Whoever is beneath knows the published one only.
    let document = "query($id: ID!) { rubric(id: $id) { versions { version } changesSince(version: 2) { kind } } }";
    let beneath = app.office("head.35.02").await;
    let told = beneath.data(document, json!({ "id": first["id"] })).await["rubric"].clone();
    assert_eq!(told, json!({ "versions": [{ "version": 1 }], "changesSince": null }));

    let again = does(&head, "createRubric", next).await.unwrap_err();
    assert_eq!(
        (again.code.as_str(), again.field.as_str()),
        ("ALREADY_EXISTS", "code"),
        "one draft at a time"
    );
    let foreign = json!({ "code": "berubah", "name": "Milik lain" });
    let refused = does(&app.office("head.32").await, "createRubric", foreign)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("ALREADY_EXISTS", "code")
    );
    let done = head.command("discardRubric", "discarded", on(&second)).await.unwrap();
    assert_eq!(done["discarded"], second["id"]);
    assert_eq!(whole(&head, &second["id"]).await, Value::Null);
}

async fn everything_wrong_is_told_at_once_and_where(app: TestApp) {
    let head = app.office("head.35").await;
    let scaled = |key: &str, weight: i32, (least, most): (i32, i32), anchors: Value| {
        let mut criterion = criterion(key, weight);
        criterion["scale"] = json!({ "least": least, "most": most, "anchors": anchors });
        criterion
    };
    let anchor = |score: i32, sentence: &str| json!({ "score": score, "sentence": sentence });
    let mut untitled = criterion("Kunci Salah", 1_001);
    untitled["title"] = json!(" ");
    let criteria = [
        untitled,
        scaled("isi", 0, (5, 5), json!([])),
        scaled(
            "isi",
            1,
            (-1_001, 1),
            json!([anchor(-1_001, "Ada."), anchor(1, "Ada.")]),
        ),
        scaled(
            "lebar",
            1,
            (0, 101),
            json!([
                anchor(0, ""),
                anchor(0, "Dua kali."),
                anchor(102, "Di luar."),
                anchor(101, "Ada.")
            ]),
        ),
    ];
    let input = json!({ "code": "salah-semua", "name": "Salah", "criteria": criteria });
    let draft = does(&head, "createRubric", input).await.unwrap();
    let told = refusals(&head, "publishRubric", on(&draft)).await;
    let expected = owned([
        ("INVALID", "criteria.0.key"),
        ("INVALID", "criteria.2.key"),
        ("REQUIRED", "criteria.0.title"),
        ("INVALID", "criteria.0.weight"),
        ("INVALID", "criteria.1.weight"),
        ("INVALID", "criteria.1.scale.most"),
        ("REQUIRED", "criteria.1.scale.anchors"),
        ("INVALID", "criteria.2.scale.least"),
        ("INVALID", "criteria.3.scale.most"),
        ("REQUIRED", "criteria.3.scale.anchors.0.sentence"),
        ("INVALID", "criteria.3.scale.anchors.1.score"),
        ("INVALID", "criteria.3.scale.anchors.2.score"),
    ]);
    assert_eq!(told, expected);
    let faults = whole(&head, &draft["id"]).await["faults"].clone();
    let faults: Vec<(String, String)> = faults.as_array().unwrap().iter().map(placed).collect();
    assert_eq!(faults, expected, "the draft tells the same");

    // Sums in fractions have to stay computable.
    let ends = |most: i32| json!([anchor(0, "Buruk."), anchor(most, "Baik.")]);
    let wide = (1..=11).map(|most| scaled(&format!("skala-{most}"), 1, (0, most), ends(most)));
    let edit = |part: &str, value: Value| json!({ "rubric": draft["id"], "expectedVersion": 1, part: value });
    let wide: Vec<Value> = wide.collect();
    let mut edited = does(&head, "editRubric", edit("criteria", json!(wide))).await.unwrap();
    assert_eq!(
        refusals(&head, "publishRubric", on(&edited)).await,
        owned([("INVALID", "criteria")])
    );
    let empty = json!({ "rubric": draft["id"], "expectedVersion": 2, "criteria": null });
    edited = does(&head, "editRubric", empty).await.unwrap();
    assert_eq!(
        refusals(&head, "publishRubric", on(&edited)).await,
        owned([("REQUIRED", "criteria")])
    );

    // What no draft may say is refused when it is saved.
    let many: Vec<Value> = (0..41)
        .map(|place| criterion(&format!("kriteria-{place}"), 1))
        .collect();
    let edit = |part: &str, value: Value| json!({ "rubric": draft["id"], "expectedVersion": 3, part: value });
    for (input, expected) in [
        (edit("name", json!("n".repeat(201))), ("TOO_LONG", "name")),
        (edit("name", json!(null)), ("REQUIRED", "name")),
        (
            edit("description", json!("d".repeat(5_001))),
            ("TOO_LONG", "description"),
        ),
        (edit("criteria", json!(many)), ("TOO_LONG", "criteria")),
    ] {
        assert_eq!(refusals(&head, "editRubric", input).await, owned([expected]));
    }
    let nameless = refusals(&head, "createRubric", json!({ "code": "A!" })).await;
    assert_eq!(nameless, owned([("INVALID", "code"), ("REQUIRED", "name")]));
}

async fn a_command_sent_twice_is_done_once(app: TestApp) {
    let head = app.office("head.35").await;
    let input = json!({ "code": "sekali", "name": "Sekali", "criteria": [criterion("isi", 1)] });
    let mut told = Vec::new();
    for _time in 0..2 {
        let created = head.command_with_key("createRubric", "rubric { id lockVersion }", input.clone(), Some("buat"));
        told.push(created.await.unwrap()["rubric"].clone());
    }
    assert_eq!(told[0], told[1]);
    let mut discarded = Vec::new();
    for _time in 0..2 {
        let done = head.command_with_key("discardRubric", "discarded", on(&told[0]), Some("buang"));
        discarded.push(done.await.unwrap()["discarded"].clone());
    }
    assert_eq!(discarded, [told[0]["id"].clone(), told[0]["id"].clone()]);
}

async fn lists_are_filtered_and_paged(app: TestApp) {
    let (head, other) = (app.office("head.35").await, app.office("head.32").await);
    publishes(&head, "satu").await;
    drafts(&head, "dua").await;
    publishes(&other, "tiga").await;
    let document = "query($filter: RubricFilter, $first: Int, $after: String) { \
         rubrics(filter: $filter, first: $first, after: $after) { \
             totalCount nodes { code } pageInfo { hasNextPage endCursor } } }";
    let codes = |page: &Value| -> Vec<String> {
        let nodes = page["nodes"].as_array().unwrap().iter();
        nodes.map(|node| node["code"].as_str().unwrap().to_owned()).collect()
    };
    let own = head.unit("35").await;
    for (filter, expected) in [
        (json!({}), vec!["dua", "satu", FINAL_REPORT_RUBRIC]),
        (json!({ "owner": { "eq": own } }), vec!["dua", "satu"]),
        (json!({ "owner": { "in": [] } }), vec![]),
        (json!({ "status": { "eq": "DRAFT" } }), vec!["dua"]),
        (json!({ "status": { "in": ["RETIRED"] } }), vec![]),
        (json!({ "code": "satu" }), vec!["satu"]),
        (json!({ "code": "tiga" }), vec![]),
    ] {
        let page = head.data(document, json!({ "filter": filter })).await["rubrics"].clone();
        assert_eq!(codes(&page), expected, "{filter}");
        assert_eq!(page["totalCount"], expected.len(), "{filter}");
    }
    let page = head.data(document, json!({ "first": 2 })).await["rubrics"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let rest = json!({ "first": 2, "after": page["pageInfo"]["endCursor"] });
    let rest = head.data(document, rest).await["rubrics"].clone();
    assert_eq!(
        [codes(&page), codes(&rest)].concat(),
        ["dua", "satu", FINAL_REPORT_RUBRIC]
    );
    assert_eq!(rest["pageInfo"]["hasNextPage"], false);
}

async fn the_feed_tells_of_rubrics_along_the_line(app: TestApp) {
    let head = app.office("head.35").await;
    let published = publishes(&head, "dikabarkan").await;
    let mut input = on(&published);
    input["reason"] = json!("Diganti.");
    does(&head, "retireRubric", input).await.unwrap();
    jenjang::feed::number(&app.services.db).await.unwrap();
    let document = "{ changes(first: 100) { nodes { kind subject { ... on ChangedRubric { code version rubric { status } } } } } }";
    for (name, told) in [
        ("expert1.ri", true),
        ("staff.35.02", true),
        ("head.35", true),
        ("head.32", false),
    ] {
        let data = app.office(name).await.data(document, json!({})).await;
        let of_rubrics = data["changes"]["nodes"].as_array().unwrap().iter();
        let of_rubrics: Vec<&Value> = of_rubrics
            .filter(|change| change["kind"].as_str().unwrap().starts_with("RUBRIC_"))
            .collect();
        let expected = ["RUBRIC_PUBLISHED", "RUBRIC_RETIRED"].map(|kind| {
            let rubric = json!({ "code": "dikabarkan", "version": 1, "rubric": { "status": "RETIRED" } });
            json!({ "kind": kind, "subject": rubric })
        });
        let expected: Vec<&Value> = expected.iter().filter(|_change| told).collect();
        assert_eq!(of_rubrics, expected, "{name}");
    }
}

async fn a_database_of_before_gets_the_rubric_that_ships_once(app: TestApp) {
    let database = Arc::clone(&app.database);
    app.stop().await;
    let db = Db::connect(&database.url, 1, Duration::from_secs(5)).await.unwrap();
    for statement in [
        // It names rubrics, which PostgreSQL minds.
        "DROP TABLE event_evaluation",
        "DROP TABLE score_sheet",
        "DROP TABLE score_draft",
        "DROP TABLE review_act",
        "DROP TABLE review_reminder",
        "DROP TABLE review_assignment",
        "DROP TABLE conflict",
        "DROP TABLE portfolio_entry",
        "DROP TABLE review_portfolio",
        "DROP TABLE rubric",
        "DELETE FROM seaql_migrations WHERE version IN \
         ('m20261123_000010_rubrics', 'm20261123_000011_review', 'm20261123_000014_review_reminders')",
        "DELETE FROM template WHERE code = 'laporan-akhir-kehumasan' AND version = 2",
    ] {
        db.reader().execute_unprepared(statement).await.unwrap();
    }
    for _start in 0..2 {
        let app = TestApp::on(Arc::clone(&database), Variation::default()).await;
        let shipped = rubric::Entity::find().filter(rubric::Column::Code.eq(FINAL_REPORT_RUBRIC));
        assert_eq!(shipped.count(app.services.db.reader()).await.unwrap(), 1);
        let office = app.office("head.35.02").await;
        let document = "{ rubrics { nodes { code status owner { parent { id } } versions { version } } } }";
        let found = office.data(document, json!({})).await["rubrics"]["nodes"].clone();
        let shipped = json!([{ "code": FINAL_REPORT_RUBRIC, "status": "PUBLISHED", "owner": { "parent": null },
            "versions": [{ "version": 1 }] }]);
        assert_eq!(found, shipped, "it is RI's");
        app.stop().await;
    }
}

on_both_databases! {
    a_province_makes_a_rubric_and_what_was_published_stays,
    a_next_version_tells_what_it_judges_by_otherwise,
    everything_wrong_is_told_at_once_and_where,
    a_command_sent_twice_is_done_once,
    lists_are_filtered_and_paged,
    the_feed_tells_of_rubrics_along_the_line,
    a_database_of_before_gets_the_rubric_that_ships_once,
}
