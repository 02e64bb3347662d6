//! What stands on the papers of an event, within the scope of who asks.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the query module of the papers of events; each read applies the scope, or follows one that did"
)]
use std::collections::HashSet;

use entity::{
    enums::{DelegateStanding, ExcuseState},
    event_delegate, event_excuse, event_invitation,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    error::Error,
    event::query::{scope_of_delegates, scope_of_invitations},
    session::Actor,
};

/// The invitations to an event that the actor may know of, in the order they were made.
///
/// # Errors
/// The database's.
pub async fn invitations(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    event: Uuid,
) -> Result<Vec<event_invitation::Model>, Error> {
    Ok(event_invitation::Entity::find()
        .filter(event_invitation::Column::EventId.eq(event))
        .filter(scope_of_invitations(actor))
        .order_by(event_invitation::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// Who comes to an event, as far as the actor may know of it, earliest named first.
///
/// # Errors
/// The database's.
pub async fn expected(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    event: Uuid,
) -> Result<Vec<event_delegate::Model>, Error> {
    Ok(event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.eq(event))
        .filter(event_delegate::Column::Standing.eq(DelegateStanding::Expected))
        .filter(scope_of_delegates(actor))
        .order_by(event_delegate::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// The invitations to an event the caller has been shown of which the whole unit was excused.
///
/// # Errors
/// The database's.
pub async fn excused(connection: &impl ConnectionTrait, event: Uuid) -> Result<HashSet<Uuid>, Error> {
    let found: Vec<Uuid> = event_excuse::Entity::find()
        .select_only()
        .column(event_excuse::Column::InvitationId)
        .filter(event_excuse::Column::EventId.eq(event))
        .filter(event_excuse::Column::DelegateId.is_null())
        .filter(event_excuse::Column::State.eq(ExcuseState::Granted))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(found.into_iter().collect())
}
