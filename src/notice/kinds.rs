//! Of which events somebody is told.
use entity::enums::{
    ActKind, AwardActKind, EventActKind, HandoverActKind, ObligationActKind, ReportCommand, ReportingActKind,
    ReviewActKind, UnitEffect,
};

use crate::{
    award, event,
    identity::act,
    report::{self, cycle, finding, gathering, owed::reminding},
    review,
    territory::change,
};

/// What a notice tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    ReportSubmitted,
    ReportReturned,
    ReportEndorsed,
    ReportHandedOver,
    ReportReceived,
    ReportHandoverRefused,
    ReportRevisionAsked,
    ReportReopened,
    ReviewAssigned,
    ReviewGivenUp,
    ReviewDueSoon,
    ReviewOverdue,
    ReviewSilent,
    ReportAccepted,
    ReportDeclined,
    ReportAcceptanceRetracted,
    FindingsRaised,
    FindingAnswered,
    FindingReopened,
    FindingDueSoon,
    HolderAppointed,
    HolderEnded,
    AccountDeactivated,
    AccountReactivated,
    EmailChanged,
    PasswordChanged,
    PasswordReset,
    ResetCodeIssued,
    SecondFactorEnrolled,
    SecondFactorDisabled,
    SecondFactorReset,
    AccessTokenCreated,
    ErasureProposed,
    UnitDissolved,
    CustodyPassed,
    ReportDueSoon,
    ReportOverdue,
    ReportsMissing,
    CycleOpened,
    CyclePassedOn,
    ObligationExtended,
    ObligationExcused,
    ObligationWaived,
    ObligationRestored,
    HandoverScheduled,
    HandoverChanged,
    HandoverCancelled,
    EvaluationClosed,
    RecommendationMade,
    RecommendationAnswered,
    RecommendationReturned,
    RecommendationClosed,
    RecommendationDueSoon,
    EventPublished,
    UnitInvited,
    EventChanged,
    EventPostponed,
    EventCancelled,
    EventEnded,
    EventFinalised,
    EventStartsSoon,
    ReplyDueSoon,
    DelegatesNamed,
    InvitationDeclined,
    DelegateSubstituted,
    WalkInAdded,
    ExcuseAsked,
    ExcuseGranted,
    ExcuseRefused,
    AttendanceSubmitted,
    AttendanceVerified,
    AttendanceReturned,
    AttendanceCorrected,
    CertificatesIssued,
    EventEvaluationIssued,
    EventEvaluationAcknowledged,
    EventEvaluationObjectedTo,
    AwardNominationsOpened,
    AwardVoided,
    AwardAnnounced,
    AwardCertificatesIssued,
    AwardEntrySubmitted,
    AwardEntryReturned,
    AwardEntryVerified,
    AwardEntryRejected,
    AwardEntryDisqualified,
    AwardJurorAppointed,
    AwardSheetReopened,
    AwardObjectedTo,
    AwardObjectionUpheld,
    AwardObjectionRejected,
    AwardRevocationProposed,
    AwardRevoked,
}

