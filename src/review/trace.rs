//! What every act of a review leaves behind.
use chrono::{DateTime, Utc};
use entity::{
    conflict,
    enums::{ReviewActKind, ReviewSubjectType},
    evaluation, recommendation, review_act, review_assignment, review_portfolio,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::assignment::{ASSIGNED, GIVEN_UP};
use crate::{audit, authz::ActingSeat, clock::new_id, command::Write, db::insert_all, error::Error, feed::Event};

/// What an act is about.
#[derive(Clone, Copy)]
pub enum About<'a> {
    Assignment(&'a review_assignment::Model),
    Conflict(&'a conflict::Model),
    Portfolio(&'a review_portfolio::Model),
    /// That a decided report was to be reopened.
    Report {
        id: Uuid,
        unit: Uuid,
    },
    Evaluation(&'a evaluation::Model),
    Recommendation(&'a recommendation::Model),
}

/// What was done.
pub struct Act<'a> {
    pub kind: ReviewActKind,
    pub about: About<'a>,
    /// What it left, without a word that somebody wrote.
    pub details: Value,
    pub reason: Option<String>,
}

/// Who acted, from which seat of which unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct By {
    pub account: Uuid,
    pub seat: Uuid,
    pub unit: Uuid,
}

/// Writes the act with its event and its leaf.
///
/// # Errors
/// The database's.
pub async fn record(write: &Write, seat: ActingSeat, act: Act<'_>) -> Result<(), Error> {
    let by = By {
        account: write.actor.account,
        seat: seat.seat,
        unit: seat.unit,
    };
    let (row, event) = traces(act, by, (new_id(write.now), write.now));
    insert_all(write.connection(), vec![row.clone()]).await?;
    let subject = audit::Subject {
        subject_type: audit::SubjectType::ReviewAct,
        id: row.id,
        row: &row,
    };
    write.leave_trace(event, subject).await
}

/// The row of an act and its event.
pub(crate) fn traces(act: Act<'_>, by: By, (id, at): (Uuid, DateTime<Utc>)) -> (review_act::Model, Event) {
    let (about_type, about_id) = match act.about {
        About::Assignment(row) => ("assignment", row.id),
        About::Conflict(row) => ("conflict", row.id),
        About::Portfolio(row) => ("portfolio", row.seat_id),
        About::Report { id, unit: _ } => ("report", id),
        About::Evaluation(row) => ("evaluation", row.id),
        About::Recommendation(row) => ("recommendation", row.id),
    };
    let row = review_act::Model {
        id,
        kind: act.kind,
        about_type: about_type.to_owned(),
        about_id,
        details: act.details,
        reason: act.reason,
        account_id: by.account,
        seat_id: by.seat,
        unit_id: by.unit,
        at,
    };
    let event = event(&row, act.about);
    (row, event)
}

fn event(act: &review_act::Model, about: About<'_>) -> Event {
    let by = json!({ "by": act.account_id, "bySeat": act.seat_id, "at": act.at });
    let (subject_type, subject, unit, mut payload) = match about {
        About::Assignment(row) => (
            subject_of(row.subject_type),
            row.subject_id,
            row.unit_id,
            json!({ "assignment": row.id, "reviewer": row.account_id, "state": row.state }),
        ),
        About::Conflict(row) => ("conflict", row.id, act.unit_id, json!({ "person": row.account_id })),
        About::Portfolio(row) => ("portfolio", row.seat_id, act.unit_id, json!({ "version": row.version })),
        About::Report { id, unit } => ("report", id, unit, act.details.clone()),
        About::Evaluation(row) => ("report_cycle", row.cycle_id, row.unit_id, act.details.clone()),
        About::Recommendation(row) => (
            "recommendation",
            row.id,
            row.unit_id,
            json!({ "state": row.state, "dueOn": row.due_on, "issuer": row.issuer_id }),
        ),
    };
    if let (Value::Object(payload), Value::Object(by)) = (&mut payload, by) {
        payload.extend(by);
    }
    let kind = match about {
        About::Assignment(row) if row.subject_type == ReviewSubjectType::AwardCandidate => scoring_event_kind(act.kind),
        _ => event_kind(act.kind),
    };
    Event {
        kind,
        subject_type,
        subject,
        unit,
        payload,
    }
}

fn subject_of(reviewed: ReviewSubjectType) -> &'static str {
    match reviewed {
        ReviewSubjectType::Report => "report",
        ReviewSubjectType::AwardCandidate => "award_candidate",
    }
}

/// The kind of event an act of a juror leaves: those who follow the reviews of reports are not told of it.
fn scoring_event_kind(kind: ReviewActKind) -> &'static str {
    match kind {
        ReviewActKind::Complete => "award_scoring.completed",
        ReviewActKind::Recuse => "award_scoring.recused",
        _ => "award_scoring.changed",
    }
}

/// The kind of event an act leaves in the feed.
#[must_use]
pub fn event_kind(kind: ReviewActKind) -> &'static str {
    match kind {
        ReviewActKind::Assign => ASSIGNED,
        ReviewActKind::Acknowledge => "review.acknowledged",
        // Either way somebody else is needed.
        ReviewActKind::Decline | ReviewActKind::Recuse => GIVEN_UP,
        ReviewActKind::Lapse => "review.lapsed",
        ReviewActKind::MakeLead => "review.lead_made",
        ReviewActKind::Complete => "review.completed",
        ReviewActKind::DeclareConflict => "conflict.declared",
        ReviewActKind::PinConflict => "conflict.pinned",
        ReviewActKind::LiftConflict => "conflict.lifted",
        ReviewActKind::SetPortfolio => "portfolio.set",
        ReviewActKind::ProposeReopening => "report.reopening_proposed",
        ReviewActKind::RejectReopening => "report.reopening_rejected",
        ReviewActKind::OpenEvaluation => "evaluation.opened",
        ReviewActKind::EditEvaluation => "evaluation.edited",
        ReviewActKind::CloseEvaluation => "evaluation.closed",
        ReviewActKind::MakeRecommendation => "recommendation.made",
        ReviewActKind::AnswerRecommendation => "recommendation.answered",
        ReviewActKind::ReturnRecommendation => "recommendation.returned",
        ReviewActKind::CloseRecommendation => "recommendation.closed",
    }
}
