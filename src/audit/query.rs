//! Reads of the leaves. No scope: they say nothing about anybody, and serve the sequencer and the operator alone.
#![expect(clippy::disallowed_methods, reason = "this is the module's query module")]
use entity::{audit_leaf, pulse};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::error::Error;

/// How many leaves are linked, as it is kept beside them.
pub(super) async fn linked_count(connection: &impl ConnectionTrait, pulse: &str) -> Result<i64, Error> {
    let kept = pulse::Entity::find_by_id(pulse).one(connection).await?;
    let missing = || Error::internal("the pulse of the audit chain is missing");
    kept.map(|pulse| pulse.version).ok_or_else(missing)
}

/// The last leaf that is linked.
pub(super) async fn last_linked(connection: &impl ConnectionTrait) -> Result<Option<audit_leaf::Model>, Error> {
    Ok(audit_leaf::Entity::find()
        .filter(audit_leaf::Column::Position.is_not_null())
        .order_by(audit_leaf::Column::Position, Order::Desc)
        .one(connection)
        .await?)
}

/// The first leaves that are not linked yet, in the order of their ids.
pub(super) async fn unlinked(connection: &impl ConnectionTrait, most: u64) -> Result<Vec<audit_leaf::Model>, Error> {
    Ok(audit_leaf::Entity::find()
        .filter(audit_leaf::Column::Position.is_null())
        .order_by(audit_leaf::Column::Id, Order::Asc)
        .limit(most)
        .all(connection)
        .await?)
}

/// Whether a leaf waits to be linked.
pub(super) async fn has_unlinked(connection: &impl ConnectionTrait) -> Result<bool, Error> {
    let first: Option<Uuid> = audit_leaf::Entity::find()
        .select_only()
        .column(audit_leaf::Column::Id)
        .filter(audit_leaf::Column::Position.is_null())
        .into_tuple()
        .one(connection)
        .await?;
    Ok(first.is_some())
}
