//! Reads of the directory's tables. Everything a request sees comes from the snapshot; only its loading is here.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; what it loads is scoped where it is shown"
)]
use entity::{
    access_token, account, holder, pulse, region, region_edition, region_past, seat, service_account, unit, unit_fact,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::directory::{Directory, Person, Rows};
use crate::error::Error;

/// The pulse that counts changes of the directory.
pub const DIRECTORY_PULSE: &str = "directory";

/// The version of the directory in the database.
///
/// # Errors
/// The database's.
pub async fn version(connection: &impl ConnectionTrait) -> Result<i64, Error> {
    let pulse = pulse::Entity::find_by_id(DIRECTORY_PULSE).one(connection).await?;
    pulse
        .map(|pulse| pulse.version)
        .ok_or_else(|| Error::internal("the directory pulse is missing"))
}

/// Reads the whole directory. The version is read first, so that what was read is never older than it says.
///
/// # Errors
/// The database's, and a tree that is none.
pub async fn load(connection: &impl ConnectionTrait) -> Result<Directory, Error> {
    let rows = Rows {
        version: version(connection).await?,
        regions: region::Entity::find().all(connection).await?,
        regions_past: region_past::Entity::find().all(connection).await?,
        editions: region_edition::Entity::find().all(connection).await?,
        units: unit::Entity::find().all(connection).await?,
        facts: unit_fact::Entity::find()
            .filter(unit_fact::Column::VoidedBy.is_null())
            .all(connection)
            .await?,
        seats: seat::Entity::find().all(connection).await?,
        holders: holder::Entity::find().all(connection).await?,
        people: account::Entity::find()
            .all(connection)
            .await?
            .into_iter()
            .map(Person::from)
            .collect(),
        programs: service_account::Entity::find().all(connection).await?,
        tokens: access_token::Entity::find().all(connection).await?,
    };
    Directory::new(rows).map_err(Error::internal)
}

/// Whether no region has been loaded yet.
///
/// # Errors
/// The database's.
pub async fn is_empty(connection: &impl ConnectionTrait) -> Result<bool, Error> {
    Ok(region::Entity::find().count(connection).await? == 0)
}
