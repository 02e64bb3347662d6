//! The hierarchy of any day, asked field by field, beside the one in force.
use chrono::{Days, NaiveDate};
use entity::unit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use uuid::Uuid;

use super::hierarchy::changes;
use crate::{
    on_both_databases,
    support::{Office, TestApp},
};

/// Panwaslu Kecamatan beneath Ponorogo, formed with its neighbours on 2024-05-25.
const KECAMATAN: &str = "35.02.18";

/// A unit as of a day, or as it is in force: every field that takes `on`.
async fn then(office: &Office<'_>, id: &str, on: Option<&str>) -> Value {
    let document = "query($id: ID!, $on: Date) { unit(id: $id) { exists(on: $on) name(on: $on) code(on: $on) \
         parent(on: $on) { code } actingSuperior(on: $on) { code } path(on: $on) { code } \
         ancestors(on: $on) { totalCount nodes { code } } } }";
    let data = office.data(document, json!({ "id": id, "on": on })).await;
    data["unit"].clone()
}

fn codes(units: &Value) -> Vec<&str> {
    let units = units.as_array().unwrap().iter();
    units.map(|unit| unit["code"].as_str().unwrap()).collect()
}

/// How many units are beneath one by each way to ask.
async fn beneath(office: &Office<'_>, id: &str, on: Option<&str>) -> [u64; 4] {
    let document = "query($id: ID!, $on: Date) { unit(id: $id) { \
         children(on: $on) { totalCount } descendants(on: $on, tier: {eq: KECAMATAN}) { totalCount } } \
         parent: units(on: $on, filter: {parent: {eq: $id}}) { totalCount } \
         underneath: units(on: $on, filter: {underneath: {eq: $id}, tier: {eq: KECAMATAN}}) { totalCount } }";
    let data = office.data(document, json!({ "id": id, "on": on })).await;
    let unit = &data["unit"];
    [
        &unit["children"],
        &unit["descendants"],
        &data["parent"],
        &data["underneath"],
    ]
    .map(|list| list["totalCount"].as_u64().unwrap())
}

async fn a_move_is_true_on_both_sides_of_its_day(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let today = app.services.clock.today();
    let ahead = (today + Days::new(10)).to_string();
    let (unit, ponorogo) = (admin.unit(KECAMATAN).await, admin.unit("35.02").await);
    let (jember, lumajang) = (admin.unit("35.09").await, admin.unit("35.08").await);
    let past = json!({ "unit": unit, "expectedVersion": 1, "parent": jember, "on": "2025-03-01" });
    changes(&admin, "moveUnit", past).await.unwrap();
    let coming = json!({ "unit": unit, "expectedVersion": 2, "parent": lumajang, "on": ahead });
    changes(&admin, "moveUnit", coming).await.unwrap();

    let eve = (today + Days::new(9)).to_string();
    for (on, above) in [
        (Some("2024-05-25"), "35.02"),
        (Some("2025-02-28"), "35.02"),
        (Some("2025-03-01"), "35.09"),
        (None, "35.09"),
        (Some(eve.as_str()), "35.09"),
        (Some(ahead.as_str()), "35.08"),
    ] {
        let seen = then(&admin, &unit, on).await;
        assert_eq!(seen["exists"], true, "{on:?}");
        assert_eq!(seen["parent"]["code"], above, "{on:?}");
        assert_eq!(codes(&seen["path"]), ["RI", "35", above, KECAMATAN], "{on:?}");
        assert_eq!(codes(&seen["ancestors"]["nodes"]), [above, "35", "RI"], "{on:?}");
    }
    let never = then(&admin, &unit, Some("2024-05-24")).await;
    let nowhere = json!({
        "exists": false, "name": "Panwaslu Kecamatan Siman", "code": KECAMATAN, "parent": null, "actingSuperior": null,
        "path": [], "ancestors": { "totalCount": 0, "nodes": [] },
    });
    assert_eq!(
        (&never["exists"], &never["parent"], &never["path"], &never["ancestors"]),
        (
            &nowhere["exists"],
            &nowhere["parent"],
            &nowhere["path"],
            &nowhere["ancestors"]
        )
    );
    assert_eq!(beneath(&admin, &ponorogo, Some("2024-05-24")).await, [0; 4]);
    assert_eq!(beneath(&admin, &ponorogo, Some("2025-02-28")).await, [21; 4]);
    assert_eq!(beneath(&admin, &ponorogo, Some("2025-03-01")).await, [20; 4]);
    assert_eq!(beneath(&admin, &ponorogo, None).await, [20; 4]);
    assert_eq!(beneath(&admin, &jember, Some("2025-03-01")).await, [1; 4]);
    assert_eq!(beneath(&admin, &jember, Some(&ahead)).await, [0; 4]);
    assert_eq!(beneath(&admin, &lumajang, Some(&ahead)).await, [1; 4]);
}

