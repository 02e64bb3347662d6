//! What may become of a proposal: pure, of where it stands, what is decided and whether by the one who proposed it.
use entity::enums::ProposalStatus;

/// What can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Confirm,
    Reject,
}

impl Step {
    pub const ALL: [Self; 2] = [Self::Confirm, Self::Reject];
}

/// Which person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    /// Who proposed it, from whatever seat.
    Proposer,
    Another,
}

impl Decider {
    pub const ALL: [Self; 2] = [Self::Proposer, Self::Another];
}

/// Why it is not decided so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nobody confirms what they proposed.
    OwnWork,
    /// It was decided before, or has run out.
    WrongState,
}

/// Where a proposal stands: `stored` as it was written, and whether its time is over.
#[must_use]
pub fn standing(stored: ProposalStatus, over: bool) -> ProposalStatus {
    match stored {
        ProposalStatus::Pending if over => ProposalStatus::Expired,
        ProposalStatus::Pending | ProposalStatus::Confirmed | ProposalStatus::Rejected | ProposalStatus::Expired => {
            stored
        }
    }
}

/// What becomes of a proposal. Rejecting one's own is to withdraw it.
///
/// # Errors
/// [`Refused`], the reason that lies with the person first.
pub fn next(from: ProposalStatus, step: Step, by: Decider) -> Result<ProposalStatus, Refused> {
    match (step, by, from) {
        (Step::Confirm, Decider::Proposer, _) => Err(Refused::OwnWork),
        (Step::Confirm, Decider::Another, ProposalStatus::Pending) => Ok(ProposalStatus::Confirmed),
        (Step::Reject, Decider::Proposer | Decider::Another, ProposalStatus::Pending) => Ok(ProposalStatus::Rejected),
        (
            Step::Confirm | Step::Reject,
            Decider::Proposer | Decider::Another,
            ProposalStatus::Confirmed | ProposalStatus::Rejected | ProposalStatus::Expired,
        ) => Err(Refused::WrongState),
    }
}
