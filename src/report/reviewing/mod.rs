//! The review of reports by experts: assigning them, what they answer, reminding them, and what ties them to a report.
pub mod answer;
pub mod assign;
pub mod plan;
pub mod query;
pub mod reminding;
pub mod reopen;
pub mod scoring;
