//! Who may do what, tried from outside: every operation by every kind of office, what strangers learn (nothing), and who
//! acts for whom.
mod acting;
mod operations;
pub mod stage;
pub mod stranger;
mod unaware;
