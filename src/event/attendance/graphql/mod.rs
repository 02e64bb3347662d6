//! Attendance in the API.
pub mod excuse;
pub mod list;
pub mod loader;
pub mod mutation;
pub mod sheet;
pub mod words;
