//! Proposing, confirming and rejecting what takes two persons.
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{ActKind, ProposalStatus, ProposedCommand, ReportCommand, ReportStatus},
    proposal,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, SqlErr, sea_query::Expr};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    query,
    workflow::{self, Decider, Refused, Step},
};
use crate::{
    authz::{
        ActingSeat, Decision, Standing,
        policy::{identity, report as report_rules},
    },
    award::honour::revoking,
    clock::new_id,
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    event::attendance::correcting,
    identity::{
        act::{self, Act},
        erasure::{self, named},
    },
    input::{optional, required},
    locale::Text,
    report::reviewing::reopen,
    session::{Actor, Session},
};

/// How long a proposal can be confirmed, hours.
pub const HOURS: i64 = 72;

/// The longest reason, characters.
pub const LONGEST_REASON: usize = 2_000;

/// What is proposed.
pub struct Opening {
    pub command: ProposedCommand,
    pub subject_type: &'static str,
    pub subject: Uuid,
    /// The unit it is decided in.
    pub unit: Uuid,
    /// The version of the subject it is proposed on, where it has one.
    pub expected_version: Option<i32>,
    pub reason: String,
}

/// Decides on a proposal.
#[derive(Clone, Debug, Serialize)]
pub struct Decide {
    pub proposal: Uuid,
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Whether a seat may propose and confirm a command that is decided in a unit.
#[must_use]
pub fn decision(actor: &Actor, seat: &ActingSeat, command: ProposedCommand, unit: Uuid) -> Decision {
    match command {
        ProposedCommand::ErasePerson => match actor.directory.tree.get(unit) {
            Some(row) => identity::decide(
                seat.function,
                identity::Action::ErasePerson,
                actor.standing(seat, unit),
                row.tier,
            ),
            None => Decision::Hidden,
        },
        ProposedCommand::EraseNamedPerson => match actor.directory.tree.get(unit) {
            Some(row) => identity::decide(
                seat.function,
                identity::Action::EraseNamedPerson,
                actor.standing(seat, unit),
                row.tier,
            ),
            None => Decision::Hidden,
        },
        // Asked of an accepted report of whatever unit; about the one it is, it is asked when it is carried out.
        ProposedCommand::ReopenReport if seat.unit == unit => report_rules::decide(
            seat.function,
            report_rules::Action::Do(ReportCommand::Reopen),
            Standing::Above,
            report_rules::Relations::default(),
            report_rules::State {
                status: ReportStatus::Accepted,
                submitted: true,
            },
        ),
        ProposedCommand::ReopenReport => Decision::Hidden,
        ProposedCommand::CorrectAttendance => correcting::decision(actor, seat, unit),
        ProposedCommand::RevokeAward => revoking::decision(actor, seat, unit),
    }
}

/// Whether any seat of the actor may decide on a command in a unit: then its proposals are seen too.
pub(super) fn may_decide_at(actor: &Actor, command: ProposedCommand, unit: Uuid) -> bool {
    let allowed = |seat: &ActingSeat| decision(actor, seat, command, unit) == Decision::Allowed;
    actor.seats.iter().any(allowed)
}

/// The seat from which the actor may propose or decide.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`.
pub fn seat_for(
    actor: &Actor,
    command: ProposedCommand,
    unit: Uuid,
    named: Option<Uuid>,
) -> Result<ActingSeat, Refusal> {
    actor.seat_that_may(named, Refusal::forbidden(), |seat| decision(actor, seat, command, unit))
}

/// Where a proposal stands at a moment.
#[must_use]
pub fn standing(row: &proposal::Model, now: DateTime<Utc>) -> ProposalStatus {
    workflow::standing(row.status, row.expires_at <= now)
}

/// The seat from which the actor proposed something that others decide on, and may withdraw it.
fn withdrawing(actor: &Actor, row: &proposal::Model, step: Step) -> Option<ActingSeat> {
    let elsewhere = row.command == ProposedCommand::CorrectAttendance;
    let own = elsewhere && step == Step::Reject && row.proposed_by == actor.account;
    let mut seats = actor.seats.iter();
    seats.find(|seat| own && seat.seat == row.proposed_from).copied()
}

/// Which seat may decide so on a proposal the actor sees, and what becomes of it. Asked by the command and by whoever shows
/// a button.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`, `OwnWork`, `WrongState`, and for a confirmation what the proposed command refuses.
pub fn check(
    actor: &Actor,
    row: &proposal::Model,
    step: Step,
    named: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(ActingSeat, ProposalStatus), Refusal> {
    let seat = match withdrawing(actor, row, step) {
        Some(seat) if named.is_none_or(|named| named == seat.seat) => seat,
        Some(_) | None => seat_for(actor, row.command, row.unit_id, named)?,
    };
    let decider = if row.proposed_by == actor.account {
        Decider::Proposer
    } else {
        Decider::Another
    };
    let status = standing(row, now);
    let next = workflow::next(status, step, decider).map_err(|refused| refusal(refused, status))?;
    if step == Step::Confirm {
        match row.command {
            ProposedCommand::ErasePerson => erasure::check(actor, row.subject_id)?,
            // Who is still named is asked of the events, once they are held.
            ProposedCommand::EraseNamedPerson => {}
            // Whether it can still be reopened is asked of the report, once it is held.
            ProposedCommand::ReopenReport => {}
            // Whether it is still what it was proposed on is asked of the sheet, once it is held.
            ProposedCommand::CorrectAttendance => {}
            // Whether it can still be revoked is asked of the award, once it is held.
            ProposedCommand::RevokeAward => {}
        }
    }
    Ok((seat, next))
}

/// Writes a proposal, in the transaction of the command that makes it. One that ran out makes room for it.
///
/// # Errors
/// `AlreadyExists` while another one of the same is pending.
pub async fn open(write: &Write, seat: ActingSeat, opening: Opening) -> Result<proposal::Model, Error> {
    proposal::Entity::update_many()
        .col_expr(proposal::Column::Status, Expr::value(ProposalStatus::Expired))
        .filter(proposal::Column::Command.eq(opening.command))
        .filter(proposal::Column::SubjectId.eq(opening.subject))
        .filter(proposal::Column::Status.eq(ProposalStatus::Pending))
        .filter(proposal::Column::ExpiresAt.lte(write.now))
        .exec(write.connection())
        .await?;
    let row = proposal::Model {
        id: new_id(write.now),
        command: opening.command,
        subject_type: opening.subject_type.to_owned(),
        subject_id: opening.subject,
        unit_id: opening.unit,
        expected_version: opening.expected_version,
        reason: opening.reason,
        proposed_by: write.actor.account,
        proposed_from: seat.seat,
        proposed_at: write.now,
        expires_at: write.now + Duration::hours(HOURS),
        status: ProposalStatus::Pending,
        decided_by: None,
        decided_from: None,
        decided_at: None,
    };
    let inserted = row.clone().into_active_model().insert(write.connection()).await;
    inserted.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            let text = Text::new(
                "Hal ini sudah diusulkan dan menunggu keputusan.",
                "This has been proposed already and waits for a decision.",
            );
            Error::refused(Code::AlreadyExists, text)
        }
        _ => error.into(),
    })?;
    Ok(row)
}

