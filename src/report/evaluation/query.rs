//! The only door to evaluations. Whether one may be known of is asked of `sight`, of the row; entries are read in scope.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads evaluations; each read applies the scope or serves a command that did"
)]
use std::collections::HashMap;

use entity::{
    cycle,
    enums::{EvaluationOutcome, Function, ReportStatus, Tier},
    evaluation, evaluation_entry, finding, obligation, report, revision,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::Expr, sea_query::ExprTrait,
};
use uuid::Uuid;

use super::{figures::Found, sight};
use crate::{
    error::Error,
    page::{Page, Window},
    session::Actor,
};

/// The evaluation of a round, for whoever may know of it.
///
/// # Errors
/// The database's.
pub async fn of_cycle(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    cycle: Uuid,
) -> Result<Option<evaluation::Model>, Error> {
    let found = evaluation::Entity::find()
        .filter(evaluation::Column::CycleId.eq(cycle))
        .one(connection)
        .await?;
    Ok(found.filter(|row| sight::is_visible(actor, row)))
}

/// The evaluations among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<evaluation::Model>, Error> {
    let found = evaluation::Entity::find()
        .filter(evaluation::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(found.into_iter().filter(|row| sight::is_visible(actor, row)).collect())
}

/// One that the actor may know of, as a command is decided on it: nobody changes it until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn held(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<evaluation::Model>, Error> {
    let mut wanted = evaluation::Entity::find_by_id(id);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    let found = wanted.one(connection).await?;
    Ok(found.filter(|row| sight::is_visible(actor, row)))
}

/// Every closed evaluation with the code of its round, for what checks the whole database.
///
/// # Errors
/// The database's.
pub async fn closed(connection: &impl ConnectionTrait) -> Result<Vec<(evaluation::Model, String)>, Error> {
    let rows = evaluation::Entity::find()
        .filter(evaluation::Column::ClosedAt.is_not_null())
        .order_by(evaluation::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    let codes: Vec<(Uuid, String)> = cycle::Entity::find()
        .select_only()
        .columns([cycle::Column::Id, cycle::Column::Code])
        .filter(cycle::Column::Id.is_in(rows.iter().map(|row| row.cycle_id)))
        .into_tuple()
        .all(connection)
        .await?;
    let codes: HashMap<Uuid, String> = codes.into_iter().collect();
    let with_code = |row: evaluation::Model| {
        let code = codes.get(&row.cycle_id).cloned().unwrap_or_default();
        (row, code)
    };
    Ok(rows.into_iter().map(with_code).collect())
}

/// What was asked of units in a round, by unit; for a command or a draft of whoever evaluates all of it.
///
/// # Errors
/// The database's.
pub async fn obligations(connection: &impl ConnectionTrait, cycle: Uuid) -> Result<Vec<obligation::Model>, Error> {
    Ok(obligation::Entity::find()
        .filter(obligation::Column::CycleId.eq(cycle))
        .order_by(obligation::Column::UnitId, Order::Asc)
        .all(connection)
        .await?)
}

/// Every report of a round that came and was not given up, by id. A command holds them until its transaction ends.
///
/// # Errors
/// The database's.
pub async fn reports(connection: &impl ConnectionTrait, cycle: Uuid, held: bool) -> Result<Vec<report::Model>, Error> {
    let mut wanted = report::Entity::find()
        .filter(report::Column::CycleId.eq(cycle))
        .filter(report::Column::FirstSubmittedAt.is_not_null())
        .filter(report::Column::Status.ne(ReportStatus::Abandoned))
        .order_by(report::Column::Id, Order::Asc);
    if held && connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.all(connection).await?)
}

