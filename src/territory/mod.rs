//! Regions, units, seats and holders: where things are, which body acts there, and who sits in it.
//!
//! A region is a place in law, a unit a body in it for a time. The whole directory is held in memory as one immutable
//! snapshot ([`directory::Directory`]) whose tree carries nested intervals ([`tree::Tree`]): a scope check touches no
//! database. `seed` writes the reference list that ships in the binary.
pub mod as_of;
pub mod body;
pub mod change;
pub mod custody;
pub mod directory;
pub mod edition;
pub mod graphql;
pub mod history;
pub mod holding;
pub mod programs;
pub mod query;
pub mod reference;
pub mod regions;
pub mod seating;
pub mod seats;
pub mod seed;
pub mod settle;
pub mod tree;
