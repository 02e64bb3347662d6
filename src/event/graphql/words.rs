//! The closed sets of words of events.
use async_graphql::Enum;
use entity::enums;

use crate::event::workflow::Step;

/// What units meet for. One event can be several at once.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::EventKind")]
pub enum EventKind {
    /// National coordination meeting (rapat koordinasi nasional).
    Rakornas,
    /// National working meeting (rapat kerja nasional).
    Rakernas,
    /// Technical working meeting (rapat kerja teknis).
    Rakernis,
    /// Coordination meeting.
    RapatKoordinasi,
    /// Consolidation meeting.
    Konsolidasi,
    /// Technical guidance, a training (bimbingan teknis).
    Bimtek,
    /// To make something known.
    Sosialisasi,
    /// Meeting with the media.
    ForumMedia,
    /// Evaluation.
    Evaluasi,
    /// Award ceremony.
    Penganugerahan,
    /// Handover of reports.
    SerahTerima,
    /// Something else.
    Lainnya,
}

/// How people attend.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::EventMode")]
pub enum EventMode {
    /// At its place.
    InPerson,
    /// From afar.
    Online,
    /// Either way.
    Hybrid,
}

/// Where an event stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::EventStatus")]
pub enum EventStatus {
    /// Being prepared; nobody but the host knows of it.
    Draft,
    /// Units are invited and reply.
    Published,
    /// No reply is taken any more; substitutes are.
    RegistrationClosed,
    /// The door is open.
    Running,
    /// The door is closed; what was scanned while it was open still comes in.
    Ended,
    /// The attendance is sealed.
    Final,
    /// It does not take place.
    Cancelled,
    /// It takes place at a time still to be said.
    Postponed,
}

/// What can be done next with an event.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Step")]
pub enum EventStep {
    /// `publishEvent`.
    Publish,
    /// `postponeEvent`.
    Postpone,
    /// `cancelEvent`.
    Cancel,
    /// `closeRegistration`.
    CloseRegistration,
    /// `startEvent`.
    Start,
    /// `endEvent`.
    End,
    /// `finaliseEvent`.
    Finalise,
}

/// What somebody does at an event.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::SpeakerRole")]
pub enum SpeakerRole {
    /// Opens it.
    Opener,
    /// Speaks (narasumber).
    Speaker,
    /// Moderates.
    Moderator,
}

/// What an invited unit answered.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::InvitationReply")]
pub enum InvitationReply {
    /// Nothing so far.
    Invited,
    /// It comes, and has named its delegates.
    Confirmed,
    /// It does not come.
    Declined,
    /// Registration closed before it answered.
    NoReply,
}

/// Whether somebody is expected at an event.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::DelegateStanding")]
pub enum DelegateStanding {
    /// Is to come, or was let in.
    Expected,
    /// Somebody else comes instead.
    Replaced,
    /// Nobody comes instead: the unit declined, or confirmed anew without this person.
    Withdrawn,
    /// Stands at the door without having been named, and somebody is to decide.
    Pending,
    /// Was not let in.
    Refused,
}

/// What was done to an event and to what belongs to it.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::EventActKind")]
pub enum EventActKind {
    /// The event was drafted.
    Create,
    /// It was changed.
    Edit,
    /// It was published, and its audience invited.
    Publish,
    /// It was postponed.
    Postpone,
    /// It was cancelled.
    Cancel,
    /// Registration was closed.
    CloseRegistration,
    /// The door was opened.
    Start,
    /// The door was closed.
    End,
    /// The attendance was sealed.
    Finalise,
    /// A unit was invited after the event was published.
    Invite,
    /// A unit confirmed, naming its delegates.
    Confirm,
    /// A unit declined.
    Decline,
    /// A delegate was replaced by somebody else.
    Substitute,
    /// A device was announced for the door.
    AddDevice,
    /// A device was paired.
    PairDevice,
    /// A device was revoked.
    RevokeDevice,
    /// A session was opened to those who attend online.
    OpenSession,
    /// Somebody came who had not been named.
    AddWalkIn,
    /// A walk-in was let in.
    AdmitWalkIn,
    /// A walk-in was not let in.
    RefuseWalkIn,
    /// A scan was annulled.
    AnnulScan,
    /// It was decided which scans count.
    RuleScans,
    /// A unit asked for an excuse.
    AskExcuse,
    /// An excuse was granted.
    GrantExcuse,
    /// An excuse was refused.
    RefuseExcuse,
    /// A unit submitted its attendance.
    SubmitSheet,
    /// Its attendance was verified.
    VerifySheet,
    /// Its attendance was returned.
    ReturnSheet,
    /// A correction of sealed attendance was proposed.
    ProposeCorrection,
    /// A correction was rejected.
    RejectCorrection,
    /// Sealed attendance was corrected.
    CorrectSheet,
    /// What the event led to was written down.
    RecordOutcome,
    /// Certificates were issued.
    IssueCertificates,
    /// A certificate was revoked.
    RevokeCertificate,
    /// A unit was evaluated.
    IssueEvaluation,
    /// A unit acknowledged its evaluation.
    AcknowledgeEvaluation,
    /// A unit objected to its evaluation.
    ObjectToEvaluation,
}
