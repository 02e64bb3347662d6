//! The closed sets of words of entries.
use async_graphql::Enum;
use entity::enums;

/// Who thought of an entry.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardOrigin")]
pub enum AwardOrigin {
    /// The unit itself.
    Own,
    /// A unit above it.
    Parent,
    /// The issuer, out of what was reported.
    Automatic,
}

/// Where an entry stands. Before the announcement nobody but who commands the edition is told how it was judged: until then it
/// stays ELIGIBLE.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardEntryStatus")]
pub enum AwardEntryStatus {
    /// Being written; nobody else reads it.
    Draft,
    /// Waiting for the tier above to verify it.
    Submitted,
    /// Sent back for more to be shown.
    Returned,
    /// Found to be what it says, and to be what the rules ask.
    Eligible,
    /// Found not to be.
    Ineligible,
    /// Passed on by the jury of its province.
    Shortlisted,
    /// Not passed on by it.
    NotListed,
    /// It has a place in the list that was reckoned.
    Ranked,
    /// Honoured.
    Awarded,
    /// Not honoured.
    Unplaced,
    /// Taken back by who entered it, or by the unit.
    Withdrawn,
    /// Struck out by the issuer.
    Disqualified,
}

/// What comes of verifying an entry.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardVerdict {
    /// It is what it says, and what the rules ask.
    Eligible,
    /// It is not; a reason is owed.
    Ineligible,
}
