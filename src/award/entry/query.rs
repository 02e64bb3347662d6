//! The only door to entries for awards. A draft is read by who writes it; once submitted an entry is read by the unit it is
//! about, those above that, the issuer, and who judges it. What is counted is counted by what the reader is told.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, or follows one that did"
)]
use std::collections::HashMap;

use entity::{
    attachment, award_candidate, award_edition, award_entry, award_link, award_revision,
    enums::{AwardEditionStatus, AwardEntryStatus, AwardRecipient, RecordType, Tier},
    review_assignment,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Iterable, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, IntoColumnRef, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{stage::commanding_units, work::folded};
use crate::{
    award::workflow::told_before_announcement,
    db::newest_first,
    error::Error,
    page::{Page, Window},
    review::assignment::OVER,
    session::Actor,
};

/// Which entries are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub edition: Option<Vec<Uuid>>,
    pub category: Option<Vec<Uuid>>,
    pub unit: Option<Vec<Uuid>>,
    /// Of units of these provinces, and of the provinces themselves, as it was when they were entered.
    pub province: Option<Vec<Uuid>>,
    /// As far as the actor is told.
    pub status: Option<Vec<AwardEntryStatus>>,
}

/// The scope of entries, as said of the row. It says in SQL what `authz::policy::award` says of `Read`; a property test holds
/// the two against each other.
#[must_use]
pub fn scope(actor: &Actor) -> Condition {
    let own: Vec<Uuid> = actor.content_seats().map(|seat| seat.unit).collect();
    let entered = award_entry::Column::NominatorId.is_in(own.iter().copied());
    let judged = award_entry::Column::Id.in_subquery(judged_by(actor));
    let reached = if actor.content_seats().any(|seat| seat.tier == Tier::Ri) {
        Condition::all()
    } else {
        let issued = award_edition::Entity::find()
            .select_only()
            .column(award_edition::Column::Id)
            .filter(award_edition::Column::UnitId.is_in(own));
        Condition::any()
            .add(award_entry::Column::UnitId.is_in(within(actor)))
            .add(award_entry::Column::EditionId.in_subquery(issued.into_query()))
            .add(judged)
    };
    let submitted = Condition::all()
        .add(award_entry::Column::SubmittedAt.is_not_null())
        .add(reached);
    Condition::any().add(entered).add(submitted)
}

/// The units in the actor's scope that can be entered.
fn within(actor: &Actor) -> impl Iterator<Item = Uuid> + '_ {
    let tree = &actor.directory.tree;
    let units = actor
        .content_seats()
        .flat_map(|seat| tree.scope(seat.unit))
        .flat_map(|top| tree.subtree(top.id));
    let entered = units.filter(|unit| matches!(unit.tier, Tier::Provinsi | Tier::KabupatenKota));
    entered.map(|unit| unit.id)
}

/// The entries somebody is to score, or has scored. A conflict of interest ends that.
fn judged_by(actor: &Actor) -> SelectStatement {
    let assigned = review_assignment::Entity::find()
        .select_only()
        .column(review_assignment::Column::SubjectId)
        .filter(review_assignment::Column::AccountId.is_in(actor.oneself()))
        .filter(review_assignment::Column::State.is_not_in(OVER));
    award_candidate::Entity::find()
        .select_only()
        .column(award_candidate::Column::EntryId)
        .filter(award_candidate::Column::Id.in_subquery(assigned.into_query()))
        .into_query()
}

