//! Bodies are formed, split and merged, somebody acts for a parent, and each of it can be undone.
use std::{collections::BTreeMap, sync::Arc};

use chrono::{Duration, NaiveDate, Utc};
use entity::{
    audit_leaf,
    enums::{Function, RegionKind, Tier},
    handover_expected, holder, outbox_event, region, report, seat, template, unit, unit_change, unit_fact, unit_touch,
};
use jenjang::{background, clock::StillClock, clock::new_id, graphql::id::Kind, territory};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{KECAMATAN, gathering::schedules, hierarchy::changes};
use crate::{
    on_both_databases,
    support::{
        Office, TestApp,
        app::Variation,
        people::{Tenure, day},
    },
};

/// The id and the version of a unit.
pub async fn seen(office: &Office<'_>, code: &str) -> (String, i64) {
    let document = "query($code: String!) { unit(code: $code) { id version } }";
    let data = office.data(document, json!({ "code": code })).await;
    let id = data["unit"]["id"].as_str().unwrap_or_else(|| panic!("no unit {code}"));
    (id.to_owned(), data["unit"]["version"].as_i64().unwrap())
}

/// The id of a region by its code.
pub async fn region(office: &Office<'_>, code: &str) -> String {
    let document = "query($code: String!) { regions(filter: { code: { eq: $code } }) { nodes { id } } }";
    let data = office.data(document, json!({ "code": code })).await;
    data["regions"]["nodes"][0]["id"].as_str().unwrap().to_owned()
}

/// The ids of the units beneath one, by code.
pub async fn children(office: &Office<'_>, code: &str) -> Vec<String> {
    let document = "query($code: String!) { unit(code: $code) { children(first: 100) { nodes { id dissolvedOn } } } }";
    let data = office.data(document, json!({ "code": code })).await;
    let nodes = data["unit"]["children"]["nodes"].as_array().unwrap().clone();
    let existing = nodes.iter().filter(|node| node["dissolvedOn"].is_null());
    existing.map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

/// A region that the list has not, as a new law makes one.
pub async fn makes_region(app: &TestApp, code: &str, kind: RegionKind, name: &str) -> String {
    let directory = app.services.directory.load();
    let parent = code.rsplit_once('.').map(|(above, _last)| above);
    let parent = parent.and_then(|code| directory.regions().iter().find(|region| region.code == code));
    let row = region::Model {
        id: new_id(app.services.clock.now()),
        code: code.to_owned(),
        kind,
        name: name.to_owned(),
        parent_id: parent.map(|region| region.id),
        valid_from: None,
        valid_to: None,
        state_from: None,
        edition_id: None,
        ended_by: None,
    };
    let id = Kind::Region.id(row.id).to_string();
    app.change_directory(async |connection| {
        row.into_active_model().insert(connection).await.unwrap();
    })
    .await;
    app.reload_directory().await;
    id
}

/// Everything the commands write, as it stands.
pub async fn tables(app: &TestApp) -> BTreeMap<&'static str, String> {
    macro_rules! rows {
        ($($table:ident),*) => {
            [$((
                stringify!($table),
                {
                    let rows = $table::Entity::find().all(app.services.db.reader()).await.unwrap();
                    let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
                    rows.sort();
                    rows.join("\n")
                },
            )),*]
        };
    }
    let mut tables = BTreeMap::from(rows![unit, unit_fact, unit_change, unit_touch, seat, holder, report]);
    let reader = app.services.db.reader();
    // The sequencer numbers and links them meanwhile.
    let events = outbox_event::Entity::find().count(reader).await.unwrap();
    let leaves = audit_leaf::Entity::find().count(reader).await.unwrap();
    let version = territory::query::version(reader).await.unwrap();
    tables.insert("version", version.to_string());
    tables.insert("outbox_event", events.to_string());
    tables.insert("audit_leaf", leaves.to_string());
    tables
}

/// That nothing has changed, and if so, what.
async fn unchanged(app: &TestApp, before: &BTreeMap<&'static str, String>, after: &str) {
    let now = tables(app).await;
    let otherwise: Vec<&&str> = now.keys().filter(|table| now[*table] != before[*table]).collect();
    assert!(otherwise.is_empty(), "after {after}: {otherwise:?}");
}

/// Shows what a command would do, which changes nothing, and does it, which is what was shown.
async fn does(app: &TestApp, office: &Office<'_>, command: &str, input: Value) -> Value {
    let before = tables(app).await;
    let mut dry = input.clone();
    dry["dryRun"] = json!(true);
    let shown = changes(office, command, dry)
        .await
        .unwrap_or_else(|refusal| panic!("{command} as a dry run: {refusal}"));
    unchanged(app, &before, &format!("a dry run of {command}")).await;
    assert_eq!(shown["change"], json!(null));
    let done = changes(office, command, input)
        .await
        .unwrap_or_else(|refusal| panic!("{command}: {refusal}"));
    assert_ne!(done["change"], json!(null));
    assert_eq!(done["unitCount"], shown["unitCount"]);
    let touches = |outcome: &Value| outcome["touches"]["nodes"].as_array().unwrap().clone();
    for (done, shown) in touches(&done).iter().zip(&touches(&shown)) {
        // A unit that would only be formed is not there to be shown as the one above.
        let done = if shown["above"].is_null() {
            with(done, json!({ "above": null }))
        } else {
            done.clone()
        };
        assert_eq!(&done, shown, "what the dry run of {command} showed");
    }
    done
}

async fn undoes(app: &TestApp, office: &Office<'_>, done: &Value) -> Value {
    does(app, office, "undoUnitChange", json!({ "change": done["change"]["id"] })).await
}

