//! The papers of an event: the attendance list (*daftar hadir*) and the minutes (*berita acara*), rendered when somebody asks for
//! one, of what that person may read at that moment. How they look is said in the crate `paper`.
//!
//! The whole list is for the host and those above it. An invited unit, those above it and whom it sends get the part of the list
//! that is theirs; the minutes, which tell of everybody, are for the host and those above it alone.
pub mod attendance;
pub mod http;
pub mod minutes;
mod query;