/// Whether the actor judges an entry that was shown.
///
/// # Errors
/// The database's.
pub async fn is_judged_by(connection: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<bool, Error> {
    let judged = award_entry::Entity::find_by_id(id).filter(award_entry::Column::Id.in_subquery(judged_by(actor)));
    Ok(judged.count(connection).await? > 0)
}

/// Whether the entry that a column of another table names is one the actor may know of.
pub fn sees(actor: &Actor, named: impl IntoColumnRef) -> SimpleExpr {
    let seen = award_entry::Entity::find()
        .select_only()
        .column(award_entry::Column::Id)
        .filter(Expr::col((award_entry::Entity, award_entry::Column::Id)).equals(named))
        .filter(scope(actor));
    Expr::exists(seen.into_query())
}

/// The entries among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<award_entry::Model>, Error> {
    Ok(award_entry::Entity::find()
        .filter(award_entry::Column::Id.is_in(ids.iter().copied()))
        .filter(scope(actor))
        .all(connection)
        .await?)
}

/// The entries among those a query finds that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_subquery(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: SelectStatement,
) -> Result<Vec<award_entry::Model>, Error> {
    Ok(award_entry::Entity::find()
        .filter(award_entry::Column::Id.in_subquery(ids))
        .filter(scope(actor))
        .all(connection)
        .await?)
}

/// Whether the actor reads what an entry says while it is being written.
#[must_use]
pub fn reads_draft(actor: &Actor, row: &award_entry::Model) -> bool {
    actor.content_seats().any(|seat| seat.unit == row.nominator_id)
}

/// One that the actor may know of, as a command is decided on it: nobody changes it until the transaction ends. The edition is
/// held first.
///
/// # Errors
/// The database's.
pub async fn held(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<award_entry::Model>, Error> {
    let mut wanted = award_entry::Entity::find_by_id(id).filter(scope(actor));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

fn none() -> Condition {
    Condition::all().add(Expr::value(1).eq(0))
}

/// That an entry stands so as far as the actor is told.
fn stands(actor: &Actor, wanted: &[AwardEntryStatus]) -> Condition {
    let announced = [AwardEditionStatus::Announced, AwardEditionStatus::Closed];
    let open = award_edition::Entity::find()
        .select_only()
        .column(award_edition::Column::Id)
        .filter(
            Condition::any()
                .add(award_edition::Column::Status.is_in(announced))
                .add(award_edition::Column::UnitId.is_in(commanding_units(actor))),
        );
    let open = award_entry::Column::EditionId.in_subquery(open.into_query());
    let told = AwardEntryStatus::iter().filter(|status| wanted.contains(&told_before_announcement(*status)));
    let told: Vec<AwardEntryStatus> = told.collect();
    let truly = Condition::all()
        .add(open.clone())
        .add(award_entry::Column::Status.is_in(wanted.iter().copied()));
    let as_told = Condition::all()
        .add(open.not())
        .add(award_entry::Column::Status.is_in(told));
    if wanted.is_empty() {
        none()
    } else {
        Condition::any().add(truly).add(as_told)
    }
}

fn filtered(actor: &Actor, filter: &Filter) -> Select<award_entry::Entity> {
    let mut wanted = award_entry::Entity::find().filter(scope(actor));
    let lists = [
        (award_entry::Column::EditionId, &filter.edition),
        (award_entry::Column::CategoryId, &filter.category),
        (award_entry::Column::UnitId, &filter.unit),
        (award_entry::Column::ProvinsiId, &filter.province),
    ];
    for (column, ids) in lists {
        if let Some(ids) = ids {
            wanted = wanted.filter(column.is_in(ids.iter().copied()));
        }
    }
    if let Some(statuses) = &filter.status {
        wanted = wanted.filter(stands(actor, statuses));
    }
    wanted
}

/// A page of the entries the actor may know of, those made last first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    window: &Window<Uuid>,
) -> Result<Page<award_entry::Model>, Error> {
    newest_first(connection, filtered(actor, filter), award_entry::Column::Id, window).await
}

/// How many they are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64, Error> {
    Ok(filtered(actor, filter).count(connection).await?)
}

