//! What a command confirms before it decides.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the write path's query module; it reads the actor's own rows"
)]
use chrono::{DateTime, Utc};
use entity::{idempotency_record, pulse};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use crate::{error::Error, territory::query::DIRECTORY_PULSE};

/// The version of the directory, held until the transaction ends: a change of the directory waits for it, or it for the change.
pub(super) async fn directory_version(connection: &impl ConnectionTrait) -> Result<i64, Error> {
    let pulse = pulse::Entity::find_by_id(DIRECTORY_PULSE)
        .lock(LockType::Share)
        .one(connection)
        .await?;
    pulse
        .map(|pulse| pulse.version)
        .ok_or_else(|| Error::internal("the directory pulse is missing"))
}

/// The outcome kept under an idempotency key.
pub(super) async fn outcome(
    connection: &impl ConnectionTrait,
    account: Uuid,
    key: &str,
    field: &str,
) -> Result<Option<idempotency_record::Model>, Error> {
    Ok(
        idempotency_record::Entity::find_by_id((account, key.to_owned(), field.to_owned()))
            .one(connection)
            .await?,
    )
}

/// Forgets outcomes older than a moment.
///
/// # Errors
/// The database's.
pub async fn forget_outcomes(connection: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, Error> {
    let forgotten = idempotency_record::Entity::delete_many()
        .filter(idempotency_record::Column::CreatedAt.lt(before))
        .exec(connection)
        .await?;
    Ok(forgotten.rows_affected)
}