impl Kind {
    pub const ALL: [Self; 93] = [
        Self::ReportSubmitted,
        Self::ReportReturned,
        Self::ReportEndorsed,
        Self::ReportHandedOver,
        Self::ReportReceived,
        Self::ReportHandoverRefused,
        Self::ReportRevisionAsked,
        Self::ReportReopened,
        Self::ReviewAssigned,
        Self::ReviewGivenUp,
        Self::ReviewDueSoon,
        Self::ReviewOverdue,
        Self::ReviewSilent,
        Self::ReportAccepted,
        Self::ReportDeclined,
        Self::ReportAcceptanceRetracted,
        Self::FindingsRaised,
        Self::FindingAnswered,
        Self::FindingReopened,
        Self::FindingDueSoon,
        Self::HolderAppointed,
        Self::HolderEnded,
        Self::AccountDeactivated,
        Self::AccountReactivated,
        Self::EmailChanged,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::ResetCodeIssued,
        Self::SecondFactorEnrolled,
        Self::SecondFactorDisabled,
        Self::SecondFactorReset,
        Self::AccessTokenCreated,
        Self::ErasureProposed,
        Self::UnitDissolved,
        Self::CustodyPassed,
        Self::ReportDueSoon,
        Self::ReportOverdue,
        Self::ReportsMissing,
        Self::CycleOpened,
        Self::CyclePassedOn,
        Self::ObligationExtended,
        Self::ObligationExcused,
        Self::ObligationWaived,
        Self::ObligationRestored,
        Self::HandoverScheduled,
        Self::HandoverChanged,
        Self::HandoverCancelled,
        Self::EvaluationClosed,
        Self::RecommendationMade,
        Self::RecommendationAnswered,
        Self::RecommendationReturned,
        Self::RecommendationClosed,
        Self::RecommendationDueSoon,
        Self::EventPublished,
        Self::UnitInvited,
        Self::EventChanged,
        Self::EventPostponed,
        Self::EventCancelled,
        Self::EventEnded,
        Self::EventFinalised,
        Self::EventStartsSoon,
        Self::ReplyDueSoon,
        Self::DelegatesNamed,
        Self::InvitationDeclined,
        Self::DelegateSubstituted,
        Self::WalkInAdded,
        Self::ExcuseAsked,
        Self::ExcuseGranted,
        Self::ExcuseRefused,
        Self::AttendanceSubmitted,
        Self::AttendanceVerified,
        Self::AttendanceReturned,
        Self::AttendanceCorrected,
        Self::CertificatesIssued,
        Self::EventEvaluationIssued,
        Self::EventEvaluationAcknowledged,
        Self::EventEvaluationObjectedTo,
        Self::AwardNominationsOpened,
        Self::AwardVoided,
        Self::AwardAnnounced,
        Self::AwardCertificatesIssued,
        Self::AwardEntrySubmitted,
        Self::AwardEntryReturned,
        Self::AwardEntryVerified,
        Self::AwardEntryRejected,
        Self::AwardEntryDisqualified,
        Self::AwardJurorAppointed,
        Self::AwardSheetReopened,
        Self::AwardObjectedTo,
        Self::AwardObjectionUpheld,
        Self::AwardObjectionRejected,
        Self::AwardRevocationProposed,
        Self::AwardRevoked,
    ];

