//! Reads of the outbox.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; the sequencer sees every event"
)]
use entity::outbox_event;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::error::Error;

/// Whether an event waits for its number.
pub(super) async fn has_unnumbered(connection: &impl ConnectionTrait) -> Result<bool, Error> {
    let first: Option<Uuid> = outbox_event::Entity::find()
        .select_only()
        .column(outbox_event::Column::Id)
        .filter(outbox_event::Column::Sequence.is_null())
        .into_tuple()
        .one(connection)
        .await?;
    Ok(first.is_some())
}
