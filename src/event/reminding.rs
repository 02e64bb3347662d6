//! Reminds units of invitations that are to be answered, and people of events that begin: once each. The mark is written in the
//! transaction that publishes it, under the lock of the pulse of reminders.
use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Days, Utc};
use entity::{event, event_invitation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use uuid::Uuid;

use super::query;
use crate::{
    command::{self, Changes, Unsigned},
    error::Error,
    feed,
    reminder::hold_pulse,
    services::Services,
};

/// The event by which units are reminded that their answer is due.
pub const REPLY_DUE_SOON: &str = "invitation.reply_due_soon";

/// The event by which people are reminded of an event that begins.
pub const STARTS_SOON: &str = "event.starts_soon";

/// How many days before it is due an answer is reminded of.
const DAYS_BEFORE_REPLY: u64 = 3;

/// How many days before it begins an event is reminded of.
const DAYS_BEFORE_START: u64 = 1;

/// How many events are reminded of in one transaction.
const BATCH: u64 = 50;

/// Reminds of everything there is to remind of now, and tells of how many events that was.
///
/// # Errors
/// The database's; what was reminded of before stays so.
pub async fn remind(services: &Arc<Services>) -> Result<usize, Error> {
    Ok(remind_of_replies(services).await? + remind_of_starts(services).await?)
}

fn span(now: DateTime<Utc>, days: u64) -> (DateTime<Utc>, DateTime<Utc>) {
    let last = now.checked_add_days(Days::new(days));
    (now, last.unwrap_or(DateTime::<Utc>::MAX_UTC))
}

/// One notice for each event, whose units are found when it is told.
async fn remind_of_replies(services: &Arc<Services>) -> Result<usize, Error> {
    let mut reminded = 0;
    loop {
        let due = |now| span(now, DAYS_BEFORE_REPLY);
        if query::replies_due(services.db.reader(), due(services.clock.now()), 1)
            .await?
            .is_empty()
        {
            return Ok(reminded);
        }
        let write = command::begin_unsigned(services, Changes::Records).await?;
        hold_pulse(write.connection()).await?;
        let waiting = query::replies_due(write.connection(), due(write.now), BATCH).await?;
        if waiting.is_empty() {
            return Ok(reminded);
        }
        let mut by_event: BTreeMap<Uuid, (event::Model, Vec<Uuid>)> = BTreeMap::new();
        for (invitation, held) in waiting {
            let (_held, units) = by_event.entry(held.id).or_insert_with(|| (held, Vec::new()));
            units.push(invitation.id);
        }
        let marked = by_event
            .values()
            .flat_map(|(_held, invitations)| invitations.iter().copied());
        event_invitation::Entity::update_many()
            .col_expr(event_invitation::Column::RemindedAt, Expr::value(write.now))
            .filter(event_invitation::Column::Id.is_in(marked))
            .exec(write.connection())
            .await?;
        let events = by_event.values().map(|(held, _invitations)| told(REPLY_DUE_SOON, held));
        publish(&write, events.collect()).await?;
        write.commit().await?;
        reminded += by_event.len();
    }
}

async fn remind_of_starts(services: &Arc<Services>) -> Result<usize, Error> {
    let mut reminded = 0;
    loop {
        let due = |now| span(now, DAYS_BEFORE_START);
        if query::starting(services.db.reader(), due(services.clock.now()), 1)
            .await?
            .is_empty()
        {
            return Ok(reminded);
        }
        let write = command::begin_unsigned(services, Changes::Records).await?;
        hold_pulse(write.connection()).await?;
        let starting = query::starting(write.connection(), due(write.now), BATCH).await?;
        if starting.is_empty() {
            return Ok(reminded);
        }
        event::Entity::update_many()
            .col_expr(event::Column::RemindedAt, Expr::value(write.now))
            .filter(event::Column::Id.is_in(starting.iter().map(|held| held.id)))
            .exec(write.connection())
            .await?;
        publish(&write, starting.iter().map(|held| told(STARTS_SOON, held)).collect()).await?;
        write.commit().await?;
        reminded += starting.len();
    }
}

async fn publish(write: &Unsigned, events: Vec<feed::Event>) -> Result<(), Error> {
    feed::publish_all(write.connection(), events, write.now).await
}

fn told(kind: &'static str, held: &event::Model) -> feed::Event {
    feed::Event {
        kind,
        subject_type: "event",
        subject: held.id,
        unit: held.unit_id,
        payload: json!({
            "event": held.id,
            "host": held.unit_id,
            "about": { "type": "event", "id": held.id },
            "details": { "startsAt": held.starts_at, "replyBy": held.reply_by },
        }),
    }
}
