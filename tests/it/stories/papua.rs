//! The splits of Papua in 2022: 26 kabupaten and kota in other provinces with other codes, and nothing of the past changed.
use std::{collections::BTreeMap, path::Path, sync::Arc};

use entity::{cycle, enums::Function};
use jenjang::clock::new_id;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use super::{
    FINAL_REPORT,
    hierarchy::{changes, tally},
};
use crate::{
    fixtures::papua::{self, MOVED, PROVINCES, STAYED, day_of, province},
    on_both_databases,
    support::{Office, TestApp, app::Variation, people::day},
};

/// What every test of the splits begins with: an installation of the 34 provinces' days, restricted to Papua and Papua
/// Barat, that has taken the edition of the 38 provinces over, has a body in each new province, and has moved the 26
/// bodies beneath them, each from the day of its law.
async fn after_the_splits(app: TestApp) -> TestApp {
    let app = app.beginning_with(&papua::before()).await;
    let admin = app.office("admin.ri").await;
    let outcome = takes_over(&admin).await;
    assert_eq!(
        (
            &outcome["added"],
            &outcome["renamed"],
            &outcome["moved"],
            &outcome["ended"]
        ),
        (&json!(4), &json!(0), &json!(26), &json!(0))
    );
    assert_eq!(outcome["unitsToMove"]["totalCount"], 26);
    let ri = admin.unit("RI").await;
    for (code, name, date, ..) in PROVINCES {
        let region = region(&admin, code, Some(date)).await["id"].clone();
        let input = json!({ "region": region, "bodyKind": "BAWASLU_PROVINSI", "parent": ri, "on": date });
        let formed = changes(&admin, "formUnit", input).await.unwrap();
        let called = format!("Bawaslu Provinsi {name}");
        assert_eq!(formed["touches"]["nodes"][0]["name"], json!(called));
    }
    for (_old, new, _kind, name) in MOVED {
        let (unit, parent) = (admin.unit(new).await, admin.unit(province(new)).await);
        let on = day_of(province(new));
        let input = json!({ "unit": unit, "expectedVersion": 1, "parent": parent, "on": on });
        changes(&admin, "moveUnit", input)
            .await
            .unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    }
    app
}

async fn takes_over(admin: &Office<'_>) -> Value {
    let input = json!({
        "name": "38 provinsi",
        "legalBasis": { "number": "Kepmendagri 100.1.1-6117 Tahun 2022", "date": "2022-11-09" },
        "effectiveOn": "2022-12-08",
        "csv": papua::after(),
    });
    let selection = "outcome { added renamed moved ended unitsToMove { totalCount } }";
    admin.command("importRegions", selection, input).await.unwrap()["outcome"].clone()
}

/// The region a code meant on a day, or null.
async fn region(office: &Office<'_>, code: &str, on: Option<&str>) -> Value {
    let document = "query($code: String!, $on: Date) { region(code: $code, on: $on) { id name(on: $on) parent(on: $on) { name(on: $on) } } }";
    office.data(document, json!({ "code": code, "on": on })).await["region"].clone()
}

async fn what_moved_has_both_codes_each_in_its_days(app: TestApp) {
    let app = after_the_splits(app).await;
    let office = app.office("admin.ri").await;
    for (old, new, kind, name) in MOVED {
        let document = "query($code: String!) { region(code: $code) {
            history { code kind name validFrom validTo parent { name } edition { name } } } }";
        let data = office.data(document, json!({ "code": new })).await;
        let on = day_of(province(new));
        let (_code, now, _day, origin, _law) = PROVINCES.iter().find(|(code, ..)| *code == province(new)).unwrap();
        let was = if *origin == "91" { "Papua" } else { "Papua Barat" };
        let expected = json!([
            { "code": old, "kind": kind, "name": name, "validFrom": null, "validTo": on,
              "parent": { "name": was }, "edition": { "name": "wilayah.csv" } },
            { "code": new, "kind": kind, "name": name, "validFrom": on, "validTo": null,
              "parent": { "name": now }, "edition": { "name": "38 provinsi" } },
        ]);
        assert_eq!(data["region"]["history"], expected, "{name}");
    }
    let (then, later) = (
        region(&office, "91.01", Some("2021-06-30")).await,
        region(&office, "93.01", Some("2023-06-30")).await,
    );
    assert_eq!(
        (&then["name"], &then["parent"]["name"]),
        (&json!("Merauke"), &json!("Papua"))
    );
    assert_eq!(later["parent"]["name"], "Papua Selatan");
    assert_eq!(then["id"], later["id"], "one region, whatever it is called");
    assert_eq!(region(&office, "93.01", Some("2021-06-30")).await, Value::Null);
    assert_eq!(
        region(&office, "91.01", None).await,
        Value::Null,
        "nobody bears it today"
    );
    // The last day of the old code is the one before the law.
    assert_eq!(region(&office, "91.01", Some("2022-07-24")).await["id"], then["id"]);
    assert_eq!(region(&office, "91.01", Some("2022-07-25")).await, Value::Null);

    let count = "query($on: Date!, $parent: ID!) {
        regions(on: $on, filter: { tier: { eq: KABUPATEN_KOTA }, parent: { eq: $parent } }) { totalCount } }";
    let papua = region(&office, "91", None).await["id"].clone();
    for (on, expected) in [("2021-06-30", 29), ("2022-07-25", 9), ("2026-01-05", 9)] {
        let data = office.data(count, json!({ "on": on, "parent": papua })).await;
        assert_eq!(data["regions"]["totalCount"], expected, "{on}");
    }
}

