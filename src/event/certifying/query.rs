//! Who was present at an event, and what is certified of whom.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the query module of certificates of attendance; each read follows one that applied the scope"
)]
use chrono::{DateTime, Utc};
use entity::{enums::DelegateStanding, event_attendance, event_delegate};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::SelectStatement,
};
use uuid::Uuid;

use crate::error::Error;

/// The ids of everybody who is or was to come to an event.
#[must_use]
pub fn delegates_of(event: Uuid) -> SelectStatement {
    event_delegate::Entity::find()
        .select_only()
        .column(event_delegate::Column::Id)
        .filter(event_delegate::Column::EventId.eq(event))
        .into_query()
}

/// Who was present at an event: expected, and inside in at least one session. This is the one place that says so: it reads what
/// the door made of its scans, and is to read the newest sealed sheets instead as soon as they say who was there.
///
/// # Errors
/// The database's.
pub async fn present_at(connection: &impl ConnectionTrait, event: Uuid) -> Result<Vec<event_delegate::Model>, Error> {
    let inside = event_attendance::Entity::find()
        .select_only()
        .column(event_attendance::Column::DelegateId)
        .filter(event_attendance::Column::EventId.eq(event))
        .filter(event_attendance::Column::FirstIn.is_not_null());
    Ok(event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.eq(event))
        .filter(event_delegate::Column::Standing.eq(DelegateStanding::Expected))
        .filter(event_delegate::Column::Id.in_subquery(inside.into_query()))
        .order_by(event_delegate::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// Who first entered which session of an event when.
///
/// # Errors
/// The database's.
pub async fn entered(
    connection: &impl ConnectionTrait,
    event: Uuid,
) -> Result<Vec<(Uuid, Uuid, DateTime<Utc>)>, Error> {
    Ok(event_attendance::Entity::find()
        .select_only()
        .columns([
            event_attendance::Column::DelegateId,
            event_attendance::Column::SessionId,
            event_attendance::Column::FirstIn,
        ])
        .filter(event_attendance::Column::EventId.eq(event))
        .filter(event_attendance::Column::FirstIn.is_not_null())
        .into_tuple()
        .all(connection)
        .await?)
}

/// The event a delegate comes to.
///
/// # Errors
/// The database's.
pub async fn event_of(connection: &impl ConnectionTrait, delegate: Uuid) -> Result<Option<Uuid>, Error> {
    Ok(event_delegate::Entity::find_by_id(delegate)
        .select_only()
        .column(event_delegate::Column::EventId)
        .into_tuple()
        .one(connection)
        .await?)
}
