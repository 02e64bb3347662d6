//! Which events are shown to those who follow the feed. What is not on this list never leaves the house: what happened to
//! people, to how they sign in, to invitations and proposals.
use entity::enums::{AwardActKind, EventActKind, ReportCommand, ReportingActKind, UnitEffect};

use crate::{award, event, report, review::rubric, territory};

/// What a shown event tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    ReportStarted,
    ReportSubmitted,
    ReportWithdrawn,
    ReportTaken,
    ReportReleased,
    ReportReturned,
    ReportEndorsed,
    ReportHandedOver,
    ReportReceived,
    ReportHandoverRefused,
    ReportReviewBegun,
    ReportRevisionAsked,
    ReportAccepted,
    ReportDeclined,
    ReportAcceptanceRetracted,
    ReportEvaluated,
    ReportReopened,
    ReportAbandoned,
    FindingsRaised,
    FindingsAcknowledged,
    FindingsAnswered,
    FindingResolved,
    FindingReopened,
    ReportOpennessSet,
    TemplatePublished,
    TemplateRetired,
    RubricPublished,
    RubricRetired,
    CycleOpened,
    CycleChanged,
    CyclePassedOn,
    CycleClosed,
    EventPublished,
    EventChanged,
    EventPostponed,
    EventCancelled,
    EventRegistrationClosed,
    EventStarted,
    EventEnded,
    EventFinalised,
    EventOutcomeRecorded,
    EventCertificatesIssued,
    UnitInvited,
    InvitationConfirmed,
    InvitationDeclined,
    DelegateSubstituted,
    WalkInAdded,
    WalkInAdmitted,
    WalkInRefused,
    ExcuseAsked,
    ExcuseGranted,
    ExcuseRefused,
    AttendanceSubmitted,
    AttendanceVerified,
    AttendanceReturned,
    AttendanceCorrected,
    EventEvaluationIssued,
    EventEvaluationAcknowledged,
    EventEvaluationObjectedTo,
    AwardRulesPublished,
    AwardNominationsOpened,
    AwardNominationsClosed,
    AwardEditionVoided,
    AwardAnnounced,
    AwardRevoked,
    AwardCertificatesIssued,
    AwardEditionClosed,
    AwardEntrySubmitted,
    AwardEntryReturned,
    AwardEntryVerified,
    AwardEntryRejected,
    AwardEntryWithdrawn,
    AwardEntryDisqualified,
    AwardObjectedTo,
    AwardObjectionUpheld,
    AwardObjectionRejected,
    UnitFormed,
    UnitRenamed,
    UnitMoved,
    UnitActingSuperiorSet,
    UnitActingSuperiorEnded,
    UnitSplit,
    UnitMergedInto,
    UnitDissolved,
    UnitChangeUndone,
    UnitCustodyPassed,
    RegionsImported,
}

/// What an event is about, on which hangs who is shown it and what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Report,
    Template,
    Rubric,
    Cycle,
    /// An event as a whole.
    Event,
    /// What concerns one unit in an event.
    UnitAtEvent,
    /// An edition of awards as a whole.
    AwardEdition,
    /// What concerns one unit in an edition of awards.
    UnitInEdition,
    Unit,
    Regions,
}

