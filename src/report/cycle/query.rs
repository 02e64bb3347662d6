//! Reads of rounds and of what hangs on them. Rounds themselves are shown out of memory; what is here serves commands, each
//! of which has asked or goes on to ask the policy.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module; it serves commands that ask the policy about what it finds"
)]
use entity::{
    cycle, cycle_passing, election_stage,
    enums::{ObligationStanding, Tier},
    obligation, obligation_act,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::SelectStatement,
};
use uuid::Uuid;

use crate::error::Error;

/// A round that is going to be changed: nobody decides on it until the transaction ends.
///
/// # Errors
/// The database's.
pub(super) async fn cycle_locked(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<cycle::Model>, Error> {
    let mut wanted = cycle::Entity::find_by_id(id);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// The owners of those rounds that a statement gives the ids of.
///
/// # Errors
/// The database's.
pub async fn owners(connection: &impl ConnectionTrait, ids: SelectStatement) -> Result<Vec<(Uuid, Uuid)>, Error> {
    Ok(cycle::Entity::find()
        .select_only()
        .column(cycle::Column::Id)
        .column(cycle::Column::OwnerId)
        .filter(cycle::Column::Id.in_subquery(ids))
        .into_tuple()
        .all(connection)
        .await?)
}

/// The units of those passings on that a statement gives the ids of.
///
/// # Errors
/// The database's.
pub async fn passers(connection: &impl ConnectionTrait, ids: SelectStatement) -> Result<Vec<(Uuid, Uuid)>, Error> {
    Ok(cycle_passing::Entity::find()
        .select_only()
        .column(cycle_passing::Column::Id)
        .column(cycle_passing::Column::UnitId)
        .filter(cycle_passing::Column::Id.in_subquery(ids))
        .into_tuple()
        .all(connection)
        .await?)
}

/// A stage that is going to be changed.
///
/// # Errors
/// The database's.
pub(super) async fn stage_locked(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<election_stage::Model>, Error> {
    let mut wanted = election_stage::Entity::find_by_id(id);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// The rounds of a stage that are not closed, held.
///
/// # Errors
/// The database's.
pub(super) async fn open_cycles_of_stage(
    connection: &impl ConnectionTrait,
    stage: Uuid,
) -> Result<Vec<cycle::Model>, Error> {
    let mut wanted = cycle::Entity::find()
        .filter(cycle::Column::StageId.eq(stage))
        .filter(cycle::Column::ClosedAt.is_null())
        .order_by(cycle::Column::Id, Order::Asc);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.all(connection).await?)
}

/// How a round was passed on, by whom.
///
/// # Errors
/// The database's.
pub async fn passings(connection: &impl ConnectionTrait, cycle: Uuid) -> Result<Vec<cycle_passing::Model>, Error> {
    Ok(cycle_passing::Entity::find()
        .filter(cycle_passing::Column::CycleId.eq(cycle))
        .order_by(cycle_passing::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// What these units owe in a round, held in one order, so that two commands cannot wait for each other.
///
/// # Errors
/// The database's.
pub(super) async fn obligations_locked(
    connection: &impl ConnectionTrait,
    cycle: Uuid,
    units: &[Uuid],
) -> Result<Vec<obligation::Model>, Error> {
    let mut wanted = obligation::Entity::find()
        .filter(obligation::Column::CycleId.eq(cycle))
        .filter(obligation::Column::UnitId.is_in(units.iter().copied()))
        .order_by(obligation::Column::Id, Order::Asc);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.all(connection).await?)
}

/// Whether a round asks anybody beneath a unit.
///
/// # Errors
/// The database's.
pub(super) async fn asks_beneath(connection: &impl ConnectionTrait, cycle: Uuid, unit: Uuid) -> Result<bool, Error> {
    let asked: Option<Uuid> = obligation::Entity::find()
        .select_only()
        .column(obligation::Column::Id)
        .filter(obligation::Column::CycleId.eq(cycle))
        .filter(beneath(unit))
        .into_tuple()
        .one(connection)
        .await?;
    Ok(asked.is_some())
}

/// Whether a round asks any of these units.
///
/// # Errors
/// The database's.
pub async fn asks_any(connection: &impl ConnectionTrait, cycle: Uuid, units: &[Uuid]) -> Result<bool, Error> {
    let asked: Option<Uuid> = obligation::Entity::find()
        .select_only()
        .column(obligation::Column::Id)
        .filter(obligation::Column::CycleId.eq(cycle))
        .filter(obligation::Column::UnitId.is_in(units.iter().copied()))
        .into_tuple()
        .one(connection)
        .await?;
    Ok(asked.is_some())
}

/// What is owed beneath a unit, by the tree of the period.
pub(super) fn beneath(unit: Uuid) -> Condition {
    let within = Condition::any()
        .add(obligation::Column::ProvinsiId.eq(unit))
        .add(obligation::Column::KabupatenKotaId.eq(unit));
    Condition::all().add(within).add(obligation::Column::UnitId.ne(unit))
}

/// How many units of each tier a round asks.
///
/// # Errors
/// The database's.
pub(super) async fn asked_by_tier(connection: &impl ConnectionTrait, cycle: Uuid) -> Result<Vec<(Tier, i64)>, Error> {
    Ok(obligation::Entity::find()
        .select_only()
        .column(obligation::Column::Tier)
        .column_as(obligation::Column::Id.count(), "asked")
        .filter(obligation::Column::CycleId.eq(cycle))
        .filter(obligation::Column::Standing.ne(ObligationStanding::NotApplicable))
        .group_by(obligation::Column::Tier)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Acts of a command that was carried out before, with what they were about, in the order in which they were written.
///
/// # Errors
/// The database's.
pub(super) async fn acts(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<(obligation_act::Model, obligation::Model)>, Error> {
    let acts = obligation_act::Entity::find()
        .filter(obligation_act::Column::Id.is_in(ids.iter().copied()))
        .order_by(obligation_act::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    let owed = obligation::Entity::find()
        .filter(obligation::Column::Id.is_in(acts.iter().map(|act| act.obligation_id)))
        .all(connection)
        .await?;
    let about = |act: obligation_act::Model| {
        let row = owed.iter().find(|row| row.id == act.obligation_id)?.clone();
        Some((act, row))
    };
    Ok(acts.into_iter().filter_map(about).collect())
}
