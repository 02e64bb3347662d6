//! The national evaluation of a round: written while it is open, and when it closes frozen with every report it counts.
//!
//! `material` reads what it is told from, `figures` tells it, `preparing` opens and writes it, `closing` freezes it, `sight`
//! says who reads what of it, and `query` is the only door to its tables.
pub mod closing;
pub mod figures;
pub mod material;
pub mod preparing;
pub mod query;
pub mod sight;
