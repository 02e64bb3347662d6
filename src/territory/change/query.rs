//! The door to what is kept of changes. Units are open to every signed-in account, and so is what became of them; who did
//! it is asked where it is shown.
#![expect(clippy::disallowed_methods, reason = "this is the slice's query module")]
use entity::{unit_change, unit_touch};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::error::Error;

/// What a change did to each unit, by the ids of the units.
///
/// # Errors
/// The database's.
pub async fn touches_of(connection: &impl ConnectionTrait, change: Uuid) -> Result<Vec<unit_touch::Model>, Error> {
    Ok(unit_touch::Entity::find()
        .filter(unit_touch::Column::ChangeId.eq(change))
        .order_by_asc(unit_touch::Column::UnitId)
        .all(connection)
        .await?)
}

/// The changes among these ids, whatever their order.
///
/// # Errors
/// The database's.
pub async fn by_ids(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<unit_change::Model>, Error> {
    Ok(unit_change::Entity::find()
        .filter(unit_change::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?)
}
