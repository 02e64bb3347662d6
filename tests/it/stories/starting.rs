//! A round begins: drafts are laid out for many units at once, filled in with what they wrote last, and are theirs alone.
use entity::{cycle_passing, enums::ObligationStanding, obligation};
use jenjang::{clock::new_id, graphql::id::Kind, report::catalogue};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{hierarchy::changes, reorganising::seen};
use crate::{
    fixtures::annual::{self, REGENCIES, REGENCIES_2022},
    on_both_databases,
    support::{Office, TestApp, app::Variation},
};

const OUTCOME: &str = "outcome { unitCount skippedCount }";

async fn begins(office: &Office<'_>, input: Value) -> Result<Value, String> {
    let answer = office.command("startReports", OUTCOME, input).await;
    let told = answer.map(|payload| payload["outcome"].clone());
    told.map_err(|refusal| format!("{} at {}", refusal.code, refusal.field))
}

fn uuid_of(kind: Kind, id: &str) -> Uuid {
    kind.uuid(&id.into()).unwrap()
}

/// Excuses a unit, as its tier above would.
async fn excuses(app: &TestApp, cycle: &str, unit: &str) {
    let transaction = app.services.db.begin().await.unwrap();
    obligation::Entity::update_many()
        .col_expr(obligation::Column::Standing, Expr::value(ObligationStanding::Excused))
        .filter(obligation::Column::CycleId.eq(uuid_of(Kind::ReportCycle, cycle)))
        .filter(obligation::Column::UnitId.eq(uuid_of(Kind::Unit, unit)))
        .exec(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

/// Passes a round on, as a province does.
async fn passes_on(app: &TestApp, cycle: &str, name: &str, unit: &str) {
    let now = app.services.clock.now();
    let passing = cycle_passing::Model {
        id: new_id(now),
        cycle_id: uuid_of(Kind::ReportCycle, cycle),
        unit_id: uuid_of(Kind::Unit, unit),
        due_at: now,
        basis_number: "1/HM.00/K.LA/2024".to_owned(),
        basis_date: now.date_naive(),
        basis_file_id: None,
        version: 1,
        account_id: app.account(name).await.id,
        seat_id: app.seat_of(name).await,
        at: now,
    };
    let transaction = app.services.db.begin().await.unwrap();
    passing
        .into_active_model()
        .insert(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    catalogue::reload(&app.services).await.unwrap();
}

/// What a unit has begun in a round.
async fn begun(office: &Office<'_>, cycle: &str) -> Vec<Value> {
    let document = "query($cycle: ID!) { reports(filter: {cycle: {eq: $cycle}}) { nodes {
        id status version viewerCanEdit unit { code } draft { answers { key text } prefilledFrom { number sha256 } }
    } } }";
    let data = office.data(document, json!({ "cycle": cycle })).await;
    data["reports"]["nodes"].as_array().unwrap().clone()
}

async fn who_asks_lays_the_drafts_out(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    annual::asks(&app).await;
    let coordinator = app.office("coordinator.ri").await;
    let cycle = coordinator.cycle(REGENCIES).await;
    let early = app.office("staff.18.01").await;
    let started = early.starts(REGENCIES).await.unwrap();
    excuses(&app, &cycle, &coordinator.unit("18.02").await).await;

    let all = json!({ "cycle": cycle, "dryRun": true });
    let expected = json!({ "unitCount": 513, "skippedCount": 1 });
    assert_eq!(begins(&coordinator, all).await.unwrap(), expected);
    assert_eq!(
        begun(&app.office("staff.18.03").await, &cycle).await,
        Vec::<Value>::new(),
        "only told"
    );
    let all = json!({ "cycle": cycle });
    assert_eq!(begins(&coordinator, all.clone()).await.unwrap(), expected);
    let statements = app.last_statements();
    assert!(
        statements.len() <= 25,
        "{} statements for 513 units: {statements:?}",
        statements.len()
    );
    assert_eq!(
        begins(&coordinator, all).await.unwrap(),
        expected,
        "and there is nothing left to begin"
    );

    // Each is its unit's: to be written as if it had begun it, and hidden from those above.
    let staff = app.office("staff.18.03").await;
    let reports = begun(&staff, &cycle).await;
    assert_eq!(reports.len(), 1);
    assert_eq!(
        (&reports[0]["status"], &reports[0]["viewerCanEdit"]),
        (&json!("DRAFT"), &json!(true))
    );
    assert_eq!(reports[0]["draft"]["prefilledFrom"], Value::Null);
    assert_eq!(
        begun(&early, &cycle).await[0]["id"],
        json!(started.id),
        "what was begun before stays"
    );
    for name in ["coordinator.ri", "head.18", "staff.18.02"] {
        assert_eq!(
            begun(&app.office(name).await, &cycle).await,
            Vec::<Value>::new(),
            "{name}"
        );
    }
    let open = obligation::Entity::find()
        .filter(obligation::Column::CycleId.eq(uuid_of(Kind::ReportCycle, &cycle)))
        .filter(obligation::Column::ReportId.is_null())
        .count(app.services.db.reader());
    assert_eq!(open.await.unwrap(), 1, "the ledger knows them");
    let excused = json!({ "cycle": cycle, "units": [coordinator.unit("18.02").await] });
    assert_eq!(
        begins(&coordinator, excused).await.unwrap_err(),
        "NOT_EXPECTED at units.0"
    );
}

