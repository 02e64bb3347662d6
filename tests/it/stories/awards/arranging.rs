//! An edition is drafted, its rules are published, and nobody changes them any more.
use std::sync::Arc;

use jenjang::{clock::StillClock, digest::sha256, graphql::id::Kind};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{EDITION, drafts, judged, knows, owned, plan, reckoned, refusals, steps};
use crate::{
    on_both_databases,
    stories::rubrics,
    support::{TestApp, app::Variation},
};

async fn rules_are_published_under_one_hash_and_change_no_more(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (coordinator, expert) = (app.office("coordinator.ri").await, app.office("expert1.ri").await);
    let (province, city) = (app.office("head.32").await, app.office("head.35.02").await);
    let rubric = rubrics::publishes(&coordinator, "kehumasan").await;
    let categories = [judged("Media sosial", &rubric), reckoned("Ketepatan", 10)];
    let edition = drafts(&coordinator, plan(&coordinator, &categories)).await.unwrap();
    assert_eq!((&edition["status"], &edition["version"]), (&json!("DRAFT"), &json!(1)));
    for office in [&expert, &province, &city] {
        assert!(!knows(office, &edition).await, "{} knows of a draft", office.name);
    }

    // A category that stays keeps its id; what is left out stays as it was.
    let mut kept = judged("Media sosial dan situs", &rubric);
    kept["id"] = edition["categories"][0]["id"].clone();
    let edit = json!({
        "edition": edition["id"], "expectedVersion": 1, "title": "Anugerah Kehumasan", "categories": [reckoned("Ketepatan", 3), kept],
    });
    let edited = coordinator
        .command("editAwardEdition", EDITION, edit.clone())
        .await
        .unwrap();
    let edited = edited["edition"].clone();
    assert_eq!(edited["categories"][1]["id"], edition["categories"][0]["id"]);
    assert_ne!(edited["categories"][0]["id"], edition["categories"][1]["id"]);
    let late = coordinator
        .command("editAwardEdition", EDITION, edit)
        .await
        .unwrap_err();
    assert_eq!(late.code, "STALE_VERSION");

    let published = steps(&coordinator, "publishAwardRules", &edited).await.unwrap();
    assert_eq!(published["status"], "RULES_PUBLISHED");
    for office in [&province, &city] {
        assert!(knows(office, &edition).await, "{}", office.name);
    }
    assert!(
        !knows(&expert, &edition).await,
        "who judges nothing of it and works for no unit"
    );
    let document = "query($id: ID!) { awardEdition(id: $id) { rules rulesSha256 viewerCanEdit viewerSteps acts { kind } \
         categories { title criteria { key source rubric { code } } } } }";
    let read = city.data(document, json!({ "id": edition["id"] })).await["awardEdition"].clone();
    let rules = read["rules"].as_str().unwrap();
    assert_eq!(read["rulesSha256"], sha256(rules), "the hash is over the text itself");
    let told: Value = serde_json::from_str(rules).unwrap();
    assert_eq!(told["title"], "Anugerah Kehumasan");
    let criteria = &told["categories"][1]["criteria"][0]["rubric"]["criteria"];
    assert!(
        criteria.as_array().is_some_and(|criteria| !criteria.is_empty()),
        "rubrics are told in full"
    );
    assert_eq!((&read["viewerSteps"], &read["acts"]), (&json!([]), &Value::Null));
    let own = coordinator.data(document, json!({ "id": edition["id"] })).await["awardEdition"].clone();
    assert_eq!(
        (&own["viewerCanEdit"], &own["viewerSteps"]),
        (&json!(false), &json!(["OPEN_NOMINATIONS", "VOID"]))
    );
    assert_eq!(own["acts"].as_array().unwrap().len(), 3);
    let edit = json!({ "edition": edition["id"], "expectedVersion": published["version"], "title": "Lain" });
    let refusal = coordinator
        .command("editAwardEdition", EDITION, edit)
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.field.as_str()),
        ("WRONG_STATE", "edition")
    );
}

