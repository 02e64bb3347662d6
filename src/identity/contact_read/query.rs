//! Reads of the log of contact reads: everybody's own entries, never another's.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module; every read is of the actor's own entries"
)]
use entity::contact_read;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Select};
use uuid::Uuid;

use crate::{
    db::newest_first,
    error::Error,
    page::{Page, Window},
    session::Actor,
};

fn own(actor: &Actor) -> Select<contact_read::Entity> {
    contact_read::Entity::find().filter(contact_read::Column::SubjectId.eq(actor.account))
}

/// A page of the reads of the actor's contact data, the latest first. An entry's key is its id, which sorts by time.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    window: &Window<Uuid>,
) -> Result<Page<contact_read::Model>, Error> {
    newest_first(connection, own(actor), contact_read::Column::Id, window).await
}

/// How many there are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor) -> Result<u64, Error> {
    Ok(own(actor).count(connection).await?)
}