async fn a_unit_was_in_one_province_and_is_in_another(app: TestApp) {
    let app = after_the_splits(app).await;
    let directory = app.services.directory.load();
    let unit = |code: &str| app.unit(code);
    let (merauke, papua, selatan) = (unit("93.01"), unit("91"), unit("93"));
    let history = &directory.history;
    let (then, later) = (day(2021, 6, 30), day(2023, 6, 30));
    assert!(history.was_within(merauke, papua, then) && !history.was_within(merauke, selatan, then));
    assert!(history.was_within(merauke, selatan, later) && !history.was_within(merauke, papua, later));
    assert!(
        directory.tree.is_within(merauke, selatan),
        "access follows today's tree"
    );
    let region = directory.tree.get(merauke).unwrap().region.unwrap();
    assert_eq!(directory.code_on(region, then), Some("91.01"));
    assert_eq!(directory.code_on(region, later), Some("93.01"));
    for (_old, new, ..) in MOVED {
        assert!(directory.tree.is_within(unit(new), unit(province(new))), "{new}");
    }
    for (code, ..) in STAYED {
        assert!(directory.tree.is_within(unit(code), unit(province(code))), "{code}");
    }
}

/// The rounds of 2021 and of 2023, beside those that ship; a server reads rounds when it starts.
async fn with_both_years(app: TestApp) -> TestApp {
    let reader = app.services.db.reader();
    let shipped = cycle::Entity::find().filter(cycle::Column::Code.eq(FINAL_REPORT));
    let shipped = shipped.one(reader).await.unwrap().unwrap();
    for year in [2021, 2023] {
        let round = cycle::Model {
            id: new_id(app.services.clock.now()),
            code: format!("laporan-{year}"),
            period_start: day(year, 1, 1),
            period_end: day(year, 12, 31),
            tree_date: day(year, 12, 31),
            // Whom it asks is worked out when a server starts.
            audience: None,
            audience_on: day(year, 12, 31),
            ..shipped.clone()
        };
        round.into_active_model().insert(reader).await.unwrap();
    }
    TestApp::on(Arc::clone(&app.database), Variation::unthrottled()).await
}

async fn reports_of_2021_count_under_papua_and_those_of_2023_under_papua_selatan(app: TestApp) {
    let app = with_both_years(after_the_splits(app).await).await;
    app.employs(&[
        ("staff.merauke", "93.01", Function::Staff),
        ("head.merauke", "93.01", Function::Head),
        ("head.papua", "91", Function::Head),
        ("head.selatan", "93", Function::Head),
        ("coordinator.ri", "RI", Function::Coordinator),
    ])
    .await;
    app.reload_directory().await;
    let (staff, head) = (app.office("staff.merauke").await, app.office("head.merauke").await);
    let (papua, selatan) = (app.office("head.papua").await, app.office("head.selatan").await);
    let national = app.office("coordinator.ri").await;
    let (old, new) = (staff.unit("91").await, staff.unit("93").await);
    for (code, under_papua, under_selatan) in [("laporan-2021", 1, 0), ("laporan-2023", 0, 1)] {
        let cycle = staff.cycle(code).await;
        let report = head.submits(&staff.drafts(code).await).await.unwrap();
        assert_eq!(tally(&papua, &cycle, &old).await, Some(under_papua), "{code}");
        assert_eq!(tally(&selatan, &cycle, &new).await, Some(under_selatan), "{code}");
        for (unit, expected) in [(&old, under_papua), (&new, under_selatan)] {
            assert_eq!(tally(&national, &cycle, unit).await, Some(expected), "{code}");
        }
        // Whoever may open them: that is decided by the tree of today.
        assert!(papua.sees(&report).await.is_none(), "{code}");
        assert!(selatan.sees(&report).await.is_some(), "{code}");
    }
}

on_both_databases! {
    reports_of_2021_count_under_papua_and_those_of_2023_under_papua_selatan,
    what_moved_has_both_codes_each_in_its_days,
    a_unit_was_in_one_province_and_is_in_another,
}

/// The fixture against another account of the same facts, where one lies beside the repository.
#[test]
fn the_fixture_says_what_is_known_of_the_splits() {
    let path = Path::new("../shared/data/region_moves.csv");
    let Ok(mut reader) = csv::Reader::from_path(path) else {
        eprintln!(
            "SKIPPED: {} is not there, the fixture was compared with nothing",
            path.display()
        );
        return;
    };
    let known: BTreeMap<String, [String; 3]> = reader
        .records()
        .map(|record| record.unwrap())
        .filter(|record| record[0].matches('.').count() == 1)
        .map(|record| (record[0].to_owned(), [1, 2, 3].map(|place| record[place].to_owned())))
        .collect();
    let told: BTreeMap<String, [String; 3]> = MOVED
        .iter()
        .map(|(old, new, kind, name)| {
            let kind = if *kind == "KOTA" { "Kota" } else { "Kabupaten" };
            let on = day_of(province(new)).to_owned();
            ((*old).to_owned(), [(*new).to_owned(), format!("{kind} {name}"), on])
        })
        .collect();
    assert_eq!(told, known);
}
