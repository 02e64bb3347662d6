//! Entries for awards in the API.
pub mod input;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod types;
pub mod words;