async fn entries_are_taken_for_as_long_as_was_promised(app: TestApp) {
    let clock = StillClock::at(chrono::Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let app = app.varied(variation).await;
    let office = app.office("head.32").await;
    let edition = super::opens(&office, &[reckoned("Ketepatan", 3)]).await;
    let early = steps(&office, "closeNominations", &edition).await.unwrap_err();
    assert_eq!(
        (early.code.as_str(), early.field.as_str()),
        ("WRONG_STATE", "edition.entriesBy")
    );
    clock.advance(chrono::Duration::days(11));
    let office = app.office("head.32").await;
    let closed = steps(&office, "closeNominations", &edition).await.unwrap();
    assert_eq!(closed["status"], "VERIFICATION");
    let without = json!({ "edition": edition["id"], "expectedVersion": closed["version"], "reason": " " });
    assert_eq!(
        refusals(&office, "voidAwardEdition", without.clone()).await,
        owned([("REQUIRED", "reason")])
    );
    let mut given = without;
    given["reason"] = json!("Anggaran ditiadakan");
    let void = office.command("voidAwardEdition", EDITION, given).await.unwrap();
    assert_eq!(void["edition"]["status"], "VOID");
}

async fn everything_wrong_with_an_edition_is_told_at_once(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (coordinator, province) = (app.office("coordinator.ri").await, app.office("head.32").await);
    let draft = rubrics::drafts(&coordinator, "belum-terbit").await;
    let mut judged = judged("Media sosial", &draft);
    judged["scheme"] = json!("SINGLE");
    judged["tieBreaks"] = json!(["lain"]);
    judged["shortlist"] = json!(0);
    let mut reckoned = reckoned("", 10);
    reckoned["tier"] = json!("KECAMATAN");
    reckoned["sheetsMinimum"] = json!(2);
    reckoned["criteria"] = json!([
        { "key": "siaran", "title": "Siaran pers", "weight": 0, "source": "REPORTED", "template": "laporan-akhir-kehumasan", "field": "tidak-ada", "full": "10" },
        { "key": "siaran", "title": "Siaran pers", "weight": 1, "source": "REPORTED", "template": "tidak-ada", "field": "x", "full": "0" },
    ]);
    let mut input = plan(&coordinator, &[judged, reckoned]);
    input["title"] = json!(" ");
    input["evidenceTo"] = json!("2023-12-31");
    input["timeZone"] = json!("Mars/Olympus");
    input["objectionDays"] = json!(400);
    let expected = owned([
        ("REQUIRED", "title"),
        ("INVALID", "timeZone"),
        ("INVALID", "evidenceTo"),
        ("INVALID", "objectionDays"),
        ("INVALID", "categories.0.shortlist"),
        ("INVALID", "categories.0.places"),
        ("NOT_FOUND", "categories.0.criteria.0.rubric"),
        ("INVALID", "categories.0.tieBreaks.0"),
        ("REQUIRED", "categories.1.title"),
        ("INVALID", "categories.1.tier"),
        ("INVALID", "categories.1.criteria.1.key"),
        ("INVALID", "categories.1.criteria.0.weight"),
        ("NOT_FOUND", "categories.1.criteria.0.field"),
        ("NOT_FOUND", "categories.1.criteria.1.template"),
        ("INVALID", "categories.1.criteria.1.full"),
        ("INVALID", "categories.1.sheetsMinimum"),
    ]);
    assert_eq!(refusals(&coordinator, "createAwardEdition", input).await, expected);

    // A province honours its kabupaten/kota, in one round.
    let rubric = rubrics::publishes(&coordinator, "kehumasan").await;
    let mut shortlisted = super::judged("Media sosial", &rubric);
    shortlisted["shortlist"] = json!(3);
    let mut above = super::reckoned("Provinsi", 3);
    above["tier"] = json!("PROVINSI");
    let input = plan(&province, &[shortlisted, above]);
    let expected = owned([("INVALID", "categories.0.shortlist"), ("INVALID", "categories.1.tier")]);
    assert_eq!(refusals(&province, "createAwardEdition", input).await, expected);
    let absent = Kind::File.id(Uuid::from_u128(7));
    let mut input = plan(&province, &[]);
    input["letter"] = json!({ "number": "0083/HM.00.00/K.JB/03/2025", "date": "2025-03-04" });
    input["letterFile"] = json!(absent);
    assert_eq!(
        refusals(&province, "createAwardEdition", input).await,
        owned([("NOT_FOUND", "letterFile")])
    );
    let empty = drafts(&province, plan(&province, &[])).await.unwrap();
    let letter = json!({ "edition": empty["id"], "expectedVersion": 1, "letterFile": absent,
        "letter": { "number": "0083/HM.00.00/K.JB/03/2025", "date": "2025-03-04" } });
    assert_eq!(
        refusals(&province, "editAwardEdition", letter).await,
        owned([("NOT_FOUND", "letterFile")])
    );
    let refusal = steps(&province, "publishAwardRules", &empty).await.unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.field.as_str()),
        ("REQUIRED", "categories")
    );
}

on_both_databases!(
    rules_are_published_under_one_hash_and_change_no_more,
    entries_are_taken_for_as_long_as_was_promised,
    everything_wrong_with_an_edition_is_told_at_once,
);
