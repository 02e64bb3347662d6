//! What every command on rounds and stages leaves behind.
use chrono::{DateTime, Utc};
use entity::{
    cycle, election_stage,
    enums::{ObligationActKind, ReportingActKind},
    reporting_act,
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    audit::{self, SubjectType},
    authz::ActingSeat,
    clock::new_id,
    command::Write,
    db::insert_all,
    error::Error,
    feed::Event,
    report::catalogue,
    session::Session,
};

/// The kind of event an act leaves in the feed.
#[must_use]
pub fn event_kind(kind: ReportingActKind) -> &'static str {
    match kind {
        ReportingActKind::CycleOpened => "report_cycle.opened",
        ReportingActKind::CycleChanged => "report_cycle.changed",
        ReportingActKind::CyclePassedOn => "report_cycle.passed_on",
        ReportingActKind::CycleClosed => "report_cycle.closed",
        ReportingActKind::StageCreated => "election_stage.created",
        ReportingActKind::StageChanged => "election_stage.changed",
    }
}

/// The kind of event a decision on what a unit owes leaves in the feed.
#[must_use]
pub fn act_event_kind(kind: ObligationActKind) -> &'static str {
    match kind {
        ObligationActKind::Extend => "obligation.extended",
        ObligationActKind::Excuse => "obligation.excused",
        ObligationActKind::Waive => "obligation.waived",
        ObligationActKind::Restore => "obligation.restored",
    }
}

/// What an act is about.
#[derive(Clone, Copy)]
pub(super) enum About<'a> {
    Round(&'a cycle::Model),
    /// The round and when it is due for those beneath the unit that acts.
    Passing(&'a cycle::Model, DateTime<Utc>),
    Stage(&'a election_stage::Model),
}

/// Writes the act with its event and its leaf. `left` is what it left, as it is kept.
pub(super) async fn record(
    write: &Write,
    kind: ReportingActKind,
    about: About<'_>,
    left: &impl Serialize,
    (seat, reason): (ActingSeat, Option<String>),
) -> Result<(), Error> {
    let (cycle, stage) = match about {
        About::Round(cycle) | About::Passing(cycle, _) => (Some(cycle.id), None),
        About::Stage(stage) => (None, Some(stage.id)),
    };
    let act = reporting_act::Model {
        id: new_id(write.now),
        kind,
        cycle_id: cycle,
        stage_id: stage,
        details: serde_json::to_value(left).map_err(Error::internal)?,
        reason,
        account_id: write.actor.account,
        seat_id: seat.seat,
        unit_id: seat.unit,
        at: write.now,
    };
    insert_all(write.connection(), vec![act.clone()]).await?;
    let subject = audit::Subject {
        subject_type: SubjectType::ReportingAct,
        id: act.id,
        row: &act,
    };
    write.leave_trace(event(&act, about), subject).await
}

fn event(act: &reporting_act::Model, about: About<'_>) -> Event {
    let by = json!({ "by": act.account_id, "bySeat": act.seat_id, "unit": act.unit_id, "at": act.at });
    let (subject_type, subject, mut payload) = match about {
        About::Round(cycle) => ("report_cycle", cycle.id, told_of(cycle, cycle.due_at)),
        About::Passing(cycle, due_at) => ("report_cycle", cycle.id, told_of(cycle, due_at)),
        About::Stage(stage) => (
            "election_stage",
            stage.id,
            json!({ "stage": stage.id, "code": stage.code, "version": stage.version }),
        ),
    };
    if let (Value::Object(payload), Value::Object(by)) = (&mut payload, by) {
        payload.extend(by);
    }
    Event {
        kind: event_kind(act.kind),
        subject_type,
        subject,
        unit: act.unit_id,
        payload,
    }
}

fn told_of(cycle: &cycle::Model, due_at: DateTime<Utc>) -> Value {
    json!({
        "cycle": cycle.id,
        "code": cycle.code,
        "version": cycle.version,
        "opensAt": cycle.opens_at,
        "dueAt": due_at,
        "closedAt": cycle.closed_at,
    })
}

/// Makes a change of the catalogue durable, and takes it over here at once.
pub(super) async fn commit(session: &Session, write: Box<Write>, outcome: Value) -> Result<(), Error> {
    write.commit(outcome).await?;
    if let Err(error) = catalogue::reload(&session.services).await {
        // What was written stands; the next confirmation takes it over.
        tracing::warn!(?error, "reading the changed catalogue failed");
    }
    Ok(())
}

/// The id kept in an outcome.
pub(super) fn id_in(outcome: &Value, field: &str) -> Result<Uuid, Error> {
    let id = outcome[field].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::internal("an outcome without its id"))
}
