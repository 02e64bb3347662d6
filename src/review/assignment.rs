//! What may follow what in the review of one record by one expert, and the writing of it.
use entity::{
    enums::{
        AssignmentState::{self, Acknowledged, Assigned, Complete, Declined, Draft, Lapsed, Recused},
        ReviewActKind,
    },
    review_assignment,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use super::trace::{About, Act, record};
use crate::{
    authz::ActingSeat,
    command::Write,
    error::{Code, Error, Refusal},
    locale::Text,
};

/// The event by which an expert learns of an assignment.
pub const ASSIGNED: &str = "review.assigned";

/// The event by which those who assign learn that somebody declined or recused.
pub const GIVEN_UP: &str = "review.given_up";

/// The event by which an expert is reminded that a sheet is due within days.
pub const DUE_SOON: &str = "review.due_soon";

/// The event by which an expert is reminded that a sheet is overdue.
pub const OVERDUE: &str = "review.overdue";

/// The event by which those who assign learn that an expert has not even answered by the day the sheet was due.
pub const SILENT: &str = "review.silent";

/// The states in which a review by an expert is over without a result.
pub const OVER: [AssignmentState; 3] = [Declined, Recused, Lapsed];

/// What is done to an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The expert takes it on.
    Acknowledge,
    /// The expert does not take it on.
    Decline,
    /// The expert withdraws, for a conflict of interest or another reason.
    Recuse,
    /// Whoever assigned it takes it away.
    Lapse,
    /// The expert fills in a sheet.
    Save,
    /// The expert completes a sheet.
    Complete,
    /// A complete sheet is to be looked at again by who completed it. It stays, and does not count until another is complete.
    Reopen,
}

impl Step {
    pub const ALL: [Self; 7] = [
        Self::Acknowledge,
        Self::Decline,
        Self::Recuse,
        Self::Lapse,
        Self::Save,
        Self::Complete,
        Self::Reopen,
    ];

    /// Whether a reason is owed.
    #[must_use]
    pub fn needs_reason(self) -> bool {
        match self {
            Self::Decline | Self::Recuse | Self::Lapse | Self::Reopen => true,
            Self::Acknowledge | Self::Save | Self::Complete => false,
        }
    }

    pub(crate) fn act(self) -> Option<ReviewActKind> {
        match self {
            Self::Acknowledge => Some(ReviewActKind::Acknowledge),
            Self::Decline => Some(ReviewActKind::Decline),
            Self::Recuse => Some(ReviewActKind::Recuse),
            Self::Lapse => Some(ReviewActKind::Lapse),
            Self::Complete => Some(ReviewActKind::Complete),
            // What is being written is nobody's business yet; who has a sheet looked at again leaves an act of the slice.
            Self::Save | Self::Reopen => None,
        }
    }
}

/// The step does not follow from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Where a step leads.
///
/// # Errors
/// [`Refused`] when it does not follow.
pub fn next(from: AssignmentState, step: Step) -> Result<AssignmentState, Refused> {
    match (from, step) {
        (Assigned, Step::Acknowledge) => Ok(Acknowledged),
        (Assigned, Step::Decline) => Ok(Declined),
        (Assigned | Acknowledged | Draft | Complete, Step::Recuse) => Ok(Recused),
        // What somebody has completed counts, and is not taken away.
        (Assigned | Acknowledged | Draft, Step::Lapse) => Ok(Lapsed),
        (Assigned | Acknowledged | Draft | Complete, Step::Save) => Ok(Draft),
        (Draft, Step::Complete) => Ok(Complete),
        (Complete, Step::Reopen) => Ok(Draft),
        (Acknowledged | Draft | Complete, Step::Acknowledge | Step::Decline) => Err(Refused),
        (Complete, Step::Lapse | Step::Complete) => Err(Refused),
        (Assigned | Acknowledged, Step::Complete) => Err(Refused),
        (Assigned | Acknowledged | Draft, Step::Reopen) => Err(Refused),
        (Declined | Recused | Lapsed, _) => Err(Refused),
    }
}

/// Whether the expert is part of the review.
#[must_use]
pub fn is_live(state: AssignmentState) -> bool {
    !OVER.contains(&state)
}

/// Takes an assignment one step on, where it still is what that was decided on, and leaves the traces.
///
/// # Errors
/// `StaleVersion`, `WrongState`, and the database's.
pub async fn advance(
    write: &Write,
    before: &review_assignment::Model,
    step: Step,
    (seat, reason): (ActingSeat, Option<String>),
) -> Result<review_assignment::Model, Error> {
    let after = advance_silently(write, before, step).await?;
    if let Some(kind) = step.act() {
        let act = Act {
            kind,
            about: About::Assignment(&after),
            details: json!({ "state": after.state, "version": after.version }),
            reason,
        };
        record(write, seat, act).await?;
    }
    Ok(after)
}

/// As [`advance`], for who leaves the traces, or for whom there are none to leave.
///
/// # Errors
/// `StaleVersion`, `WrongState`, and the database's.
pub async fn advance_silently(
    write: &Write,
    before: &review_assignment::Model,
    step: Step,
) -> Result<review_assignment::Model, Error> {
    let state = next(before.state, step).map_err(|Refused| wrong_state(before.state))?;
    let after = review_assignment::Model {
        state,
        updated_at: write.now,
        version: before.version + 1,
        ..before.clone()
    };
    write_if_unchanged(write, before, &after).await?;
    Ok(after)
}

/// Writes an assignment where it still is what was read.
///
/// # Errors
/// `StaleVersion`, and the database's.
pub async fn write_if_unchanged(
    write: &Write,
    before: &review_assignment::Model,
    after: &review_assignment::Model,
) -> Result<(), Error> {
    let written = review_assignment::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(review_assignment::Column::Id.eq(before.id))
        .filter(review_assignment::Column::Version.eq(before.version))
        .filter(review_assignment::Column::State.eq(before.state))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before.version).into())
    }
}

/// That somebody was faster.
#[must_use]
pub fn stale(version: i32) -> Refusal {
    let text = Text::new(
        "Penugasan ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This assignment has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, version)
}

/// Why a step does not follow.
#[must_use]
pub fn wrong_state(state: AssignmentState) -> Refusal {
    let (id, en) = match state {
        Assigned => ("belum disanggupi", "not acknowledged yet"),
        Acknowledged => ("sudah disanggupi", "acknowledged"),
        Draft => ("sedang dikerjakan", "being worked on"),
        Complete => ("sudah selesai", "complete"),
        Declined => ("sudah ditolak", "declined"),
        Recused => ("sudah dilepaskan penelaahnya", "one its expert has recused from"),
        Lapsed => ("sudah dialihkan", "no longer that expert's"),
    };
    let text = Text::new(
        format!("Penugasan ini {id}; langkah tersebut tidak dapat dilakukan sekarang."),
        format!("This assignment is {en}; the step does not follow from there."),
    );
    Refusal::new(Code::WrongState, text).at(["assignment"])
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn what_is_over_stays_over() {
        for state in AssignmentState::iter() {
            for step in Step::ALL {
                if let Ok(to) = next(state, step) {
                    assert!(is_live(state), "{state:?} {step:?}");
                    assert_eq!(
                        is_live(to),
                        !matches!(step, Step::Decline | Step::Recuse | Step::Lapse),
                        "{state:?} {step:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn everybody_in_the_review_can_recuse() {
        for state in AssignmentState::iter().filter(|state| is_live(*state)) {
            assert_eq!(next(state, Step::Recuse), Ok(Recused));
        }
    }
}
