//! Templates: a unit asks those beneath for something, in versions. A draft may change and may be wrong; to be published it
//! has to be free of [`faults`], and from then on it never changes. What a version asks otherwise than an earlier one is told
//! by [`diff`].
pub mod availability;
pub mod diff;
pub mod faults;
pub mod service;
mod tidy;
pub mod trial;
pub mod writing;
