//! Rubrics: what a work is judged by, in versions. A draft may change and may be wrong; to be published it has to be free of
//! [`faults`], and from then on it never changes. What the scores of a sheet come to is told by [`score`].
pub mod faults;
pub mod score;
