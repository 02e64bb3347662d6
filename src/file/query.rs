//! The only door to the tables of files. What a reader may see of files follows from the records that hold them.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope or follows one that did"
)]
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{attachment, enums::RecordType, file, file_piece, stored_object, unit};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Expr, ExprTrait, LockType, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    award,
    error::Error,
    event,
    report::{
        self,
        cycle::sight::{is_in_line, is_visible},
    },
    session::Actor,
};

/// How many rows are read at once when all are read.
const BATCH: u64 = 1000;

/// What the actor began, as the one who began it: a program is told nothing of what its maker uploads, nor the other way
/// round.
fn begun_by(actor: &Actor) -> Condition {
    let own = Condition::all().add(file::Column::BegunBy.eq(actor.account));
    match actor.program() {
        None => own.add(file::Column::ProgramId.is_null()),
        Some(program) => own.add(file::Column::ProgramId.eq(program)),
    }
}

/// The uploads among these that the actor began, whether they are files by now or not.
///
/// # Errors
/// The database's.
pub async fn begun(connection: &impl ConnectionTrait, actor: &Actor, ids: &[Uuid]) -> Result<Vec<file::Model>, Error> {
    Ok(file::Entity::find()
        .filter(file::Column::Id.is_in(ids.iter().copied()))
        .filter(begun_by(actor))
        .all(connection)
        .await?)
}