    /// The kind of the event it tells of, by which it is kept.
    #[must_use]
    pub fn event(self) -> &'static str {
        match self {
            Self::ReportSubmitted => report::event_kind(ReportCommand::Submit),
            Self::ReportReturned => report::event_kind(ReportCommand::Return),
            Self::ReportEndorsed => report::event_kind(ReportCommand::Endorse),
            Self::ReportHandedOver => report::event_kind(ReportCommand::HandOver),
            Self::ReportReceived => report::event_kind(ReportCommand::Receive),
            Self::ReportHandoverRefused => report::event_kind(ReportCommand::RefuseHandover),
            Self::ReportRevisionAsked => report::event_kind(ReportCommand::AskRevision),
            Self::ReportReopened => report::event_kind(ReportCommand::Reopen),
            Self::ReviewAssigned => review::assignment::ASSIGNED,
            Self::ReviewGivenUp => review::assignment::GIVEN_UP,
            Self::ReviewDueSoon => review::assignment::DUE_SOON,
            Self::ReviewOverdue => review::assignment::OVERDUE,
            Self::ReviewSilent => review::assignment::SILENT,
            Self::ReportAccepted => report::event_kind(ReportCommand::Accept),
            Self::ReportDeclined => report::event_kind(ReportCommand::Decline),
            Self::ReportAcceptanceRetracted => report::event_kind(ReportCommand::RetractAcceptance),
            Self::FindingsRaised => finding::RAISED,
            Self::FindingAnswered => finding::ANSWERED,
            Self::FindingReopened => finding::REOPENED,
            Self::FindingDueSoon => finding::DUE_SOON,
            Self::HolderAppointed => act::event_kind(ActKind::HolderAppointed),
            Self::HolderEnded => act::event_kind(ActKind::HolderEnded),
            Self::AccountDeactivated => act::event_kind(ActKind::AccountDeactivated),
            Self::AccountReactivated => act::event_kind(ActKind::AccountReactivated),
            Self::EmailChanged => act::event_kind(ActKind::EmailChanged),
            Self::PasswordChanged => act::event_kind(ActKind::PasswordChanged),
            Self::PasswordReset => act::event_kind(ActKind::PasswordReset),
            Self::ResetCodeIssued => act::event_kind(ActKind::ResetCodeIssued),
            Self::SecondFactorEnrolled => act::event_kind(ActKind::SecondFactorEnrolled),
            Self::SecondFactorDisabled => act::event_kind(ActKind::SecondFactorDisabled),
            Self::SecondFactorReset => act::event_kind(ActKind::SecondFactorReset),
            Self::AccessTokenCreated => act::event_kind(ActKind::AccessTokenCreated),
            Self::ErasureProposed => act::event_kind(ActKind::ErasureProposed),
            Self::UnitDissolved => change::event_kind(UnitEffect::Dissolved),
            Self::CustodyPassed => change::CUSTODY_PASSED,
            Self::ReportDueSoon => reminding::DUE_SOON,
            Self::ReportOverdue => reminding::OVERDUE,
            Self::ReportsMissing => reminding::MISSING,
            Self::CycleOpened => cycle::event_kind(ReportingActKind::CycleOpened),
            Self::CyclePassedOn => cycle::event_kind(ReportingActKind::CyclePassedOn),
            Self::ObligationExtended => cycle::act_event_kind(ObligationActKind::Extend),
            Self::ObligationExcused => cycle::act_event_kind(ObligationActKind::Excuse),
            Self::ObligationWaived => cycle::act_event_kind(ObligationActKind::Waive),
            Self::ObligationRestored => cycle::act_event_kind(ObligationActKind::Restore),
            Self::HandoverScheduled => gathering::event_kind(HandoverActKind::Scheduled),
            Self::HandoverChanged => gathering::event_kind(HandoverActKind::Changed),
            Self::HandoverCancelled => gathering::event_kind(HandoverActKind::Cancelled),
            Self::EvaluationClosed => review::event_kind(ReviewActKind::CloseEvaluation),
            Self::RecommendationMade => review::event_kind(ReviewActKind::MakeRecommendation),
            Self::RecommendationAnswered => review::event_kind(ReviewActKind::AnswerRecommendation),
            Self::RecommendationReturned => review::event_kind(ReviewActKind::ReturnRecommendation),
            Self::RecommendationClosed => review::event_kind(ReviewActKind::CloseRecommendation),
            Self::RecommendationDueSoon => review::recommendation::DUE_SOON,
            Self::EventPublished => event::event_kind(EventActKind::Publish),
            Self::UnitInvited => event::event_kind(EventActKind::Invite),
            Self::EventChanged => event::event_kind(EventActKind::Edit),
            Self::EventPostponed => event::event_kind(EventActKind::Postpone),
            Self::EventCancelled => event::event_kind(EventActKind::Cancel),
            Self::EventEnded => event::event_kind(EventActKind::End),
            Self::EventFinalised => event::event_kind(EventActKind::Finalise),
            Self::EventStartsSoon => event::STARTS_SOON,
            Self::ReplyDueSoon => event::REPLY_DUE_SOON,
            Self::DelegatesNamed => event::event_kind(EventActKind::Confirm),
            Self::InvitationDeclined => event::event_kind(EventActKind::Decline),
            Self::DelegateSubstituted => event::event_kind(EventActKind::Substitute),
            Self::WalkInAdded => event::event_kind(EventActKind::AddWalkIn),
            Self::ExcuseAsked => event::event_kind(EventActKind::AskExcuse),
            Self::ExcuseGranted => event::event_kind(EventActKind::GrantExcuse),
            Self::ExcuseRefused => event::event_kind(EventActKind::RefuseExcuse),
            Self::AttendanceSubmitted => event::event_kind(EventActKind::SubmitSheet),
            Self::AttendanceVerified => event::event_kind(EventActKind::VerifySheet),
            Self::AttendanceReturned => event::event_kind(EventActKind::ReturnSheet),
            Self::AttendanceCorrected => event::event_kind(EventActKind::CorrectSheet),
            Self::CertificatesIssued => event::event_kind(EventActKind::IssueCertificates),
            Self::EventEvaluationIssued => event::event_kind(EventActKind::IssueEvaluation),
            Self::EventEvaluationAcknowledged => event::event_kind(EventActKind::AcknowledgeEvaluation),
            Self::EventEvaluationObjectedTo => event::event_kind(EventActKind::ObjectToEvaluation),
            Self::AwardNominationsOpened => award::event_kind(AwardActKind::OpenNominations),
            Self::AwardVoided => award::event_kind(AwardActKind::VoidEdition),
            Self::AwardAnnounced => award::event_kind(AwardActKind::Announce),
            Self::AwardCertificatesIssued => award::event_kind(AwardActKind::IssueCertificates),
            Self::AwardEntrySubmitted => award::event_kind(AwardActKind::SubmitEntry),
            Self::AwardEntryReturned => award::event_kind(AwardActKind::ReturnEntry),
            Self::AwardEntryVerified => award::event_kind(AwardActKind::VerifyEntry),
            Self::AwardEntryRejected => award::event_kind(AwardActKind::RejectEntry),
            Self::AwardEntryDisqualified => award::event_kind(AwardActKind::DisqualifyEntry),
            Self::AwardJurorAppointed => award::event_kind(AwardActKind::AppointJuror),
            Self::AwardSheetReopened => award::event_kind(AwardActKind::ReopenSheet),
            Self::AwardObjectedTo => award::event_kind(AwardActKind::ObjectToAward),
            Self::AwardObjectionUpheld => award::event_kind(AwardActKind::UpholdObjection),
            Self::AwardObjectionRejected => award::event_kind(AwardActKind::RejectObjection),
            Self::AwardRevocationProposed => award::event_kind(AwardActKind::ProposeRevocation),
            Self::AwardRevoked => award::event_kind(AwardActKind::RevokeAward),
        }
    }

    /// Which notices an event makes; None: nobody is told of it.
    #[must_use]
    pub fn of(event: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.event() == event)
    }

    /// What it is about.
    #[must_use]
    pub fn subject(self) -> SubjectType {
        match self {
            Self::ReportSubmitted
            | Self::ReportReturned
            | Self::ReportEndorsed
            | Self::ReportHandedOver
            | Self::ReportReceived
            | Self::ReportHandoverRefused
            | Self::ReportRevisionAsked
            | Self::ReportReopened
            | Self::ReviewAssigned
            | Self::ReviewGivenUp
            | Self::ReviewDueSoon
            | Self::ReviewOverdue
            | Self::ReviewSilent
            | Self::ReportAccepted
            | Self::ReportDeclined
            | Self::ReportAcceptanceRetracted
            | Self::FindingsRaised
            | Self::FindingAnswered
            | Self::FindingReopened
            | Self::FindingDueSoon => SubjectType::Report,
            Self::HolderAppointed
            | Self::HolderEnded
            | Self::AccountDeactivated
            | Self::AccountReactivated
            | Self::EmailChanged
            | Self::PasswordChanged
            | Self::PasswordReset
            | Self::ResetCodeIssued
            | Self::SecondFactorEnrolled
            | Self::SecondFactorDisabled
            | Self::SecondFactorReset
            | Self::AccessTokenCreated
            | Self::ErasureProposed => SubjectType::Account,
            Self::UnitDissolved | Self::CustodyPassed => SubjectType::Unit,
            Self::CycleOpened | Self::CyclePassedOn | Self::EvaluationClosed => SubjectType::Cycle,
            Self::ReportDueSoon
            | Self::ReportOverdue
            | Self::ReportsMissing
            | Self::ObligationExtended
            | Self::ObligationExcused
            | Self::ObligationWaived
            | Self::ObligationRestored => SubjectType::Obligation,
            Self::HandoverScheduled | Self::HandoverChanged | Self::HandoverCancelled => SubjectType::Handover,
            Self::RecommendationMade
            | Self::RecommendationAnswered
            | Self::RecommendationReturned
            | Self::RecommendationClosed
            | Self::RecommendationDueSoon => SubjectType::Recommendation,
            Self::EventPublished
            | Self::UnitInvited
            | Self::EventChanged
            | Self::EventPostponed
            | Self::EventCancelled
            | Self::EventEnded
            | Self::EventFinalised
            | Self::EventStartsSoon
            | Self::ReplyDueSoon
            | Self::DelegatesNamed
            | Self::InvitationDeclined
            | Self::DelegateSubstituted
            | Self::WalkInAdded
            | Self::ExcuseAsked
            | Self::ExcuseGranted
            | Self::ExcuseRefused
            | Self::AttendanceSubmitted
            | Self::AttendanceVerified
            | Self::AttendanceReturned
            | Self::AttendanceCorrected
            | Self::CertificatesIssued
            | Self::EventEvaluationIssued
            | Self::EventEvaluationAcknowledged
            | Self::EventEvaluationObjectedTo => SubjectType::Event,
            Self::AwardNominationsOpened
            | Self::AwardVoided
            | Self::AwardAnnounced
            | Self::AwardCertificatesIssued
            | Self::AwardEntrySubmitted
            | Self::AwardEntryReturned
            | Self::AwardEntryVerified
            | Self::AwardEntryRejected
            | Self::AwardEntryDisqualified
            | Self::AwardJurorAppointed
            | Self::AwardSheetReopened
            | Self::AwardObjectedTo
            | Self::AwardObjectionUpheld
            | Self::AwardObjectionRejected
            | Self::AwardRevocationProposed
            | Self::AwardRevoked => SubjectType::Award,
        }
    }

    /// Whether it is about who reviews what, of which nobody with a conflict of interest is told.
    #[must_use]
    pub fn is_about_review(self) -> bool {
        matches!(
            self,
            Self::ReviewAssigned | Self::ReviewGivenUp | Self::ReviewDueSoon | Self::ReviewOverdue | Self::ReviewSilent
        )
    }

    /// Whether it tells of what is found on the way, or of a step of the review: so it is told to who follows the report.
    #[must_use]
    pub fn is_followed(self) -> bool {
        self.is_on_findings() || self == Self::ReportRevisionAsked
    }

    /// Whether it is about what was found in a report, of which the event names the findings.
    #[must_use]
    pub fn is_on_findings(self) -> bool {
        matches!(
            self,
            Self::FindingsRaised | Self::FindingAnswered | Self::FindingReopened | Self::FindingDueSoon
        )
    }

    /// Whether it warns of what a thief of an account would do: then it is copied by e-mail whether wanted or not.
    #[must_use]
    pub fn is_warning(self) -> bool {
        matches!(
            self,
            Self::EmailChanged
                | Self::PasswordChanged
                | Self::PasswordReset
                | Self::ResetCodeIssued
                | Self::SecondFactorEnrolled
                | Self::SecondFactorDisabled
                | Self::SecondFactorReset
        )
    }

    /// Whether it concerns the whole of an edition of awards, whose reader may know of it; what concerns a unit there is for who
    /// reads that of the unit, and what concerns a juror for who still is one.
    #[must_use]
    pub fn is_about_whole_edition(self) -> bool {
        matches!(
            self,
            Self::AwardNominationsOpened | Self::AwardVoided | Self::AwardAnnounced | Self::AwardCertificatesIssued
        )
    }

    /// Whether it concerns a juror.
    #[must_use]
    pub fn is_about_juror(self) -> bool {
        matches!(self, Self::AwardJurorAppointed | Self::AwardSheetReopened)
    }

    /// Whether it concerns the whole of an event, whose reader may know of it; what concerns a unit there is for who reads that
    /// of the unit.
    #[must_use]
    pub fn is_about_whole_event(self) -> bool {
        matches!(
            self,
            Self::EventPublished
                | Self::EventChanged
                | Self::EventPostponed
                | Self::EventCancelled
                | Self::EventEnded
                | Self::EventFinalised
                | Self::EventStartsSoon
                | Self::ReplyDueSoon
                | Self::CertificatesIssued
        )
    }
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectType {
    Report,
    Account,
    Unit,
    /// A round, as it concerns everybody it asks.
    Cycle,
    /// What one unit owes in a round, or those beneath it. The notice is kept under the id of the round, and names the
    /// unit besides.
    Obligation,
    /// A session in which reports are to change hands.
    Handover,
    /// What a unit is to do.
    Recommendation,
    /// An event, or what concerns one unit in it.
    Event,
    /// An edition of awards, or what concerns one unit in it.
    Award,
}

impl SubjectType {
    /// As it is kept with the notice.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Account => "account",
            Self::Unit => "unit",
            Self::Cycle => "report_cycle",
            Self::Obligation => "obligation",
            Self::Handover => "handover_session",
            Self::Recommendation => "recommendation",
            Self::Event => "event",
            Self::Award => "award_edition",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_event_makes_one_kind_of_notice() {
        let events: BTreeSet<&str> = Kind::ALL.into_iter().map(Kind::event).collect();
        assert_eq!(events.len(), Kind::ALL.len());
        assert!(Kind::ALL.into_iter().all(|kind| Kind::of(kind.event()) == Some(kind)));
        assert_eq!(Kind::of("report.edited"), None);
    }
}
