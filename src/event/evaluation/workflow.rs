//! What may follow what in the evaluation of a unit at the end of an event: pure.
use entity::enums::{
    EventEvaluationState::{self, Acknowledged, Draft, Issued, Objected},
    EventStatus,
};

/// What is done to an evaluation that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The host writes it down, or anew once the unit has objected.
    Write,
    /// The host shows it to the unit.
    Issue,
    /// The unit takes note.
    Acknowledge,
    /// The unit disagrees, and says why.
    Object,
}

/// The step does not follow from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Where a step leads. No catch-all arm, on purpose.
///
/// # Errors
/// [`Refused`] when the step does not follow.
pub fn next(from: EventEvaluationState, step: Step) -> Result<EventEvaluationState, Refused> {
    match (step, from) {
        (Step::Write, Draft | Objected) => Ok(Draft),
        (Step::Issue, Draft) => Ok(Issued),
        (Step::Acknowledge, Issued) => Ok(Acknowledged),
        (Step::Object, Issued) => Ok(Objected),
        (Step::Write, Issued | Acknowledged)
        | (Step::Issue, Issued | Acknowledged | Objected)
        | (Step::Acknowledge | Step::Object, Draft | Acknowledged | Objected) => Err(Refused),
    }
}

/// Whether units are evaluated: from the beginning of the event on.
#[must_use]
pub fn takes_evaluations(status: EventStatus) -> bool {
    match status {
        EventStatus::Running | EventStatus::Ended | EventStatus::Final => true,
        EventStatus::Draft
        | EventStatus::Published
        | EventStatus::RegistrationClosed
        | EventStatus::Cancelled
        | EventStatus::Postponed => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_unit_was_shown_changes_only_after_it_objected() {
        for from in [Draft, Issued, Acknowledged, Objected] {
            let may_change = next(from, Step::Write).is_ok();
            assert_eq!(may_change, matches!(from, Draft | Objected), "{from:?}");
            for answer in [Step::Acknowledge, Step::Object] {
                assert_eq!(next(from, answer).is_ok(), from == Issued, "{from:?}");
            }
        }
        for step in [Step::Write, Step::Issue, Step::Acknowledge, Step::Object] {
            assert_eq!(next(Acknowledged, step), Err(Refused), "{step:?}");
        }
    }
}