async fn a_province_begins_what_it_passed_on(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    annual::asks(&app).await;
    let head = app.office("head.18").await;
    let (cycle, province) = (head.cycle(REGENCIES).await, head.unit("18").await);
    let all = json!({ "cycle": cycle });
    assert_eq!(begins(&head, all.clone()).await.unwrap_err(), "FORBIDDEN at ");
    passes_on(&app, &cycle, "head.18", &province).await;
    let (own, other) = (head.unit("18.01").await, head.unit("32.01").await);
    let mixed = json!({ "cycle": cycle, "units": [own, other, province] });
    assert_eq!(begins(&head, mixed).await.unwrap_err(), "FORBIDDEN at units.1");
    assert_eq!(
        begun(&app.office("staff.18.01").await, &cycle).await,
        Vec::<Value>::new(),
        "all or none"
    );
    let staff = app.office("staff.18").await;
    assert_eq!(begins(&staff, all.clone()).await.unwrap_err(), "FORBIDDEN at ");
    assert_eq!(
        begins(&head, all.clone()).await.unwrap(),
        json!({ "unitCount": 15, "skippedCount": 0 })
    );
    assert_eq!(begun(&app.office("staff.18.01").await, &cycle).await.len(), 1);
    // Who writes for one unit begins its report, and no other.
    let regency = app.office("staff.32.01").await;
    assert_eq!(
        begins(&regency, all).await.unwrap(),
        json!({ "unitCount": 1, "skippedCount": 0 })
    );
    let none = json!({ "cycle": cycle, "units": [] });
    assert_eq!(begins(&head, none).await.unwrap_err(), "INVALID at units");
    let absent = json!({ "cycle": cycle, "units": [app.absent(Kind::Unit)] });
    assert_eq!(begins(&head, absent).await.unwrap_err(), "NOT_FOUND at units.0");
}

async fn who_was_put_elsewhere_asks_for_nothing_any_more(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (province, regency) = (app.office("head.35").await, app.office("head.35.02").await);
    let cycle = province.opens(province.own_round("35-kegiatan").await).await.unwrap();
    regency.passes_on(&cycle, 10).await.unwrap();
    let told = json!({ "cycle": cycle, "dryRun": true });
    let expected = json!({ "unitCount": 22, "skippedCount": 0 });
    assert_eq!(
        begins(&regency, told.clone()).await.unwrap(),
        expected,
        "its own and 21"
    );

    let admin = app.office("admin.ri").await;
    let (unit, version) = seen(&admin, "35.02").await;
    let moved = json!({ "unit": unit, "expectedVersion": version, "parent": admin.unit("32").await });
    changes(&admin, "moveUnit", moved).await.unwrap();
    let sees = regency.data(
        "query($id: ID!) { reportCycle(id: $id) { id } }",
        json!({ "id": cycle }),
    );
    assert_eq!(sees.await["reportCycle"], Value::Null);
    // What it owes itself it goes on owing.
    let expected = json!({ "unitCount": 1, "skippedCount": 0 });
    assert_eq!(begins(&regency, told).await.unwrap(), expected);
    let beneath = json!({ "cycle": cycle, "units": [admin.unit("35.02.18").await] });
    assert_eq!(begins(&regency, beneath).await.unwrap_err(), "FORBIDDEN at units.0");
    // Who owes nothing in it is told as if there were none.
    let elsewhere = app.office("head.32").await;
    for cycle in [cycle, app.absent(Kind::ReportCycle)] {
        let all = json!({ "cycle": cycle });
        assert_eq!(begins(&elsewhere, all).await.unwrap_err(), "NOT_FOUND at cycle");
    }
}

