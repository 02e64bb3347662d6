//! Whether somebody may do something about the findings of a report now: the policy first, then where the report stands.
use entity::{
    enums::{FindingActKind, FindingSeverity, FindingState, ReportStatus},
    finding, report,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::SUBJECT_TYPE;
use crate::{
    authz::{
        ActingSeat, Decision, Standing, Verdict,
        policy::finding::{Action, Ties, decide},
        which_seat,
    },
    error::{Code, Error, Refusal},
    locale::Text,
    report::availability::{Case, examines_findings, not_found, own_work},
    review::finding::{query::of_subjects, record::wrong_state, workflow},
    session::Actor,
};

/// What of the findings in a report waits for an answer. A NOTE asks for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    pub must: bool,
    pub should: bool,
}

impl Open {
    /// Among these findings.
    #[must_use]
    pub fn among(findings: &[finding::Model]) -> Self {
        let waits = |severity| {
            let mut findings = findings.iter();
            findings.any(|finding| finding.severity == severity && finding.state == FindingState::Open)
        };
        Self {
            must: waits(FindingSeverity::Must),
            should: waits(FindingSeverity::Should),
        }
    }

    /// Whether anything does.
    #[must_use]
    pub fn any(self) -> bool {
        self.must || self.should
    }
}

/// What is open in a report, asked only where something hangs on it.
///
/// # Errors
/// The database's.
pub async fn open(connection: &impl ConnectionTrait, report: &report::Model) -> Result<Open, Error> {
    if !examines_findings(report.status) {
        return Ok(Open::default());
    }
    let mut findings = of_subjects(connection, SUBJECT_TYPE, &[report.id]).await?;
    Ok(Open::among(&findings.remove(&report.id).unwrap_or_default()))
}

/// The seat that may find something in a report now.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `WrongState`.
pub fn raising_seat(case: &Case<'_>, actor: &Actor, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
    let seat = seat(case, actor, (Action::Raise, None), named)?;
    if is_examined(case.report.status) {
        Ok(seat)
    } else {
        Err(case.wrong_state())
    }
}

/// The seat that may take note of what was found in a report.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`.
pub fn noting_seat(case: &Case<'_>, actor: &Actor, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
    seat(case, actor, (Action::Acknowledge, None), named)
}

/// The seat that may resolve or reopen a finding now.
///
/// # Errors
/// As [`raising_seat`].
pub fn settling_seat(
    case: &Case<'_>,
    actor: &Actor,
    finding: &finding::Model,
    kind: FindingActKind,
    named: Option<Uuid>,
) -> Result<ActingSeat, Refusal> {
    let seat = seat(case, actor, (Action::Settle, Some(finding.raised_unit)), named)?;
    // Whoever asks for more has to have the report before them; to ask no more is right until it is at its end.
    let is_open_to_it = match kind {
        FindingActKind::Reopen => is_examined(case.report.status) && ties(case, actor, &seat, None).examines,
        FindingActKind::Resolve => !is_at_an_end(case.report.status),
        FindingActKind::Raise | FindingActKind::Acknowledge | FindingActKind::Answer => false,
    };
    if !is_open_to_it {
        return Err(case.wrong_state());
    }
    match workflow::next(Some(finding.state), kind) {
        Ok(_state) => Ok(seat),
        Err(_refused) => Err(wrong_state(finding.state)),
    }
}

fn seat(
    case: &Case<'_>,
    actor: &Actor,
    (action, raised_by): (Action, Option<Uuid>),
    named: Option<Uuid>,
) -> Result<ActingSeat, Refusal> {
    let decision = |seat: &ActingSeat| decision(case, actor, seat, (action, raised_by));
    match which_seat(&actor.seats, named, decision) {
        Verdict::Granted(seat) => Ok(seat),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous()),
        Verdict::Forbidden => Err(Refusal::forbidden()),
        Verdict::OwnWork => Err(own_work()),
        Verdict::Hidden => Err(not_found()),
    }
}

/// What one of the actor's seats may do about the findings of a unit in a report, by the policy alone.
#[must_use]
pub fn decision(
    case: &Case<'_>,
    actor: &Actor,
    seat: &ActingSeat,
    (action, raised_by): (Action, Option<Uuid>),
) -> Decision {
    match case.follows(actor, seat) {
        Decision::Allowed => decide(seat.function, action, ties(case, actor, seat, raised_by)),
        unseen => unseen,
    }
}

fn ties(case: &Case<'_>, actor: &Actor, seat: &ActingSeat, raised_by: Option<Uuid>) -> Ties {
    let relations = case.relations(actor, seat);
    // What a desk raised that was dissolved is settled by whoever keeps its work.
    let sits_at = |unit| unit == seat.unit || actor.directory.keeps(seat, unit, actor.today);
    Ties {
        own: actor.standing(seat, case.report.unit_id) == Standing::Own,
        custodian: relations.custodian,
        examines: relations.turn || (relations.assigned && case.report.status == ReportStatus::ExpertReview),
        reviews: relations.assigned,
        conflicted: relations.conflicted,
        raised: raised_by.is_some_and(sits_at),
        submitter: relations.submitter,
    }
}

/// Whether a report lies before somebody who examines it.
fn is_examined(status: ReportStatus) -> bool {
    match status {
        ReportStatus::TierReview | ReportStatus::ExpertReview => true,
        ReportStatus::Draft
        | ReportStatus::Submitted
        | ReportStatus::Returned
        | ReportStatus::Endorsed
        | ReportStatus::HandedOver
        | ReportStatus::Received
        | ReportStatus::RevisionAsked
        | ReportStatus::Accepted
        | ReportStatus::Evaluated
        | ReportStatus::Declined
        | ReportStatus::Abandoned => false,
    }
}

/// Whether nobody works on a report any more.
#[must_use]
pub fn is_at_an_end(status: ReportStatus) -> bool {
    match status {
        ReportStatus::Accepted | ReportStatus::Evaluated | ReportStatus::Declined | ReportStatus::Abandoned => true,
        ReportStatus::Draft
        | ReportStatus::Submitted
        | ReportStatus::TierReview
        | ReportStatus::Returned
        | ReportStatus::Endorsed
        | ReportStatus::HandedOver
        | ReportStatus::Received
        | ReportStatus::ExpertReview
        | ReportStatus::RevisionAsked => false,
    }
}

/// That a report cannot go on while a MUST waits for its answer.
#[must_use]
pub fn still_open(report: &report::Model) -> Refusal {
    let text = Text::new(
        format!(
            "Masih ada temuan wajib atas kiriman {} yang belum dijawab; kembalikan laporannya, atau selesaikan temuannya.",
            report.revision_number
        ),
        format!(
            "A finding of severity MUST still waits for its answer in submission {}; return the report, or resolve the \
             finding.",
            report.revision_number
        ),
    );
    Refusal::new(Code::FindingOpen, text)
}

/// That nothing says what is to be revised.
#[must_use]
pub fn none_open() -> Refusal {
    let text = Text::new(
        "Belum ada temuan wajib atau saran yang menunggu jawaban; catat dahulu apa yang harus diperbaiki.",
        "No finding of severity MUST or SHOULD waits for an answer; raise what is to be revised first.",
    );
    Refusal::new(Code::FindingMissing, text)
}
