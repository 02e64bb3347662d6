//! Who may find something in a record, and do something about what was found. Whether a seat may know of the record at all
//! is asked of the record's own rules first.
use entity::enums::Function;

use crate::authz::Decision;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To say what was found.
    Raise,
    /// To take note of it.
    Acknowledge,
    /// To settle it, or to ask for more than was answered.
    Settle,
}

impl Action {
    pub const ALL: [Self; 3] = [Self::Raise, Self::Acknowledge, Self::Settle];
}

/// What ties the actor's seat to the record and to the finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// The record is of the seat's unit.
    pub own: bool,
    /// The record's unit is dissolved, and the seat keeps what it left.
    pub custodian: bool,
    /// It is the turn of the seat's unit to examine the record, or the seat is assigned to review it.
    pub examines: bool,
    /// The seat is assigned to review the record.
    pub reviews: bool,
    /// The person has a conflict of interest with the record's unit.
    pub conflicted: bool,
    /// The seat's unit raised the finding.
    pub raised: bool,
    /// The person submitted what it is about.
    pub submitter: bool,
}

/// The rule, for a seat that sees the record.
#[must_use]
pub fn decide(function: Function, action: Action, ties: Ties) -> Decision {
    let works = matches!(function, Function::Staff | Function::Head);
    let granted = match action {
        Action::Raise | Action::Settle if ties.submitter => return Decision::OwnWork,
        Action::Raise | Action::Settle if ties.conflicted => false,
        Action::Raise => ties.examines && (works || (ties.reviews && function == Function::Expert)),
        Action::Acknowledge => (ties.own && works) || (ties.custodian && function == Function::Head),
        // What an expert has raised is settled by the experts, or by who directs them.
        Action::Settle => {
            let directs = function == Function::Coordinator;
            ties.raised && (works || directs || (ties.reviews && function == Function::Expert))
        }
    };
    if granted {
        Decision::Allowed
    } else {
        Decision::Forbidden
    }
}
