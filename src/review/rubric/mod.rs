//! Rubrics: what a work is judged by, in versions. A draft may change and may be wrong; to be published it has to be free of
//! [`faults`], and from then on it never changes. What a version judges by otherwise than an earlier one is told by [`diff`],
//! what the scores of a sheet come to by [`score`]. One rubric is [`shipped`].
pub mod availability;
pub mod diff;
pub mod faults;
pub mod graphql;
pub mod query;
pub mod score;
pub mod service;
pub mod shipped;
pub mod writing;
