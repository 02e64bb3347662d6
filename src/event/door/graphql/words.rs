//! The closed sets of words of the door.
use async_graphql::Enum;
use entity::enums;

use crate::event::door::scanning::Outcome;

/// Which way somebody went.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ScanDirection")]
pub enum ScanDirection {
    /// Came in.
    In,
    /// Went out.
    Out,
}

/// How it is known that somebody came or went.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ScanMethod")]
pub enum ScanMethod {
    /// The door code was scanned.
    Code,
    /// Somebody at the door picked the name from the list.
    Hand,
    /// It was entered afterwards from a list on paper.
    Paper,
    /// The delegate entered the code of the session, from afar.
    Online,
}

/// Why a scan counts for nothing. It is kept all the same.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ScanFault")]
pub enum ScanFault {
    /// What was scanned is no door code, or what was given no id of a delegate.
    Malformed,
    /// It has the form of a door code, and no key of this server signed it.
    Forged,
    /// It is the code of another event.
    OtherEvent,
    /// Nobody of this event has it, or it names no session in which attendance is taken.
    Unknown,
    /// It is the code of somebody who was replaced or withdrawn.
    Revoked,
    /// It is of a walk-in who was not let in.
    Refused,
    /// The time cannot be read, lies in the future, or more than 24 hours before the door was opened.
    WrongTime,
}

/// What was decided about a scan.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ScanRuling")]
pub enum ScanRuling {
    /// It was annulled soon after.
    Annulled,
    /// In a conflict, it was decided that it counts.
    Counted,
    /// In a conflict, it was decided that it does not count.
    SetAside,
}

/// What became of a scan that was sent.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Outcome")]
pub enum ScanOutcome {
    /// It is kept. Whether it counts is told by its fault.
    Taken,
    /// It was sent before; `scan` is the one that is there. Nothing was counted twice.
    Duplicate,
    /// It is kept, although another scan from here has its nonce: the device gives nonces twice, and should not.
    NonceReused,
    /// It is not kept: it has no nonce, or one of more than 100 characters. Send it again with a nonce.
    Rejected,
}
