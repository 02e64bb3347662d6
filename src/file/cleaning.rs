//! What nobody needs any more is cleared away: uploads that rest for a day, files that are attached to nothing for as long,
//! then contents that no file has, and parts that belong to no upload.
//!
//! Nothing is taken on what was read before: the condition is part of the statement that deletes, and whoever attaches a
//! file touches its row, so that of the two the later one sees what the other did.
use std::io;

use chrono::{DateTime, Utc};
use entity::{file, file_piece, stored_object};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{idle_life, query};
use crate::{error::Error, services::Services};

/// So many uploads and files are cleared away in one transaction, so that others get their turn.
const BATCH: u64 = 100;

/// Clears away what has had its day.
///
/// # Errors
/// The database's and the disk's; what was not cleared away is found again.
pub async fn clear(services: &Services) -> Result<(), Error> {
    let before = services.clock.now() - idle_life();
    while clear_files(services, before).await? {}
    for sha256 in query::unused_objects(services.db.reader(), before).await? {
        clear_object(services, &sha256, before).await?;
    }
    clear_parts(services, before).await.map_err(Error::internal)
}

/// Clears a batch of orphans away; whether there may be more.
async fn clear_files(services: &Services, before: DateTime<Utc>) -> Result<bool, Error> {
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    let orphans = query::orphans(connection, before, BATCH).await?;
    let mut cleared: Vec<Uuid> = Vec::new();
    for orphan in &orphans {
        if delete_orphan(connection, *orphan, before).await? {
            cleared.push(*orphan);
        }
    }
    transaction.commit().await?;
    // Where somebody else was at work on all of them, they are left to the next turn.
    Ok(!cleared.is_empty())
}

/// Deletes an upload or file if it is still an orphan.
async fn delete_orphan(connection: &impl ConnectionTrait, id: Uuid, before: DateTime<Utc>) -> Result<bool, Error> {
    let locked = query::orphan_locked(connection, id, before).await?;
    if !locked {
        return Ok(false);
    }
    file_piece::Entity::delete_many()
        .filter(file_piece::Column::FileId.eq(id))
        .exec(connection)
        .await?;
    let deleted = file::Entity::delete_many()
        .filter(file::Column::Id.eq(id))
        .filter(query::is_orphan(before))
        .exec(connection)
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// Forgets what somebody uploaded and attached to nothing. What is attached is part of the record. The contents are cleared
/// away when their day is over.
///
/// # Errors
/// The database's.
pub async fn forget_of(connection: &impl ConnectionTrait, account: Uuid) -> Result<(), Error> {
    let loose = query::loose_of(connection, account).await?;
    file_piece::Entity::delete_many()
        .filter(file_piece::Column::FileId.is_in(loose.iter().copied()))
        .exec(connection)
        .await?;
    file::Entity::delete_many()
        .filter(file::Column::Id.is_in(loose))
        .exec(connection)
        .await?;
    Ok(())
}

/// Removes a content that no file has. Its row is held meanwhile, so that nobody stores the same content at that moment.
async fn clear_object(services: &Services, sha256: &str, before: DateTime<Utc>) -> Result<(), Error> {
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    let object = query::object_locked(connection, sha256).await?;
    let is_old = object.is_some_and(|object| object.stored_at < before);
    if !is_old || query::is_used(connection, sha256).await? {
        return Ok(());
    }
    services.files.store.remove(sha256).await?;
    stored_object::Entity::delete_many()
        .filter(stored_object::Column::Sha256.eq(sha256))
        .exec(connection)
        .await?;
    transaction.commit().await
}

/// Removes parts that were left behind: by a process that was killed, or by an upload that is gone.
async fn clear_parts(services: &Services, before: DateTime<Utc>) -> io::Result<()> {
    let staging = &services.files.staging;
    let older = staging.older_than(before).await?;
    for parts in older.chunks(1000) {
        let known = query::known_parts(services.db.reader(), parts).await;
        let known = known.map_err(|error| io::Error::other(format!("{error:?}")))?;
        for part in parts.iter().filter(|part| !known.contains(part)) {
            staging.remove(*part).await?;
        }
    }
    Ok(())
}