/// The hashes of revisions.
///
/// # Errors
/// The database's.
pub async fn hashes(connection: &impl ConnectionTrait, revisions: &[Uuid]) -> Result<HashMap<Uuid, String>, Error> {
    let found: Vec<(Uuid, String)> = revision::Entity::find()
        .select_only()
        .columns([revision::Column::Id, revision::Column::Sha256])
        .filter(revision::Column::Id.is_in(revisions.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(found.into_iter().collect())
}

/// How many findings there are in these reports, by section, severity and state.
///
/// # Errors
/// The database's.
pub async fn found(connection: &impl ConnectionTrait, reports: &[Uuid]) -> Result<Vec<Found>, Error> {
    let counted = finding::Entity::find()
        .select_only()
        .columns([
            finding::Column::Section,
            finding::Column::Severity,
            finding::Column::State,
        ])
        .column_as(finding::Column::Id.count(), "count")
        .filter(finding::Column::SubjectType.eq("report"))
        .filter(finding::Column::SubjectId.is_in(reports.iter().copied()))
        .group_by(finding::Column::Section)
        .group_by(finding::Column::Severity)
        .group_by(finding::Column::State)
        .into_tuple()
        .all(connection)
        .await?;
    let found = counted.into_iter().map(|(section, severity, state, count)| Found {
        section,
        severity,
        state,
        count,
    });
    Ok(found.collect())
}

/// All entries of an evaluation, by unit; for what reads the whole of it.
///
/// # Errors
/// The database's.
pub async fn entries(
    connection: &impl ConnectionTrait,
    evaluation: Uuid,
) -> Result<Vec<evaluation_entry::Model>, Error> {
    Ok(evaluation_entry::Entity::find()
        .filter(evaluation_entry::Column::EvaluationId.eq(evaluation))
        .order_by(evaluation_entry::Column::UnitId, Order::Asc)
        .all(connection)
        .await?)
}

/// The entries of an evaluation the actor may read, as said of the row: those of the own unit and of all beneath. It says in
/// SQL what `authz::policy::evaluation` says of `ReadUnit`; a property test holds the two against each other.
fn entry_scope(actor: &Actor) -> Condition {
    let mut scope = Condition::any();
    let tree = &actor.directory.tree;
    for seat in &actor.seats {
        match seat.function {
            Function::Staff | Function::Head | Function::Observer | Function::Coordinator => {
                if seat.tier == Tier::Ri {
                    return Condition::all();
                }
                let within = tree.scope(seat.unit).flat_map(|top| tree.subtree(top.id));
                scope = scope.add(evaluation_entry::Column::UnitId.is_in(within.map(|unit| unit.id)));
            }
            Function::Admin | Function::Expert => {}
        }
    }
    if scope.is_empty() {
        // Said outright, not left to what an empty condition means to the library.
        scope.add(Expr::value(1).eq(0))
    } else {
        scope
    }
}

/// Which entries of an evaluation are wanted; everything given has to hold.
#[derive(Clone, Debug)]
pub struct EntryFilter {
    pub evaluation: Uuid,
    pub unit: Option<Vec<Uuid>>,
    pub outcome: Option<Vec<EvaluationOutcome>>,
}

fn readable(actor: &Actor, filter: &EntryFilter) -> Select<evaluation_entry::Entity> {
    let mut wanted = evaluation_entry::Entity::find()
        .filter(evaluation_entry::Column::EvaluationId.eq(filter.evaluation))
        .filter(entry_scope(actor));
    if let Some(units) = &filter.unit {
        wanted = wanted.filter(evaluation_entry::Column::UnitId.is_in(units.iter().copied()));
    }
    if let Some(outcomes) = &filter.outcome {
        wanted = wanted.filter(evaluation_entry::Column::Outcome.is_in(outcomes.iter().copied()));
    }
    wanted
}

/// A page of the entries the actor may read, by unit.
///
/// # Errors
/// The database's.
pub async fn entry_page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &EntryFilter,
    window: &Window<Uuid>,
) -> Result<Page<evaluation_entry::Model>, Error> {
    let mut wanted = readable(actor, filter);
    if let Some(after) = window.after {
        wanted = wanted.filter(evaluation_entry::Column::UnitId.gt(after));
    }
    if let Some(before) = window.before {
        wanted = wanted.filter(evaluation_entry::Column::UnitId.lt(before));
    }
    let direction = if window.from_end { Order::Desc } else { Order::Asc };
    let surplus = u64::try_from(window.limit + 1).map_err(Error::internal)?;
    let rows = wanted
        .order_by(evaluation_entry::Column::UnitId, direction)
        .limit(surplus)
        .all(connection)
        .await?;
    Ok(Page::from_surplus(rows, window))
}

/// How many there are.
///
/// # Errors
/// The database's.
pub async fn entry_count(connection: &impl ConnectionTrait, actor: &Actor, filter: &EntryFilter) -> Result<u64, Error> {
    Ok(readable(actor, filter).count(connection).await?)
}
