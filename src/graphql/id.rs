//! Opaque global ids: what a thing is and which one, in one string a client never takes apart.
use async_graphql::ID;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::error::Error;

/// The types that have an id of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    AccessToken,
    Account,
    AccountSession,
    AttendanceSheet,
    Award,
    AwardCategory,
    AwardEdition,
    AwardEntry,
    AwardPanel,
    AwardScoring,
    AwardObjection,
    Certificate,
    Change,
    ConflictOfInterest,
    DoorDevice,
    ElectionStage,
    Event,
    EventDelegate,
    EventEvaluation,
    EventInvitation,
    EventSession,
    EventSpeaker,
    Excuse,
    File,
    Finding,
    HandoverSession,
    Invitation,
    NationalEvaluation,
    Notice,
    Obligation,
    Proposal,
    Receipt,
    Recommendation,
    Region,
    RegionEdition,
    Report,
    ReportCycle,
    ReportTemplate,
    ReviewAssignment,
    Rubric,
    Scan,
    Seat,
    SeatHolder,
    ServiceAccount,
    Unit,
    UnitChange,
    Upload,
}

impl Kind {
    pub const ALL: [Self; 47] = [
        Self::AccessToken,
        Self::Account,
        Self::AccountSession,
        Self::AttendanceSheet,
        Self::Award,
        Self::AwardCategory,
        Self::AwardEdition,
        Self::AwardEntry,
        Self::AwardPanel,
        Self::AwardScoring,
        Self::AwardObjection,
        Self::Certificate,
        Self::Change,
        Self::ConflictOfInterest,
        Self::DoorDevice,
        Self::ElectionStage,
        Self::Event,
        Self::EventDelegate,
        Self::EventEvaluation,
        Self::EventInvitation,
        Self::EventSession,
        Self::EventSpeaker,
        Self::Excuse,
        Self::File,
        Self::Finding,
        Self::HandoverSession,
        Self::Invitation,
        Self::NationalEvaluation,
        Self::Notice,
        Self::Obligation,
        Self::Proposal,
        Self::Receipt,
        Self::Recommendation,
        Self::Region,
        Self::RegionEdition,
        Self::Report,
        Self::ReportCycle,
        Self::ReportTemplate,
        Self::ReviewAssignment,
        Self::Rubric,
        Self::Scan,
        Self::Seat,
        Self::SeatHolder,
        Self::ServiceAccount,
        Self::Unit,
        Self::UnitChange,
        Self::Upload,
    ];

    /// The type's name in the schema.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "AccessToken",
            Self::Account => "Account",
            Self::AccountSession => "AccountSession",
            Self::AttendanceSheet => "AttendanceSheet",
            Self::Award => "Award",
            Self::AwardCategory => "AwardCategory",
            Self::AwardEdition => "AwardEdition",
            Self::AwardEntry => "AwardEntry",
            Self::AwardPanel => "AwardPanel",
            Self::AwardScoring => "AwardScoring",
            Self::AwardObjection => "AwardObjection",
            Self::Certificate => "Certificate",
            Self::Change => "Change",
            Self::ConflictOfInterest => "ConflictOfInterest",
            Self::DoorDevice => "DoorDevice",
            Self::ElectionStage => "ElectionStage",
            Self::Event => "Event",
            Self::EventDelegate => "EventDelegate",
            Self::EventEvaluation => "EventEvaluation",
            Self::EventInvitation => "EventInvitation",
            Self::EventSession => "EventSession",
            Self::EventSpeaker => "EventSpeaker",
            Self::Excuse => "Excuse",
            Self::File => "File",
            Self::Finding => "Finding",
            Self::HandoverSession => "HandoverSession",
            Self::Invitation => "Invitation",
            Self::NationalEvaluation => "NationalEvaluation",
            Self::Notice => "Notice",
            Self::Obligation => "Obligation",
            Self::Proposal => "Proposal",
            Self::Receipt => "Receipt",
            Self::Recommendation => "Recommendation",
            Self::Region => "Region",
            Self::RegionEdition => "RegionEdition",
            Self::Report => "Report",
            Self::ReportCycle => "ReportCycle",
            Self::ReportTemplate => "ReportTemplate",
            Self::ReviewAssignment => "ReviewAssignment",
            Self::Rubric => "Rubric",
            Self::Scan => "Scan",
            Self::Seat => "Seat",
            Self::SeatHolder => "SeatHolder",
            Self::ServiceAccount => "ServiceAccount",
            Self::Unit => "Unit",
            Self::UnitChange => "UnitChange",
            Self::Upload => "Upload",
        }
    }

    /// The id of one of them.
    #[must_use]
    pub fn id(self, uuid: Uuid) -> ID {
        let mut bytes = Vec::with_capacity(40);
        bytes.extend_from_slice(self.name().as_bytes());
        bytes.push(b':');
        bytes.extend_from_slice(uuid.as_bytes());
        ID(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Which one an id means.
    ///
    /// # Errors
    /// `BadInput` when it is no id, or one of another type.
    pub fn uuid(self, id: &ID) -> Result<Uuid, Error> {
        match parse(id)? {
            (kind, uuid) if kind == self => Ok(uuid),
            (kind, _uuid) => Err(Error::bad_input(
                format!("Id ini milik {}, bukan {}.", kind.name(), self.name()),
                format!("This is the id of a {}, not of a {}.", kind.name(), self.name()),
            )),
        }
    }

    /// Which one an id means that may be left out.
    ///
    /// # Errors
    /// As [`Kind::uuid`].
    pub fn maybe(self, id: Option<&ID>) -> Result<Option<Uuid>, Error> {
        id.map(|id| self.uuid(id)).transpose()
    }

    /// Which ones a list of ids means.
    ///
    /// # Errors
    /// As [`Kind::uuid`].
    pub fn uuids(self, ids: &[ID]) -> Result<Vec<Uuid>, Error> {
        ids.iter().map(|id| self.uuid(id)).collect()
    }
}

/// Takes an id apart.
///
/// # Errors
/// `BadInput` when it is none.
pub fn parse(id: &ID) -> Result<(Kind, Uuid), Error> {
    let malformed = || Error::bad_input("Id ini tidak dikenal.", "This is not an id of this API.");
    let bytes = URL_SAFE_NO_PAD
        .decode(id.as_bytes())
        .map_err(|_not_base64| malformed())?;
    let colon = bytes.iter().position(|byte| *byte == b':').ok_or_else(malformed)?;
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| kind.name().as_bytes() == &bytes[..colon])
        .ok_or_else(malformed)?;
    let uuid = Uuid::from_slice(&bytes[colon + 1..]).map_err(|_wrong_length| malformed())?;
    Ok((kind, uuid))
}
