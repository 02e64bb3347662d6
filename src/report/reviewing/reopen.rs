//! Reopening an accepted report: one COORDINATOR proposes it, another confirms.
use entity::{
    enums::{ProposedCommand, ReportCommand, ReviewActKind},
    proposal, report,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    authz::ActingSeat,
    command::{self, Begun, Write},
    error::Error,
    proposal::service::{self as proposals, Opening},
    report::{
        availability, query,
        service::{Asked, allowed, permitted},
        step::{Act as Step, check_version, placed, record as record_step, write_if_unchanged},
    },
    review::{About, Act, record},
    session::Session,
};

/// Proposes to reopen an accepted report.
#[derive(Clone, Debug, Serialize)]
pub struct Reopen {
    pub report: Uuid,
    pub expected_version: i32,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Proposes to reopen a report; another COORDINATOR has to confirm it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required`, `TooLong`,
/// `AlreadyExists` while it is proposed, and what [`command::begin`] says.
pub async fn propose(session: &Session, field: &str, input: Reopen) -> Result<proposal::Model, Error> {
    let write = match command::begin(session, field, "reopenReport", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return proposals::proposed_before(session, *replay).await,
    };
    let asked = Asked {
        report: input.report,
        expected_version: input.expected_version,
        seat: input.seat,
    };
    let (report, seat, _place) = permitted(&write, asked, ReportCommand::Reopen).await?;
    let opening = Opening {
        command: ProposedCommand::ReopenReport,
        subject_type: "report",
        subject: report.id,
        unit: write.actor.directory.tree.root().id,
        expected_version: Some(report.version),
        reason: proposals::owed_reason(&input.reason)?,
    };
    let proposed = proposals::open(&write, seat, opening).await?;
    note(
        &write,
        seat,
        (ReviewActKind::ProposeReopening, &proposed),
        report.unit_id,
        None,
    )
    .await?;
    write.commit(proposals::outcome(&proposed)).await?;
    Ok(proposed)
}

/// Reopens the report of a proposal that is being confirmed, in the transaction of the confirmation.
///
/// # Errors
/// As [`propose`].
pub async fn carry_out(write: &Write, seat: ActingSeat, proposal: &proposal::Model) -> Result<(), Error> {
    let report = held(write, proposal.subject_id).await?;
    check_version(&report, proposal.expected_version.unwrap_or_default()).map_err(|error| error.at("proposal"))?;
    let checked = allowed(write, &report, ReportCommand::Reopen, Some(seat.seat)).await;
    let (seat, place) = checked.map_err(|error| error.at("proposal"))?;
    let moved = placed(&report, place, write.now);
    write_if_unchanged(write.connection(), &report, &moved).await?;
    let step = Step {
        seat,
        command: ReportCommand::Reopen,
        from: Some(report.status),
        reason: Some(proposal.reason.clone()),
    };
    record_step(write, Some(&report), &moved, step).await
}

/// Notes that a proposal to reopen was rejected, or withdrawn by who made it.
///
/// # Errors
/// The database's.
pub async fn reject(
    write: &Write,
    seat: ActingSeat,
    proposal: &proposal::Model,
    reason: Option<String>,
) -> Result<(), Error> {
    let report = held(write, proposal.subject_id).await?;
    let rejected = (ReviewActKind::RejectReopening, proposal);
    note(write, seat, rejected, report.unit_id, reason).await
}

/// Keeps a report as it is until the transaction ends; whether the actor may know of it is told by what follows.
///
/// # Errors
/// The database's.
pub async fn hold(write: &Write, id: Uuid) -> Result<(), Error> {
    query::locked(write.connection(), &write.actor, &[id]).await.map(drop)
}

async fn held(write: &Write, id: Uuid) -> Result<report::Model, Error> {
    let found = query::locked(write.connection(), &write.actor, &[id]).await?;
    let found = found.into_iter().next();
    found.ok_or_else(|| availability::not_found().at(["proposal"]).into())
}

async fn note(
    write: &Write,
    seat: ActingSeat,
    (kind, proposal): (ReviewActKind, &proposal::Model),
    unit: Uuid,
    reason: Option<String>,
) -> Result<(), Error> {
    let act = Act {
        kind,
        about: About::Report {
            id: proposal.subject_id,
            unit,
        },
        details: json!({ "proposal": proposal.id }),
        reason,
    };
    record(write, seat, act).await
}
