//! Awards: from the rules to the honours, as issuers, entrants and jurors live through it.
mod arranging;
mod bounds;
pub mod computing;
pub mod entries;
mod honours;
mod inbox;
pub mod judging;
pub mod news;
mod whole;

use serde_json::{Value, json};

use crate::support::{Office, Refusal, office::command_document, rounds::in_days};

pub const EDITION: &str = "edition { id version status rulesSha256 categories { id title } }";

/// What a category is drafted with that jurors judge by a rubric: three ranked places and a nominee.
pub fn judged(title: &str, rubric: &Value) -> Value {
    json!({
        "title": title,
        "tier": "KABUPATEN_KOTA",
        "scheme": "RANKED",
        "places": 3,
        "nominees": 1,
        "criteria": [{ "key": "juri", "title": "Penilaian juri", "weight": 100, "source": "RUBRIC", "rubric": rubric["id"] }],
        "tieBreaks": ["juri"],
        "sheetsMinimum": 2,
    })
}

/// What a category is drafted with that nobody has to judge: so many equals, by who submitted in time.
pub fn reckoned(title: &str, places: i32) -> Value {
    json!({
        "title": title,
        "tier": "KABUPATEN_KOTA",
        "scheme": "UNRANKED",
        "places": places,
        "criteria": [{ "key": "tepat-waktu", "title": "Ketepatan waktu", "weight": 1, "source": "ON_TIME" }],
    })
}

/// What an edition of the unit of an office is drafted with: of the year 2024, entries for ten days.
pub fn plan(office: &Office<'_>, categories: &[Value]) -> Value {
    let now = office.app.services.clock.now();
    json!({
        "title": "Kehumasan Terbaik 2024",
        "evidenceFrom": "2024-01-01",
        "evidenceTo": "2024-12-31",
        "entriesBy": in_days(now, 10),
        "categories": categories,
    })
}

/// Drafts an edition.
pub async fn drafts(office: &Office<'_>, input: Value) -> Result<Value, Refusal> {
    let payload = office.command("createAwardEdition", EDITION, input).await?;
    Ok(payload["edition"].clone())
}

/// Takes an edition one step on that asks for nothing.
pub async fn steps(office: &Office<'_>, command: &str, edition: &Value) -> Result<Value, Refusal> {
    let input = json!({ "edition": edition["id"], "expectedVersion": edition["version"] });
    let payload = office.command(command, EDITION, input).await?;
    Ok(payload["edition"].clone())
}

/// Drafts an edition, publishes its rules and takes entries.
pub async fn opens(office: &Office<'_>, categories: &[Value]) -> Value {
    let edition = drafts(office, plan(office, categories)).await.unwrap();
    let edition = steps(office, "publishAwardRules", &edition).await.unwrap();
    steps(office, "openNominations", &edition).await.unwrap()
}

/// What an office is shown of an edition: alike by its id, as a node and in the list.
pub async fn knows(office: &Office<'_>, edition: &Value) -> bool {
    let document = "query($id: ID!) { awardEdition(id: $id) { id } node(id: $id) { id } awardEditions { nodes { id } totalCount } }";
    let data = office.data(document, json!({ "id": edition["id"] })).await;
    let listed = data["awardEditions"]["nodes"].as_array().unwrap();
    let known = listed.iter().any(|node| node["id"] == edition["id"]);
    assert_eq!(data["awardEdition"].is_object(), known, "{}", office.name);
    assert_eq!(data["node"].is_object(), known, "{}", office.name);
    assert_eq!(data["awardEditions"]["totalCount"], listed.len(), "{}", office.name);
    known
}

/// Everything that stands in the way of a command: the code and the path of each.
pub async fn refusals(office: &Office<'_>, command: &str, input: Value) -> Vec<(String, String)> {
    let document = command_document(command, "userErrors { code }");
    let answer = office.ask(&document, json!({ "input": input })).await;
    let errors = answer["data"][command]["userErrors"].as_array().cloned();
    let errors = errors.unwrap_or_else(|| panic!("{answer}"));
    let placed = |problem: &Value| {
        let path = problem["field"].as_array().unwrap().iter();
        let path: Vec<&str> = path.map(|part| part.as_str().unwrap()).collect();
        (problem["code"].as_str().unwrap().to_owned(), path.join("."))
    };
    errors.iter().map(placed).collect()
}

/// Those that are expected.
pub fn owned<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected.map(|(code, path)| (code.to_owned(), path.to_owned())).into()
}
