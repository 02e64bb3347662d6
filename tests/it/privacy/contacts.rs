//! Who is shown another person's contact leaves an entry, which that person can read.
use entity::contact_read;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::life::id_of;
use crate::{
    on_both_databases,
    support::{Office, TestApp},
};

const EMAIL: &str = "query($id: ID!) { node(id: $id) { ... on Account { name email } } }";

const READS: &str =
    "{ viewer { contactReads { totalCount nodes { at reader { name } readerSeats { localTitle unit { code } } } } } }";

/// Who read whom, in order.
async fn logged(app: &TestApp) -> Vec<(Uuid, Uuid)> {
    let rows = contact_read::Entity::find()
        .all(app.services.db.reader())
        .await
        .unwrap();
    let mut rows: Vec<_> = rows.into_iter().map(|row| (row.id, row)).collect();
    rows.sort_by_key(|(id, _row)| *id);
    rows.into_iter()
        .map(|(_id, row)| (row.reader_id, row.subject_id))
        .collect()
}

async fn reads(office: &Office<'_>) -> Value {
    office.data(READS, json!({})).await["viewer"]["contactReads"].clone()
}

async fn a_read_is_logged_once_for_each_person(app: TestApp) {
    let (province, colleague) = (app.office("head.32").await, app.office("staff.32.75").await);
    let (reader, subject) = (app.account("head.32").await, app.account("head.32.75").await);
    let id = id_of(&subject);
    let twice = "query($id: ID!) { a: node(id: $id) { ... on Account { email } } b: node(id: $id) { ... on Account { email } } }";
    let data = province.data(twice, json!({ "id": id })).await;
    assert_eq!(data["a"]["email"], subject.email);
    assert_eq!(
        logged(&app).await,
        [(reader.id, subject.id)],
        "before the answer was there"
    );

    // A list of people: each of them once, in one statement.
    let holders = "{ unit(code: \"32.75\") { seats { holders { account { email } } } } }";
    province.data(holders, json!({})).await;
    let statements = app.last_statements();
    assert_eq!(logged(&app).await.len(), 3);
    let inserts = statements.iter().filter(|statement| statement.starts_with("INSERT"));
    assert_eq!(inserts.count(), 1, "{statements:?}");

    colleague.data(EMAIL, json!({ "id": id })).await;
    let own = app.office("head.32.75").await;
    let told = reads(&own).await;
    assert_eq!(told["totalCount"], 3);
    let nodes = told["nodes"].as_array().unwrap();
    let named: Vec<&Value> = nodes.iter().map(|node| &node["reader"]["name"]).collect();
    let staff = app.account("staff.32.75").await;
    assert_eq!(
        named,
        [&json!(staff.name), &Value::Null, &Value::Null],
        "the latest first"
    );
    assert_eq!(
        nodes[1]["readerSeats"][0]["unit"]["code"], "32",
        "who sits above is told by seat"
    );
    assert_eq!(reads(&province).await["totalCount"], 0);
}

async fn what_is_not_read_is_not_logged(app: TestApp) {
    let own = app.office("head.32.75").await;
    let id = id_of(&app.account("head.32.75").await);
    own.data(EMAIL, json!({ "id": id })).await;
    own.data("{ viewer { account { email } } }", json!({})).await;
    let province = app.office("head.32").await;
    let name = "query($id: ID!) { node(id: $id) { ... on Account { name } } }";
    province.data(name, json!({ "id": id })).await;
    assert_eq!(app.last_statements(), Vec::<String>::new(), "it costs nothing");
    // The neighbour does not even see the person.
    let hidden = app.office("head.32.01").await.data(EMAIL, json!({ "id": id })).await;
    assert_eq!(hidden["node"], Value::Null);
    let skipped = "query($id: ID!) { node(id: $id) { ... on Account { email @skip(if: true) } } }";
    province.data(skipped, json!({ "id": id })).await;
    assert_eq!(logged(&app).await, []);
}

async fn what_cannot_be_logged_is_not_shown(app: TestApp) {
    let province = app.office("head.32").await;
    let subject = app.account("head.32.75").await;
    let connection = app.services.db.reader();
    let rename = "ALTER TABLE contact_read RENAME TO contact_read_away";
    connection.execute_unprepared(rename).await.unwrap();
    let headers = [("authorization", format!("Bearer {}", province.access_token))];
    let body = json!({ "query": EMAIL, "variables": { "id": id_of(&subject) } });
    let answer = app.post(&headers, body).await;
    assert_eq!((answer.code().as_str(), answer.status), ("INTERNAL_SERVER_ERROR", 200));
    assert!(answer.json()["data"].is_null());
    assert!(answer.json()["errors"][0]["extensions"]["requestId"].is_string());
    let text = String::from_utf8(answer.bytes).unwrap();
    assert!(
        !text.contains(&subject.email) && !text.contains(&subject.name),
        "{text}"
    );
    let own = province.data("{ viewer { account { email } } }", json!({})).await;
    assert_eq!(own["viewer"]["account"]["email"], "head.32@demo.jenjang.id");
}

async fn the_log_is_read_page_by_page(app: TestApp) {
    let province = app.office("head.32").await;
    let id = id_of(&app.account("head.32.75").await);
    for _time in 0..3 {
        province.data(EMAIL, json!({ "id": id })).await;
    }
    let own = app.office("head.32.75").await;
    let page = "query($first: Int, $last: Int, $after: String, $before: String) { viewer { contactReads(first: $first, last: $last, after: $after, before: $before) { edges { cursor node { at } } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } } }";
    let ask = async |variables: Value| own.data(page, variables).await["viewer"]["contactReads"].clone();
    let first = ask(json!({ "first": 2 })).await;
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let rest = ask(json!({ "first": 2, "after": first["pageInfo"]["endCursor"] })).await;
    assert_eq!(
        (
            rest["edges"].as_array().unwrap().len(),
            &rest["pageInfo"]["hasNextPage"]
        ),
        (1, &json!(false))
    );
    let last = ask(json!({ "last": 1 })).await;
    assert_eq!(last["edges"], rest["edges"]);
    let before = ask(json!({ "last": 2, "before": rest["pageInfo"]["startCursor"] })).await;
    assert_eq!(before["edges"], first["edges"]);
    let foreign = own.ask(page, json!({ "first": 1, "after": "bukan-kursor" })).await;
    assert_eq!(foreign["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    let nobody = app.ask(None, READS, json!({})).await;
    assert_eq!(nobody["data"]["viewer"], Value::Null);
}

on_both_databases!(
    a_read_is_logged_once_for_each_person,
    what_is_not_read_is_not_logged,
    what_cannot_be_logged_is_not_shown,
    the_log_is_read_page_by_page,
);
