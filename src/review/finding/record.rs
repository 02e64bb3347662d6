//! What is written when something is found, and when something is done about it.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    enums::{FindingActKind, FindingSeverity, FindingState},
    finding, finding_act,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use uuid::Uuid;

use super::workflow::{needs_text, next};
use crate::{
    audit,
    authz::ActingSeat,
    clock::new_id,
    command::Write,
    db::insert_all,
    error::{Code, Error, Refusal},
    input::{optional, required},
    locale::Text,
};

/// The longest text of a finding, and of an answer to it, characters.
pub const LONGEST_TEXT: usize = 4_000;

/// The longest reason, characters.
const LONGEST_REASON: usize = 2_000;

/// The record in which something is found.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    pub subject_type: &'static str,
    pub id: Uuid,
    /// Whose record it is.
    pub unit: Uuid,
    /// The number of the submission.
    pub revision: i32,
}

/// What is found.
#[derive(Clone, Debug)]
pub struct Found {
    pub section: Option<String>,
    pub field: Option<String>,
    pub severity: FindingSeverity,
    pub text: String,
    pub due_on: Option<NaiveDate>,
}

/// What is done about a finding.
#[derive(Clone, Debug)]
pub struct Deed {
    pub kind: FindingActKind,
    /// The answer, or the reason.
    pub text: Option<String>,
    pub remedied: Option<bool>,
    /// The number of the submission an answer comes with.
    pub revision: Option<i32>,
}

impl Deed {
    /// What needs no more than words.
    #[must_use]
    pub fn plain(kind: FindingActKind, text: Option<String>) -> Self {
        Self {
            kind,
            text,
            remedied: None,
            revision: None,
        }
    }
}

/// What of a finding never changes, as it is attested when it is raised.
#[derive(Serialize)]
pub struct Raised<'f> {
    id: Uuid,
    subject_type: &'f str,
    subject_id: Uuid,
    unit_id: Uuid,
    revision: i32,
    section: Option<&'f str>,
    field: Option<&'f str>,
    severity: FindingSeverity,
    text: &'f str,
    due_on: Option<NaiveDate>,
    raised_by: Uuid,
    raised_seat: Uuid,
    raised_unit: Uuid,
    raised_at: DateTime<Utc>,
}

impl<'f> From<&'f finding::Model> for Raised<'f> {
    fn from(row: &'f finding::Model) -> Self {
        Self {
            id: row.id,
            subject_type: &row.subject_type,
            subject_id: row.subject_id,
            unit_id: row.unit_id,
            revision: row.revision,
            section: row.section.as_deref(),
            field: row.field.as_deref(),
            severity: row.severity,
            text: &row.text,
            due_on: row.due_on,
            raised_by: row.raised_by,
            raised_seat: row.raised_seat,
            raised_unit: row.raised_unit,
            raised_at: row.raised_at,
        }
    }
}

/// Writes what was found, all in the name of one seat.
///
/// # Errors
/// The database's.
pub async fn raise(
    write: &Write,
    subject: Subject,
    seat: ActingSeat,
    found: Vec<Found>,
) -> Result<Vec<finding::Model>, Error> {
    let row = |found: Found| finding::Model {
        id: new_id(write.now),
        subject_type: subject.subject_type.to_owned(),
        subject_id: subject.id,
        unit_id: subject.unit,
        revision: subject.revision,
        section: found.section,
        field: found.field,
        severity: found.severity,
        text: found.text,
        due_on: found.due_on,
        state: FindingState::Open,
        raised_by: write.actor.account,
        raised_seat: seat.seat,
        raised_unit: seat.unit,
        raised_at: write.now,
        acknowledged_by: None,
        acknowledged_at: None,
        answered_in: None,
        reminded_at: None,
        version: 1,
    };
    let rows: Vec<finding::Model> = found.into_iter().map(row).collect();
    let (connection, now) = (write.connection(), write.now);
    insert_all(connection, rows.clone()).await?;
    let raised: Vec<Raised<'_>> = rows.iter().map(Raised::from).collect();
    let subjects: Vec<_> = raised
        .iter()
        .map(|row| subject_of(audit::SubjectType::Finding, row.id, row))
        .collect();
    audit::attest_all(connection, &subjects, now).await?;
    let deed = Deed::plain(FindingActKind::Raise, None);
    let acts: Vec<finding_act::Model> = rows.iter().map(|row| act_of(write, row.id, seat, &deed)).collect();
    keep_acts(write, acts).await?;
    Ok(rows)
}

