//! Findings: each comes back answered. `workflow` says what may follow what, `record` writes what is done with its audit
//! leaves, `query` reads for whoever has been shown the record.
pub mod query;
pub mod record;
pub mod workflow;
