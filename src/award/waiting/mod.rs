//! What of awards waits for somebody to do it.
pub mod query;

use crate::{authz::policy::award::EntryAction, award::workflow::EntryStep};

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfAwards {
    /// An entry was submitted, and the tier above has not said whether it fits.
    Verify,
    /// An entry was returned to who entered it.
    Mend,
    /// A juror has not completed a sheet.
    Score,
    /// Somebody objects to what was announced.
    Decide,
}

impl OfAwards {
    /// The right by which it is done to an entry, and the step that is to follow; None where it is about something else.
    #[must_use]
    pub fn of_entry(self) -> Option<(EntryAction, EntryStep)> {
        match self {
            Self::Verify => Some((EntryAction::Verify, EntryStep::Verify)),
            Self::Mend => Some((EntryAction::Draft, EntryStep::Submit)),
            Self::Score | Self::Decide => None,
        }
    }
}
