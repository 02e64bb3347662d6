//! Reviewing records: who is assigned, who must not be, and what each has done. It serves whatever is reviewed; what is
//! special about one kind of record is said in that record's slice. By what they are judged is a [`rubric`],
//! what is to be done about it a [`recommendation`].
pub mod assignment;
pub mod conflict;
pub mod finding;
pub mod graphql;
pub mod portfolio;
pub mod query;
pub mod recommendation;
pub mod rubric;
mod trace;

pub use trace::{About, Act, event_kind, record};
pub(crate) use trace::{By, traces};
