//! Awards, objections to them and their tally in the API.
pub mod loader;
pub mod mutation;
pub mod objection;
pub mod query;
pub mod tally;
pub mod types;
