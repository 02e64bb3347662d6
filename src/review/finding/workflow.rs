//! What may follow what in the life of a finding: pure.
use entity::enums::{
    FindingActKind::{self, Acknowledge, Answer, Raise, Reopen, Resolve},
    FindingState::{self, Answered, Open, Resolved},
};

/// The act does not follow from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    pub from: Option<FindingState>,
    pub act: FindingActKind,
}

/// Where an act leads; from none where there is no finding yet. No catch-all arm, on purpose.
///
/// # Errors
/// [`Refused`] when the act does not follow.
pub fn next(from: Option<FindingState>, act: FindingActKind) -> Result<FindingState, Refused> {
    let refused = Err(Refused { from, act });
    match (act, from) {
        (Raise, None) => Ok(Open),
        (Raise, Some(Open | Answered | Resolved)) => refused,
        (Acknowledge | Answer | Resolve | Reopen, None) => refused,
        (Acknowledge, Some(state)) => Ok(state),
        (Answer, Some(Open)) => Ok(Answered),
        (Answer, Some(Answered | Resolved)) => refused,
        (Resolve, Some(Open | Answered)) => Ok(Resolved),
        (Resolve, Some(Resolved)) => refused,
        (Reopen, Some(Answered | Resolved)) => Ok(Open),
        (Reopen, Some(Open)) => refused,
    }
}

/// Whether an act owes words: an answer says what was done or why nothing was, and whoever asks once more, or asks no more
/// although there was no answer, says why.
#[must_use]
pub fn needs_text(from: Option<FindingState>, act: FindingActKind) -> bool {
    match (act, from) {
        (Answer | Reopen, _) | (Resolve, Some(Open)) => true,
        (Resolve, None | Some(Answered | Resolved)) | (Raise | Acknowledge, _) => false,
    }
}
