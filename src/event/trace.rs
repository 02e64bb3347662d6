//! What every act on an event leaves behind.
use entity::{enums::EventActKind, event, event_act};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{audit, authz::ActingSeat, clock::new_id, command::Write, db::insert_all, error::Error, feed};

/// What an act is about, with its unit where that is not the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Event,
    Invitation { id: Uuid, unit: Uuid },
    Delegate { id: Uuid, unit: Uuid },
    Device(Uuid),
    Session(Uuid),
    Scan { id: Uuid, unit: Uuid },
    Excuse { id: Uuid, unit: Uuid },
    Sheet { id: Uuid, unit: Uuid },
    Evaluation { id: Uuid, unit: Uuid },
    Certificate { id: Uuid, unit: Uuid },
}

impl About {
    /// The word for it, which one it is, and in whose scope it falls; `host` is the event with its host.
    fn told(self, (event, host): (Uuid, Uuid)) -> (&'static str, Uuid, Uuid) {
        match self {
            Self::Event => ("event", event, host),
            Self::Device(id) => ("device", id, host),
            Self::Session(id) => ("session", id, host),
            Self::Invitation { id, unit } => ("invitation", id, unit),
            Self::Delegate { id, unit } => ("delegate", id, unit),
            Self::Scan { id, unit } => ("scan", id, unit),
            Self::Excuse { id, unit } => ("excuse", id, unit),
            Self::Sheet { id, unit } => ("sheet", id, unit),
            Self::Evaluation { id, unit } => ("evaluation", id, unit),
            Self::Certificate { id, unit } => ("certificate", id, unit),
        }
    }
}

/// What was done.
pub struct Act {
    pub kind: EventActKind,
    pub about: About,
    /// What it left, without a word that somebody wrote and without a name.
    pub details: Value,
    pub reason: Option<String>,
}

/// Writes acts with their events and their leaves, in the order given; their ids.
///
/// # Errors
/// The database's.
pub async fn record_all(
    write: &Write,
    event: &event::Model,
    seat: ActingSeat,
    acts: Vec<Act>,
) -> Result<Vec<Uuid>, Error> {
    let by = By {
        account: write.actor.account,
        seat: seat.seat,
        unit: seat.unit,
    };
    record_by(write.connection(), event, (by, write.now), acts).await
}

/// The same where no session acts, as of a device, which acts for whoever announced it.
///
/// # Errors
/// The database's.
pub(crate) async fn record_by(
    connection: &impl ConnectionTrait,
    event: &event::Model,
    (by, now): (By, chrono::DateTime<chrono::Utc>),
    acts: Vec<Act>,
) -> Result<Vec<Uuid>, Error> {
    let made: Vec<_> = acts
        .into_iter()
        .map(|act| traces(event, act, by, (new_id(now), now)))
        .collect();
    let (rows, events): (Vec<_>, Vec<_>) = made.into_iter().unzip();
    insert_all(connection, rows.clone()).await?;
    let subjects: Vec<_> = rows
        .iter()
        .map(|row| audit::Subject {
            subject_type: audit::SubjectType::EventAct,
            id: row.id,
            row,
        })
        .collect();
    audit::attest_all(connection, &subjects, now).await?;
    feed::publish_all(connection, events, now).await?;
    Ok(rows.iter().map(|row| row.id).collect())
}

/// Writes one act; its id.
///
/// # Errors
/// The database's.
pub async fn record(write: &Write, event: &event::Model, seat: ActingSeat, act: Act) -> Result<Uuid, Error> {
    let ids = record_all(write, event, seat, vec![act]).await?;
    ids.first()
        .copied()
        .ok_or_else(|| Error::internal("an act that was not written"))
}

/// Who acted, from which seat of which unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct By {
    pub account: Uuid,
    pub seat: Uuid,
    pub unit: Uuid,
}

/// The row of an act and its event.
pub(crate) fn traces(
    event: &event::Model,
    act: Act,
    by: By,
    (id, at): (Uuid, chrono::DateTime<chrono::Utc>),
) -> (event_act::Model, feed::Event) {
    let (about_type, about_id, unit) = act.about.told((event.id, event.unit_id));
    let row = event_act::Model {
        id,
        event_id: event.id,
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
    let published = feed::Event {
        kind: event_kind(row.kind),
        // Whatever it is about, it is read by way of the event.
        subject_type: "event",
        subject: event.id,
        unit,
        payload: json!({
            "event": event.id,
            "host": event.unit_id,
            "about": { "type": row.about_type, "id": row.about_id },
            "details": row.details,
            "by": row.account_id,
            "bySeat": row.seat_id,
            "at": row.at,
        }),
    };
    (row, published)
}

/// The kind of event an act leaves in the feed.
#[must_use]
pub fn event_kind(kind: EventActKind) -> &'static str {
    match kind {
        EventActKind::Create => "event.created",
        EventActKind::Edit => "event.edited",
        EventActKind::Publish => "event.published",
        EventActKind::Postpone => "event.postponed",
        EventActKind::Cancel => "event.cancelled",
        EventActKind::CloseRegistration => "event.registration_closed",
        EventActKind::Start => "event.started",
        EventActKind::End => "event.ended",
        EventActKind::Finalise => "event.finalised",
        EventActKind::Invite => "invitation.offered",
        EventActKind::Confirm => "invitation.confirmed",
        EventActKind::Decline => "invitation.declined",
        EventActKind::Substitute => "delegate.substituted",
        EventActKind::AddDevice => "door.device_added",
        EventActKind::PairDevice => "door.device_paired",
        EventActKind::RevokeDevice => "door.device_revoked",
        EventActKind::OpenSession => "door.session_opened",
        EventActKind::AddWalkIn => "walk_in.added",
        EventActKind::AdmitWalkIn => "walk_in.admitted",
        EventActKind::RefuseWalkIn => "walk_in.refused",
        EventActKind::AnnulScan => "attendance.annulled",
        EventActKind::RuleScans => "attendance.conflict_decided",
        EventActKind::AskExcuse => "excuse.asked",
        EventActKind::GrantExcuse => "excuse.granted",
        EventActKind::RefuseExcuse => "excuse.refused",
        EventActKind::SubmitSheet => "attendance.submitted",
        EventActKind::VerifySheet => "attendance.verified",
        EventActKind::ReturnSheet => "attendance.returned",
        EventActKind::ProposeCorrection => "attendance.correction_proposed",
        EventActKind::RejectCorrection => "attendance.correction_rejected",
        EventActKind::CorrectSheet => "attendance.corrected",
        EventActKind::RecordOutcome => "event.outcome_recorded",
        EventActKind::IssueCertificates => "certificates.issued",
        EventActKind::RevokeCertificate => "certificate.revoked",
        EventActKind::IssueEvaluation => "event_evaluation.issued",
        EventActKind::AcknowledgeEvaluation => "event_evaluation.acknowledged",
        EventActKind::ObjectToEvaluation => "event_evaluation.objected",
    }
}
