//! What may follow what in the life of an attendance sheet: pure.
use entity::enums::{
    EventStatus,
    SheetStatus::{self, Draft, Returned, Sealed, Submitted, Verified},
};

/// What is done to a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The unit writes in it.
    Edit,
    /// The unit stands by it.
    Submit,
    /// The host agrees.
    Verify,
    /// The host does not.
    Return,
    /// It is sealed with its event.
    Seal,
    /// What was sealed is sealed anew.
    Correct,
}

impl Step {
    pub const ALL: [Self; 6] = [
        Self::Edit,
        Self::Submit,
        Self::Verify,
        Self::Return,
        Self::Seal,
        Self::Correct,
    ];
}

/// The step does not follow from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Where a step leads. No catch-all arm, on purpose.
///
/// # Errors
/// [`Refused`] when the step does not follow.
pub fn next(from: SheetStatus, step: Step) -> Result<SheetStatus, Refused> {
    match (step, from) {
        (Step::Edit, Draft | Returned) => Ok(from),
        (Step::Submit, Draft | Returned) => Ok(Submitted),
        (Step::Verify, Submitted) => Ok(Verified),
        // What the door says may come late: the host can think again until it seals.
        (Step::Return, Submitted | Verified) => Ok(Returned),
        (Step::Seal, Draft | Submitted | Returned | Verified) | (Step::Correct, Sealed) => Ok(Sealed),
        (Step::Edit | Step::Submit, Submitted | Verified | Sealed)
        | (Step::Verify, Draft | Returned | Verified | Sealed)
        | (Step::Return, Draft | Returned | Sealed)
        | (Step::Seal, Sealed)
        | (Step::Correct, Draft | Submitted | Returned | Verified) => Err(Refused),
    }
}

/// Whether a step owes a reason.
#[must_use]
pub fn needs_reason(step: Step) -> bool {
    match step {
        Step::Return | Step::Correct => true,
        Step::Edit | Step::Submit | Step::Verify | Step::Seal => false,
    }
}

/// Whether it is time for a step, as the event stands: who was there is written down while it runs, and said when it is over.
#[must_use]
pub fn is_time_for(step: Step, event: EventStatus) -> bool {
    let (running, ended, sealed) = match event {
        EventStatus::Running => (true, false, false),
        EventStatus::Ended => (false, true, false),
        EventStatus::Final => (false, false, true),
        EventStatus::Draft
        | EventStatus::Published
        | EventStatus::RegistrationClosed
        | EventStatus::Cancelled
        | EventStatus::Postponed => (false, false, false),
    };
    match step {
        Step::Edit => running || ended,
        Step::Submit | Step::Verify | Step::Return | Step::Seal => ended,
        Step::Correct => sealed,
    }
}

/// Whether excuses are asked for and decided on: from the invitation until the attendance is sealed.
#[must_use]
pub fn takes_excuses(event: EventStatus) -> bool {
    match event {
        EventStatus::Published | EventStatus::RegistrationClosed | EventStatus::Running | EventStatus::Ended => true,
        EventStatus::Draft | EventStatus::Final | EventStatus::Cancelled | EventStatus::Postponed => false,
    }
}

/// Whether what a sheet says is sealed as the unit has said it. Otherwise the door's word is: the unit does not stand by it.
#[must_use]
pub fn is_said(status: SheetStatus) -> bool {
    match status {
        Submitted | Verified | Sealed => true,
        Draft | Returned => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [SheetStatus; 5] = [Draft, Submitted, Returned, Verified, Sealed];

    #[test]
    fn every_sheet_is_sealed_once_and_only_corrected_after() {
        for from in ALL {
            assert_eq!(next(from, Step::Seal).is_ok(), from != Sealed, "{from:?}");
        }
        for step in Step::ALL {
            assert_eq!(next(Sealed, step).is_ok(), step == Step::Correct, "{step:?}");
        }
    }

    #[test]
    fn nothing_is_verified_that_was_not_submitted() {
        for from in ALL {
            for step in Step::ALL {
                if next(from, step) == Ok(Verified) {
                    assert_eq!((from, step), (Submitted, Step::Verify));
                }
            }
        }
    }
}