async fn a_name_is_found_on_the_days_it_was_borne(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let unit = admin.unit(KECAMATAN).await;
    let before = then(&admin, &unit, None).await["name"].as_str().unwrap().to_owned();
    let ahead = (app.services.clock.today() + Days::new(10)).to_string();
    let names = [
        ("Panwaslu Kecamatan Mawar", "2025-03-01"),
        ("Panwaslu Kecamatan Melati", &ahead),
    ];
    for (version, (name, on)) in names.iter().enumerate() {
        let input = json!({ "unit": unit, "expectedVersion": version + 1, "name": name, "on": on });
        changes(&admin, "renameUnit", input).await.unwrap();
    }
    let document = "query($on: Date, $name: String) { units(on: $on, search: $name) { nodes { id name name_then: name(on: $on) } } }";
    for (on, name) in [
        (Some("2025-02-28"), before.as_str()),
        (Some("2025-03-01"), names[0].0),
        (None, names[0].0),
        (Some(ahead.as_str()), names[1].0),
    ] {
        assert_eq!(then(&admin, &unit, on).await["name"], name, "{on:?}");
        for (searched, _on) in &names {
            let data = admin.data(document, json!({ "on": on, "name": searched })).await;
            let nodes = &data["units"]["nodes"];
            let expected = if *searched == name {
                json!([{ "id": unit, "name": names[0].0, "name_then": name }])
            } else {
                json!([])
            };
            assert_eq!(
                nodes, &expected,
                "{searched} on {on:?}: a field that takes no day is of today"
            );
        }
    }
    assert_eq!(then(&admin, &unit, Some("2000-01-01")).await["name"], before.as_str());
}

async fn a_day_belongs_to_the_cursor(app: TestApp) {
    let office = app.office("head.18").await;
    let document = "query($on: Date, $after: String) { unit(code: \"35.02\") { \
         children(on: $on, first: 2, after: $after) { nodes { code } pageInfo { endCursor } } } }";
    let page = async |on: Value, after: Value| office.ask(document, json!({ "on": on, "after": after })).await;
    let first = page(json!("2025-01-01"), Value::Null).await;
    let cursor = first["data"]["unit"]["children"]["pageInfo"]["endCursor"].clone();
    let next = page(json!("2025-01-01"), cursor.clone()).await;
    assert_eq!(
        codes(&next["data"]["unit"]["children"]["nodes"]),
        ["35.02.03", "35.02.04"]
    );
    for other in [json!("2025-01-02"), Value::Null] {
        let foreign = page(other.clone(), cursor.clone()).await;
        assert_eq!(
            foreign["errors"][0]["extensions"]["code"], "BAD_USER_INPUT",
            "{other}: {foreign}"
        );
    }
    let ancestors =
        "{ unit(code: \"35.02.18\") { ancestors(first: 1) { nodes { code } pageInfo { endCursor hasNextPage } } } }";
    let data = office.data(ancestors, json!({})).await;
    let cursor = &data["unit"]["ancestors"]["pageInfo"]["endCursor"];
    let more = "query($after: String) { unit(code: \"35.02.18\") { ancestors(after: $after) { nodes { code } } } }";
    let data = office.data(more, json!({ "after": cursor })).await;
    assert_eq!(codes(&data["unit"]["ancestors"]["nodes"]), ["35", "RI"]);
}

