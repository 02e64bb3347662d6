//! Who may find something in a record, and do something about what was found. Whether a seat may know of the record at all
//! is asked of the record's own rules first.
use entity::enums::Function;

use super::rule::Rule;
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

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(action: Action) -> Rule {
    match action {
        Action::Raise => Rule {
            key: "finding.raised-by-who-examines",
            id: "Temuan dicatat STAFF dan HEAD unit yang mendapat giliran, atau Tenaga Ahli yang ditugaskan; tidak seorang pun pada kirimannya sendiri.",
            en: "Findings are raised by STAFF and HEAD of the unit whose turn it is, or by the experts who are assigned; by nobody in their own submission.",
        },
        Action::Acknowledge => Rule {
            key: "finding.noted-by-its-unit",
            id: "STAFF dan HEAD unit laporan menyatakan sudah mengetahui temuan.",
            en: "STAFF and HEAD of the report's unit take note of what was found.",
        },
        Action::Settle => Rule {
            key: "finding.settled-by-who-raised-it",
            id: "Temuan diselesaikan atau dibuka kembali oleh unit yang mencatatnya; temuan telaah oleh para penelaahnya atau COORDINATOR.",
            en: "A finding is resolved or reopened by the unit that raised it; one of a review by its experts or a COORDINATOR.",
        },
    }
}
