//! Recommendations and their follow-up (*tindak lanjut*): what a unit is to do by a day, what it answers, and whether whoever
//! recommended it is content. They follow from things of other slices, which make them.
pub mod availability;
pub mod graphql;
pub mod making;
pub mod query;
pub mod reminding;
pub mod service;
pub mod workflow;

/// The event by which a unit is reminded that its answer is due.
pub const DUE_SOON: &str = "recommendation.due_soon";
