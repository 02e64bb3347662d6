//! Which records hold which files. A record that is being written holds those its answers name; a revision holds those it
//! was frozen with, for as long as there is the revision; a round, and whoever passes it on, holds its letter, an event its
//! letter and its materials.
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::{attachment, enums::RecordType, file, report};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::query;
use crate::{
    clock::new_id,
    db::insert_all,
    error::{Code, Error, Refusal},
    locale::Text,
    session::Actor,
};

/// The files among these that the actor may put into a report: the own that are attached to nothing, and those that
/// reports of the same unit hold which the actor may read.
///
/// # Errors
/// The database's.
pub async fn attachable(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    report: &report::Model,
    files: &[Uuid],
) -> Result<Vec<file::Model>, Error> {
    let visible = query::visible(connection, actor, files).await?;
    let attached = query::attachments(connection, files).await?;
    let mut fitting = Vec::new();
    for file in visible {
        let fits = match attached.get(&file.id) {
            None => true,
            Some(holders) => {
                let records: Vec<Uuid> = holders.iter().map(|holder| holder.record_id).collect();
                let reports = crate::report::query::by_ids(connection, actor, &records).await?;
                reports.iter().any(|holder| holder.unit_id == report.unit_id)
            }
        };
        if fits {
            fitting.push(file);
        }
    }
    Ok(fitting)
}

/// The files a record holds while it is being written.
///
/// # Errors
/// The database's.
pub async fn held(connection: &impl ConnectionTrait, record: Uuid) -> Result<Vec<Uuid>, Error> {
    query::held(connection, record).await
}

/// The files among these that the actor may put into a record: the own that are attached to nothing, and those the record
/// holds already.
///
/// # Errors
/// The database's.
pub async fn fitting(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    record: Uuid,
    files: &[Uuid],
) -> Result<Vec<file::Model>, Error> {
    let mut fitting = query::visible(connection, actor, files).await?;
    let attached = query::attachments(connection, files).await?;
    fitting.retain(|file| {
        let mut holders = attached.get(&file.id).into_iter().flatten().peekable();
        holders.peek().is_none() || holders.any(|holder| holder.record_id == record)
    });
    Ok(fitting)
}

/// Makes a record that is being written hold exactly these files, which the caller has found to be [`attachable`], [`fitting`]
/// or held already. Whoever clears away sees a file that is touched here as in use, or is waited for and has taken it: then it is
/// among those answered, which are gone.
///
/// # Errors
/// The database's.
pub async fn hold(
    connection: &impl ConnectionTrait,
    (record_type, record): (RecordType, Uuid),
    files: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, Error> {
    let held: HashSet<Uuid> = query::held(connection, record).await?.into_iter().collect();
    let wanted: HashSet<Uuid> = files.iter().copied().collect();
    let mut gone = Vec::new();
    let mut new = Vec::new();
    for file in wanted.difference(&held).copied() {
        if touch(connection, file, now).await? {
            new.push(attachment::Model {
                id: new_id(now),
                file_id: file,
                record_type,
                record_id: record,
                frozen_in: None,
                attached_at: now,
            });
        } else {
            gone.push(file);
        }
    }
    insert_all(connection, new).await?;
    for file in held.difference(&wanted).copied() {
        // Its day begins now.
        touch(connection, file, now).await?;
        attachment::Entity::delete_many()
            .filter(attachment::Column::RecordId.eq(record))
            .filter(attachment::Column::FileId.eq(file))
            .filter(attachment::Column::FrozenIn.is_null())
            .exec(connection)
            .await?;
    }
    Ok(gone)
}

/// Freezes what a record holds with a revision of it.
///
/// # Errors
/// The database's.
pub async fn freeze(
    connection: &impl ConnectionTrait,
    (record_type, record): (RecordType, Uuid),
    revision: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let held = query::held(connection, record).await?;
    let frozen = held.into_iter().map(|file| attachment::Model {
        id: new_id(now),
        file_id: file,
        record_type,
        record_id: record,
        frozen_in: Some(revision),
        attached_at: now,
    });
    insert_all(connection, frozen.collect()).await
}

/// Makes a round, or its passing on, hold its letter: one it holds already, or a file of the actor's own that is attached to
/// nothing. Whether it does: the file may not be there, or not be one the actor may know of.
///
/// # Errors
/// The database's.
pub async fn hold_letter(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    (record_type, record): (RecordType, Uuid),
    letter: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let visible = query::visible(connection, actor, &[letter]).await?;
    let attached = query::attachments(connection, &[letter]).await?;
    let mut holders = attached.values().flatten();
    if holders.any(|attachment| attachment.record_id == record) {
        return Ok(true);
    }
    if visible.is_empty() || !attached.is_empty() || !touch(connection, letter, now).await? {
        return Ok(false);
    }
    let attachment = attachment::Model {
        id: new_id(now),
        file_id: letter,
        record_type,
        record_id: record,
        // It never changes, and is read by whoever may know of the record.
        frozen_in: Some(record),
        attached_at: now,
    };
    insert_all(connection, vec![attachment]).await?;
    Ok(true)
}

/// Lets go of a file that a record held for good: its day begins now, if nothing else holds it.
///
/// # Errors
/// The database's.
pub async fn let_go(
    connection: &impl ConnectionTrait,
    record: Uuid,
    file: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    touch(connection, file, now).await?;
    attachment::Entity::delete_many()
        .filter(attachment::Column::RecordId.eq(record))
        .filter(attachment::Column::FileId.eq(file))
        .exec(connection)
        .await?;
    Ok(())
}

/// The one answer for a file that is absent, hidden or another record's.
#[must_use]
pub fn not_found() -> Refusal {
    let text = Text::new("Berkas tidak ditemukan.", "The file was not found.");
    Refusal::new(Code::NotFound, text)
}

/// Notes that something is done with a file, and whether it is still there.
async fn touch(connection: &impl ConnectionTrait, file: Uuid, now: DateTime<Utc>) -> Result<bool, Error> {
    let touched = file::Entity::update_many()
        .col_expr(file::Column::IdleSince, Expr::value(now))
        .filter(file::Column::Id.eq(file))
        .filter(file::Column::StoredAt.is_not_null())
        .exec(connection)
        .await?;
    Ok(touched.rows_affected == 1)
}
