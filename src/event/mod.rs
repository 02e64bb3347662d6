//! Events: from the letter of invitation to the sealed attendance.
//!
//! `workflow` says what may follow what, `audience` whom a rule means, `sight` which seat may do something to an event or to
//! the invitation of a unit, `query` is the only door to the tables, `trace` leaves what an act leaves. What is done is in
//! `arranging` (drafts), `running` (from published to over), `replying` (invited units), `door` (who came in) and `attendance`
//! (who came); `reminding` reminds them, and `waiting` finds what they have to do. `evaluation` is how a host judges its guests at
//! the end; what came of it is in `outcome`, `certifying` and `papers`.
pub mod arranging;
pub mod attendance;
pub mod audience;
pub mod calendar;
pub mod certifying;
pub mod door;
pub mod draft;
pub mod evaluation;
pub mod graphql;
pub mod outcome;
pub mod papers;
pub mod query;
pub mod reminding;
pub mod replying;
pub mod running;
pub mod sight;
pub mod trace;
pub mod waiting;
pub mod workflow;

pub use reminding::{REPLY_DUE_SOON, STARTS_SOON};
pub use trace::event_kind;
