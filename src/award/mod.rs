//! Awards: who won, by which rules, and whether it can be checked.
//!
//! `workflow` says what may follow what for an edition and for an entry, `draft` what an edition has to be, `rules` what of it
//! is published and hashed, `sight` which seat may do something to an edition, an entry or a jury, `query` is the only door to
//! editions and their categories, `trace` leaves what an act leaves, `waiting` finds what waits for
//! somebody. `arranging` drafts editions, `running` takes them on. `ranking`
//! reckons who comes before whom out of frozen figures, pure; `computing` freezes them and makes of it lists and honours.
//!
//! Nothing of how entries were judged is told before the announcement to anybody but who commands the edition and who chairs a
//! jury: no row, no count, no status ([`workflow::told_before_announcement`]).
pub mod arranging;
pub mod computing;
pub mod draft;
pub mod entry;
pub mod graphql;
pub mod honour;
pub mod indicator;
pub mod judging;
pub mod query;
pub mod ranking;
pub mod rules;
pub mod running;
pub mod sight;
pub mod trace;
pub mod waiting;
pub mod workflow;

pub use trace::event_kind;
