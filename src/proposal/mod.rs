//! The two-person rule: what is too grave for one. A person proposes, another confirms within three days, and only then it
//! is done, in the transaction of the confirmation and by the slice that owns it.
//!
//! Persons are counted, not seats. Who may propose something may confirm it, and sees what was proposed. A command joins by
//! a word in `ProposedCommand` and an arm in each match over it: who may (`service::decision`), what else has to hold, and
//! how it is carried out.
pub mod graphql;
pub mod query;
pub mod service;
pub mod workflow;
