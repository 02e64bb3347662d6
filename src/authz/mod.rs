//! Who may do what to what: one question, asked here, answered in `policy/`, a page per slice.
//!
//! A decision is a function of the actor's function, the action, the standing of the actor's unit to the record's unit,
//! the relations the two have, and the record's state. Nothing here reads the database, waits or knows a transport.
use uuid::Uuid;

use entity::enums::{Function, Tier};

pub mod policy;
pub mod service;

/// Where the actor's unit stands, seen from the record's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The same unit.
    Own,
    /// The unit that decides on the record's unit: its parent, or its acting superior while it has one.
    Parent,
    /// Higher up in the tree, or in the line of decision of the unit or of one above it.
    Above,
    /// Beneath the record's unit.
    Below,
    /// None of these.
    Outside,
}

impl Standing {
    pub const ALL: [Self; 5] = [Self::Own, Self::Parent, Self::Above, Self::Below, Self::Outside];
}

/// What the rules say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Allowed,
    /// The actor may know of it, but not do it.
    Forbidden,
    /// Forbidden because nobody decides on the own work.
    OwnWork,
    /// The actor may not know that it exists.
    Hidden,
}

/// A seat the actor holds today: the unit of authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActingSeat {
    pub seat: Uuid,
    pub unit: Uuid,
    pub tier: Tier,
    pub function: Function,
}

/// What came of asking for every seat that could act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This seat acts.
    Granted(ActingSeat),
    /// More than one could: the caller has to name one.
    Ambiguous,
    Forbidden,
    OwnWork,
    Hidden,
}

/// Finds the one seat that is allowed to act. With `named` only that seat is asked; a seat that is not the actor's
/// cannot act, which is all anybody learns about it.
pub fn which_seat(seats: &[ActingSeat], named: Option<Uuid>, decide: impl Fn(&ActingSeat) -> Decision) -> Verdict {
    let mut granted = None;
    let mut refusal = Verdict::Hidden;
    let mut visible = false;
    for seat in seats {
        let decision = decide(seat);
        visible |= decision != Decision::Hidden;
        if named.is_some_and(|name| name != seat.seat) {
            continue;
        }
        match decision {
            Decision::Allowed if granted.is_some() => return Verdict::Ambiguous,
            Decision::Allowed => granted = Some(*seat),
            Decision::OwnWork => refusal = Verdict::OwnWork,
            Decision::Forbidden if refusal == Verdict::Hidden => refusal = Verdict::Forbidden,
            Decision::Forbidden | Decision::Hidden => {}
        }
    }
    match (granted, refusal) {
        (Some(seat), _) => Verdict::Granted(seat),
        // Another seat of the same person sees the record, so its existence is no secret.
        (None, Verdict::Hidden) if visible => Verdict::Forbidden,
        (None, refusal) => refusal,
    }
}
