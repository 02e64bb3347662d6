//! Awards: what the scores of an edition come to.
pub mod ranking;
