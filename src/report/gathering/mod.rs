//! Gatherings (sesi serah terima): where and when reports are to change hands, which units are expected in which order, who
//! receives. What is handed over in one, and what is not, is told in the order of its agenda.
//!
//! `arranging` schedules, changes and cancels one; `query` is the only door to its tables; `rows` tells what each unit has
//! done.
pub mod arranging;
pub mod query;
pub mod rows;

pub use arranging::event_kind;
