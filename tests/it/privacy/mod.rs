//! What people are told about rights and about themselves, what takes two of them, and how one is forgotten.
mod contacts;
mod entered;
mod erasing;
mod explaining;
mod exporting;
mod honoured;
pub mod life;
mod naming;
pub mod proposing;
