//! The only door to awards and to objections. An award is read by everybody who reads its edition once that is announced, and by
//! nobody before. An objection is read by the unit that made it, by those above that, and by the issuer.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module of the slice; each read applies the scope, or follows one that did"
)]
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use entity::{
    award, award_act, award_edition, award_entry, award_list, award_objection, certificate,
    enums::{
        AwardActKind, AwardEditionStatus, AwardEntryStatus, AwardHonour, AwardObjectionState, AwardRecipient, Tier,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, FromQueryResult, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, SelectStatement},
};
use uuid::Uuid;

use super::SUBJECT;
use crate::{
    award::query as editions,
    db::{newest_first, newest_of_each},
    error::Error,
    page::{Page, Window},
    session::Actor,
};

/// Where an edition stands that tells whom it honoured.
const ANNOUNCED: [AwardEditionStatus; 2] = [AwardEditionStatus::Announced, AwardEditionStatus::Closed];

/// Which awards are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub edition: Option<Vec<Uuid>>,
    pub category: Option<Vec<Uuid>>,
    pub unit: Option<Vec<Uuid>>,
    /// Of the tree at the announcement: the provinces themselves, and the units in them.
    pub province: Option<Vec<Uuid>>,
    pub recipient: Option<Vec<AwardRecipient>>,
    pub honour: Option<Vec<AwardHonour>>,
    pub revoked: Option<bool>,
}

/// The scope of awards, as said of the row.
fn scope(actor: &Actor) -> Condition {
    Condition::all().add(award::Column::EditionId.in_subquery(announced(actor, None)))
}

/// The announced editions the actor may know of, of some issuers or of all.
fn announced(actor: &Actor, issuer: Option<&[Uuid]>) -> SelectStatement {
    let filter = editions::Filter {
        issuer: issuer.map(<[Uuid]>::to_vec),
        status: Some(ANNOUNCED.to_vec()),
    };
    editions::ids(actor, &filter)
}

/// The awards among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<award::Model>, Error> {
    Ok(award::Entity::find()
        .filter(award::Column::Id.is_in(ids.iter().copied()))
        .filter(scope(actor))
        .all(connection)
        .await?)
}

fn filtered(actor: &Actor, filter: &Filter) -> Select<award::Entity> {
    let mut wanted = award::Entity::find().filter(scope(actor));
    for (column, ids) in [
        (award::Column::EditionId, &filter.edition),
        (award::Column::CategoryId, &filter.category),
        (award::Column::UnitId, &filter.unit),
        (award::Column::ProvinsiId, &filter.province),
    ] {
        if let Some(ids) = ids {
            wanted = wanted.filter(column.is_in(ids.iter().copied()));
        }
    }
    if let Some(recipients) = &filter.recipient {
        wanted = wanted.filter(award::Column::Recipient.is_in(recipients.iter().copied()));
    }
    if let Some(honours) = &filter.honour {
        wanted = wanted.filter(award::Column::Honour.is_in(honours.iter().copied()));
    }
    match filter.revoked {
        Some(true) => wanted.filter(award::Column::RevokedAt.is_not_null()),
        Some(false) => wanted.filter(award::Column::RevokedAt.is_null()),
        None => wanted,
    }
}

/// A page of the awards the actor may know of, those announced last first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    window: &Window<Uuid>,
) -> Result<Page<award::Model>, Error> {
    newest_first(connection, filtered(actor, filter), award::Column::Id, window).await
}

/// How many they are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64, Error> {
    Ok(filtered(actor, filter).count(connection).await?)
}

/// Pages of the awards of editions the actor may know of, by edition; as [`page`] has them of one.
///
/// # Errors
/// The database's.
pub async fn pages(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    editions: &[Uuid],
    window: &Window<Uuid>,
) -> Result<HashMap<Uuid, Page<award::Model>>, Error> {
    let filter = Filter {
        edition: Some(editions.to_vec()),
        ..Filter::default()
    };
    let by = (award::Column::EditionId, award::Column::Id);
    let rows = newest_of_each(connection, filtered(actor, &filter), by, window).await?;
    Ok(Page::of_each(rows, |row| row.edition_id, editions, window))
}

