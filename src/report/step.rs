//! One step of one report: what every command does to write it and what every step leaves behind.
use chrono::{DateTime, Utc};
use entity::{
    enums::{ReportCommand, ReportStatus},
    report, transition,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use super::{
    ledger,
    workflow::{Place, needs_reason},
};
use crate::{
    audit::{self, SubjectType},
    authz::ActingSeat,
    clock::new_id,
    command::Write,
    error::{Error, Refusal},
    feed::Event,
    input::{optional, required},
    locale::Text,
};

/// The longest reason, characters.
pub const LONGEST_REASON: usize = 2_000;

/// The report one version on, at its new place.
pub(crate) fn placed(report: &report::Model, place: Place, now: DateTime<Utc>) -> report::Model {
    report::Model {
        status: place.status,
        reviewing_tier: place.reviewing,
        version: report.version + 1,
        accepted_at: match place.status {
            ReportStatus::Accepted => Some(report.accepted_at.unwrap_or(now)),
            ReportStatus::Evaluated => report.accepted_at,
            _ => None,
        },
        updated_at: now,
        ..report.clone()
    }
}

/// Writes the new state where the old one still stands: the write repeats the condition it was decided on.
///
/// # Errors
/// `StaleVersion` when somebody was faster.
pub(super) async fn write_if_unchanged(
    connection: &impl ConnectionTrait,
    before: &report::Model,
    after: &report::Model,
) -> Result<(), Error> {
    let written = report::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(report::Column::Id.eq(before.id))
        .filter(report::Column::Version.eq(before.version))
        .filter(report::Column::Status.eq(before.status))
        .exec(connection)
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before))
    }
}

/// What was done, beyond the state it led to.
pub(super) struct Act {
    pub seat: ActingSeat,
    pub command: ReportCommand,
    pub from: Option<ReportStatus>,
    pub reason: Option<String>,
}

/// Writes history, outbox row, audit leaf and ledger of a step that has been taken.
pub(super) async fn record(
    write: &Write,
    before: Option<&report::Model>,
    report: &report::Model,
    act: Act,
) -> Result<(), Error> {
    ledger::follow(write.connection(), before, report, act.command).await?;
    let step = step_of(write, report, act);
    step.clone().into_active_model().insert(write.connection()).await?;
    write
        .leave_trace(
            event(report, &step),
            audit::Subject {
                subject_type: SubjectType::Transition,
                id: step.id,
                row: &step,
            },
        )
        .await
}

/// The row of the history.
pub(super) fn step_of(write: &Write, report: &report::Model, act: Act) -> transition::Model {
    transition::Model {
        id: new_id(write.now),
        report_id: report.id,
        version: report.version,
        command: act.command,
        from_status: act.from,
        to_status: report.status,
        seat_id: act.seat.seat,
        account_id: write.actor.account,
        unit_id: act.seat.unit,
        reason: act.reason,
        revision_id: report.revision_id,
        at: write.now,
        service_account_id: write.actor.program(),
        openness: (act.command == ReportCommand::SetOpenness).then_some(report.openness),
    }
}

/// What a step leaves in the feed.
pub(crate) fn event(report: &report::Model, step: &transition::Model) -> Event {
    let mut payload = json!({
        "report": report.id,
        "unit": report.unit_id,
        "cycle": report.cycle_id,
        "version": step.version,
        "from": step.from_status,
        "to": step.to_status,
        "revision": step.revision_id,
        "seat": step.seat_id,
        "at": step.at,
    });
    if let Some(openness) = step.openness {
        payload["openness"] = json!(openness);
    }
    Event {
        kind: event_kind(step.command),
        subject_type: "report",
        subject: report.id,
        unit: report.unit_id,
        payload,
    }
}

/// The kind of event a command leaves in the feed.
#[must_use]
pub fn event_kind(command: ReportCommand) -> &'static str {
    match command {
        ReportCommand::Start => "report.started",
        ReportCommand::Edit => "report.edited",
        ReportCommand::Submit => "report.submitted",
        ReportCommand::Withdraw => "report.withdrawn",
        ReportCommand::Take => "report.taken",
        ReportCommand::Release => "report.released",
        ReportCommand::Return => "report.returned",
        ReportCommand::Endorse => "report.endorsed",
        ReportCommand::HandOver => "report.handed_over",
        ReportCommand::Receive => "report.received",
        ReportCommand::RefuseHandover => "report.handover_refused",
        ReportCommand::Assign => "report.review_begun",
        ReportCommand::AskRevision => "report.revision_asked",
        ReportCommand::Accept => "report.accepted",
        ReportCommand::Decline => "report.declined",
        ReportCommand::RetractAcceptance => "report.acceptance_retracted",
        ReportCommand::Evaluate => "report.evaluated",
        ReportCommand::Reopen => "report.reopened",
        ReportCommand::Abandon => "report.abandoned",
        ReportCommand::SetOpenness => "report.openness_set",
    }
}

pub(super) fn check_version(report: &report::Model, expected: i32) -> Result<(), Error> {
    if report.version == expected {
        Ok(())
    } else {
        Err(stale(report))
    }
}

/// Somebody changed the report since the caller read it.
fn stale(report: &report::Model) -> Error {
    let text = Text::new(
        "Laporan ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This report has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, report.version).into()
}

/// What a repetition is answered by.
pub(super) fn outcome(report: &report::Model) -> Value {
    json!({ "report": report.id })
}

/// A refusal about the record points at the input that named it; one about something else keeps its field.
pub(super) fn at_report(refusal: Refusal, field: &str) -> Refusal {
    if refusal.field.is_empty() {
        refusal.at([field])
    } else {
        refusal
    }
}

/// A reason where one is owed: neither missing nor blank nor too long.
pub(super) fn checked_reason(command: ReportCommand, reason: Option<&str>) -> Result<Option<String>, Refusal> {
    if needs_reason(command) {
        return required(reason.unwrap_or_default(), "reason", LONGEST_REASON).map(Some);
    }
    optional(reason, "reason", LONGEST_REASON)
}