/// The files among these that the actor may read: what is attached to a record by way of the record, what is attached to
/// none only whoever sent it. The absent and the hidden cost the same statements.
///
/// # Errors
/// The database's.
pub async fn visible(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<file::Model>, Error> {
    let files = stored(connection, ids).await?;
    let attached = attachments(connection, ids).await?;
    let reports = report::query::by_subquery(connection, actor, records_of(ids, RecordType::Report)).await?;
    let rounds = report::cycle::query::owners(connection, records_of(ids, RecordType::Cycle)).await?;
    let passings = report::cycle::query::passers(connection, records_of(ids, RecordType::CyclePassing)).await?;
    let known_rounds = rounds.into_iter().filter(|(_round, owner)| is_visible(actor, *owner));
    let known_passings = passings.into_iter().filter(|(_passing, unit)| is_in_line(actor, *unit));
    let events = event::query::by_subquery(connection, actor, records_of(ids, RecordType::Event)).await?;
    let invited = records_of(ids, RecordType::EventInvitation);
    let invitations = event::query::invitations_by_subquery(connection, actor, invited).await?;
    let known = known_rounds.chain(known_passings).map(|(record, _unit)| record);
    let editions = award::query::by_subquery(connection, actor, records_of(ids, RecordType::AwardEdition)).await?;
    let entered = records_of(ids, RecordType::AwardEntry);
    let entries = award::entry::query::by_subquery(connection, actor, entered).await?;
    let objections = records_of(ids, RecordType::AwardObjection);
    let objections = award::honour::query::objections_by_subquery(connection, actor, objections).await?;
    let known = known.chain(events).chain(invitations).chain(editions).chain(objections);
    let readable = Readable::of(actor, (&reports, &entries), known);
    let own = |file: &file::Model| file.begun_by == actor.account && file.program_id == actor.program();
    let sees = |file: &file::Model| match attached.get(&file.id) {
        Some(attachments) => attachments.iter().any(|attachment| readable.holds(attachment)),
        None => own(file),
    };
    Ok(files.into_iter().filter(sees).collect())
}

/// The records an actor may read, and those of which also what is being written.
struct Readable {
    records: HashSet<Uuid>,
    drafts: HashSet<Uuid>,
}

impl Readable {
    /// `others` are records that are not written by some and read by others.
    fn of(
        actor: &Actor,
        (reports, entries): (&[entity::report::Model], &[entity::award_entry::Model]),
        others: impl Iterator<Item = Uuid>,
    ) -> Self {
        let of_reports = reports
            .iter()
            .filter(|report| report::availability::reads_draft(actor, report));
        let of_entries = entries
            .iter()
            .filter(|entry| award::entry::query::reads_draft(actor, entry));
        let drafts = of_reports
            .map(|report| report.id)
            .chain(of_entries.map(|entry| entry.id));
        let written = reports.iter().map(|report| report.id);
        let written = written.chain(entries.iter().map(|entry| entry.id));
        Self {
            records: written.chain(others).collect(),
            drafts: drafts.collect(),
        }
    }

    fn holds(&self, attachment: &attachment::Model) -> bool {
        match attachment.frozen_in {
            Some(_revision) => self.records.contains(&attachment.record_id),
            None => self.drafts.contains(&attachment.record_id),
        }
    }
}

/// The records of a type that hold any of these files.
fn records_of(files: &[Uuid], of: RecordType) -> SelectStatement {
    attachment::Entity::find()
        .select_only()
        .column(attachment::Column::RecordId)
        .filter(attachment::Column::FileId.is_in(files.iter().copied()))
        .filter(attachment::Column::RecordType.eq(of))
        .into_query()
}

/// Files that are whole, of records the caller has already been shown.
///
/// # Errors
/// The database's.
pub async fn stored(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<file::Model>, Error> {
    Ok(file::Entity::find()
        .filter(file::Column::Id.is_in(ids.iter().copied()))
        .filter(file::Column::StoredAt.is_not_null())
        .all(connection)
        .await?)
}

/// What holds each of these files. It decides what may be seen and is shown to nobody.
pub(super) async fn attachments(
    connection: &impl ConnectionTrait,
    files: &[Uuid],
) -> Result<HashMap<Uuid, Vec<attachment::Model>>, Error> {
    let mut attached: HashMap<Uuid, Vec<attachment::Model>> = HashMap::new();
    let found = attachment::Entity::find()
        .filter(attachment::Column::FileId.is_in(files.iter().copied()))
        .all(connection)
        .await?;
    for attachment in found {
        attached.entry(attachment.file_id).or_default().push(attachment);
    }
    Ok(attached)
}

/// The files a record holds while it is being written.
pub(super) async fn held(connection: &impl ConnectionTrait, record: Uuid) -> Result<Vec<Uuid>, Error> {
    Ok(attachment::Entity::find()
        .select_only()
        .column(attachment::Column::FileId)
        .filter(attachment::Column::RecordId.eq(record))
        .filter(attachment::Column::FrozenIn.is_null())
        .into_tuple()
        .all(connection)
        .await?)
}

/// A row, whoever asks: the processes' own work.
pub(super) async fn by_id(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<file::Model>, Error> {
    Ok(file::Entity::find_by_id(id).one(connection).await?)
}

/// The pieces of an upload, in their order.
pub(super) async fn pieces(connection: &impl ConnectionTrait, file: Uuid) -> Result<Vec<file_piece::Model>, Error> {
    Ok(file_piece::Entity::find()
        .filter(file_piece::Column::FileId.eq(file))
        .order_by_asc(file_piece::Column::StartAt)
        .all(connection)
        .await?)
}

/// How many bytes the files and uploads of a unit have been promised. Whoever adds to them waits here for whoever else does.
pub(super) async fn promised(connection: &impl ConnectionTrait, unit: Uuid) -> Result<i64, Error> {
    let _locked = unit::Entity::find_by_id(unit)
        .lock(LockType::NoKeyUpdate)
        .one(connection)
        .await?;
    let sizes: Vec<i64> = file::Entity::find()
        .select_only()
        .column(file::Column::Size)
        .filter(file::Column::UnitId.eq(unit))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(sizes.into_iter().fold(0, i64::saturating_add))
}

/// What has rested since before a moment and is attached to nothing.
#[must_use]
pub(super) fn is_orphan(before: DateTime<Utc>) -> Condition {
    is_loose().add(file::Column::IdleSince.lt(before))
}

/// What is attached to nothing.
fn is_loose() -> Condition {
    let held = Query::select()
        .expr(Expr::value(1))
        .from(attachment::Entity)
        .and_where(Expr::col((attachment::Entity, attachment::Column::FileId)).equals((file::Entity, file::Column::Id)))
        .to_owned();
    Condition::all().add(Expr::exists(held).not())
}

/// What somebody uploaded, in person or by a program, and attached to nothing. It is forgotten, and shown to nobody.
pub(super) async fn loose_of(connection: &impl ConnectionTrait, account: Uuid) -> Result<Vec<Uuid>, Error> {
    Ok(file::Entity::find()
        .select_only()
        .column(file::Column::Id)
        .filter(file::Column::BegunBy.eq(account))
        .filter(is_loose())
        .into_tuple()
        .all(connection)
        .await?)
}

/// Orphans, so many.
pub(super) async fn orphans(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
    most: u64,
) -> Result<Vec<Uuid>, Error> {
    Ok(file::Entity::find()
        .select_only()
        .column(file::Column::Id)
        .filter(is_orphan(before))
        .order_by_asc(file::Column::IdleSince)
        .limit(most)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Takes hold of an orphan until the transaction ends, if it still is one.
pub(super) async fn orphan_locked(
    connection: &impl ConnectionTrait,
    id: Uuid,
    before: DateTime<Utc>,
) -> Result<bool, Error> {
    let locked = file::Entity::find_by_id(id)
        .filter(is_orphan(before))
        .lock(LockType::Update)
        .one(connection)
        .await?;
    Ok(locked.is_some())
}

/// The contents that no file has and that were stored before a moment.
pub(super) async fn unused_objects(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<Vec<String>, Error> {
    let used = file::Entity::find()
        .select_only()
        .column(file::Column::Sha256)
        .filter(file::Column::StoredAt.is_not_null())
        .into_query();
    Ok(stored_object::Entity::find()
        .select_only()
        .column(stored_object::Column::Sha256)
        .filter(stored_object::Column::StoredAt.lt(before))
        .filter(stored_object::Column::Sha256.not_in_subquery(used))
        .into_tuple()
        .all(connection)
        .await?)
}

/// A content's row, locked until the transaction ends.
pub(super) async fn object_locked(
    connection: &impl ConnectionTrait,
    sha256: &str,
) -> Result<Option<stored_object::Model>, Error> {
    Ok(stored_object::Entity::find_by_id(sha256)
        .lock(LockType::Update)
        .one(connection)
        .await?)
}

/// Whether any file has a content.
pub(super) async fn is_used(connection: &impl ConnectionTrait, sha256: &str) -> Result<bool, Error> {
    let user: Option<Uuid> = file::Entity::find()
        .select_only()
        .column(file::Column::Id)
        .filter(file::Column::Sha256.eq(sha256))
        .filter(file::Column::StoredAt.is_not_null())
        .into_tuple()
        .one(connection)
        .await?;
    Ok(user.is_some())
}

/// Which parts are pieces of uploads, of these.
pub(super) async fn known_parts(connection: &impl ConnectionTrait, parts: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let known: Vec<Uuid> = file_piece::Entity::find()
        .select_only()
        .column(file_piece::Column::PartId)
        .filter(file_piece::Column::PartId.is_in(parts.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(known.into_iter().collect())
}

/// A content that files have, with how long it has to be and how many have it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Used {
    pub sha256: String,
    pub size: i64,
    pub files: i64,
}

/// The contents that files have, by hash, after one.
///
/// # Errors
/// The database's.
pub async fn used_after(connection: &impl ConnectionTrait, after: &str) -> Result<Vec<Used>, Error> {
    Ok(file::Entity::find()
        .select_only()
        .column(file::Column::Sha256)
        .column(file::Column::Size)
        .column_as(file::Column::Id.count(), "files")
        .filter(file::Column::StoredAt.is_not_null())
        .filter(file::Column::Sha256.gt(after))
        .group_by(file::Column::Sha256)
        .group_by(file::Column::Size)
        .order_by_asc(file::Column::Sha256)
        .limit(BATCH)
        .into_model()
        .all(connection)
        .await?)
}
