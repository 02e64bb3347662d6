//! Reports: a unit writes one for each cycle its template asks it for, submits it, and sees it endorsed on the way up,
//! handed over, received and accepted - or sent back with a reason.
//!
//! `workflow` says what may follow what, `starting`, `writing`, `service` and `handover` carry a command out in one
//! transaction, `merge` puts the pieces of a draft together, `step` writes what each step leaves behind, `query` is the
//! only door to the tables, `cycle` opens and keeps rounds, `ledger` keeps what every unit owes in them and `owed` reads
//! it, `catalogue` holds templates and cycles in memory, `shipped` what a new database begins with, `inspection` finds what
//! does not fit together. What reports ask for is made and published in `template`, what is found in them is in `finding`,
//! and `held` tells how long each side held one; `gathering` is where they change hands, and `receipt` attests what was
//! received. Experts are assigned and answer in `reviewing`, `ties` is what makes
//! somebody part of it, and `evaluation` says what a whole round has shown.
pub mod answers;
pub mod audience;
pub mod availability;
pub mod catalogue;
pub mod cycle;
pub mod evaluation;
pub mod export;
pub mod files;
pub mod finding;
pub mod gathering;
pub mod graphql;
pub mod handover;
pub mod held;
pub mod inspection;
pub mod ledger;
pub mod merge;
pub mod obligation;
pub mod openness;
pub mod owed;
pub mod papers;
pub mod placement;
pub mod prefill;
pub mod query;
pub mod receipt;
pub mod reviewing;
pub mod revision;
pub mod search;
pub mod service;
pub mod shipped;
pub mod starting;
pub(crate) mod step;
pub mod suggestion;
pub mod template;
pub mod ties;
pub mod workflow;
pub mod writer;
pub mod writing;

pub use step::event_kind;