/// How many awards there are of each of these editions; those without one are left out.
///
/// # Errors
/// The database's.
pub async fn counts(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    editions: &[Uuid],
) -> Result<HashMap<Uuid, i64>, Error> {
    let filter = Filter {
        edition: Some(editions.to_vec()),
        ..Filter::default()
    };
    let counted: Vec<(Uuid, i64)> = filtered(actor, &filter)
        .select_only()
        .column(award::Column::EditionId)
        .column_as(award::Column::Id.count(), "awards")
        .group_by(award::Column::EditionId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(counted.into_iter().collect())
}

/// All that the actor may know of by a filter, category by category and place by place, for a file.
///
/// # Errors
/// The database's.
pub async fn listed(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
) -> Result<Vec<award::Model>, Error> {
    let rows = filtered(actor, filter)
        .order_by(award::Column::CategoryId, Order::Asc)
        .order_by(award::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    Ok(rows)
}

/// The awards of a unit that were announced between two days, both included, the latest first.
///
/// # Errors
/// The database's.
pub async fn of_unit(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    unit: Uuid,
    (from, until): (NaiveDate, NaiveDate),
) -> Result<Vec<award::Model>, Error> {
    Ok(award::Entity::find()
        .filter(award::Column::UnitId.eq(unit))
        .filter(award::Column::AnnouncedOn.between(from, until))
        .filter(scope(actor))
        .order_by(award::Column::AnnouncedOn, Order::Desc)
        .order_by(award::Column::Id, Order::Desc)
        .all(connection)
        .await?)
}

/// What is to be counted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    pub edition: Option<Vec<Uuid>>,
    pub issuer: Option<Vec<Uuid>>,
    /// The days of the announcement, both included.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// How many awards of one edition, announced on one day, went to one tier of one province, and how many of them were revoked.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Group {
    pub edition_id: Uuid,
    pub announced_on: NaiveDate,
    pub provinsi_id: Uuid,
    pub tier: Tier,
    pub recipient: AwardRecipient,
    pub honour: AwardHonour,
    pub given: i64,
    pub revoked: i64,
}

/// Counts the awards of the editions the actor may know of, in one statement.
///
/// # Errors
/// The database's.
pub async fn groups(connection: &impl ConnectionTrait, actor: &Actor, counted: &Counted) -> Result<Vec<Group>, Error> {
    let keys = [
        award::Column::EditionId,
        award::Column::ProvinsiId,
        award::Column::Tier,
        award::Column::Recipient,
        award::Column::Honour,
        award::Column::AnnouncedOn,
    ];
    let mut wanted = award::Entity::find()
        .select_only()
        .columns(keys)
        .column_as(Expr::cust("*").count(), "given")
        .column_as(award::Column::RevokedAt.count(), "revoked")
        .filter(award::Column::EditionId.in_subquery(announced(actor, counted.issuer.as_deref())));
    if let Some(ids) = &counted.edition {
        wanted = wanted.filter(award::Column::EditionId.is_in(ids.iter().copied()));
    }
    if let Some(from) = counted.from {
        wanted = wanted.filter(award::Column::AnnouncedOn.gte(from));
    }
    if let Some(until) = counted.until {
        wanted = wanted.filter(award::Column::AnnouncedOn.lte(until));
    }
    for key in keys {
        wanted = wanted.group_by(key);
    }
    Ok(wanted.into_model::<Group>().all(connection).await?)
}

/// One award the actor may know of, as a command is decided on it: nobody changes it until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn held(connection: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Option<award::Model>, Error> {
    let mut wanted = award::Entity::find_by_id(id).filter(scope(actor));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// The awards of an edition that stand, for a command on all of them.
///
/// # Errors
/// The database's.
pub(super) async fn standing(connection: &impl ConnectionTrait, edition: Uuid) -> Result<Vec<award::Model>, Error> {
    Ok(award::Entity::find()
        .filter(award::Column::EditionId.eq(edition))
        .filter(award::Column::RevokedAt.is_null())
        .order_by(award::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// The ids of the awards of an edition.
#[must_use]
pub(super) fn of_edition(edition: Uuid) -> SelectStatement {
    award::Entity::find()
        .select_only()
        .column(award::Column::Id)
        .filter(award::Column::EditionId.eq(edition))
        .into_query()
}

/// The lists of an edition, for a command that tells what awards were announced by.
///
/// # Errors
/// The database's.
pub(super) async fn lists(connection: &impl ConnectionTrait, edition: Uuid) -> Result<Vec<award_list::Model>, Error> {
    Ok(award_list::Entity::find()
        .filter(award_list::Column::EditionId.eq(edition))
        .all(connection)
        .await?)
}

/// What these units have entered in a category, or has been entered of them, that was submitted and not withdrawn; for a command
/// of theirs.
///
/// # Errors
/// The database's.
pub(super) async fn entries_of(
    connection: &impl ConnectionTrait,
    category: Uuid,
    units: &[Uuid],
) -> Result<Vec<award_entry::Model>, Error> {
    let theirs = Condition::any()
        .add(award_entry::Column::UnitId.is_in(units.iter().copied()))
        .add(award_entry::Column::NominatorId.is_in(units.iter().copied()));
    Ok(award_entry::Entity::find()
        .filter(award_entry::Column::CategoryId.eq(category))
        .filter(theirs)
        .filter(award_entry::Column::SubmittedAt.is_not_null())
        .filter(award_entry::Column::Status.ne(AwardEntryStatus::Withdrawn))
        .all(connection)
        .await?)
}

/// Which of these entries were honoured and still are.
///
/// # Errors
/// The database's.
pub(super) async fn honoured(connection: &impl ConnectionTrait, entries: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let found: Vec<Uuid> = award::Entity::find()
        .select_only()
        .column(award::Column::EntryId)
        .filter(award::Column::EntryId.is_in(entries.iter().copied()))
        .filter(award::Column::RevokedAt.is_null())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(found.into_iter().collect())
}

/// The scope of objections, as said of the row.
fn scope_of_objections(actor: &Actor) -> Condition {
    if actor.content_seats().any(|seat| seat.tier == Tier::Ri) {
        return Condition::all();
    }
    let tree = &actor.directory.tree;
    let within: HashSet<Uuid> = actor
        .content_seats()
        .flat_map(|seat| tree.scope(seat.unit))
        .flat_map(|top| tree.subtree(top.id))
        .map(|unit| unit.id)
        .collect();
    let issued = award_edition::Entity::find()
        .select_only()
        .column(award_edition::Column::Id)
        .filter(award_edition::Column::UnitId.is_in(actor.content_seats().map(|seat| seat.unit)));
    Condition::any()
        .add(award_objection::Column::UnitId.is_in(within))
        .add(award_objection::Column::EditionId.in_subquery(issued.into_query()))
}

/// The objections among those a query finds that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn objections_by_subquery(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: SelectStatement,
) -> Result<Vec<Uuid>, Error> {
    Ok(award_objection::Entity::find()
        .select_only()
        .column(award_objection::Column::Id)
        .filter(award_objection::Column::Id.in_subquery(ids))
        .filter(scope_of_objections(actor))
        .into_tuple()
        .all(connection)
        .await?)
}

/// The objections among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn objections_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<award_objection::Model>, Error> {
    Ok(award_objection::Entity::find()
        .filter(award_objection::Column::Id.is_in(ids.iter().copied()))
        .filter(scope_of_objections(actor))
        .all(connection)
        .await?)
}

/// By where the objections stand that are wanted; None: by nothing.
pub type Standing = Option<Vec<AwardObjectionState>>;

fn objected(actor: &Actor, editions: &[Uuid], state: &Standing) -> Select<award_objection::Entity> {
    let wanted = award_objection::Entity::find()
        .filter(award_objection::Column::EditionId.is_in(editions.iter().copied()))
        .filter(scope_of_objections(actor));
    match state {
        Some(states) => wanted.filter(award_objection::Column::State.is_in(states.iter().copied())),
        None => wanted,
    }
}

/// Pages of the objections in editions that the actor may know of, by edition, the latest first.
///
/// # Errors
/// The database's.
pub async fn objections(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    (editions, state): (&[Uuid], &Standing),
    window: &Window<Uuid>,
) -> Result<HashMap<Uuid, Page<award_objection::Model>>, Error> {
    let by = (award_objection::Column::EditionId, award_objection::Column::Id);
    let rows = newest_of_each(connection, objected(actor, editions, state), by, window).await?;
    Ok(Page::of_each(rows, |row| row.edition_id, editions, window))
}

/// How many there are in each of these editions; those without one are left out.
///
/// # Errors
/// The database's.
pub async fn count_objections(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    (editions, state): (&[Uuid], &Standing),
) -> Result<HashMap<Uuid, i64>, Error> {
    let counted: Vec<(Uuid, i64)> = objected(actor, editions, state)
        .select_only()
        .column(award_objection::Column::EditionId)
        .column_as(award_objection::Column::Id.count(), "objections")
        .group_by(award_objection::Column::EditionId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(counted.into_iter().collect())
}

/// How many objections of an edition wait for their answer, for a command that closes it.
///
/// # Errors
/// The database's.
pub async fn undecided(connection: &impl ConnectionTrait, edition: Uuid) -> Result<u64, Error> {
    Ok(award_objection::Entity::find()
        .filter(award_objection::Column::EditionId.eq(edition))
        .filter(award_objection::Column::State.eq(AwardObjectionState::Open))
        .count(connection)
        .await?)
}

/// An award with its list, for whoever looks them all through.
pub(super) struct Listed {
    pub award: award::Model,
    pub list: Option<award_list::Model>,
}

/// The next awards by id with their lists, for whoever looks them all through.
pub(super) async fn after(connection: &impl ConnectionTrait, id: Uuid, most: u64) -> Result<Vec<Listed>, Error> {
    let rows = award::Entity::find()
        .filter(award::Column::Id.gt(id))
        .order_by(award::Column::Id, Order::Asc)
        .limit(most)
        .all(connection)
        .await?;
    let ids: HashSet<Uuid> = rows.iter().map(|row| row.list_id).collect();
    let lists = award_list::Entity::find()
        .filter(award_list::Column::Id.is_in(ids))
        .all(connection)
        .await?;
    let listed = rows.into_iter().map(|award| Listed {
        list: lists.iter().find(|list| list.id == award.list_id).cloned(),
        award,
    });
    Ok(listed.collect())
}

/// The certificates of these awards, for whoever looks them all through.
pub(super) async fn certificates(
    connection: &impl ConnectionTrait,
    awards: &[Uuid],
) -> Result<Vec<certificate::Model>, Error> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::SubjectType.eq(SUBJECT))
        .filter(certificate::Column::SubjectId.is_in(awards.iter().copied()))
        .all(connection)
        .await?)
}