/// Whether the unit, the person or the name of an entry is entered in its category by another: one that was submitted, or a draft of
/// the same unit. Names are compared within the unit, and alike however they are written: who is called the same elsewhere is
/// somebody else. It decides a command of who enters it.
///
/// # Errors
/// The database's.
pub async fn is_entered(connection: &impl ConnectionTrait, row: &award_entry::Model) -> Result<bool, Error> {
    let whose = match (row.recipient, row.account_id) {
        (AwardRecipient::Unit, _) => award_entry::Column::UnitId
            .eq(row.unit_id)
            .and(award_entry::Column::Recipient.eq(AwardRecipient::Unit)),
        (AwardRecipient::Person | AwardRecipient::Outsider, Some(account)) => {
            award_entry::Column::AccountId.eq(account)
        }
        (AwardRecipient::Person | AwardRecipient::Outsider, None) => award_entry::Column::UnitId
            .eq(row.unit_id)
            .and(award_entry::Column::Name.is_not_null()),
    };
    let known = Condition::any()
        .add(award_entry::Column::Status.ne(AwardEntryStatus::Draft))
        .add(award_entry::Column::NominatorId.eq(row.nominator_id));
    let others = award_entry::Entity::find()
        .filter(award_entry::Column::CategoryId.eq(row.category_id))
        .filter(award_entry::Column::Id.ne(row.id))
        .filter(award_entry::Column::Status.ne(AwardEntryStatus::Withdrawn))
        .filter(whose)
        .filter(known);
    if row.recipient == AwardRecipient::Unit || row.account_id.is_some() {
        return Ok(others.count(connection).await? > 0);
    }
    let Some(name) = row.name.as_deref().map(folded) else {
        return Ok(false);
    };
    let names: Vec<String> = others
        .select_only()
        .column(award_entry::Column::Name)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(names.iter().any(|other| folded(other) == name))
}

/// The units of which an entry was submitted in a category, whatever became of it: for a command of the issuer.
///
/// # Errors
/// The database's.
pub async fn units_entered(connection: &impl ConnectionTrait, category: Uuid) -> Result<Vec<Uuid>, Error> {
    Ok(award_entry::Entity::find()
        .select_only()
        .column(award_entry::Column::UnitId)
        .filter(award_entry::Column::CategoryId.eq(category))
        .filter(award_entry::Column::SubmittedAt.is_not_null())
        .into_tuple()
        .all(connection)
        .await?)
}

/// The links of entries that were shown, in their order.
///
/// # Errors
/// The database's.
pub async fn links(connection: &impl ConnectionTrait, entries: &[Uuid]) -> Result<Vec<award_link::Model>, Error> {
    Ok(award_link::Entity::find()
        .filter(award_link::Column::EntryId.is_in(entries.iter().copied()))
        .order_by(award_link::Column::EntryId, Order::Asc)
        .order_by(award_link::Column::Position, Order::Asc)
        .all(connection)
        .await?)
}

/// The files entries hold while they are written, for who reads that; each in the order in which they were put there.
///
/// # Errors
/// The database's.
pub async fn files(connection: &impl ConnectionTrait, entries: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, Error> {
    let held = attachment::Entity::find()
        .filter(attachment::Column::RecordType.eq(RecordType::AwardEntry))
        .filter(attachment::Column::RecordId.is_in(entries.iter().copied()))
        .filter(attachment::Column::FrozenIn.is_null())
        .order_by(attachment::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    let mut files: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in held {
        files.entry(row.record_id).or_default().push(row.file_id);
    }
    Ok(files)
}

/// What was submitted of entries that were shown, by the ids of the revisions.
///
/// # Errors
/// The database's.
pub async fn revisions(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<award_revision::Model>, Error> {
    Ok(award_revision::Entity::find()
        .filter(award_revision::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?)
}

/// Everything that was submitted of entries that were shown, the earliest first.
///
/// # Errors
/// The database's.
pub async fn revisions_of(
    connection: &impl ConnectionTrait,
    entries: &[Uuid],
) -> Result<Vec<award_revision::Model>, Error> {
    Ok(award_revision::Entity::find()
        .filter(award_revision::Column::EntryId.is_in(entries.iter().copied()))
        .order_by(award_revision::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}
