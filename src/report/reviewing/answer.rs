//! What becomes of an assignment: taken on, declined, recused from, taken away, put in the lead.
use entity::{
    enums::{ReportStatus, ReviewActKind, ReviewSubjectType},
    report, review_assignment,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::query as reviews;
use crate::{
    authz::{
        ActingSeat, Verdict,
        policy::review::{Action, Relations, decide},
        which_seat,
    },
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    input::{optional, required},
    locale::Text,
    report::{query, step::LONGEST_REASON},
    review::{
        self, About, Act,
        assignment::{self, Step, stale, wrong_state},
        query::share_conflicts,
        record,
    },
    session::{Actor, Session},
};

/// Takes an assignment one step on.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    pub assignment: Uuid,
    pub expected_version: i32,
    #[serde(skip)]
    pub step: Step,
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Puts an expert in the lead of a review.
#[derive(Clone, Debug, Serialize)]
pub struct MakeLead {
    pub assignment: Uuid,
    pub expected_version: i32,
    pub seat: Option<Uuid>,
}

/// Takes an assignment one step on: its expert, or for [`Step::Lapse`] who directs the review.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required`, `TooLong`, and what
/// [`command::begin`] says.
pub async fn answer(
    session: &Session,
    (field, name): (&str, &str),
    input: Answer,
) -> Result<review_assignment::Model, Error> {
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let action = match input.step {
        Step::Acknowledge | Step::Decline | Step::Recuse => Action::Answer,
        Step::Lapse | Step::Reopen => Action::Direct,
        Step::Save | Step::Complete => Action::Score,
    };
    let held = held(&write, input.assignment, (action, input.seat), input.expected_version).await?;
    let reason = if input.step.needs_reason() {
        Some(required(
            input.reason.as_deref().unwrap_or_default(),
            "reason",
            LONGEST_REASON,
        )?)
    } else {
        optional(input.reason.as_deref(), "reason", LONGEST_REASON)?
    };
    let after = assignment::advance(&write, &held.row, input.step, (held.seat, reason)).await?;
    write.commit(outcome(&after)).await?;
    Ok(after)
}

/// Puts an expert in the lead; who led before reviews on.
///
/// # Errors
/// As [`answer`].
pub async fn make_lead(session: &Session, field: &str, input: MakeLead) -> Result<review_assignment::Model, Error> {
    let write = match command::begin(session, field, "makeReviewLead", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (Action::Direct, input.seat);
    let Held { row, seat, .. } = held(&write, input.assignment, asked, input.expected_version).await?;
    if row.lead || !assignment::is_live(row.state) {
        return Err(wrong_state(row.state).into());
    }
    let subject = [row.subject_id];
    let live = review::query::live_assignments_on(write.connection(), ReviewSubjectType::Report, &subject).await?;
    for leader in live.iter().filter(|other| other.lead) {
        led(&write, leader, false).await?;
    }
    let after = led(&write, &row, true).await?;
    let act = Act {
        kind: ReviewActKind::MakeLead,
        about: About::Assignment(&after),
        details: json!({ "state": after.state, "version": after.version }),
        reason: None,
    };
    record(&write, seat, act).await?;
    write.commit(outcome(&after)).await?;
    Ok(after)
}

async fn led(write: &Write, before: &review_assignment::Model, lead: bool) -> Result<review_assignment::Model, Error> {
    let after = review_assignment::Model {
        lead,
        updated_at: write.now,
        version: before.version + 1,
        ..before.clone()
    };
    assignment::write_if_unchanged(write, before, &after).await?;
    Ok(after)
}

/// An assignment as a command decides on it, with its report locked.
pub(super) struct Held {
    pub row: review_assignment::Model,
    pub report: report::Model,
    pub seat: ActingSeat,
}

/// Locks the report, what is known of the actor's conflicts, and the assignment, in this order, and finds the seat that may
/// act.
pub(super) async fn held(
    write: &Write,
    id: Uuid,
    (action, named): (Action, Option<Uuid>),
    expected: i32,
) -> Result<Held, Error> {
    let connection = write.connection();
    let seen = reviews::by_ids(connection, &write.actor, &[id]).await?;
    let seen = seen.into_iter().next().ok_or_else(not_found)?;
    let report = query::locked(connection, &write.actor, &[seen.subject_id]).await?;
    let report = report.into_iter().next().ok_or_else(not_found)?;
    share_conflicts(connection, &[write.actor.account]).await?;
    let row = reviews::locked(connection, &write.actor, id).await?;
    let row = row.ok_or_else(not_found)?;
    let seat = seat_that_may(&write.actor, &row, action, named)?;
    if row.version != expected {
        return Err(stale(row.version).into());
    }
    check_under_review(&report)?;
    Ok(Held { row, report, seat })
}

/// Whether anything is done to the assignments of a report where it stands.
///
/// # Errors
/// `WrongState`.
pub fn check_under_review(report: &report::Model) -> Result<(), Refusal> {
    if matches!(report.status, ReportStatus::ExpertReview | ReportStatus::RevisionAsked) {
        return Ok(());
    }
    let text = Text::new("Laporan ini tidak sedang ditelaah.", "The report is not under review.");
    Err(Refusal::new(Code::WrongState, text).at(["assignment"]))
}

/// Whether a sheet can be completed: not while what it would score is being revised.
///
/// # Errors
/// `WrongState`.
pub fn check_completable(report: &report::Model) -> Result<(), Refusal> {
    if report.status == ReportStatus::ExpertReview {
        return Ok(());
    }
    let text = Text::new(
        "Perbaikan laporan ini masih ditunggu.",
        "A revision of this report is awaited.",
    );
    Err(Refusal::new(Code::WrongState, text).at(["assignment"]))
}

/// Which seat may do something to an assignment that the actor sees, who then has no conflict of interest.
pub(in crate::report) fn seat_that_may(
    actor: &Actor,
    row: &review_assignment::Model,
    action: Action,
    named: Option<Uuid>,
) -> Result<ActingSeat, Refusal> {
    let decision = |seat: &ActingSeat| {
        let relations = Relations {
            own: row.account_id == actor.account && row.seat_id == seat.seat,
            // Who sees it without directing it is part of the review.
            assigned: true,
            ..Relations::default()
        };
        decide(seat.function, action, relations)
    };
    match which_seat(&actor.seats, named, decision) {
        Verdict::Granted(seat) => Ok(seat),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous()),
        Verdict::Forbidden | Verdict::OwnWork => Err(Refusal::forbidden().at(["assignment"])),
        Verdict::Hidden => Err(not_found()),
    }
}

fn outcome(row: &review_assignment::Model) -> serde_json::Value {
    json!({ "assignment": row.id })
}

pub(super) async fn replayed(
    session: &Session,
    Replay { actor, outcome }: Replay,
) -> Result<review_assignment::Model, Error> {
    let id = outcome["assignment"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without its assignment"))?;
    let reader = session.services.db.reader();
    let found = reviews::by_ids(reader, &actor, &[id]).await?;
    let found = match found.into_iter().next() {
        Some(found) => Some(found),
        // Whoever gave it up is told so again, and no more of the report.
        None => reviews::given_up(reader, &actor, id).await?,
    };
    found.ok_or_else(|| not_found().into())
}

fn not_found() -> Refusal {
    let text = Text::new("Penugasan tidak ditemukan.", "The assignment was not found.");
    Refusal::new(Code::NotFound, text).at(["assignment"])
}
