//! The feed loses nothing under rival writers: two processes write and number, and whoever pulls all the while gets every
//! event that is theirs, once, in the order of its number.
use std::{cell::Cell, sync::Arc};

use entity::outbox_event;
use jenjang::{
    clock::new_id,
    feed::{self, Event, kinds::Kind},
    graphql::id,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use crate::{
    on_both_databases,
    stories::KECAMATAN,
    support::{TestApp, app::Variation, office::Office},
};

/// How many kecamatan write at once, half of them to each process.
const WRITERS: usize = 12;

/// Follows the feed in pages of changing size until everything that was written has a number, and beyond.
async fn follow(reader: &Office<'_>, start: Option<String>, writing: &Cell<usize>) -> Vec<String> {
    let mut told = Vec::new();
    let mut from = start;
    for size in (1..=7).cycle() {
        let done = writing.get() == 0;
        if done {
            feed::number(&reader.app.services.db).await.unwrap();
        }
        let page = reader.pulls_page(from.as_deref(), size).await;
        told.extend(page.ids());
        from = page.end;
        if done && !page.more {
            return told;
        }
    }
    unreachable!("it goes round and round")
}

/// A kecamatan writes, submits, takes back and submits again, through one process.
async fn write(app: &TestApp, unit: usize) {
    let staff = app.office(&format!("staff.35.02.{unit:02}")).await;
    let head = app.office(&format!("head.35.02.{unit:02}")).await;
    let submitted = head.submits(&staff.drafts(KECAMATAN).await).await.unwrap();
    let withdrawn = head
        .does_because("withdrawReport", &submitted, "Lampiran tertinggal.")
        .await;
    head.submits(&withdrawn.unwrap()).await.unwrap();
}

/// Writes an event first and commits it last: its id is older than those of all that overtake it. Where there is one
/// writer at a time nobody can.
async fn overtaken(app: &TestApp, unit: usize) {
    if app.services.db.is_embedded() {
        return write(app, unit).await;
    }
    let now = app.services.clock.now();
    let root = app.services.directory.load().tree.root().id;
    let event = Event {
        kind: Kind::UnitRenamed.event(),
        subject_type: "unit",
        subject: root,
        unit: root,
        payload: json!({ "change": new_id(now), "unit": root, "effectiveOn": "2025-01-01" }),
    };
    let transaction = app.services.db.begin().await.unwrap();
    feed::publish(transaction.connection(), event, now).await.unwrap();
    write(app, unit).await;
    feed::number(&app.services.db).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn the_feed_loses_nothing_under_rival_writers(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let other = TestApp::on(Arc::clone(&app.database), Variation::unthrottled()).await;
    let (above, own) = (app.office("head.35.02").await, other.office("staff.35.02.01").await);
    let start = above.pulls(None).await.end;
    let before = feed::query::last_number(app.services.db.reader()).await.unwrap();
    let writing = Cell::new(WRITERS);
    let writers = (1..=WRITERS).map(|unit| {
        let process = if unit % 2 == 0 { &app } else { &other };
        let writing = &writing;
        async move {
            if unit == WRITERS {
                overtaken(process, unit).await;
            } else {
                write(process, unit).await;
            }
            writing.set(writing.get() - 1);
        }
    });
    let (_written, told_above, told_own) = futures_util::join!(
        futures_util::future::join_all(writers),
        follow(&above, start.clone(), &writing),
        follow(&own, start.clone(), &writing),
    );

    let events = outbox_event::Entity::find()
        .filter(outbox_event::Column::Sequence.gt(before))
        .order_by_asc(outbox_event::Column::Sequence)
        .all(app.services.db.reader())
        .await
        .unwrap();
    let ids = |shown: &dyn Fn(&outbox_event::Model) -> bool| -> Vec<String> {
        let shown = events.iter().filter(|event| shown(event));
        shown.map(|event| id::Kind::Change.id(event.id).to_string()).collect()
    };
    let unit = app.unit("35.02.01");
    let expected = ids(&|event| event.subject_type == "unit" || event.unit_id == unit);
    assert_eq!(told_own, expected, "what is one's own comes once each, in order");

    // Those above are told of the beginning of a report only if they come by when it was submitted already.
    let in_order = ids(&|_any| true);
    let places = told_above
        .iter()
        .map(|id| in_order.iter().position(|other| other == id));
    let places: Vec<usize> = places.map(|place| place.expect("an event")).collect();
    assert!(places.is_sorted_by(|left, right| left < right), "{places:?}");
    let surely = ids(&|event| event.kind != Kind::ReportStarted.event());
    let lost: Vec<&String> = surely.iter().filter(|id| !told_above.contains(id)).collect();
    assert!(lost.is_empty(), "{lost:?} of {events:#?}");
    assert!(surely.len() >= 3 * WRITERS);
}

on_both_databases!(the_feed_loses_nothing_under_rival_writers);