async fn counts_of_every_child_cost_no_statement(app: TestApp) {
    let office = app.office("observer.32").await;
    let document = "query($on: Date) { unit(code: \"35\") { children(on: $on, first: 38) { totalCount nodes { \
         name(on: $on) parent(on: $on) { name } ancestors(first: 2) { totalCount } \
         children(on: $on, first: 5) { totalCount } } } descendants(on: $on, first: 1) { totalCount } } }";
    for on in [json!("2025-01-01"), Value::Null] {
        let data = office.data(document, json!({ "on": on })).await;
        assert_eq!(data["unit"]["children"]["totalCount"], 38);
        assert_eq!(data["unit"]["descendants"]["totalCount"], 38 + 21);
        assert_eq!(app.last_statements(), Vec::<String>::new(), "{on}");
    }
}

/// Writes the days of a unit, as commands of other stories do.
async fn lives(app: &TestApp, code: &str, from: NaiveDate, to: NaiveDate) -> Uuid {
    let id = app.unit(code);
    app.change_directory(async |connection| {
        unit::Entity::update_many()
            .col_expr(unit::Column::FormedOn, Expr::value(from))
            .col_expr(unit::Column::DissolvedOn, Expr::value(to))
            .filter(unit::Column::Id.eq(id))
            .exec(connection)
            .await
            .unwrap();
    })
    .await;
    app.reload_directory().await;
    id
}

async fn what_is_dissolved_stays_with_its_keeper_and_what_never_was_is_nowhere(app: TestApp) {
    let office = app.office("head.18").await;
    let (ponorogo, dissolved) = (office.unit("35.02").await, office.unit(KECAMATAN).await);
    let formed = NaiveDate::from_ymd_opt(2024, 5, 25).unwrap();
    lives(&app, KECAMATAN, formed, NaiveDate::from_ymd_opt(2025, 2, 1).unwrap()).await;
    assert_eq!(beneath(&office, &ponorogo, None).await, [21; 4], "in force: kept");
    assert_eq!(beneath(&office, &ponorogo, Some("2025-01-31")).await, [21; 4]);
    assert_eq!(beneath(&office, &ponorogo, Some("2025-02-01")).await, [20; 4]);
    let by_code = "query($code: String!, $on: Date) { unit(code: $code, on: $on) { id } }";
    let found = async |code: &str, on: Option<&str>| {
        let data = office.data(by_code, json!({ "code": code, "on": on })).await;
        data["unit"]["id"].as_str().map(str::to_owned)
    };
    assert_eq!(found(KECAMATAN, Some("2025-01-31")).await, Some(dissolved.clone()));
    assert_eq!(found(KECAMATAN, Some("2025-02-01")).await, None);
    assert_eq!(
        found(KECAMATAN, None).await,
        Some(dissolved.clone()),
        "kept in the tree in force"
    );
    assert_eq!(then(&office, &dissolved, None).await["exists"], false);
    assert_eq!(then(&office, &dissolved, None).await["parent"]["code"], "35.02");

    let undone = office.unit("35.02.17").await;
    lives(&app, "35.02.17", formed, formed).await;
    assert_eq!(beneath(&office, &ponorogo, None).await, [20; 4]);
    assert_eq!(found("35.02.17", None).await, None);
    assert_eq!(found("35.02.17", Some("2024-05-25")).await, None);
    assert_eq!(
        then(&office, &undone, None).await["exists"],
        false,
        "by its id it is there"
    );
}

on_both_databases!(
    a_move_is_true_on_both_sides_of_its_day,
    a_name_is_found_on_the_days_it_was_borne,
    a_day_belongs_to_the_cursor,
    counts_of_every_child_cost_no_statement,
    what_is_dissolved_stays_with_its_keeper_and_what_never_was_is_nowhere,
);
