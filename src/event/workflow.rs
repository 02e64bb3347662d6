//! What may follow what in the life of an event: pure.
use entity::enums::EventStatus::{
    self, Cancelled, Draft, Ended, Final, Postponed, Published, RegistrationClosed, Running,
};

/// What is done to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Invites its audience; of one that was postponed, with its new dates.
    Publish,
    Postpone,
    Cancel,
    /// No reply is taken any more, and who is expected stays, but for substitutes.
    CloseRegistration,
    /// The door opens.
    Start,
    /// The door closes; scans that were made come still in.
    End,
    /// Attendance is sealed.
    Finalise,
}

impl Step {
    pub const ALL: [Self; 7] = [
        Self::Publish,
        Self::Postpone,
        Self::Cancel,
        Self::CloseRegistration,
        Self::Start,
        Self::End,
        Self::Finalise,
    ];
}

/// The step does not follow from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Where a step leads. No catch-all arm, on purpose.
///
/// # Errors
/// [`Refused`] when the step does not follow.
pub fn next(from: EventStatus, step: Step) -> Result<EventStatus, Refused> {
    match (step, from) {
        (Step::Publish, Draft | Postponed) => Ok(Published),
        (Step::Postpone, Published | RegistrationClosed) => Ok(Postponed),
        // What has begun is ended, not cancelled: people came.
        (Step::Cancel, Draft | Published | RegistrationClosed | Postponed) => Ok(Cancelled),
        (Step::CloseRegistration, Published) => Ok(RegistrationClosed),
        (Step::Start, Published | RegistrationClosed) => Ok(Running),
        (Step::End, Running) => Ok(Ended),
        (Step::Finalise, Ended) => Ok(Final),
        (Step::Publish, Published | RegistrationClosed | Running | Ended | Final | Cancelled)
        | (Step::Postpone, Draft | Running | Ended | Final | Cancelled | Postponed)
        | (Step::Cancel, Running | Ended | Final | Cancelled)
        | (Step::CloseRegistration, Draft | RegistrationClosed | Running | Ended | Final | Cancelled | Postponed)
        | (Step::Start, Draft | Running | Ended | Final | Cancelled | Postponed)
        | (Step::End, Draft | Published | RegistrationClosed | Ended | Final | Cancelled | Postponed)
        | (Step::Finalise, Draft | Published | RegistrationClosed | Running | Final | Cancelled | Postponed) => {
            Err(Refused)
        }
    }
}

/// Whether a step owes a reason.
#[must_use]
pub fn needs_reason(step: Step) -> bool {
    match step {
        Step::Postpone | Step::Cancel => true,
        Step::Publish | Step::CloseRegistration | Step::Start | Step::End | Step::Finalise => false,
    }
}

/// Whether units may still answer.
#[must_use]
pub fn takes_replies(status: EventStatus) -> bool {
    match status {
        Published => true,
        Draft | RegistrationClosed | Running | Ended | Final | Cancelled | Postponed => false,
    }
}

/// Whether units may still send somebody else than they named: until the door opens.
#[must_use]
pub fn takes_substitutes(status: EventStatus) -> bool {
    match status {
        Published | RegistrationClosed => true,
        Draft | Running | Ended | Final | Cancelled | Postponed => false,
    }
}

/// Whether scans are taken in: the door is open, or what was scanned while it was comes late.
#[must_use]
pub fn takes_scans(status: EventStatus) -> bool {
    match status {
        Running | Ended => true,
        Draft | Published | RegistrationClosed | Final | Cancelled | Postponed => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [EventStatus; 8] = [
        Draft,
        Published,
        RegistrationClosed,
        Running,
        Ended,
        Final,
        Cancelled,
        Postponed,
    ];

    #[test]
    fn what_is_sealed_or_cancelled_stays_so() {
        for step in Step::ALL {
            assert_eq!(next(Final, step), Err(Refused), "{step:?}");
            assert_eq!(next(Cancelled, step), Err(Refused), "{step:?}");
        }
    }

    #[test]
    fn nobody_is_asked_to_a_door_that_closed() {
        for from in ALL {
            if let Ok(to) = next(from, Step::Start) {
                assert!(takes_substitutes(from) && takes_scans(to), "{from:?}");
            }
            if takes_replies(from) {
                assert!(takes_substitutes(from), "{from:?}");
            }
            assert!(!(takes_scans(from) && takes_substitutes(from)), "{from:?}");
        }
    }

    #[test]
    fn every_event_can_come_to_an_end() {
        for from in ALL {
            let mut open = vec![from];
            let mut seen = open.clone();
            while let Some(status) = open.pop() {
                for to in Step::ALL.into_iter().filter_map(|step| next(status, step).ok()) {
                    if !seen.contains(&to) {
                        seen.push(to);
                        open.push(to);
                    }
                }
            }
            assert!(seen.contains(&Final) || seen.contains(&Cancelled), "{from:?}");
        }
    }
}
