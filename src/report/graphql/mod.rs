//! Reports in the API: their types, inputs and thin resolvers.
pub mod answer;
pub mod cycle;
pub mod cycle_mutation;
pub mod field;
pub mod handover;
pub mod history;
pub mod input;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod revision;
pub mod stage;
pub mod tally;
pub mod template;
pub mod types;
