//! Juries in the API.
pub mod loader;
pub mod mutation;
pub mod node;
pub mod query;
pub mod types;
pub mod words;
