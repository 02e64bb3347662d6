//! Whoever still owes is reminded a week and a day before, and on the day after; and whoever stands above hears how many are
//! missing. Once each, whoever reminds.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{notice, outbox_event};
use jenjang::{clock::StillClock, feed, notice::telling, report::owed::reminding};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::FINAL_REPORT;
use crate::{
    on_both_databases,
    support::{Office, TestApp, app::Variation},
};

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// The server with a clock that stands there.
async fn at(app: TestApp, now: &str) -> (TestApp, StillClock) {
    let clock = StillClock::at(moment(now));
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    (app.varied(variation).await, clock)
}

/// Reminds and tells everything there is, beside what the server does by itself.
async fn remind(app: &TestApp) {
    reminding::remind(&app.services).await.unwrap();
    feed::number(&app.services.db).await.unwrap();
    while telling::tell(&app.services).await.unwrap() > 0 {}
}

/// What an office was told of rounds. It signs in anew: days have gone by.
async fn notices(app: &TestApp, office: &str) -> Vec<Value> {
    let office: Office<'_> = app.office(office).await;
    let document = "{ viewer { notices(first: 50) { nodes { kind message cycle { code } unit { code } } } } }";
    let data = office.data(document, json!({})).await;
    let nodes = data["viewer"]["notices"]["nodes"].as_array().unwrap().clone();
    let of_rounds = nodes.into_iter().filter(|node| !node["cycle"].is_null());
    of_rounds.collect()
}

fn kinds(notices: &[Value]) -> Vec<&str> {
    notices.iter().map(|notice| notice["kind"].as_str().unwrap()).collect()
}

async fn events(app: &TestApp, kind: &str) -> u64 {
    let events = outbox_event::Entity::find().filter(outbox_event::Column::Kind.eq(kind));
    events.count(app.services.db.reader()).await.unwrap()
}

async fn who_still_owes_is_reminded_and_who_stands_above_hears_of_it(app: TestApp) {
    // The round is due on 31 January 2025 at midnight in Jakarta.
    let (app, clock) = at(app, "2025-01-23T12:00:00+07:00").await;
    remind(&app).await;
    assert!(notices(&app, "head.32.75").await.is_empty(), "eight days before");
    let draft = app.office("staff.32.75").await.drafts(FINAL_REPORT).await;

    clock.set(moment("2025-01-24T00:00:00+07:00"));
    remind(&app).await;
    remind(&app).await;
    let told = notices(&app, "head.32.75").await;
    assert_eq!(kinds(&told), ["REPORT_DUE_SOON"], "seven days before, once");
    assert_eq!(told[0]["cycle"]["code"], FINAL_REPORT);
    assert_eq!(
        told[0]["message"],
        "Laporan Akhir Kehumasan Pemilihan Serentak 2024: laporan Bawaslu Kota Bekasi segera jatuh tempo dan belum dikirim."
    );
    assert_eq!(
        kinds(&notices(&app, "staff.32.75").await),
        ["REPORT_DUE_SOON"],
        "staff too"
    );
    app.office("head.32.75").await.submits(&draft).await.unwrap();

    clock.set(moment("2025-01-30T08:00:00+07:00"));
    remind(&app).await;
    assert_eq!(
        kinds(&notices(&app, "head.32.76").await),
        ["REPORT_DUE_SOON", "REPORT_DUE_SOON"]
    );
    assert_eq!(
        kinds(&notices(&app, "head.32.75").await),
        ["REPORT_DUE_SOON"],
        "it has sent"
    );
    assert_eq!(
        kinds(&notices(&app, "head.32").await),
        ["REPORT_DUE_SOON", "REPORT_DUE_SOON"],
        "its own report"
    );

    clock.set(moment("2025-02-01T06:00:00+07:00"));
    remind(&app).await;
    remind(&app).await;
    assert_eq!(kinds(&notices(&app, "head.32.76").await)[..1], ["REPORT_OVERDUE"]);
    let missing = notices(&app, "head.32").await;
    assert_eq!(kinds(&missing)[..2], ["REPORTS_MISSING", "REPORT_OVERDUE"]);
    assert_eq!(
        missing[0]["message"],
        "Laporan Akhir Kehumasan Pemilihan Serentak 2024: 26 dari 27 unit di bawah Bawaslu Provinsi Jawa Barat belum mengirim."
    );
    let national = notices(&app, "coordinator.ri").await;
    assert!(
        national[0]["message"].as_str().unwrap().contains("38 dari 38"),
        "{national:?}"
    );
    assert!(notices(&app, "admin.32").await.is_empty());
    assert_eq!(
        events(&app, reminding::OVERDUE).await,
        events(&app, reminding::DUE_SOON).await / 2,
        "all but the one"
    );
    let before = events(&app, reminding::MISSING).await;
    clock.set(moment("2025-02-03T06:00:00+07:00"));
    remind(&app).await;
    assert_eq!(events(&app, reminding::MISSING).await, before, "once a round");
    assert_eq!(kinds(&notices(&app, "head.32.76").await).len(), 3);
}

async fn of_two_processes_one_reminds(app: TestApp) {
    let (app, _clock) = at(app, "2025-01-27T12:00:00+07:00").await;
    let variation = Variation {
        clock: Arc::new(StillClock::at(moment("2025-01-27T12:00:00+07:00"))),
        ..Variation::default()
    };
    let other = TestApp::on(Arc::clone(&app.database), variation).await;
    let (one, two) = tokio::join!(reminding::remind(&app.services), reminding::remind(&other.services));
    one.unwrap();
    two.unwrap();
    remind(&app).await;
    let reminded = events(&app, reminding::DUE_SOON).await;
    let reminded_of: std::collections::BTreeSet<_> = outbox_event::Entity::find()
        .filter(outbox_event::Column::Kind.eq(reminding::DUE_SOON))
        .all(app.services.db.reader())
        .await
        .unwrap()
        .into_iter()
        .map(|event| event.subject_id)
        .collect();
    assert!(reminded > 552, "all kabupaten/kota and provinces, and some kecamatan");
    assert_eq!(reminded, reminded_of.len() as u64);
    let told = notice::Entity::find().filter(notice::Column::Kind.eq(reminding::DUE_SOON));
    assert!(told.count(app.services.db.reader()).await.unwrap() > 0);
}

on_both_databases! {
    who_still_owes_is_reminded_and_who_stands_above_hears_of_it,
    of_two_processes_one_reminds,
}
