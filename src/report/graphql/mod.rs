//! Reports in the API: their types, inputs and thin resolvers.
pub mod input;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod types;