/// Writes what was done about a finding, where it still stands as it was read.
///
/// # Errors
/// `WrongState` where it does not follow, `Required` and `TooLong` for its words, `StaleVersion`.
pub async fn act(
    write: &Write,
    finding: &finding::Model,
    seat: ActingSeat,
    deed: Deed,
) -> Result<finding::Model, Error> {
    let state = next(Some(finding.state), deed.kind).map_err(|_refused| wrong_state(finding.state))?;
    let deed = Deed {
        text: checked_text(finding.state, &deed)?,
        ..deed
    };
    let mut acted = finding.clone();
    acted.state = state;
    acted.answered_in = deed.revision.or(finding.answered_in);
    if deed.kind == FindingActKind::Acknowledge {
        // Nobody decides on whether it was noted, so that the version stays.
        acted.acknowledged_by = Some(write.actor.account);
        acted.acknowledged_at = Some(write.now);
    } else {
        acted.version += 1;
    }
    let written = finding::Entity::update_many()
        .set(acted.clone().into_active_model().reset_all())
        .filter(finding::Column::Id.eq(finding.id))
        .filter(finding::Column::Version.eq(finding.version))
        .filter(finding::Column::State.eq(finding.state))
        .exec(write.connection())
        .await?;
    if written.rows_affected != 1 {
        return Err(stale(finding).into());
    }
    keep_acts(write, vec![act_of(write, finding.id, seat, &deed)]).await?;
    Ok(acted)
}

/// That somebody read the finding as it is.
///
/// # Errors
/// `StaleVersion`.
pub fn check_version(finding: &finding::Model, expected: i32) -> Result<(), Refusal> {
    if finding.version == expected {
        Ok(())
    } else {
        Err(stale(finding))
    }
}

/// That there is no such finding, or none the caller may see.
#[must_use]
pub fn not_found() -> Refusal {
    Refusal::new(
        Code::NotFound,
        Text::new("Temuan tidak ditemukan.", "The finding was not found."),
    )
}

/// The words an act owes or may have.
fn checked_text(state: FindingState, deed: &Deed) -> Result<Option<String>, Refusal> {
    let (field, longest) = match deed.kind {
        FindingActKind::Raise | FindingActKind::Answer => ("text", LONGEST_TEXT),
        FindingActKind::Acknowledge | FindingActKind::Resolve | FindingActKind::Reopen => ("reason", LONGEST_REASON),
    };
    let given = deed.text.as_deref();
    if needs_text(Some(state), deed.kind) {
        return required(given.unwrap_or_default(), field, longest).map(Some);
    }
    optional(given, field, longest)
}

async fn keep_acts(write: &Write, acts: Vec<finding_act::Model>) -> Result<(), Error> {
    let subjects: Vec<_> = acts
        .iter()
        .map(|act| subject_of(audit::SubjectType::FindingAct, act.id, act))
        .collect();
    audit::attest_all(write.connection(), &subjects, write.now).await?;
    insert_all(write.connection(), acts).await
}

fn subject_of<'r, T: Serialize>(subject_type: audit::SubjectType, id: Uuid, row: &'r T) -> audit::Subject<'r, T> {
    audit::Subject { subject_type, id, row }
}

fn act_of(write: &Write, finding: Uuid, seat: ActingSeat, deed: &Deed) -> finding_act::Model {
    finding_act::Model {
        id: new_id(write.now),
        finding_id: finding,
        kind: deed.kind,
        text: deed.text.clone(),
        remedied: deed.remedied,
        revision: deed.revision,
        account_id: write.actor.account,
        seat_id: seat.seat,
        unit_id: seat.unit,
        at: write.now,
    }
}

/// That an act does not follow from where a finding stands.
#[must_use]
pub fn wrong_state(state: FindingState) -> Refusal {
    let (id, en) = match state {
        FindingState::Open => ("masih menunggu jawaban", "still waiting for an answer"),
        FindingState::Answered => ("sudah dijawab", "answered"),
        FindingState::Resolved => ("sudah selesai", "resolved"),
    };
    let text = Text::new(
        format!("Temuan ini {id}; perintah tersebut tidak dapat dilakukan sekarang."),
        format!("This finding is {en}; the command does not follow from there."),
    );
    Refusal::new(Code::WrongState, text)
}

/// Somebody did something about the finding since the caller read it.
fn stale(finding: &finding::Model) -> Refusal {
    let text = Text::new(
        "Temuan ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This finding has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, finding.version)
}
