//! Who hears of awards: by notices and in the feed.
use jenjang::{feed, notice::telling};
use serde_json::{Value, json};

use super::{drafts, plan, reckoned, steps};
use crate::{
    on_both_databases,
    support::{Office, TestApp, app::Variation},
};

/// Tells everything there is, beside what the server does by itself.
pub async fn tell(app: &TestApp) {
    feed::number(&app.services.db).await.unwrap();
    while telling::tell(&app.services).await.unwrap() > 0 {}
}

/// What an office was told of awards, the latest first.
pub async fn told(office: &Office<'_>) -> Vec<Value> {
    let document = "{ viewer { notices(first: 50) { nodes { kind message unit { code } awardEdition { title } } } } }";
    let data = office.data(document, json!({})).await;
    let nodes = data["viewer"]["notices"]["nodes"].as_array().unwrap().clone();
    nodes
        .into_iter()
        .filter(|node| !node["awardEdition"].is_null())
        .collect()
}

/// The kinds of what an office was told of awards, the latest first.
pub async fn kinds_told(office: &Office<'_>) -> Vec<String> {
    let told = told(office).await;
    told.iter()
        .map(|notice| notice["kind"].as_str().unwrap().to_owned())
        .collect()
}

/// What the feed shows an office of awards, in order: the kind and the unit.
pub async fn changes(office: &Office<'_>) -> Vec<(String, String)> {
    let document = "query($after: String) { changes(after: $after, first: 100) { pageInfo { endCursor hasNextPage } nodes { kind \
         subject { ... on ChangedAwardEdition { edition { id } unit { code } } } } } }";
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = office.data(document, json!({ "after": after })).await["changes"].clone();
        for node in page["nodes"].as_array().unwrap() {
            if let Some(unit) = node["subject"]["unit"]["code"].as_str() {
                found.push((node["kind"].as_str().unwrap().to_owned(), unit.to_owned()));
            }
        }
        if page["pageInfo"]["hasNextPage"] == false {
            return found;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

async fn who_may_enter_hears_that_entries_are_taken(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let issuer = app.office("head.35").await;
    let (head, clerk) = (app.office("head.35.02").await, app.office("staff.35.02").await);
    let (beneath, elsewhere) = (app.office("head.35.02.01").await, app.office("head.32").await);
    let edition = drafts(&issuer, plan(&issuer, &[reckoned("Ketepatan", 3)]))
        .await
        .unwrap();
    tell(&app).await;
    assert!(changes(&issuer).await.is_empty(), "a draft is no news");
    let edition = steps(&issuer, "publishAwardRules", &edition).await.unwrap();
    let edition = steps(&issuer, "openNominations", &edition).await.unwrap();
    tell(&app).await;
    let notices = told(&head).await;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(notices[0]["kind"], "AWARD_NOMINATIONS_OPENED");
    assert_eq!(notices[0]["message"], "Kehumasan Terbaik 2024: entri dapat diajukan.");
    assert_eq!(notices[0]["unit"]["code"], "35");
    for office in [&issuer, &clerk, &beneath, &elsewhere] {
        assert!(told(office).await.is_empty(), "{}", office.name);
    }
    let shown = |kinds: &[&str]| -> Vec<(String, String)> {
        kinds.iter().map(|kind| ((*kind).to_owned(), "35".to_owned())).collect()
    };
    let opened = ["AWARD_RULES_PUBLISHED", "AWARD_NOMINATIONS_OPENED"];
    for office in [&issuer, &head, &clerk, &beneath] {
        assert_eq!(changes(office).await, shown(&opened), "{}", office.name);
    }
    assert!(changes(&elsewhere).await.is_empty(), "another province's");
    let void =
        json!({ "edition": edition["id"], "expectedVersion": edition["version"], "reason": "Anggaran ditiadakan" });
    issuer.command("voidAwardEdition", super::EDITION, void).await.unwrap();
    tell(&app).await;
    assert_eq!(
        kinds_told(&head).await,
        ["AWARD_NOMINATIONS_OPENED"],
        "nobody had entered"
    );
    assert_eq!(changes(&head).await.last().unwrap().0, "AWARD_EDITION_VOIDED");
}

on_both_databases!(who_may_enter_hears_that_entries_are_taken);
