//! Rounds: a unit asks those beneath it for a report on a period by a moment in time, and the ledger says what each of them
//! owes. A unit in between passes a round on with an earlier moment; its owner and the tiers above give more time, excuse
//! and waive; the owner closes it.
//!
//! `check` says what is wrong with a round, `sight` who may do what to one, `open`, `manage`, `pass`, `free` and `stage`
//! carry the commands out, each in one transaction, and `trace` writes what each leaves behind.
pub mod check;
pub mod free;
pub mod manage;
pub mod open;
pub mod pass;
pub mod query;
pub mod sight;
pub mod stage;
mod trace;

pub use trace::{act_event_kind, event_kind};