impl Kind {
    pub const ALL: [Self; 87] = [
        Self::ReportStarted,
        Self::ReportSubmitted,
        Self::ReportWithdrawn,
        Self::ReportTaken,
        Self::ReportReleased,
        Self::ReportReturned,
        Self::ReportEndorsed,
        Self::ReportHandedOver,
        Self::ReportReceived,
        Self::ReportHandoverRefused,
        Self::ReportReviewBegun,
        Self::ReportRevisionAsked,
        Self::ReportAccepted,
        Self::ReportDeclined,
        Self::ReportAcceptanceRetracted,
        Self::ReportEvaluated,
        Self::ReportReopened,
        Self::ReportAbandoned,
        Self::FindingsRaised,
        Self::FindingsAcknowledged,
        Self::FindingsAnswered,
        Self::FindingResolved,
        Self::FindingReopened,
        Self::ReportOpennessSet,
        Self::TemplatePublished,
        Self::TemplateRetired,
        Self::RubricPublished,
        Self::RubricRetired,
        Self::CycleOpened,
        Self::CycleChanged,
        Self::CyclePassedOn,
        Self::CycleClosed,
        Self::EventPublished,
        Self::EventChanged,
        Self::EventPostponed,
        Self::EventCancelled,
        Self::EventRegistrationClosed,
        Self::EventStarted,
        Self::EventEnded,
        Self::EventFinalised,
        Self::EventOutcomeRecorded,
        Self::EventCertificatesIssued,
        Self::UnitInvited,
        Self::InvitationConfirmed,
        Self::InvitationDeclined,
        Self::DelegateSubstituted,
        Self::WalkInAdded,
        Self::WalkInAdmitted,
        Self::WalkInRefused,
        Self::ExcuseAsked,
        Self::ExcuseGranted,
        Self::ExcuseRefused,
        Self::AttendanceSubmitted,
        Self::AttendanceVerified,
        Self::AttendanceReturned,
        Self::AttendanceCorrected,
        Self::EventEvaluationIssued,
        Self::EventEvaluationAcknowledged,
        Self::EventEvaluationObjectedTo,
        Self::AwardRulesPublished,
        Self::AwardNominationsOpened,
        Self::AwardNominationsClosed,
        Self::AwardEditionVoided,
        Self::AwardAnnounced,
        Self::AwardRevoked,
        Self::AwardCertificatesIssued,
        Self::AwardEditionClosed,
        Self::AwardEntrySubmitted,
        Self::AwardEntryReturned,
        Self::AwardEntryVerified,
        Self::AwardEntryRejected,
        Self::AwardEntryWithdrawn,
        Self::AwardEntryDisqualified,
        Self::AwardObjectedTo,
        Self::AwardObjectionUpheld,
        Self::AwardObjectionRejected,
        Self::UnitFormed,
        Self::UnitRenamed,
        Self::UnitMoved,
        Self::UnitActingSuperiorSet,
        Self::UnitActingSuperiorEnded,
        Self::UnitSplit,
        Self::UnitMergedInto,
        Self::UnitDissolved,
        Self::UnitChangeUndone,
        Self::UnitCustodyPassed,
        Self::RegionsImported,
    ];