async fn a_report_begins_with_what_lasts_of_the_last(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    annual::asks(&app).await;
    let (head, other) = (app.office("head.18.01").await, app.office("head.18.03").await);
    for office in [&head, &other] {
        let old = office.starts(REGENCIES_2022).await.unwrap();
        let row = |channel: &str, posts: i64| {
            json!({ "cells": [
                { "column": "kanal", "value": { "choice": channel } },
                { "column": "akun", "value": { "link": format!("https://contoh.id/{channel}") } },
                { "column": "unggahan", "value": { "number": posts } },
            ] })
        };
        let answers = json!([
            { "field": "ringkasan", "value": { "text": "Humas berkantor di lantai dua." } },
            { "field": "mulai", "value": { "date": "2022-01-03" } },
            { "field": "siaran-pers", "value": { "number": 40 } },
            { "field": "media-sosial", "value": { "rows": [row("instagram", 9), row("tiktok", 3)] } },
        ]);
        let input = json!({ "report": old.id, "expectedVersion": 1, "answers": answers });
        office.command("editReport", "report { id }", input).await.unwrap();
        let submit = json!({ "report": old.id, "expectedVersion": 2 });
        office.command("submitReport", "report { id }", submit).await.unwrap();
    }
    let cycle = head.cycle(REGENCIES).await;
    let expected = json!([
        { "key": "ringkasan", "text": "Humas berkantor di lantai dua." },
        { "key": "mulai", "text": "" },
        { "key": "siaran-pers", "text": "" },
        { "key": "anggaran", "text": "" },
        { "key": "media-sosial", "text": "INSTAGRAM | https://contoh.id/instagram\nTIKTOK | https://contoh.id/tiktok" },
    ]);
    let input = json!({ "cycle": cycle, "prefill": true });
    head.command("startReport", "report { id }", input.clone())
        .await
        .unwrap();
    let begun_alone = begun(&head, &cycle).await;
    assert_eq!(
        begun_alone[0]["draft"]["answers"], expected,
        "numbers and days are left open"
    );
    assert_eq!(begun_alone[0]["draft"]["prefilledFrom"]["number"], 1);
    // Together with others it is the same; who has nothing to begin with begins with nothing.
    let coordinator = app.office("coordinator.ri").await;
    begins(&coordinator, input).await.unwrap();
    let statements = app.last_statements();
    assert!(
        statements.len() <= 30,
        "{} statements: {statements:?}",
        statements.len()
    );
    let together = begun(&other, &cycle).await;
    assert_eq!(together[0]["draft"]["answers"], expected);
    assert_eq!(together[0]["draft"]["prefilledFrom"]["number"], 1);
    let empty = begun(&app.office("head.18.04").await, &cycle).await;
    assert_eq!(empty[0]["draft"]["prefilledFrom"], Value::Null);
    // It goes on as any draft: what was filled in is no conflict for who saw it first.
    let first = json!({
        "report": together[0]["id"], "expectedVersion": 1,
        "answers": [{ "field": "ringkasan", "value": { "text": "Humas pindah ke lantai tiga." } }],
    });
    other.command("editReport", "report { id }", first).await.unwrap();
}

on_both_databases!(
    who_was_put_elsewhere_asks_for_nothing_any_more,
    who_asks_lays_the_drafts_out,
    a_province_begins_what_it_passed_on,
    a_report_begins_with_what_lasts_of_the_last,
);
