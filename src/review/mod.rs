//! Reviewing, whatever the record: what a reviewer finds and what is done about it. A slice whose records are reviewed says
//! who may do so, when, and where in a record something can be found; it knows this one, never the other way round.
pub mod finding;
