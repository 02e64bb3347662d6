//! The only door to the table of proposals. No read without an actor: [`visible_to`] is the scope, in one place.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope"
)]
use chrono::{DateTime, Utc};
use entity::{
    enums::{ProposalStatus, ProposedCommand},
    proposal,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Iterable, PaginatorTrait, QueryFilter,
    QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::service::may_decide_at;
use crate::{
    db::newest_first,
    error::Error,
    page::{Page, Window},
    session::Actor,
};

/// Which proposals are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub status: Option<Vec<ProposalStatus>>,
}

/// The scope: proposals of what the actor could decide on. Units are asked one by one, which is cheap because whatever takes
/// two persons is decided in the unit it was proposed in: one of the actor's own.
#[must_use]
pub fn visible_to(actor: &Actor) -> Condition {
    let mut scope = Condition::any();
    for command in ProposedCommand::iter() {
        let units = actor
            .seats
            .iter()
            .map(|seat| seat.unit)
            .filter(|unit| may_decide_at(actor, command, *unit));
        for unit in units {
            scope = scope.add(
                Condition::all()
                    .add(proposal::Column::Command.eq(command))
                    .add(proposal::Column::UnitId.eq(unit)),
            );
        }
    }
    // What was proposed to a host is followed, and withdrawn, by the seat of the unit that proposed it.
    let seats = actor.seats.iter().map(|seat| seat.seat);
    scope.add(
        Condition::all()
            .add(proposal::Column::Command.eq(ProposedCommand::CorrectAttendance))
            .add(proposal::Column::ProposedBy.eq(actor.account))
            .add(proposal::Column::ProposedFrom.is_in(seats)),
    )
}

/// The visible proposals among these ids, whatever their order.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<proposal::Model>, Error> {
    Ok(proposal::Entity::find()
        .filter(proposal::Column::Id.is_in(ids.iter().copied()))
        .filter(visible_to(actor))
        .all(connection)
        .await?)
}

/// One visible proposal, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn locked(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<proposal::Model>, Error> {
    let mut wanted = proposal::Entity::find_by_id(id).filter(visible_to(actor));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// A page of the visible proposals, the latest first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    (filter, now): (&Filter, DateTime<Utc>),
    window: &Window<Uuid>,
) -> Result<Page<proposal::Model>, Error> {
    newest_first(connection, filtered(actor, filter, now), proposal::Column::Id, window).await
}

/// How many visible proposals there are.
///
/// # Errors
/// The database's.
pub async fn count(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Result<u64, Error> {
    Ok(filtered(actor, filter, now).count(connection).await?)
}

fn filtered(actor: &Actor, filter: &Filter, now: DateTime<Utc>) -> Select<proposal::Entity> {
    let wanted = proposal::Entity::find().filter(visible_to(actor));
    let Some(statuses) = &filter.status else { return wanted };
    let stands = |status: &ProposalStatus| {
        let stored = |status| Condition::all().add(proposal::Column::Status.eq(status));
        match status {
            ProposalStatus::Pending => stored(ProposalStatus::Pending).add(proposal::Column::ExpiresAt.gt(now)),
            ProposalStatus::Expired => Condition::any()
                .add(stored(ProposalStatus::Expired))
                .add(stored(ProposalStatus::Pending).add(proposal::Column::ExpiresAt.lte(now))),
            ProposalStatus::Confirmed | ProposalStatus::Rejected => stored(*status),
        }
    };
    if statuses.is_empty() {
        return wanted.filter(Expr::value(1).eq(0));
    }
    let any = statuses
        .iter()
        .fold(Condition::any(), |any, status| any.add(stands(status)));
    wanted.filter(any)
}
