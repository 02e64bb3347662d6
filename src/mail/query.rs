//! Reads of the mail that waits.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the mail's query module; nobody but the sender reads it"
)]
use chrono::{DateTime, Utc};
use entity::mail;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{LockBehavior, LockType},
};

use crate::error::Error;

fn due(now: DateTime<Utc>) -> Select<mail::Entity> {
    mail::Entity::find().filter(mail::Column::NextAttemptAt.lte(now))
}

/// Whether anything is due.
pub(super) async fn is_any_due(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<bool, Error> {
    Ok(due(now).one(connection).await?.is_some())
}

/// What is due, longest waiting first, locked. What another sender has just locked is left to it.
pub(super) async fn due_and_locked(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<mail::Model>, Error> {
    let mut wanted = due(now)
        .order_by(mail::Column::NextAttemptAt, Order::Asc)
        .order_by(mail::Column::Id, Order::Asc)
        .limit(most);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    Ok(wanted.all(connection).await?)
}