/// Tries inputs that are refused, each with the code and the field of the refusal. Nothing changes.
async fn refuses(app: &TestApp, office: &Office<'_>, command: &str, tried: Vec<(Value, &str)>) {
    let before = tables(app).await;
    for (input, refusal) in tried {
        let told = changes(office, command, input.clone()).await;
        assert_eq!(told.err().as_deref(), Some(refusal), "{command} of {input}");
    }
    unchanged(app, &before, &format!("refusals of {command}")).await;
}

/// Input with some of its fields otherwise.
fn with(input: &Value, other: Value) -> Value {
    let mut input = input.clone();
    for (field, value) in other.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

/// What is in force in the tables is what the history says of today, for units and for the reports they wrote.
async fn what_is_in_force_is_what_history_says(app: &TestApp) {
    let directory = territory::query::load(app.services.db.reader()).await.unwrap();
    let (history, today) = (&directory.history, app.services.clock.today());
    history.check().unwrap();
    for unit in directory.tree.all() {
        let life = history.life(unit.id).unwrap();
        let in_force = life.in_force(today);
        assert_eq!(in_force.name.as_ref(), unit.name);
        assert_eq!(in_force.parent, unit.parent, "{}", unit.name);
        assert_eq!(in_force.acting_superior, unit.acting_superior, "{}", unit.name);
    }
    for row in report::Entity::find().all(app.services.db.reader()).await.unwrap() {
        let own = history.life(row.unit_id).unwrap();
        let at = |tier: Tier| {
            let mut line = std::iter::once(own).chain(history.ancestors_on(own.id, today));
            line.find(|life| life.tier == tier).map(|life| life.id)
        };
        let kept = (row.provinsi_id, row.kabupaten_kota_id, row.kecamatan_id);
        let said = (at(Tier::Provinsi), at(Tier::KabupatenKota), at(Tier::Kecamatan));
        assert_eq!(kept, said, "a report of {}", own.name_on(today));
    }
}

async fn a_body_is_formed_with_its_seats_and_never_was_when_undone(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let jember = admin.unit("35.09").await;
    let input = json!({
        "region": region(&admin, "35.09.01").await,
        "bodyKind": "PANWASLU_KECAMATAN",
        "parent": jember,
        "on": "2026-03-01",
    });
    let done = does(&app, &admin, "formUnit", input.clone()).await;
    let document = "query($code: String, $id: ID) { unit(code: $code, id: $id) { \
         id name adHoc timeZone formedOn dissolvedOn parent { code } seats { position function } } }";
    let by_code = json!({ "code": "35.09.01" });
    let unit = admin.data(document, by_code.clone()).await["unit"].clone();
    let told = done["touches"]["nodes"][0].clone();
    assert_eq!(
        (&told["effect"], &told["above"]["code"]),
        (&json!("FORMED"), &json!("35.09"))
    );
    let name = unit["name"].as_str().unwrap();
    assert!(name.starts_with("Panwaslu Kecamatan "), "{name}");
    assert_eq!(unit["adHoc"], json!(true));
    assert_eq!(unit["timeZone"], "Asia/Jakarta");
    assert_eq!(unit["seats"].as_array().unwrap().len(), 4);
    refuses(
        &app,
        &admin,
        "formUnit",
        vec![
            (input.clone(), "ALREADY_EXISTS at region"),
            (with(&input, json!({ "on": "2025-01-01" })), "ALREADY_EXISTS at region"),
        ],
    )
    .await;

    let drafted = owns_a_template(&app, &unit["id"]).await;
    let undo = json!({ "change": done["change"]["id"] });
    refuses(&app, &admin, "undoUnitChange", vec![(undo, "WRONG_STATE at change")]).await;
    let gone = template::Entity::delete_by_id(drafted).exec(app.services.db.reader());
    gone.await.unwrap();
    undoes(&app, &admin, &done).await;
    assert_eq!(admin.data(document, by_code).await["unit"], json!(null));
    let unit = admin.data(document, json!({ "id": unit["id"] })).await["unit"].clone();
    assert_eq!(unit["dissolvedOn"], unit["formedOn"], "it never was");
    assert_eq!(unit["seats"], json!([]));
    does(&app, &admin, "formUnit", input).await;
    what_is_in_force_is_what_history_says(&app).await;
}

/// Makes a template a unit's own, behind the API, which lets only people of a unit make one.
async fn owns_a_template(app: &TestApp, unit: &Value) -> Uuid {
    let connection = app.services.db.reader();
    let shipped = template::Entity::find().one(connection).await.unwrap().unwrap();
    let id = Uuid::now_v7();
    let own = template::Model {
        id,
        code: "milik-sendiri".to_owned(),
        owner_id: Kind::Unit.uuid(&unit.as_str().unwrap().into()).unwrap(),
        ..shipped
    };
    own.into_active_model().insert(connection).await.unwrap();
    id
}

async fn what_cannot_be_formed_is_refused_where_it_is_wrong(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let (jember, province) = (admin.unit("35.09").await, admin.unit("35").await);
    let (kecamatan, regency) = (region(&admin, "35.09.01").await, region(&admin, "35.09").await);
    let aceh = region(&admin, "11").await;
    let input = json!({ "region": kecamatan, "bodyKind": "PANWASLU_KECAMATAN", "parent": jember });
    let long = "n".repeat(201);
    let (absent_unit, absent_region) = (app.absent(Kind::Unit), app.absent(Kind::Region));
    let tried = [
        (json!({ "region": absent_region }), "NOT_FOUND at region"),
        (json!({ "parent": absent_unit }), "NOT_FOUND at parent"),
        (json!({ "bodyKind": "BAWASLU_PROVINSI" }), "INVALID at bodyKind"),
        (json!({ "bodyKind": "BAWASLU_RI" }), "INVALID at bodyKind"),
        (
            json!({ "region": regency, "bodyKind": "PANWASLIH_KABUPATEN_KOTA" }),
            "INVALID at bodyKind",
        ),
        (json!({ "adHoc": false }), "INVALID at adHoc"),
        (
            json!({ "region": aceh, "bodyKind": "BAWASLU_PROVINSI", "adHoc": true, "parent": admin.unit("RI").await }),
            "INVALID at adHoc",
        ),
        (json!({ "name": " " }), "REQUIRED at name"),
        (json!({ "name": long }), "TOO_LONG at name"),
        (json!({ "timeZone": "Europe/Amsterdam" }), "INVALID at timeZone"),
        (json!({ "parent": admin.unit("35.02.18").await }), "INVALID at parent"),
        (
            json!({ "parent": admin.unit("35.02.18").await, "on": "2020-01-01" }),
            "INVALID at on",
        ),
        (json!({ "on": "2099-01-01" }), "INVALID at on"),
        (
            json!({ "region": region(&admin, "35.02.18").await }),
            "ALREADY_EXISTS at region",
        ),
    ];
    let tried = tried.into_iter().map(|(other, refusal)| (with(&input, other), refusal));
    refuses(&app, &admin, "formUnit", tried.collect()).await;
    // A parent that ends, and a region that has.
    let (ending, version) = seen(&admin, "35.02").await;
    let (madiun, other) = seen(&admin, "35.19").await;
    let merge = json!({
        "units": [{ "unit": ending, "expectedVersion": version }, { "unit": madiun, "expectedVersion": other }],
        "into": madiun, "on": "2027-06-01",
    });
    does(&app, &admin, "mergeUnits", merge).await;
    let ended = region(&admin, "35.09.02").await;
    let gone = app.change_directory(async |connection| {
        let row = region::Entity::find().all(connection).await.unwrap();
        let row = row.into_iter().find(|row| row.code == "35.09.02").unwrap();
        let mut row = row.into_active_model();
        row.valid_to = sea_orm::Set(Some(day(2025, 1, 1)));
        row.update(connection).await.unwrap();
    });
    gone.await;
    app.reload_directory().await;
    let free = makes_region(&app, "35.02.99", RegionKind::Kecamatan, "Baru").await;
    let tried = vec![
        (
            with(&input, json!({ "region": free, "parent": ending })),
            "INVALID at parent",
        ),
        (
            with(&input, json!({ "region": free, "parent": ending, "on": "2027-06-01" })),
            "WRONG_STATE at parent",
        ),
        (with(&input, json!({ "region": ended })), "INVALID at region"),
    ];
    refuses(&app, &admin, "formUnit", tried).await;
    // Nobody forms bodies in other people's regions.
    app.employs(&[("admin.35.09", "35.09", Function::Admin)]).await;
    let neighbour = app.office("admin.35.09").await;
    let tried = vec![
        (
            with(&input, json!({ "region": free, "parent": jember })),
            "FORBIDDEN at ",
        ),
        (with(&input, json!({ "parent": province })), "FORBIDDEN at "),
    ];
    refuses(&app, &neighbour, "formUnit", tried).await;
    does(&app, &neighbour, "formUnit", input).await;
}

async fn aceh_has_a_second_body_beside_the_permanent_one(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let permanent = admin.unit("11").await;
    let input = json!({
        "region": region(&admin, "11").await,
        "bodyKind": "PANWASLIH_PROVINSI",
        "name": "Panwaslih Pemilihan Aceh",
        "parent": admin.unit("RI").await,
        "adHoc": true,
        "on": "2026-05-01",
    });
    does(&app, &admin, "formUnit", input.clone()).await;
    assert_eq!(admin.unit("11").await, permanent, "the code means the permanent one");
    let document = "{ units(filter: { code: { eq: \"11\" } }) { nodes { name adHoc region { code } } } }";
    let units = admin.data(document, json!({})).await["units"]["nodes"].clone();
    let both: BTreeMap<&str, bool> = units
        .as_array()
        .unwrap()
        .iter()
        .fold(BTreeMap::new(), |mut both, unit| {
            both.insert(unit["name"].as_str().unwrap(), unit["adHoc"].as_bool().unwrap());
            both
        });
    assert_eq!(
        both,
        BTreeMap::from([("Panwaslih Pemilihan Aceh", true), ("Panwaslih Provinsi Aceh", false)])
    );
    let permanent = with(&input, json!({ "adHoc": false }));
    refuses(
        &app,
        &admin,
        "formUnit",
        vec![
            (input, "ALREADY_EXISTS at region"),
            (permanent, "ALREADY_EXISTS at region"),
        ],
    )
    .await;
}

/// Ponorogo split in two: half of its kecamatan each.
async fn ponorogo_in_two(app: &TestApp, admin: &Office<'_>) -> Value {
    let (unit, version) = seen(admin, "35.02").await;
    let beneath = children(admin, "35.02").await;
    let (one, other) = beneath.split_at(10);
    let new = makes_region(app, "35.98", RegionKind::Kota, "Ponorogo Kota").await;
    json!({
        "unit": unit, "expectedVersion": version,
        "into": [
            { "region": region(admin, "35.02").await, "name": "Bawaslu Kabupaten Ponorogo Baru", "children": one },
            { "region": new, "children": other },
        ],
    })
}

async fn a_split_unit_ends_and_comes_back_with_all_its_people_when_undone(app: TestApp) {
    let admin = app.office("admin.ri").await;
    // Somebody who is to sit there only later.
    app.hires("menyusul").await;
    let coming = Tenure {
        from: app.services.clock.today() + Duration::days(40),
        ..Tenure::SETTLED
    };
    app.appoints("menyusul", app.makes_seat("35.02", Function::Staff).await, coming)
        .await;
    app.reload_directory().await;
    let report = app.office("head.35.02.18").await;
    let report = report
        .submits(&app.office("staff.35.02.18").await.drafts(KECAMATAN).await)
        .await
        .unwrap();
    let people = tables(&app).await;

    let input = ponorogo_in_two(&app, &admin).await;
    let unit = input["unit"].as_str().unwrap().to_owned();
    let done = does(&app, &admin, "splitUnit", input).await;
    assert_eq!(done["unitCount"], 24, "21 kecamatan, two new, one gone");
    let head = app.office("head.35.02").await;
    assert!(head.sees(&report).await.is_none(), "who held a seat there holds none");
    assert!(app.office("head.35").await.sees(&report).await.is_some());
    let appointed = json!({
        "appointTo": Kind::Seat.id(app.seat_of("staff.35.02").await).to_string(),
        "account": Kind::Account.id(app.account("menyusul").await.id).to_string(),
    });
    let refused = admin
        .command("appointHolder", "holder { id }", appointed)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("NOT_FOUND", "appointTo"),
        "nobody comes between"
    );
    what_is_in_force_is_what_history_says(&app).await;
    app.deactivates("staff.35.02").await;

    let undone = undoes(&app, &admin, &done).await;
    assert_eq!(undone["unitCount"], 24);
    assert!(
        undone["touches"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|touch| touch["effect"] == "UNDONE")
    );
    let after = tables(&app).await;
    assert_eq!(after["holder"], people["holder"], "all of them, as they were");
    let seats = |tables: &BTreeMap<&str, String>| -> Vec<String> {
        let lines = tables["seat"].lines().filter(|line| people["seat"].contains(*line));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(seats(&after).join("\n"), people["seat"]);
    assert!(app.office("head.35.02").await.sees(&report).await.is_some());
    assert!(
        app.signs_in("staff.35.02@demo.jenjang.id", crate::support::database::PASSWORD)
            .await
            .is_err()
    );
    assert_eq!(children(&admin, "35.02").await.len(), 21);
    let found = admin.data(
        "query($id: ID!) { node(id: $id) { ... on Unit { dissolvedOn } } }",
        json!({ "id": unit }),
    );
    assert_eq!(found.await["node"]["dissolvedOn"], json!(null));
    what_is_in_force_is_what_history_says(&app).await;

    let change = json!({ "change": done["change"]["id"] });
    let again = json!({ "change": undone["change"]["id"] });
    refuses(
        &app,
        &admin,
        "undoUnitChange",
        vec![
            (change, "WRONG_STATE at change"),
            (again, "WRONG_STATE at change"),
            (json!({ "change": app.absent(Kind::UnitChange) }), "NOT_FOUND at change"),
        ],
    )
    .await;
}

async fn what_cannot_be_split_is_refused_where_it_is_wrong(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let input = ponorogo_in_two(&app, &admin).await;
    let part = |number: usize, other: Value| {
        let mut parts = input["into"].as_array().unwrap().clone();
        parts[number] = with(&parts[number], other);
        with(&input, json!({ "into": parts }))
    };
    let (first, last) = (&input["into"][0]["children"][0], &input["into"][1]["children"][10]);
    let jember = admin.unit("35.09").await;
    let long = "n".repeat(201);
    let many = vec![input["into"][0].clone(); 51];
    let tried = vec![
        (
            with(&input, json!({ "unit": app.absent(Kind::Unit) })),
            "NOT_FOUND at unit",
        ),
        (
            with(&input, json!({ "expectedVersion": 9 })),
            "STALE_VERSION at expectedVersion",
        ),
        (with(&input, json!({ "into": [] })), "REQUIRED at into"),
        (with(&input, json!({ "into": many })), "TOO_LONG at into"),
        (part(1, json!({ "children": [first] })), "INVALID at into.1.children.0"),
        (
            part(1, json!({ "children": [last, last] })),
            "INVALID at into.1.children.1",
        ),
        (part(1, json!({ "children": [jember] })), "INVALID at into.1.children.0"),
        (
            part(1, json!({ "children": [app.absent(Kind::Unit)] })),
            "NOT_FOUND at into.1.children.0",
        ),
        (part(1, json!({ "children": [last] })), "CHILDREN_REMAIN at into"),
        (
            part(1, json!({ "region": app.absent(Kind::Region) })),
            "NOT_FOUND at into.1.region",
        ),
        (
            part(1, json!({ "region": region(&admin, "35.09").await })),
            "ALREADY_EXISTS at into.1.region",
        ),
        (
            part(1, json!({ "region": region(&admin, "35.09.01").await })),
            "INVALID at into.1.bodyKind",
        ),
        (
            part(
                1,
                json!({ "region": region(&admin, "35.09.01").await, "bodyKind": "PANWASLU_KECAMATAN" }),
            ),
            "INVALID at into.1.bodyKind",
        ),
        (part(1, json!({ "name": long })), "TOO_LONG at into.1.name"),
        (
            part(1, json!({ "parent": app.absent(Kind::Unit) })),
            "NOT_FOUND at into.1.parent",
        ),
        (part(1, json!({ "parent": jember })), "INVALID at into.1.parent"),
        (
            with(&input, json!({ "continues": true })),
            "ALREADY_EXISTS at into.0.region",
        ),
    ];
    refuses(&app, &admin, "splitUnit", tried).await;
    // It goes on beside what is split off, with those nobody took.
    let parts = vec![with(&input["into"][1], json!({ "children": [last] }))];
    let beside = with(&input, json!({ "continues": true, "into": parts }));
    let done = does(&app, &admin, "splitUnit", beside).await;
    assert_eq!(done["unitCount"], 3);
    assert_eq!(children(&admin, "35.02").await.len(), 20);
    // Dissolved once is dissolved.
    let (unit, version) = seen(&admin, "35.02").await;
    let beneath = children(&admin, "35.02").await;
    let part = json!({ "region": input["into"][0]["region"], "children": beneath });
    let whole = json!({ "unit": unit, "expectedVersion": version, "into": [part], "on": "2027-01-01" });
    does(&app, &admin, "splitUnit", whole.clone()).await;
    let (_unit, version) = seen(&admin, "35.02").await;
    let tried = vec![
        (
            with(&whole, json!({ "expectedVersion": version })),
            "WRONG_STATE at unit",
        ),
        (
            with(&whole, json!({ "expectedVersion": version, "on": "2026-12-01" })),
            "WRONG_STATE at unit",
        ),
    ];
    refuses(&app, &admin, "splitUnit", tried).await;
}

async fn merged_units_go_on_as_one(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let ((ponorogo, one), (madiun, two)) = (seen(&admin, "35.02").await, seen(&admin, "35.19").await);
    let units = json!([{ "unit": ponorogo, "expectedVersion": one }, { "unit": madiun, "expectedVersion": two }]);
    let input = json!({ "units": units, "into": madiun });
    let form = json!({ "region": region(&admin, "35.02").await, "name": "Bawaslu Gabungan" });
    let kecamatan = seen(&admin, "35.02.18").await;
    let lower = json!({ "unit": kecamatan.0, "expectedVersion": kecamatan.1 });
    let form_with = |other: Value| json!({ "units": units, "form": with(&form, other) });
    let tried = vec![
        (with(&input, json!({ "units": [units[0]] })), "REQUIRED at units"),
        (
            with(&input, json!({ "units": vec![units[0].clone(); 51] })),
            "TOO_LONG at units",
        ),
        (
            with(&input, json!({ "units": [units[0], units[0]] })),
            "INVALID at units.1.unit",
        ),
        (
            with(&input, json!({ "units": [units[0], lower] })),
            "INVALID at units.1.unit",
        ),
        (
            with(
                &input,
                json!({ "units": [units[0], { "unit": app.absent(Kind::Unit), "expectedVersion": 1 }] }),
            ),
            "NOT_FOUND at units.1.unit",
        ),
        (
            with(
                &input,
                json!({ "units": [units[0], { "unit": madiun, "expectedVersion": 7 }] }),
            ),
            "STALE_VERSION at units.1.expectedVersion",
        ),
        (with(&input, json!({ "into": null })), "INVALID at into"),
        (with(&input, json!({ "form": form })), "INVALID at into"),
        (
            with(&input, json!({ "into": app.absent(Kind::Unit) })),
            "NOT_FOUND at into",
        ),
        (with(&input, json!({ "into": kecamatan.0 })), "INVALID at into"),
        (
            form_with(json!({ "region": region(&admin, "35.09").await })),
            "ALREADY_EXISTS at form.region",
        ),
        (
            form_with(json!({ "region": region(&admin, "35").await })),
            "INVALID at form.bodyKind",
        ),
        (
            form_with(json!({ "parent": admin.unit("35.09").await })),
            "INVALID at form.parent",
        ),
    ];
    refuses(&app, &admin, "mergeUnits", tried).await;

    let done = does(&app, &admin, "mergeUnits", input.clone()).await;
    assert_eq!(done["unitCount"], 23, "21 kecamatan, one that ends, one that grows");
    assert_eq!(children(&admin, "35.19").await.len(), 21);
    let dissolved = vec![(input, "STALE_VERSION at units.0.expectedVersion")];
    refuses(&app, &admin, "mergeUnits", dissolved).await;
    undoes(&app, &admin, &done).await;
    assert_eq!(children(&admin, "35.02").await.len(), 21);

    let versions = [seen(&admin, "35.02").await, seen(&admin, "35.19").await];
    let units: Vec<Value> = versions
        .iter()
        .map(|(unit, version)| json!({ "unit": unit, "expectedVersion": version }))
        .collect();
    let done = does(&app, &admin, "mergeUnits", json!({ "units": units, "form": form })).await;
    assert_eq!(done["unitCount"], 24);
    let merged = admin
        .data("{ unit(code: \"35.02\") { name children { totalCount } } }", json!({}))
        .await;
    assert_eq!(merged["unit"]["name"], "Bawaslu Gabungan");
    assert_eq!(merged["unit"]["children"]["totalCount"], 21);
    what_is_in_force_is_what_history_says(&app).await;
}

async fn an_acting_superior_decides_until_that_ends(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let ((unit, version), national) = (seen(&admin, "35.02").await, admin.unit("RI").await);
    let input = json!({ "unit": unit, "expectedVersion": version, "superior": national });
    let tried = [
        (json!({ "superior": null }), "INVALID at superior"),
        (json!({ "superior": admin.unit("35").await }), "INVALID at superior"),
        (
            json!({ "superior": admin.unit("35.02.18").await }),
            "INVALID at superior",
        ),
        (json!({ "superior": unit }), "INVALID at superior"),
        (json!({ "superior": app.absent(Kind::Unit) }), "NOT_FOUND at superior"),
        (json!({ "unit": app.absent(Kind::Unit) }), "NOT_FOUND at unit"),
        (json!({ "expectedVersion": 9 }), "STALE_VERSION at expectedVersion"),
    ];
    let tried = tried.into_iter().map(|(other, refusal)| (with(&input, other), refusal));
    refuses(&app, &admin, "setActingSuperior", tried.collect()).await;
    let done = does(&app, &admin, "setActingSuperior", input.clone()).await;
    let document = "{ unit(code: \"35.02\") { version actingSuperior { code } } }";
    let now = admin.data(document, json!({})).await["unit"].clone();
    assert_eq!(now["actingSuperior"]["code"], "RI");
    let again = with(&input, json!({ "expectedVersion": now["version"] }));
    refuses(
        &app,
        &admin,
        "setActingSuperior",
        vec![(again.clone(), "INVALID at superior")],
    )
    .await;
    let ended = does(
        &app,
        &admin,
        "setActingSuperior",
        with(&again, json!({ "superior": null })),
    )
    .await;
    assert_eq!(ended["touches"]["nodes"][0]["effect"], "ACTING_SUPERIOR_ENDED");
    undoes(&app, &admin, &ended).await;
    assert_eq!(
        admin.data(document, json!({})).await["unit"]["actingSuperior"]["code"],
        "RI"
    );
    undoes(&app, &admin, &done).await;
    assert_eq!(
        admin.data(document, json!({})).await["unit"]["actingSuperior"],
        json!(null)
    );
}

async fn what_stands_in_the_way_of_undoing_is_told(app: TestApp) {
    let admin = app.office("admin.ri").await;
    app.employs(&[("admin.35", "35", Function::Admin)]).await;
    let jember = admin.unit("35.09").await;
    let form = |region: String| json!({ "region": region, "bodyKind": "PANWASLU_KECAMATAN", "parent": jember });
    // Somebody was appointed to a seat of it.
    let used = does(&app, &admin, "formUnit", form(region(&admin, "35.09.01").await)).await;
    app.hires("orang.baru").await;
    let seat = admin
        .data("{ unit(code: \"35.09.01\") { seats { id } } }", json!({}))
        .await;
    let appoint = json!({
        "appointTo": seat["unit"]["seats"][0]["id"],
        "account": Kind::Account.id(app.account("orang.baru").await.id).to_string(),
    });
    app.reload_directory().await;
    admin.command("appointHolder", "holder { id }", appoint).await.unwrap();
    // Who sits where the split ended, and would get the seat back.
    let seat = app.makes_seat("35.02", Function::Observer).await;
    app.appoints("admin.35", seat, Tenure::SETTLED).await;
    app.reload_directory().await;
    let split = does(&app, &admin, "splitUnit", ponorogo_in_two(&app, &admin).await).await;
    let province = app.office("admin.35").await;
    refuses(
        &app,
        &admin,
        "undoUnitChange",
        vec![(json!({ "change": used["change"]["id"] }), "WRONG_STATE at change")],
    )
    .await;
    let change = json!({ "change": split["change"]["id"] });
    refuses(
        &app,
        &province,
        "undoUnitChange",
        vec![(change.clone(), "OWN_SEAT at change")],
    )
    .await;
    // Something was placed beneath a unit the split formed.
    let (kecamatan, version) = seen(&admin, "35.02.18").await;
    let target = admin.unit("35.98").await;
    let free = makes_region(&app, "35.98.99", RegionKind::Kecamatan, "Baru").await;
    let beneath = json!({ "region": free, "bodyKind": "PANWASLU_KECAMATAN", "parent": target });
    let beneath = does(&app, &admin, "formUnit", beneath).await;
    refuses(
        &app,
        &admin,
        "undoUnitChange",
        vec![(change.clone(), "WRONG_STATE at change")],
    )
    .await;
    undoes(&app, &admin, &beneath).await;
    // A unit the split formed is expected to hand over.
    schedules(&app.office("head.35").await, &["35.98"]).await.unwrap();
    refuses(
        &app,
        &admin,
        "undoUnitChange",
        vec![(change.clone(), "WRONG_STATE at change")],
    )
    .await;
    let freed = handover_expected::Entity::delete_many().exec(app.services.db.reader());
    freed.await.unwrap();
    // What was decided later of one it moved stays decided.
    let move_on = json!({ "unit": kecamatan, "expectedVersion": version, "parent": jember });
    does(&app, &admin, "moveUnit", move_on).await;
    undoes(&app, &admin, &split).await;
    assert_eq!(children(&admin, "35.02").await.len(), 20);
    // Who may not do it may not undo it.
    let head = app.office("head.35").await;
    let renamed = json!({ "unit": jember, "expectedVersion": seen(&admin, "35.09").await.1, "name": "Bawaslu Jember" });
    let renamed = does(&app, &admin, "renameUnit", renamed).await;
    let change = json!({ "change": renamed["change"]["id"] });
    refuses(&app, &head, "undoUnitChange", vec![(change, "FORBIDDEN at ")]).await;
    what_is_in_force_is_what_history_says(&app).await;
}

async fn a_command_sent_twice_is_done_once(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let selection = "outcome { change { id } unitCount touches { nodes { effect name seatsMade seatsEnded } } }";
    let basis = json!({ "number": "7/HK.01.01/K1/2026", "date": "2026-02-01" });
    let split = with(&ponorogo_in_two(&app, &admin).await, json!({ "legalBasis": basis }));
    let first = admin
        .command_with_key("splitUnit", selection, split.clone(), Some("pisah"))
        .await
        .unwrap();
    let before = tables(&app).await;
    let again = admin
        .command_with_key("splitUnit", selection, split.clone(), Some("pisah"))
        .await
        .unwrap();
    assert_eq!(again, first);
    let other = with(&split, json!({ "continues": true }));
    let refused = admin
        .command_with_key("splitUnit", selection, other, Some("pisah"))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "IDEMPOTENCY_MISMATCH");
    unchanged(&app, &before, "a repetition").await;
    let undo = json!({ "change": first["outcome"]["change"]["id"], "legalBasis": basis });
    let undone = admin
        .command_with_key("undoUnitChange", selection, undo.clone(), Some("batal"))
        .await
        .unwrap();
    let again = admin
        .command_with_key("undoUnitChange", selection, undo, Some("batal"))
        .await
        .unwrap();
    assert_eq!(again, undone);
}

