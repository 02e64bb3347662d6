//! What one unit owes in one round, and how that stands at a moment: pure.
use chrono::{DateTime, Utc};
use entity::{
    cycle,
    enums::{ObligationOutcome, ObligationStanding},
    obligation,
};
use uuid::Uuid;

use crate::authz::Standing;

/// How an obligation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The round has not opened.
    Scheduled,
    /// Still awaited in time, grace included.
    Open,
    /// Awaited, and late.
    Overdue,
    MetOnTime,
    MetLate,
    /// The tier above has excused it.
    Excused,
    /// The owner of the round has waived it.
    Waived,
    /// The unit was dissolved before it was due.
    NotApplicable,
    /// The round was closed without it.
    Unmet,
}

/// How an obligation stands at a moment. What came counts as come, whatever was decided about its coming.
#[must_use]
pub fn state(obligation: &obligation::Model, cycle: &cycle::Model, now: DateTime<Utc>) -> State {
    state_by(obligation, obligation.on_time_until, cycle, now)
}

/// The same, judged by another moment than that of the round.
#[must_use]
pub fn state_by(
    obligation: &obligation::Model,
    until: DateTime<Utc>,
    cycle: &cycle::Model,
    now: DateTime<Utc>,
) -> State {
    let outcome = match (obligation.met_at, obligation.standing) {
        (Some(met_at), _) if met_at <= until => ObligationOutcome::OnTime,
        (Some(_late), _) => ObligationOutcome::Late,
        (None, ObligationStanding::Expected) => ObligationOutcome::Expected,
        (None, ObligationStanding::Excused) => ObligationOutcome::Excused,
        (None, ObligationStanding::Waived) => ObligationOutcome::Waived,
        (None, ObligationStanding::NotApplicable) => ObligationOutcome::NotApplicable,
    };
    state_of(outcome, Some(until), cycle, now)
}

/// How what has come to an outcome stands; `until` matters only to what is still owed.
#[must_use]
pub fn state_of(
    outcome: ObligationOutcome,
    until: Option<DateTime<Utc>>,
    cycle: &cycle::Model,
    now: DateTime<Utc>,
) -> State {
    match outcome {
        ObligationOutcome::OnTime => State::MetOnTime,
        ObligationOutcome::Late => State::MetLate,
        ObligationOutcome::Excused => State::Excused,
        ObligationOutcome::Waived => State::Waived,
        ObligationOutcome::NotApplicable => State::NotApplicable,
        ObligationOutcome::Expected if cycle.closed_at.is_some_and(|closed| closed <= now) => State::Unmet,
        ObligationOutcome::Expected if now < cycle.opens_at => State::Scheduled,
        ObligationOutcome::Expected if until.is_some_and(|until| until < now) => State::Overdue,
        ObligationOutcome::Expected => State::Open,
    }
}

/// Where a unit stood to the one that owes, in the tree the period is counted by. `root` is RI, which stands above all.
#[must_use]
pub fn standing(of: Uuid, owed: &obligation::Model, root: Uuid) -> Standing {
    let above = [owed.provinsi_id, owed.kabupaten_kota_id, owed.kecamatan_id, Some(root)];
    if of == owed.unit_id {
        Standing::Own
    } else if Some(of) == owed.parent_id {
        Standing::Parent
    } else if above.contains(&Some(of)) {
        Standing::Above
    } else {
        Standing::Outside
    }
}

/// Why a first submission is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    NotOpened,
    Closed,
    /// The moment of the lock has passed, and no extension reaches further.
    Locked,
    /// Nothing is expected: excused, waived, or the unit is no more.
    NotExpected,
}

/// Whether a round takes a report that has not come yet.
///
/// # Errors
/// Why not.
pub fn takes(cycle: &cycle::Model, obligation: Option<&obligation::Model>, now: DateTime<Utc>) -> Result<(), Shut> {
    if now < cycle.opens_at {
        return Err(Shut::NotOpened);
    }
    if cycle.closed_at.is_some_and(|closed| closed <= now) {
        return Err(Shut::Closed);
    }
    let extended_past = obligation.is_some_and(|owed| owed.extended && now <= owed.on_time_until);
    if cycle.locks_at.is_some_and(|locks| locks <= now) && !extended_past {
        return Err(Shut::Locked);
    }
    match obligation.map(|owed| owed.standing) {
        None | Some(ObligationStanding::Expected) => Ok(()),
        Some(ObligationStanding::Excused | ObligationStanding::Waived | ObligationStanding::NotApplicable) => {
            Err(Shut::NotExpected)
        }
    }
}
