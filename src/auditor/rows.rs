//! Where the audited rows of each type are kept, and what is owed to them.
use crate::audit::SubjectType;

/// A table of audited rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home {
    pub table: &'static str,
    /// Which of its rows have to be attested, in SQL.
    pub owes: &'static str,
    /// The types of leaves that attest them.
    pub types: &'static [SubjectType],
}

impl Home {
    const fn of(table: &'static str, types: &'static [SubjectType]) -> Self {
        Self {
            table,
            owes: "TRUE",
            types,
        }
    }

    /// Where the rows of a type are.
    pub fn of_type(subject_type: SubjectType) -> Self {
        use SubjectType as Of;
        match subject_type {
            Of::Transition => Self::of("transition", &[Of::Transition]),
            Of::AdministrativeAct => Self::of("administrative_act", &[Of::AdministrativeAct]),
            Of::ReportingAct => Self::of("reporting_act", &[Of::ReportingAct]),
            Of::ObligationAct => Self::of("obligation_act", &[Of::ObligationAct]),
            Of::UnitChange => Self::of("unit_change", &[Of::UnitChange]),
            Of::RegionEdition | Of::RegionEditionByLines => Self {
                // One that nobody took over came with the installation.
                owes: "by_account IS NOT NULL",
                ..Self::of("region_edition", &[Of::RegionEdition, Of::RegionEditionByLines])
            },
            Of::TemplatePublication => Self {
                // One without a moment came with the installation.
                owes: "published_at IS NOT NULL",
                ..Self::of("template", &[Of::TemplatePublication])
            },
            Of::TemplateRetirement => Self {
                owes: "retired_at IS NOT NULL",
                ..Self::of("template", &[Of::TemplateRetirement])
            },
            Of::RubricPublication => Self {
                // One without a moment came with the installation.
                owes: "published_at IS NOT NULL",
                ..Self::of("rubric", &[Of::RubricPublication])
            },
            Of::RubricRetirement => Self {
                owes: "retired_at IS NOT NULL",
                ..Self::of("rubric", &[Of::RubricRetirement])
            },
            Of::Finding => Self::of("finding", &[Of::Finding]),
            Of::FindingAct => Self::of("finding_act", &[Of::FindingAct]),
            Of::ReviewAct => Self::of("review_act", &[Of::ReviewAct]),
            Of::Receipt => Self::of("receipt", &[Of::Receipt]),
            Of::HandoverAct => Self::of("handover_act", &[Of::HandoverAct]),
            Of::EventAct => Self::of("event_act", &[Of::EventAct]),
            Of::EventScan => Self::of("event_scan", &[Of::EventScan]),
            Of::AttendanceSeal => Self::of("attendance_seal", &[Of::AttendanceSeal]),
            Of::Certificate => Self::of("certificate", &[Of::Certificate]),
            Of::AwardAct => Self::of("award_act", &[Of::AwardAct]),
            Of::AwardRevision => Self::of("award_revision", &[Of::AwardRevision]),
            Of::Invitation => Self {
                owes: "FALSE",
                ..Self::of("invitation", &[Of::Invitation])
            },
        }
    }
}

/// Whether the row as it is today is what its leaf committed to. Where it is not, the chain alone holds the leaf, and the
/// row only has to be there.
pub(super) fn is_proved_by_the_row(subject_type: SubjectType) -> bool {
    match subject_type {
        SubjectType::Transition
        | SubjectType::AdministrativeAct
        | SubjectType::ReportingAct
        | SubjectType::ObligationAct
        | SubjectType::UnitChange
        | SubjectType::RegionEdition
        | SubjectType::TemplatePublication
        | SubjectType::TemplateRetirement
        | SubjectType::RubricPublication
        | SubjectType::RubricRetirement
        | SubjectType::Finding
        | SubjectType::FindingAct
        | SubjectType::ReviewAct
        | SubjectType::Receipt
        | SubjectType::HandoverAct
        | SubjectType::EventAct
        | SubjectType::EventScan
        | SubjectType::AttendanceSeal
        | SubjectType::Certificate
        | SubjectType::AwardAct
        | SubjectType::AwardRevision => true,
        // The lines of the list are not kept; an invitation changes when it is accepted or revoked.
        SubjectType::RegionEditionByLines | SubjectType::Invitation => false,
    }
}