async fn the_record_tells_every_change_and_who_made_it_to_whom_may_know(app: TestApp) {
    let admin = app.office("admin.ri").await;
    app.employs(&[("admin.35", "35", Function::Admin)]).await;
    let province = app.office("admin.35").await;
    let (jember, version) = seen(&province, "35.09").await;
    let rename = json!({ "unit": jember, "expectedVersion": version, "name": "Bawaslu Jember Raya" });
    let renamed = does(&app, &province, "renameUnit", rename).await;
    let undone = undoes(&app, &province, &renamed).await;
    let split = does(&app, &admin, "splitUnit", ponorogo_in_two(&app, &admin).await).await;
    let id = |done: &Value| done["change"]["id"].clone();
    let all = "{ unitChanges { totalCount nodes { id kind by { name } undoes undoneBy { id } unit { code } } } }";
    let data = admin.data(all, json!({})).await;
    let nodes = &data["unitChanges"]["nodes"];
    assert_eq!(
        data["unitChanges"]["totalCount"], 4,
        "and the forming of Ponorogo's kecamatan"
    );
    assert_eq!(
        [&nodes[0]["id"], &nodes[1]["id"], &nodes[2]["id"]],
        [&id(&split), &id(&undone), &id(&renamed)]
    );
    assert_eq!(
        (&nodes[1]["undoes"], &nodes[2]["undoneBy"]["id"]),
        (&id(&renamed), &id(&undone))
    );
    assert_eq!(nodes[2]["by"]["name"], "Pegawai admin.35");
    let elsewhere = app.office("head.18").await.data(all, json!({})).await;
    assert_eq!(
        elsewhere["unitChanges"]["nodes"][0]["id"],
        id(&split),
        "what became of units is open"
    );
    assert_eq!(
        elsewhere["unitChanges"]["nodes"][2]["by"],
        json!(null),
        "who did it is not"
    );

    let few = "query($filter: UnitChangeFilter, $after: String) { unitChanges(filter: $filter, first: 1, after: $after) \
        { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }";
    let of_jember = json!({ "filter": { "unit": { "eq": jember } } });
    let data = admin.data(few, of_jember.clone()).await["unitChanges"].clone();
    assert_eq!(
        (&data["totalCount"], &data["nodes"][0]["id"]),
        (&json!(2), &id(&undone))
    );
    let next = with(&of_jember, json!({ "after": data["pageInfo"]["endCursor"] }));
    let data = admin.data(few, next).await["unitChanges"].clone();
    assert_eq!(
        (&data["nodes"][0]["id"], &data["pageInfo"]["hasNextPage"]),
        (&id(&renamed), &json!(false))
    );
    let by = |filter: Value| json!({ "filter": filter });
    for (filter, count) in [
        (by(json!({ "underneath": { "eq": admin.unit("35.02").await } })), 2),
        (by(json!({ "underneath": { "eq": admin.unit("35").await } })), 4),
        (by(json!({ "underneath": { "eq": admin.unit("RI").await } })), 4),
        (by(json!({ "underneath": { "eq": admin.unit("18").await } })), 0),
        (by(json!({ "kind": { "eq": "RENAME" } })), 1),
        (
            by(json!({ "kind": { "in": ["RENAME", "UNDO"] }, "unit": { "eq": jember } })),
            2,
        ),
    ] {
        let data = admin.data(few, filter.clone()).await;
        assert_eq!(data["unitChanges"]["totalCount"], count, "{filter}");
    }

    let touches = "query($filter: UnitTouchFilter, $last: Int, $before: String) { \
        unitTouches(filter: $filter, last: $last, before: $before) \
        { totalCount nodes { effect name formerName change { id } unit { code } } pageInfo { startCursor } } }";
    let of_split = json!({ "filter": { "change": { "eq": id(&split) } }, "last": 20 });
    let data = admin.data(touches, of_split.clone()).await["unitTouches"].clone();
    assert_eq!(data["totalCount"], 24);
    let statements = app.last_statements().len();
    assert!(statements <= 4, "{:?}", app.last_statements());
    let before = with(&of_split, json!({ "before": data["pageInfo"]["startCursor"] }));
    assert_eq!(
        admin.data(touches, before).await["unitTouches"]["nodes"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    let of_jember = json!({ "filter": { "unit": { "eq": jember } }, "last": 5 });
    let nodes = admin.data(touches, of_jember).await["unitTouches"]["nodes"].clone();
    assert_eq!(nodes[0]["change"]["id"], id(&undone));
    assert_eq!(
        (&nodes[0]["effect"], &nodes[0]["formerName"]),
        (&json!("UNDONE"), &json!("Bawaslu Jember Raya"))
    );
    let one = json!({ "filter": { "unit": { "eq": jember }, "change": { "eq": id(&split) } }, "last": 5 });
    assert_eq!(admin.data(touches, one).await["unitTouches"]["totalCount"], 0);
}

async fn what_was_decided_takes_effect_on_its_day(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app
        .varied(Variation {
            clock: Arc::new(clock.clone()),
            ..Variation::unthrottled()
        })
        .await;
    let today = app.services.clock.today();
    let on = |days: i64| -> String { (today + Duration::days(days)).to_string() };
    for code in ["35.02.18", "35.02.17"] {
        let staff = app.office(&format!("staff.{code}")).await;
        let draft = staff.drafts(KECAMATAN).await;
        app.office(&format!("head.{code}")).await.submits(&draft).await.unwrap();
    }
    let admin = app.office("admin.ri").await;
    let jember = admin.unit("35.09").await;
    let at = async |code: &str| {
        let (unit, version) = seen(&admin, code).await;
        json!({ "unit": unit, "expectedVersion": version })
    };
    let plus = async |code: &str, other: Value| with(&at(code).await, other);
    let renamed = plus("35.09", json!({ "name": "Bawaslu Jember Raya", "on": on(5) })).await;
    let renamed = does(&app, &admin, "renameUnit", renamed).await;
    let moved = plus("35.02.18", json!({ "parent": jember, "on": on(10) })).await;
    does(&app, &admin, "moveUnit", moved).await;
    let acting = plus("35.02", json!({ "superior": admin.unit("RI").await, "on": on(3) })).await;
    does(&app, &admin, "setActingSuperior", acting).await;
    let ended = plus("35.02", json!({ "superior": null, "on": on(15) })).await;
    does(&app, &admin, "setActingSuperior", ended).await;
    let into = admin.unit("35.02.16").await;
    let merged = json!({ "units": [at("35.02.16").await, at("35.02.17").await], "into": into, "on": on(20) });
    does(&app, &admin, "mergeUnits", merged).await;
    // What was so before is entered late.
    let late = plus("32.75", json!({ "parent": admin.unit("31").await, "on": "2024-06-01" })).await;
    does(&app, &admin, "moveUnit", late).await;
    what_is_in_force_is_what_history_says(&app).await;
    assert_eq!(
        admin
            .data("{ unit(code: \"32.75\") { parent { code } } }", json!({}))
            .await["unit"]["parent"]["code"],
        "31"
    );
    // Before it ever took effect.
    undoes(&app, &admin, &renamed).await;
    let mut told = Vec::new();
    for days in [4, 7, 4, 5, 5] {
        clock.advance(Duration::days(days));
        background::confirm(&app.services, Duration::minutes(10)).await.unwrap();
        what_is_in_force_is_what_history_says(&app).await;
        let admin = app.office("admin.ri").await;
        let document = "{ regency: unit(code: \"35.02\") { actingSuperior { code } } jember: unit(code: \"35.09\") { name } \
             moved: unit(code: \"35.02.18\") { parent { code } } }";
        let data = admin.data(document, json!({})).await;
        assert_ne!(data["jember"]["name"], "Bawaslu Jember Raya", "undone");
        told.push((
            data["regency"]["actingSuperior"]["code"].as_str().map(str::to_owned),
            data["moved"]["parent"]["code"].as_str().unwrap().to_owned(),
        ));
    }
    let acting = Some("RI".to_owned());
    let (here, there) = ("35.02".to_owned(), "35.09".to_owned());
    assert_eq!(
        told,
        [
            (acting.clone(), here),
            (acting, there.clone()),
            (None, there.clone()),
            (None, there.clone()),
            (None, there),
        ]
    );
    let gone = app
        .signs_in("head.35.02.17@demo.jenjang.id", crate::support::database::PASSWORD)
        .await
        .unwrap();
    let seats = gone.data("{ viewer { seats { id } } }", json!({})).await;
    assert_eq!(seats["viewer"]["seats"], json!([]), "the seat ended with the unit");
    let today: NaiveDate = app.services.clock.today();
    let directory = app.services.directory.load();
    let mut lives = directory.history.lives();
    assert!(
        lives.all(|life| life.in_force(today) == life.in_force(NaiveDate::MAX)),
        "nothing is still to come"
    );
}

/// What stays of a change that fails at its last step: nothing.
async fn a_change_that_fails_late_leaves_nothing(app: TestApp) {
    use sea_orm::ConnectionTrait;
    let admin = app.office("admin.ri").await;
    let input = ponorogo_in_two(&app, &admin).await;
    let before = tables(&app).await;
    let reader = app.services.db.reader();
    reader
        .execute_unprepared("ALTER TABLE audit_leaf RENAME TO leaf_away")
        .await
        .unwrap();
    let failed = changes(&admin, "splitUnit", input.clone()).await;
    reader
        .execute_unprepared("ALTER TABLE leaf_away RENAME TO audit_leaf")
        .await
        .unwrap();
    assert_eq!(failed.unwrap_err(), "INTERNAL_SERVER_ERROR at ");
    unchanged(&app, &before, "a failure").await;
    does(&app, &admin, "splitUnit", input).await;
}

on_both_databases! {
    a_body_is_formed_with_its_seats_and_never_was_when_undone,
    what_cannot_be_formed_is_refused_where_it_is_wrong,
    aceh_has_a_second_body_beside_the_permanent_one,
    a_split_unit_ends_and_comes_back_with_all_its_people_when_undone,
    what_cannot_be_split_is_refused_where_it_is_wrong,
    merged_units_go_on_as_one,
    an_acting_superior_decides_until_that_ends,
    what_stands_in_the_way_of_undoing_is_told,
    a_command_sent_twice_is_done_once,
    the_record_tells_every_change_and_who_made_it_to_whom_may_know,
    what_was_decided_takes_effect_on_its_day,
    a_change_that_fails_late_leaves_nothing,
}
