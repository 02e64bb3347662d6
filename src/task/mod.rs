//! What waits for somebody: one list over all slices, by the moment it is due. Nothing is kept for it; what waits for whom
//! is asked of the records and of the rules that the commands ask. A kind of task is a word in [`kind`] and a select in
//! [`query`]; those on reports are told from the policy in [`reports`], those on awards are read in [`awards`].
pub mod awards;
pub mod graphql;
pub mod key;
pub mod kind;
pub mod query;
pub mod reports;
