//! The closed sets of words of awards.
use async_graphql::Enum;
use entity::{award_category::Source, enums};

use crate::award::workflow::Step;

/// Where an edition of awards stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardEditionStatus")]
pub enum AwardEditionStatus {
    /// Being prepared; nobody but the issuer knows of it.
    Draft,
    /// Its rules are published and change no more.
    RulesPublished,
    /// Entries are taken.
    Nomination,
    /// No entry is taken any more; those there are are verified.
    Verification,
    /// Juries are at work.
    Judging,
    /// What the scores come to is reckoned.
    Ranked,
    /// The whole list is ratified.
    Ratified,
    /// Everybody knows who was honoured; objections are taken for some days.
    Announced,
    /// Objections are decided.
    Closed,
    /// It came to nothing.
    Void,
}

/// Whom a category honours.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardRecipient")]
pub enum AwardRecipient {
    /// Units.
    Unit,
    /// People of units, with an account or without.
    Person,
    /// Whoever belongs to no unit, such as a newspaper or a university.
    Outsider,
}

/// How those who win stand to each other.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardScheme")]
pub enum AwardScheme {
    /// A first, a second and so on (Terbaik I-III), and nominees after them.
    Ranked,
    /// Equals.
    Unranked,
    /// One.
    Single,
}

/// What somebody got.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardHonour")]
pub enum AwardHonour {
    /// Won: a place, or one of equals.
    Winner,
    /// Was named after those who won.
    Nominee,
}

/// Where an objection stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardObjectionState")]
pub enum AwardObjectionState {
    /// Waiting for its answer.
    Open,
    /// It was found right. What follows is `revokeAward`.
    Upheld,
    /// It was not.
    Rejected,
}

/// Where the figure of a criterion comes from.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardSource {
    /// Jurors score by a rubric.
    Rubric,
    /// The share of what the issuer and RI asked of the unit within the period that it submitted in time.
    OnTime,
    /// The sum of a number in its accepted reports of the period, beside what earns the full figure.
    Reported,
    /// The mean score of its reports that national evaluations of the period counted.
    Evaluated,
    /// The share of the counted sessions, of sealed events of the issuer and of RI within the period it was invited to and not
    /// excused from, at which somebody of it was.
    Attended,
}

impl From<&Source> for AwardSource {
    fn from(source: &Source) -> Self {
        match source {
            Source::Rubric { .. } => Self::Rubric,
            Source::OnTime => Self::OnTime,
            Source::Reported { .. } => Self::Reported,
            Source::Evaluated => Self::Evaluated,
            Source::Attended => Self::Attended,
        }
    }
}

/// What can be done to an edition.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Step")]
pub enum AwardEditionStep {
    /// `publishAwardRules`.
    PublishRules,
    /// `openNominations`.
    OpenNominations,
    /// `closeNominations`.
    CloseNominations,
    /// `openJudging`.
    OpenJudging,
    /// `computeRanking`.
    ComputeRanking,
    /// `ratifyAwards`.
    Ratify,
    /// `announceAwards`.
    Announce,
    /// `closeAwardEdition`.
    Close,
    /// `voidAwardEdition`.
    Void,
}

/// What was done to an edition of awards or to what belongs to it.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardActKind")]
pub enum AwardActKind {
    /// It was drafted.
    CreateEdition,
    /// It was changed.
    EditEdition,
    /// Its rules were published.
    PublishRules,
    /// Entries were taken from then on.
    OpenNominations,
    /// No entry was taken any more.
    CloseNominations,
    /// Juries began.
    OpenJudging,
    /// A jury was closed.
    CloseJudging,
    /// A list was reckoned.
    ComputeRanking,
    /// A list was ratified.
    Ratify,
    /// A list was announced.
    Announce,
    /// It was closed.
    CloseEdition,
    /// It was voided.
    VoidEdition,
    /// Somebody was entered.
    Nominate,
    /// An entry was changed.
    EditEntry,
    /// An entry was submitted.
    SubmitEntry,
    /// An entry was returned.
    ReturnEntry,
    /// An entry was found eligible.
    VerifyEntry,
    /// An entry was found ineligible.
    RejectEntry,
    /// An entry was withdrawn.
    WithdrawEntry,
    /// An entry was disqualified.
    DisqualifyEntry,
    /// Somebody was appointed a juror.
    AppointJuror,
    /// Somebody is a juror no more.
    RemoveJuror,
    /// A juror was asked to look at a sheet again.
    ReopenSheet,
    /// A jury was opened again, as sheets were missing.
    ReopenJudging,
    /// Somebody objected.
    ObjectToAward,
    /// An objection was upheld.
    UpholdObjection,
    /// An objection was rejected.
    RejectObjection,
    /// A revocation was proposed.
    ProposeRevocation,
    /// A revocation was rejected.
    RejectRevocation,
    /// An award was revoked.
    RevokeAward,
    /// Certificates were issued.
    IssueCertificates,
}
