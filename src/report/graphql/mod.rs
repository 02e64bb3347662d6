//! Reports in the API: their types, inputs and thin resolvers.
pub mod answer;
pub mod field;
pub mod handover;
pub mod history;
pub mod input;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod revision;
pub mod tally;
pub mod template;
pub mod template_change;
pub mod template_input;
pub mod template_list;
pub mod template_mutation;
pub mod types;
