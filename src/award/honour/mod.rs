//! Who was honoured: from the announcement on, for everybody who reads the edition.
//!
//! `query` is the only door to awards and objections, `naming` tells who an award went to, `objecting` takes what somebody has
//! to say against what was announced and decides on it, `revoking` takes an award back with its certificate by two persons,
//! `certifying` signs certificates, `tally` counts wins by province, `listing` is what is taken home as CSV or XLSX, `inspection` looks
//! whether awards, lists and certificates agree.
//!
//! What was announced stays what it was: no row of an award is edited but to revoke it, and nobody takes the place of who lost
//! it. The unit and its province are those of the day of the announcement, whatever became of the tree since.
pub mod certifying;
pub mod graphql;
pub mod http;
pub mod inspection;
pub mod listing;
pub mod naming;
pub mod objecting;
pub mod query;
pub mod revoking;
pub mod tally;

/// What the certificates of awards are of.
pub const SUBJECT: &str = "award";