    /// The kind of the event, as it is kept.
    #[must_use]
    pub fn event(self) -> &'static str {
        use award::event_kind as given;
        use event::event_kind as held;
        use report::{
            cycle::event_kind as act,
            template::writing::{PUBLISHED, RETIRED},
        };
        use territory::change::{CUSTODY_PASSED, event_kind as effect};
        match self {
            Self::ReportStarted => report::event_kind(ReportCommand::Start),
            Self::ReportSubmitted => report::event_kind(ReportCommand::Submit),
            Self::ReportWithdrawn => report::event_kind(ReportCommand::Withdraw),
            Self::ReportTaken => report::event_kind(ReportCommand::Take),
            Self::ReportReleased => report::event_kind(ReportCommand::Release),
            Self::ReportReturned => report::event_kind(ReportCommand::Return),
            Self::ReportEndorsed => report::event_kind(ReportCommand::Endorse),
            Self::ReportHandedOver => report::event_kind(ReportCommand::HandOver),
            Self::ReportReceived => report::event_kind(ReportCommand::Receive),
            Self::ReportHandoverRefused => report::event_kind(ReportCommand::RefuseHandover),
            Self::ReportReviewBegun => report::event_kind(ReportCommand::Assign),
            Self::ReportRevisionAsked => report::event_kind(ReportCommand::AskRevision),
            Self::ReportAccepted => report::event_kind(ReportCommand::Accept),
            Self::ReportDeclined => report::event_kind(ReportCommand::Decline),
            Self::ReportAcceptanceRetracted => report::event_kind(ReportCommand::RetractAcceptance),
            Self::ReportEvaluated => report::event_kind(ReportCommand::Evaluate),
            Self::ReportReopened => report::event_kind(ReportCommand::Reopen),
            Self::ReportAbandoned => report::event_kind(ReportCommand::Abandon),
            Self::FindingsRaised => report::finding::RAISED,
            Self::FindingsAcknowledged => report::finding::ACKNOWLEDGED,
            Self::FindingsAnswered => report::finding::ANSWERED,
            Self::FindingResolved => report::finding::RESOLVED,
            Self::FindingReopened => report::finding::REOPENED,
            Self::ReportOpennessSet => report::event_kind(ReportCommand::SetOpenness),
            Self::TemplatePublished => PUBLISHED,
            Self::TemplateRetired => RETIRED,
            Self::RubricPublished => rubric::writing::PUBLISHED,
            Self::RubricRetired => rubric::writing::RETIRED,
            Self::CycleOpened => act(ReportingActKind::CycleOpened),
            Self::CycleChanged => act(ReportingActKind::CycleChanged),
            Self::CyclePassedOn => act(ReportingActKind::CyclePassedOn),
            Self::CycleClosed => act(ReportingActKind::CycleClosed),
            Self::EventPublished => held(EventActKind::Publish),
            Self::EventChanged => held(EventActKind::Edit),
            Self::EventPostponed => held(EventActKind::Postpone),
            Self::EventCancelled => held(EventActKind::Cancel),
            Self::EventRegistrationClosed => held(EventActKind::CloseRegistration),
            Self::EventStarted => held(EventActKind::Start),
            Self::EventEnded => held(EventActKind::End),
            Self::EventFinalised => held(EventActKind::Finalise),
            Self::EventOutcomeRecorded => held(EventActKind::RecordOutcome),
            Self::EventCertificatesIssued => held(EventActKind::IssueCertificates),
            Self::UnitInvited => held(EventActKind::Invite),
            Self::InvitationConfirmed => held(EventActKind::Confirm),
            Self::InvitationDeclined => held(EventActKind::Decline),
            Self::DelegateSubstituted => held(EventActKind::Substitute),
            Self::WalkInAdded => held(EventActKind::AddWalkIn),
            Self::WalkInAdmitted => held(EventActKind::AdmitWalkIn),
            Self::WalkInRefused => held(EventActKind::RefuseWalkIn),
            Self::ExcuseAsked => held(EventActKind::AskExcuse),
            Self::ExcuseGranted => held(EventActKind::GrantExcuse),
            Self::ExcuseRefused => held(EventActKind::RefuseExcuse),
            Self::AttendanceSubmitted => held(EventActKind::SubmitSheet),
            Self::AttendanceVerified => held(EventActKind::VerifySheet),
            Self::AttendanceReturned => held(EventActKind::ReturnSheet),
            Self::AttendanceCorrected => held(EventActKind::CorrectSheet),
            Self::EventEvaluationIssued => held(EventActKind::IssueEvaluation),
            Self::EventEvaluationAcknowledged => held(EventActKind::AcknowledgeEvaluation),
            Self::EventEvaluationObjectedTo => held(EventActKind::ObjectToEvaluation),
            Self::AwardRulesPublished => given(AwardActKind::PublishRules),
            Self::AwardNominationsOpened => given(AwardActKind::OpenNominations),
            Self::AwardNominationsClosed => given(AwardActKind::CloseNominations),
            Self::AwardEditionVoided => given(AwardActKind::VoidEdition),
            Self::AwardAnnounced => given(AwardActKind::Announce),
            Self::AwardRevoked => given(AwardActKind::RevokeAward),
            Self::AwardCertificatesIssued => given(AwardActKind::IssueCertificates),
            Self::AwardEditionClosed => given(AwardActKind::CloseEdition),
            Self::AwardEntrySubmitted => given(AwardActKind::SubmitEntry),
            Self::AwardEntryReturned => given(AwardActKind::ReturnEntry),
            Self::AwardEntryVerified => given(AwardActKind::VerifyEntry),
            Self::AwardEntryRejected => given(AwardActKind::RejectEntry),
            Self::AwardEntryWithdrawn => given(AwardActKind::WithdrawEntry),
            Self::AwardEntryDisqualified => given(AwardActKind::DisqualifyEntry),
            Self::AwardObjectedTo => given(AwardActKind::ObjectToAward),
            Self::AwardObjectionUpheld => given(AwardActKind::UpholdObjection),
            Self::AwardObjectionRejected => given(AwardActKind::RejectObjection),
            Self::UnitFormed => effect(UnitEffect::Formed),
            Self::UnitRenamed => effect(UnitEffect::Renamed),
            Self::UnitMoved => effect(UnitEffect::Moved),
            Self::UnitActingSuperiorSet => effect(UnitEffect::ActingSuperiorSet),
            Self::UnitActingSuperiorEnded => effect(UnitEffect::ActingSuperiorEnded),
            Self::UnitSplit => effect(UnitEffect::Split),
            Self::UnitMergedInto => effect(UnitEffect::MergedInto),
            Self::UnitDissolved => effect(UnitEffect::Dissolved),
            Self::UnitChangeUndone => effect(UnitEffect::Undone),
            Self::UnitCustodyPassed => CUSTODY_PASSED,
            Self::RegionsImported => territory::edition::service::EVENT_KIND,
        }
    }

    /// Which kind an event is; None: it is shown to nobody.
    #[must_use]
    pub fn of(event: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.event() == event)
    }

    /// Whether it tells of what is found in a report, or of a step of its review: so it is shown to who follows the report.
    #[must_use]
    pub fn is_followed(self) -> bool {
        matches!(
            self,
            Self::FindingsRaised
                | Self::FindingsAcknowledged
                | Self::FindingsAnswered
                | Self::FindingResolved
                | Self::FindingReopened
                | Self::ReportReviewBegun
                | Self::ReportRevisionAsked
        )
    }

    /// What it is about.
    #[must_use]
    pub fn subject(self) -> Subject {
        match self {
            Self::ReportStarted
            | Self::ReportSubmitted
            | Self::ReportWithdrawn
            | Self::ReportTaken
            | Self::ReportReleased
            | Self::ReportReturned
            | Self::ReportEndorsed
            | Self::ReportHandedOver
            | Self::ReportReceived
            | Self::ReportHandoverRefused
            | Self::ReportReviewBegun
            | Self::ReportRevisionAsked
            | Self::ReportAccepted
            | Self::ReportDeclined
            | Self::ReportAcceptanceRetracted
            | Self::ReportEvaluated
            | Self::ReportReopened
            | Self::ReportAbandoned
            | Self::FindingsRaised
            | Self::FindingsAcknowledged
            | Self::FindingsAnswered
            | Self::FindingResolved
            | Self::FindingReopened
            | Self::ReportOpennessSet => Subject::Report,
            Self::TemplatePublished | Self::TemplateRetired => Subject::Template,
            Self::RubricPublished | Self::RubricRetired => Subject::Rubric,
            Self::CycleOpened | Self::CycleChanged | Self::CyclePassedOn | Self::CycleClosed => Subject::Cycle,
            Self::EventPublished
            | Self::EventChanged
            | Self::EventPostponed
            | Self::EventCancelled
            | Self::EventRegistrationClosed
            | Self::EventStarted
            | Self::EventEnded
            | Self::EventFinalised
            | Self::EventOutcomeRecorded
            | Self::EventCertificatesIssued => Subject::Event,
            Self::UnitInvited
            | Self::InvitationConfirmed
            | Self::InvitationDeclined
            | Self::DelegateSubstituted
            | Self::WalkInAdded
            | Self::WalkInAdmitted
            | Self::WalkInRefused
            | Self::ExcuseAsked
            | Self::ExcuseGranted
            | Self::ExcuseRefused
            | Self::AttendanceSubmitted
            | Self::AttendanceVerified
            | Self::AttendanceReturned
            | Self::AttendanceCorrected
            | Self::EventEvaluationIssued
            | Self::EventEvaluationAcknowledged
            | Self::EventEvaluationObjectedTo => Subject::UnitAtEvent,
            Self::AwardRulesPublished
            | Self::AwardNominationsOpened
            | Self::AwardNominationsClosed
            | Self::AwardEditionVoided
            | Self::AwardAnnounced
            | Self::AwardRevoked
            | Self::AwardCertificatesIssued
            | Self::AwardEditionClosed => Subject::AwardEdition,
            Self::AwardEntrySubmitted
            | Self::AwardEntryReturned
            | Self::AwardEntryVerified
            | Self::AwardEntryRejected
            | Self::AwardEntryWithdrawn
            | Self::AwardEntryDisqualified
            | Self::AwardObjectedTo
            | Self::AwardObjectionUpheld
            | Self::AwardObjectionRejected => Subject::UnitInEdition,
            Self::UnitFormed
            | Self::UnitRenamed
            | Self::UnitMoved
            | Self::UnitActingSuperiorSet
            | Self::UnitActingSuperiorEnded
            | Self::UnitSplit
            | Self::UnitMergedInto
            | Self::UnitDissolved
            | Self::UnitChangeUndone
            | Self::UnitCustodyPassed => Subject::Unit,
            Self::RegionsImported => Subject::Regions,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn nothing_of_how_awards_are_judged_is_shown() {
        let hidden = [
            AwardActKind::CreateEdition,
            AwardActKind::EditEdition,
            AwardActKind::OpenJudging,
            AwardActKind::CloseJudging,
            AwardActKind::AppointJuror,
            AwardActKind::RemoveJuror,
            AwardActKind::ReopenSheet,
            AwardActKind::ReopenJudging,
            AwardActKind::ComputeRanking,
            AwardActKind::Ratify,
            AwardActKind::ProposeRevocation,
            AwardActKind::RejectRevocation,
        ];
        for kind in hidden {
            assert_eq!(Kind::of(award::event_kind(kind)), None, "{kind:?}");
        }
    }

    #[test]
    fn every_step_of_a_report_and_every_change_of_a_unit_is_shown() {
        let events: BTreeSet<&str> = Kind::ALL.into_iter().map(Kind::event).collect();
        assert_eq!(events.len(), Kind::ALL.len(), "each by one kind");
        // Saving a draft leaves no event.
        let steps = ReportCommand::iter().filter(|command| *command != ReportCommand::Edit);
        let expected = steps.map(report::event_kind);
        for event in expected.chain(UnitEffect::iter().map(territory::change::event_kind)) {
            assert!(Kind::of(event).is_some(), "{event}");
        }
    }
}
