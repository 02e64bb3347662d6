//! Changing and closing a round.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{cycle, enums::ReportingActKind, obligation};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    check::{self, LONGEST_NAME, Moments, Wrong},
    query,
    sight::{closed, is_visible, not_found, seat_for, stale},
    trace::{self, About},
};
use crate::{
    authz::{ActingSeat, policy::cycle::Action},
    command::{self, Begun, Replay, Write},
    error::{Error, Refusal},
    report::{catalogue, ledger},
    session::Session,
};

/// What of a moment that may be missing is to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Change<T> {
    Keep,
    Clear,
    Set(T),
}

/// Changes what a round is called and its moments.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    pub cycle: Uuid,
    pub expected_version: i32,
    pub name: Option<String>,
    pub opens_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    /// Cleared: until it is due.
    pub grace_until: Change<DateTime<Utc>>,
    pub locks_at: Change<DateTime<Utc>>,
    pub seat: Option<Uuid>,
}

/// Closes a round: what has not come by now is unmet.
#[derive(Clone, Debug, Serialize)]
pub struct Close {
    pub cycle: Uuid,
    pub expected_version: i32,
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Changes a round. What units owe moves with it, where nobody has given them more time.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `CycleNotOpen`, and `Required`, `TooLong` and `Invalid` for
/// everything that does not fit.
pub async fn edit(session: &Session, field: &str, input: Edit) -> Result<Arc<cycle::Model>, Error> {
    let write = match command::begin(session, field, "editReportCycle", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let connection = write.connection();
    let (cycle, seat) = managed(&write, (input.cycle, input.expected_version), input.seat).await?;
    let mut edited = cycle::Model {
        version: cycle.version + 1,
        ..cycle.clone()
    };
    let mut wrong = Wrong::default();
    if let Some(name) = &input.name {
        edited.name = wrong.note(check::text(name, LONGEST_NAME, "name")).unwrap_or_default();
    }
    let moments = moved(&cycle, &input);
    wrong.extend(check::moments(&moments, write.now));
    wrong.settle()?;
    let Moments {
        opens_at,
        due_at,
        grace_until,
        locks_at,
    } = moments;
    edited = cycle::Model {
        opens_at,
        due_at,
        grace_until,
        locks_at,
        ..edited
    };
    write_if_unchanged(connection, &cycle, &edited).await?;
    move_dues(connection, &edited).await?;
    let directory = &write.actor.directory;
    ledger::keep(connection, &edited, directory, &directory.history, write.now).await?;
    let about = About::Round(&edited);
    trace::record(&write, ReportingActKind::CycleChanged, about, &edited, (seat, None)).await?;
    trace::commit(session, write, json!({ "cycle": edited.id })).await?;
    Ok(Arc::new(edited))
}

/// Closes a round.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `CycleNotOpen` when it is closed already, `TooLong`.
pub async fn close(session: &Session, field: &str, input: Close) -> Result<Arc<cycle::Model>, Error> {
    let write = match command::begin(session, field, "closeReportCycle", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (cycle, seat) = managed(&write, (input.cycle, input.expected_version), input.seat).await?;
    let reason = check::reason_if_any(input.reason.as_deref())?;
    let shut = cycle::Model {
        closed_at: Some(write.now),
        closed_by: Some(write.actor.account),
        version: cycle.version + 1,
        ..cycle.clone()
    };
    write_if_unchanged(write.connection(), &cycle, &shut).await?;
    let about = About::Round(&shut);
    trace::record(&write, ReportingActKind::CycleClosed, about, &shut, (seat, reason)).await?;
    trace::commit(session, write, json!({ "cycle": shut.id })).await?;
    Ok(Arc::new(shut))
}

pub(super) async fn replayed(session: &Session, replay: Replay) -> Result<Arc<cycle::Model>, Error> {
    let cycle = catalogue::cycle(&session.services, trace::id_in(&replay.outcome, "cycle")?).await?;
    if is_visible(&replay.actor, cycle.owner_id) {
        Ok(cycle)
    } else {
        Err(not_found().at(["cycle"]).into())
    }
}

/// The round, held, with the seat that may manage it.
async fn managed(
    write: &Write,
    (id, expected): (Uuid, i32),
    named: Option<Uuid>,
) -> Result<(cycle::Model, ActingSeat), Error> {
    catalogue::bump(write.connection()).await?;
    let cycle = query::cycle_locked(write.connection(), id).await?;
    let cycle = cycle.ok_or_else(|| not_found().at(["cycle"]))?;
    let seat = seat_for(&write.actor, &cycle, Action::Manage, named).map_err(at_cycle)?;
    if cycle.version != expected {
        return Err(stale(cycle.version).into());
    }
    if cycle.closed_at.is_some() {
        return Err(closed().into());
    }
    Ok((cycle, seat))
}

/// A refusal about the round points at the input that named it.
pub(super) fn at_cycle(refusal: Refusal) -> Refusal {
    if refusal.field.is_empty() {
        refusal.at(["cycle"])
    } else {
        refusal
    }
}

/// The moments as they would be. A grace that ended when it was due moves with it.
fn moved(cycle: &cycle::Model, input: &Edit) -> Moments {
    let due_at = input.due_at.unwrap_or(cycle.due_at);
    let grace_until = match input.grace_until {
        Change::Set(grace_until) => grace_until,
        Change::Clear => due_at,
        Change::Keep if cycle.grace_until == cycle.due_at => due_at,
        Change::Keep => cycle.grace_until,
    };
    let locks_at = match input.locks_at {
        Change::Set(locks_at) => Some(locks_at),
        Change::Clear => None,
        Change::Keep => cycle.locks_at,
    };
    Moments {
        opens_at: input.opens_at.unwrap_or(cycle.opens_at),
        due_at,
        grace_until,
        locks_at,
    }
}

async fn write_if_unchanged(
    connection: &impl ConnectionTrait,
    before: &cycle::Model,
    after: &cycle::Model,
) -> Result<(), Error> {
    let written = cycle::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(cycle::Column::Id.eq(before.id))
        .filter(cycle::Column::Version.eq(before.version))
        .filter(cycle::Column::ClosedAt.is_null())
        .exec(connection)
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before.version).into())
    }
}

/// Moves what is owed to the new moments. Who has been given more time keeps it, and gets no less than everybody.
async fn move_dues(connection: &impl ConnectionTrait, cycle: &cycle::Model) -> Result<(), Error> {
    use obligation::Column::{CycleId, DueAt, Extended, OnTimeUntil, PassedDueAt, Version};
    let of_cycle = || {
        obligation::Entity::update_many()
            .col_expr(Version, Expr::cust("version + 1"))
            .filter(CycleId.eq(cycle.id))
    };
    of_cycle()
        .col_expr(DueAt, Expr::value(cycle.due_at))
        .col_expr(OnTimeUntil, Expr::value(cycle.grace_until))
        .filter(Extended.eq(false))
        .exec(connection)
        .await?;
    for (column, moment) in [(DueAt, cycle.due_at), (OnTimeUntil, cycle.grace_until)] {
        of_cycle()
            .col_expr(column, Expr::value(moment))
            .filter(Extended.eq(true))
            .filter(column.lt(moment))
            .exec(connection)
            .await?;
    }
    // What is due no earlier than its owner awaits it says nothing of its own.
    of_cycle()
        .col_expr(PassedDueAt, Expr::value(None::<DateTime<Utc>>))
        .filter(Expr::col(PassedDueAt).gte(Expr::col(DueAt)))
        .exec(connection)
        .await?;
    Ok(())
}
