//! The words of awards.
use sea_orm::{DeriveActiveEnum, EnumIter, sea_query::StringLen};
use serde::{Deserialize, Serialize};

/// Where an edition of awards stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardEditionStatus {
    Draft,
    RulesPublished,
    /// Entries are taken.
    Nomination,
    /// Entries are taken no more, and those there are are verified.
    Verification,
    Judging,
    /// What the scores come to is reckoned, from inputs that are frozen.
    Ranked,
    Ratified,
    Announced,
    Closed,
    Void,
}

/// Whom a category honours.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardRecipient {
    Unit,
    /// Somebody of a unit, with an account or without.
    Person,
    /// Somebody or something that belongs to no unit, as a newspaper or a university.
    Outsider,
}

/// How those who win stand to each other.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardScheme {
    /// A first, a second and so on.
    Ranked,
    /// Equals.
    Unranked,
    /// One.
    Single,
}

/// Who thought of an entry.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardOrigin {
    /// The unit itself.
    Own,
    /// The unit above.
    Parent,
    /// The issuer, out of what was reported.
    Automatic,
}

/// Where an entry stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardEntryStatus {
    Draft,
    Submitted,
    Returned,
    Eligible,
    Ineligible,
    /// Passed on by the round of its province.
    Shortlisted,
    /// Not passed on by it.
    NotListed,
    Ranked,
    Awarded,
    Unplaced,
    Withdrawn,
    Disqualified,
}

/// Whose jury judges.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardRound {
    /// Of a province, for its own units.
    Provinsi,
    /// Of who gives the awards.
    Issuer,
}

/// Whether a jury is at work.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardPanelStatus {
    Open,
    Closed,
}

/// Where a list of those who win stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardListStatus {
    Computed,
    Ratified,
    Announced,
    /// A later one took its place.
    Superseded,
}

/// What somebody got.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardHonour {
    Winner,
    Nominee,
}

/// Where an objection stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardObjectionState {
    Open,
    Upheld,
    Rejected,
}

/// What is done to an edition of awards and to what belongs to it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardActKind {
    CreateEdition,
    EditEdition,
    PublishRules,
    OpenNominations,
    CloseNominations,
    OpenJudging,
    CloseJudging,
    ComputeRanking,
    Ratify,
    Announce,
    CloseEdition,
    VoidEdition,
    Nominate,
    EditEntry,
    SubmitEntry,
    ReturnEntry,
    VerifyEntry,
    RejectEntry,
    WithdrawEntry,
    DisqualifyEntry,
    AppointJuror,
    RemoveJuror,
    ReopenSheet,
    ReopenJudging,
    ObjectToAward,
    UpholdObjection,
    RejectObjection,
    ProposeRevocation,
    RejectRevocation,
    RevokeAward,
    IssueCertificates,
}
