//! Reading the ledger: who owes what, how complete a round is, and who is reminded.
//!
//! Everything here is by the tree of the period: those who read what a unit owes are the unit itself and those who stood
//! above it on the day the round is counted by, which each row of the ledger keeps.
pub mod check;
pub mod completeness;
pub mod perspective;
pub mod query;
pub mod reminding;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    authz::{
        Decision, Standing,
        policy::cycle::{Action, Relations, decide},
    },
    session::Actor,
    territory::history::History,
};

/// Whether any seat of the actor may read what a unit owes in a round that is counted by a day.
#[must_use]
pub fn reads(actor: &Actor, unit: Uuid, day: NaiveDate) -> bool {
    let history = &actor.directory.history;
    let mut seats = actor.seats.iter();
    seats.any(|seat| {
        let standing = standing_on(history, seat.unit, unit, day);
        decide(
            (seat.function, seat.tier),
            Action::ReadLedger,
            standing,
            Relations::default(),
        ) == Decision::Allowed
    })
}

/// Where one unit stood, seen from another, in the tree of a day. Who acted for whom does not matter here.
#[must_use]
pub fn standing_on(history: &History, actor: Uuid, unit: Uuid, day: NaiveDate) -> Standing {
    let is_above = |above: Uuid, beneath: Uuid| history.ancestors_on(beneath, day).any(|life| life.id == above);
    if actor == unit {
        Standing::Own
    } else if is_above(actor, unit) {
        Standing::Above
    } else if is_above(unit, actor) {
        Standing::Below
    } else {
        Standing::Outside
    }
}