/// Certificates of awards that there are not, for whoever looks them all through.
pub(super) async fn certificates_of_nothing(connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, Error> {
    let there = award::Entity::find().select_only().column(award::Column::Id).filter(
        Expr::col((award::Entity, award::Column::Id)).equals((certificate::Entity, certificate::Column::SubjectId)),
    );
    Ok(certificate::Entity::find()
        .select_only()
        .column(certificate::Column::Id)
        .filter(certificate::Column::SubjectType.eq(SUBJECT))
        .filter(Expr::exists(there.into_query()).not())
        .into_tuple()
        .all(connection)
        .await?)
}

/// The awards that stand otherwise than the acts on them tell: revoked without an act, or in force although one revoked them.
pub(super) async fn misstated(connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, Error> {
    let told: Vec<Uuid> = award_act::Entity::find()
        .select_only()
        .column(award_act::Column::AboutId)
        .filter(award_act::Column::Kind.eq(AwardActKind::RevokeAward))
        .into_tuple()
        .all(connection)
        .await?;
    let revoked: Vec<Uuid> = award::Entity::find()
        .select_only()
        .column(award::Column::Id)
        .filter(award::Column::RevokedAt.is_not_null())
        .into_tuple()
        .all(connection)
        .await?;
    let (told, revoked): (BTreeSet<Uuid>, BTreeSet<Uuid>) = (told.into_iter().collect(), revoked.into_iter().collect());
    Ok(told.symmetric_difference(&revoked).copied().collect())
}
