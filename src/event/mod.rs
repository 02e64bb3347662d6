//! Events: from the letter of invitation to the sealed attendance.
//!
//! `workflow` says what may follow what, `audience` whom a rule means, `sight` which seat may do something to an event or to
//! the invitation of a unit, `query` is the only door to the tables, `trace` leaves what an act leaves. What is done is in
//! `arranging` (drafts), `running` (from published to sealed) and `replying` (invited units); what came of it is in `outcome`,
//! `certifying` and `papers`.
pub mod arranging;
pub mod audience;
pub mod certifying;
pub mod draft;
pub mod graphql;
pub mod outcome;
pub mod papers;
pub mod query;
pub mod replying;
pub mod running;
pub mod sight;
pub mod trace;
pub mod workflow;

pub use trace::event_kind;
