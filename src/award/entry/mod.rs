//! Who is entered for an award: by itself, by a unit above, or by the issuer out of what was reported.
//!
//! `stage` says when something may be done to an entry and where that leads, `work` what an entry may say, `submission` what of it
//! is frozen and hashed, `query` is the only door to entries. `nominating` writes them, `settling` submits, verifies and ends
//! them, `automatic` enters whoever fits.
pub mod automatic;
pub mod graphql;
pub mod nominating;
pub mod query;
pub mod settling;
pub mod stage;
pub mod submission;
pub mod work;
