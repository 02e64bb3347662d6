//! Rubrics in the API: their types, inputs and thin resolvers.
pub mod change;
pub mod input;
pub mod list;
pub mod loader;
pub mod mutation;
pub mod score;
pub mod types;
