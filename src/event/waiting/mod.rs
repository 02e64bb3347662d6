//! What of events waits for somebody to do it.
pub mod query;

use crate::authz::policy::event::{Action, UnitAction};

/// What waits about the invitation of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfUnit {
    /// It has not been answered.
    Reply,
    /// The event is over, and the unit has not said who was there.
    Submit,
    /// What the unit said is not verified.
    Settle,
    /// Somebody asks to be excused.
    Excuse,
    /// The host judged it, and it has not said anything to that.
    Evaluation,
}

impl OfUnit {
    /// The right by which it is done.
    #[must_use]
    pub fn action(self) -> UnitAction {
        match self {
            Self::Reply | Self::Evaluation => UnitAction::Answer,
            Self::Submit => UnitAction::Draft,
            Self::Settle | Self::Excuse => UnitAction::Settle,
        }
    }
}

/// What waits about an event as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfHost {
    /// Somebody came who was not named.
    WalkIns,
    /// Somebody was seen at two doors.
    Conflicts,
    /// It is over and not sealed.
    Finalise,
}

impl OfHost {
    /// The right by which it is done.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::WalkIns | Self::Conflicts | Self::Finalise => Action::Command,
        }
    }
}
