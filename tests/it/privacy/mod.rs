//! What people are told about rights and about themselves, what takes two of them, and how one is forgotten.
mod contacts;
mod erasing;
mod explaining;
mod exporting;
mod honoured;
pub mod life;
pub mod proposing;
