//! The review of reports by experts: assigning them, what they answer, and what ties them to a report.
pub mod answer;
pub mod assign;
pub mod plan;
pub mod query;
pub mod reopen;
pub mod scoring;
