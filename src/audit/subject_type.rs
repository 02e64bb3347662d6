//! The closed list of what is attested. Whoever attests a row names its type here, and `auditor` has to say of each how its
//! rows are read again: what it could not verify does not compile.

/// What kind of row a leaf commits to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubjectType {
    /// A step of a report.
    Transition,
    /// What was done to people, seats and tokens.
    AdministrativeAct,
    /// What was done to a round or to a stage of an election.
    ReportingAct,
    /// What was decided about an obligation.
    ObligationAct,
    /// A change of the hierarchy with everything it touched.
    UnitChange,
    /// An edition of the list of regions with all it changed.
    RegionEdition,
    /// Editions as they were attested at first: with the lines of the list, which is not kept. The chain still holds them.
    RegionEditionByLines,
    /// A template that was published.
    TemplatePublication,
    /// A template that was retired.
    TemplateRetirement,
    /// A rubric that was published.
    RubricPublication,
    /// A rubric that was retired.
    RubricRetirement,
    /// A finding as it was raised.
    Finding,
    /// What was done about a finding.
    FindingAct,
    /// What was done in the course of a review.
    ReviewAct,
    /// A receipt of a report that was received.
    Receipt,
    /// What was done to a session in which reports change hands.
    HandoverAct,
    /// What was done to an event and to what belongs to it.
    EventAct,
    /// That somebody was scanned or entered at a door.
    EventScan,
    /// An attendance sheet as it was sealed.
    AttendanceSeal,
    /// A certificate as it was issued.
    Certificate,
    /// What was done to an edition of awards and to what belongs to it.
    AwardAct,
    /// What was submitted of an entry for an award.
    AwardRevision,
    /// Invitations as they were attested at first; acts tell of them now.
    Invitation,
}

impl SubjectType {
    pub const ALL: [Self; 23] = [
        Self::Transition,
        Self::AdministrativeAct,
        Self::ReportingAct,
        Self::ObligationAct,
        Self::UnitChange,
        Self::RegionEdition,
        Self::RegionEditionByLines,
        Self::TemplatePublication,
        Self::TemplateRetirement,
        Self::RubricPublication,
        Self::RubricRetirement,
        Self::Finding,
        Self::FindingAct,
        Self::ReviewAct,
        Self::Receipt,
        Self::HandoverAct,
        Self::EventAct,
        Self::EventScan,
        Self::AttendanceSeal,
        Self::Certificate,
        Self::AwardAct,
        Self::AwardRevision,
        Self::Invitation,
    ];

    /// The word it is kept by.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Transition => "transition",
            Self::AdministrativeAct => "administrative_act",
            Self::ReportingAct => "reporting_act",
            Self::ObligationAct => "obligation_act",
            Self::UnitChange => "unit_change",
            Self::RegionEdition => "region_edition_changes",
            Self::RegionEditionByLines => "region_edition",
            Self::TemplatePublication => "template_publication",
            Self::TemplateRetirement => "template_retirement",
            Self::RubricPublication => "rubric_publication",
            Self::RubricRetirement => "rubric_retirement",
            Self::Finding => "finding",
            Self::FindingAct => "finding_act",
            Self::ReviewAct => "review_act",
            Self::Receipt => "receipt",
            Self::HandoverAct => "handover_act",
            Self::EventAct => "event_act",
            Self::EventScan => "event_scan",
            Self::AttendanceSeal => "attendance_seal",
            Self::Certificate => "certificate",
            Self::AwardAct => "award_act",
            Self::AwardRevision => "award_revision",
            Self::Invitation => "invitation",
        }
    }

    /// The type a word stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject_type| subject_type.word() == word)
    }
}
