//! The transactional outbox: what happened is written in the transaction in which it happened, and numbered afterwards by
//! one sequencer, so that a reader who has seen number n has seen everything before it. In the same turn it links the audit
//! leaves into their [`chain`].
//! What of it is shown is said in [`kinds`], to whom in [`query`].
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{outbox_event, pulse};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement,
    sea_query::{Expr, ExprTrait},
};
use serde_json::Value;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    audit::chain,
    clock::new_id,
    db::{Db, insert_all},
    error::Error,
};

pub mod graphql;
pub mod kinds;
pub mod query;

/// The pulse whose version is the last number given. Its row lock makes the sequencer one, whatever the number of processes.
pub const FEED_PULSE: &str = "feed";

/// The longest a numbered event may be waited for when another process wrote it.
pub const SEQUENCER_INTERVAL: Duration = Duration::from_millis(500);

/// Wakes the sequencer of this process as soon as something was committed.
#[derive(Default)]
pub struct Feed {
    written: Notify,
}

/// Something that happened.
pub struct Event {
    /// `report.submitted`, …
    pub kind: &'static str,
    pub subject_type: &'static str,
    pub subject: Uuid,
    /// In whose scope it falls.
    pub unit: Uuid,
    /// Frozen: what a later reader is told, whatever has changed since.
    pub payload: Value,
}

impl Feed {
    /// Something was committed.
    pub fn wake(&self) {
        self.written.notify_one();
    }

    /// Waits until something was committed here, or long enough that another process may have.
    pub async fn woken(&self) {
        // Whether it was the time-out or the bell makes no difference: the sequencer looks either way.
        let _either = tokio::time::timeout(SEQUENCER_INTERVAL, self.written.notified()).await;
    }
}

/// Writes an event, in the transaction of what happened.
///
/// # Errors
/// The database's.
pub async fn publish(connection: &impl ConnectionTrait, event: Event, at: DateTime<Utc>) -> Result<(), Error> {
    publish_all(connection, vec![event], at).await
}

/// Writes events in few statements.
///
/// # Errors
/// The database's.
pub async fn publish_all(
    connection: &impl ConnectionTrait,
    events: Vec<Event>,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let row = |event: Event| outbox_event::Model {
        id: new_id(at),
        sequence: None,
        kind: event.kind.to_owned(),
        subject_type: event.subject_type.to_owned(),
        subject_id: event.subject,
        unit_id: event.unit,
        payload: event.payload,
        at,
    };
    insert_all(connection, events.into_iter().map(row).collect()).await
}

/// Takes the sequencer's turn: numbers what has no number yet, densely, and links the leaves that wait. Tells how many were
/// numbered.
///
/// # Errors
/// The database's; then nothing more was numbered and linked, and the next turn goes on from there.
pub async fn number(db: &Db) -> Result<u64, Error> {
    let mut numbered = 0;
    let mut more = query::has_unnumbered(db.reader()).await? || chain::waits(db.reader()).await?;
    while more {
        let transaction = db.begin().await?;
        lock(transaction.connection()).await?;
        numbered += number_events(transaction.connection()).await?;
        // In pages, each made durable: an upgraded database may have a million leaves that were never linked.
        more = chain::link_page(transaction.connection()).await? == chain::PAGE;
        transaction.commit().await?;
    }
    Ok(numbered)
}

/// The row lock comes first: a second sequencer waits here and then sees what the first has done.
async fn lock(connection: &impl ConnectionTrait) -> Result<(), Error> {
    pulse::Entity::update_many()
        .col_expr(pulse::Column::Version, Expr::col(pulse::Column::Version))
        .filter(pulse::Column::Name.eq(FEED_PULSE))
        .exec(connection)
        .await?;
    Ok(())
}

/// Numbers what has no number yet, densely, and tells how many there were.
async fn number_events(connection: &impl ConnectionTrait) -> Result<u64, Error> {
    let numbered = connection
        .execute_raw(Statement::from_string(
            connection.get_database_backend(),
            "UPDATE outbox_event SET sequence = fresh.number FROM (
                 SELECT id, (SELECT version FROM pulse WHERE name = 'feed') + ROW_NUMBER() OVER (ORDER BY id) AS number
                 FROM outbox_event WHERE sequence IS NULL
             ) AS fresh WHERE outbox_event.id = fresh.id",
        ))
        .await?
        .rows_affected();
    pulse::Entity::update_many()
        .col_expr(
            pulse::Column::Version,
            Expr::col(pulse::Column::Version).add(i64::try_from(numbered).map_err(Error::internal)?),
        )
        .filter(pulse::Column::Name.eq(FEED_PULSE))
        .exec(connection)
        .await?;
    Ok(numbered)
}