/// Confirms a proposal, which carries it out.
///
/// # Errors
/// `NotFound`, what [`check`] refuses, and what [`command::begin`] says.
pub async fn confirm(session: &Session, field: &str, input: Decide) -> Result<proposal::Model, Error> {
    // What is carried out may change the directory, and which command it is turns out only within.
    let begun = command::begin_on_directory(session, field, "confirmProposal", &input).await?;
    let write = match begun {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (row, seat) = decided(&write, &input, Step::Confirm).await?;
    match row.command {
        ProposedCommand::ErasePerson => erasure::carry_out(&write, seat, &row).await?,
        ProposedCommand::EraseNamedPerson => named::carry_out(&write, seat, &row).await?,
        ProposedCommand::ReopenReport => reopen::carry_out(&write, seat, &row).await?,
        ProposedCommand::CorrectAttendance => correcting::carry_out(&write, seat, &row).await?,
        ProposedCommand::RevokeAward => revoking::carry_out(&write, seat, &row).await?,
    }
    // What was carried out may have emptied the reason.
    let row = query::locked(write.connection(), &write.actor, row.id).await?;
    let row = row.ok_or_else(|| Error::not_found("proposal"))?;
    write.commit(outcome(&row)).await?;
    Ok(row)
}

/// Rejects a proposal, or withdraws one's own.
///
/// # Errors
/// `NotFound`, `TooLong` for the reason, what [`check`] refuses, and what [`command::begin`] says.
pub async fn reject(session: &Session, field: &str, input: Decide) -> Result<proposal::Model, Error> {
    let write = match command::begin(session, field, "rejectProposal", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (row, seat) = decided(&write, &input, Step::Reject).await?;
    let reason = optional(input.reason.as_deref(), "reason", LONGEST_REASON)?;
    match row.command {
        ProposedCommand::ErasePerson => {
            let act = Act {
                kind: ActKind::ErasureRejected,
                account: Some(row.subject_id),
                seat: None,
                unit: row.unit_id,
                by: write.actor.account,
                by_seat: Some(seat.seat),
                details: json!({ "proposal": row.id, "reason": reason }),
            };
            act::record(write.connection(), act, write.now).await?;
        }
        ProposedCommand::EraseNamedPerson => named::reject(&write, seat, &row, reason).await?,
        ProposedCommand::ReopenReport => reopen::reject(&write, seat, &row, reason).await?,
        ProposedCommand::CorrectAttendance => correcting::reject(&write, seat, &row, reason).await?,
        ProposedCommand::RevokeAward => revoking::reject(&write, seat, &row, reason).await?,
    }
    write.commit(outcome(&row)).await?;
    Ok(row)
}

/// Keeps what a proposal is about as it is, before the proposal itself is held: who proposes something holds it before writing
/// a proposal, and of two who took these in different orders each could wait for the other.
async fn hold_subject(write: &Write, row: &proposal::Model) -> Result<(), Error> {
    match row.command {
        // Nothing is held when these are proposed.
        ProposedCommand::ErasePerson | ProposedCommand::EraseNamedPerson => Ok(()),
        ProposedCommand::ReopenReport => reopen::hold(write, row.subject_id).await,
        ProposedCommand::CorrectAttendance => correcting::hold(write, row.subject_id).await,
        ProposedCommand::RevokeAward => revoking::hold(write, row.subject_id).await,
    }
}

/// Finds the proposal, checks, and writes what became of it where it still is what it was decided on.
async fn decided(write: &Write, input: &Decide, step: Step) -> Result<(proposal::Model, ActingSeat), Error> {
    let known = query::by_ids(write.connection(), &write.actor, &[input.proposal]).await?;
    let known = known.into_iter().next().ok_or_else(|| Error::not_found("proposal"))?;
    hold_subject(write, &known).await?;
    let found = query::locked(write.connection(), &write.actor, known.id).await?;
    let row = found.ok_or_else(|| Error::not_found("proposal"))?;
    let checked = check(&write.actor, &row, step, input.seat, write.now);
    let (seat, status) = checked.map_err(|refusal| at_proposal(refusal, input.seat))?;
    let decided = proposal::Model {
        status,
        decided_by: Some(write.actor.account),
        decided_from: Some(seat.seat),
        decided_at: Some(write.now),
        ..row
    };
    let written = proposal::Entity::update_many()
        .set(decided.clone().into_active_model().reset_all())
        .filter(proposal::Column::Id.eq(decided.id))
        .filter(proposal::Column::Status.eq(ProposalStatus::Pending))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok((decided, seat))
    } else {
        Err(at_proposal(refusal(Refused::WrongState, decided.status), None).into())
    }
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<proposal::Model, Error> {
    let id = outcome["proposal"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a proposal"))?;
    let found = query::by_ids(session.services.db.reader(), &actor, &[id]).await?;
    found.into_iter().next().ok_or_else(|| Error::not_found("proposal"))
}

/// Renders what a command that proposed something did, once more.
///
/// # Errors
/// `NotFound` when the proposal is no longer the caller's to see.
pub async fn proposed_before(session: &Session, replay: Replay) -> Result<proposal::Model, Error> {
    replayed(session, replay).await
}

/// What a repetition is answered by.
#[must_use]
pub fn outcome(row: &proposal::Model) -> Value {
    json!({ "proposal": row.id })
}

/// A reason that is owed: neither blank nor too long.
///
/// # Errors
/// `Required`, `TooLong`.
pub fn owed_reason(reason: &str) -> Result<String, Refusal> {
    required(reason, "reason", LONGEST_REASON)
}

/// A refusal about the proposal points at it; one about the seat that was named points there.
fn at_proposal(refusal: Refusal, named: Option<Uuid>) -> Refusal {
    if !refusal.field.is_empty() {
        refusal
    } else if refusal.code == Code::Forbidden && named.is_some() {
        refusal.at(["seat"])
    } else {
        refusal.at(["proposal"])
    }
}

fn refusal(refused: Refused, status: ProposalStatus) -> Refusal {
    match refused {
        Refused::OwnWork => {
            let text = Text::new(
                "Anda sendiri yang mengusulkan ini; orang lain harus mengesahkannya.",
                "You proposed this yourself; somebody else has to confirm it.",
            );
            Refusal::new(Code::OwnWork, text)
        }
        Refused::WrongState => {
            let (id, en) = match status {
                ProposalStatus::Pending => ("masih menunggu keputusan", "still waits for a decision"),
                ProposalStatus::Confirmed => ("sudah disahkan", "was confirmed already"),
                ProposalStatus::Rejected => ("sudah ditolak", "was rejected already"),
                ProposalStatus::Expired => ("sudah lewat batas waktunya", "has run out"),
            };
            let text = Text::new(format!("Usulan ini {id}."), format!("This proposal {en}."));
            Refusal::new(Code::WrongState, text)
        }
    }
}
