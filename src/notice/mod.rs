//! Notices: what happened is told to those it concerns.
//!
//! [`telling`] follows the numbered feed; [`audience`] says who is told of an event, [`kinds`] of which events anybody is
//! told, and [`words`] in which words; [`copying`] writes the copies by e-mail. [`query`] is the only door to the table: a notice never tells what its reader may
//! not see at the time of reading, whatever was so when it was written.
pub mod audience;
pub mod copying;
pub mod graphql;
pub mod kinds;
pub mod query;
pub mod service;
pub mod telling;
pub mod words;
