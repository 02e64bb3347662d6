//! Events in the API.
pub mod input;
pub mod invitation;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod types;
pub mod words;
