//! Reports: a unit writes one for each cycle its template asks it for, submits it, and sees it endorsed on the way up,
//! handed over, received and accepted - or sent back with a reason.
//!
//! `workflow` says what may follow what, `service` and `handover` carry a command out in one transaction, `step` writes
//! what each leaves behind, `query` is the only door to
//! the tables, `catalogue` holds templates and cycles in memory, `shipped` what a new database begins with. What reports
//! ask for is made and published in `template`.
pub mod answers;
pub mod audience;
pub mod availability;
pub mod catalogue;
pub mod graphql;
pub mod handover;
pub mod ledger;
pub mod obligation;
pub mod placement;
pub mod query;
pub mod revision;
pub mod service;
pub mod shipped;
mod step;
pub mod tally;
pub mod template;
pub mod workflow;

pub use step::event_kind;
