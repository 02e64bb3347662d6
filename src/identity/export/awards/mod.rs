//! What a person had to do with awards, as it is told to the person.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    award, award_act, award_entry, award_objection,
    enums::{AwardActKind, AwardHonour, AwardObjectionState},
};
use serde::Serialize;
use uuid::Uuid;

use self::query::Rows;

pub mod query;

/// What the person had to do with awards.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Awards {
    drafted: Vec<Uuid>,
    /// Entries of the person.
    entered: Vec<Entered>,
    entries_made: Vec<Uuid>,
    entries_submitted: Vec<Uuid>,
    revisions: Vec<Submitted>,
    acts: Vec<Act>,
    /// The juries the person is or was part of.
    judges: Vec<Uuid>,
    jurors_appointed: Vec<Uuid>,
    lists_reckoned: Vec<Uuid>,
    lists_ratified: Vec<Uuid>,
    honours: Vec<Honour>,
    objections: Vec<Objection>,
    objections_decided: Vec<Uuid>,
}

/// An entry of the person.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entered {
    id: Uuid,
    category: Uuid,
    unit: Uuid,
    title: Option<String>,
    statement: Option<String>,
    submitted_at: Option<DateTime<Utc>>,
}

impl From<&award_entry::Model> for Entered {
    fn from(row: &award_entry::Model) -> Self {
        Self {
            id: row.id,
            category: row.category_id,
            unit: row.unit_id,
            title: row.title.clone(),
            statement: row.statement.clone(),
            submitted_at: row.submitted_at,
        }
    }
}

/// What the person submitted of an entry.
#[derive(Serialize)]
struct Submitted {
    entry: Uuid,
    number: i32,
    sha256: String,
}

/// What the person did to an edition of awards, or to what belongs to it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Act {
    kind: AwardActKind,
    edition: Uuid,
    about: String,
    id: Uuid,
    reason: Option<String>,
    from_seat: Uuid,
    at: DateTime<Utc>,
}

impl From<award_act::Model> for Act {
    fn from(row: award_act::Model) -> Self {
        Self {
            kind: row.kind,
            edition: row.edition_id,
            about: row.about_type,
            id: row.about_id,
            reason: row.reason,
            from_seat: row.seat_id,
            at: row.at,
        }
    }
}

/// An award of the person.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Honour {
    id: Uuid,
    edition: Uuid,
    category: Uuid,
    honour: AwardHonour,
    place: Option<i32>,
    announced_on: NaiveDate,
    revoked_at: Option<DateTime<Utc>>,
    revoked_because: Option<String>,
}

impl From<award::Model> for Honour {
    fn from(row: award::Model) -> Self {
        Self {
            id: row.id,
            edition: row.edition_id,
            category: row.category_id,
            honour: row.honour,
            place: row.place,
            announced_on: row.announced_on,
            revoked_at: row.revoked_at,
            revoked_because: row.revoked_because,
        }
    }
}

/// What the person objected to for a unit.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Objection {
    id: Uuid,
    unit: Uuid,
    reason: String,
    state: AwardObjectionState,
    answer: Option<String>,
    filed_at: DateTime<Utc>,
}

impl From<&award_objection::Model> for Objection {
    fn from(row: &award_objection::Model) -> Self {
        Self {
            id: row.id,
            unit: row.unit_id,
            reason: row.reason.clone(),
            state: row.state,
            answer: row.answer.clone(),
            filed_at: row.filed_at,
        }
    }
}

impl Awards {
    /// What of these rows is about or by one person.
    #[must_use]
    pub fn of(id: Uuid, rows: Rows) -> Self {
        let entries = |is: fn(&award_entry::Model, Uuid) -> bool| {
            let of_person = rows.entries.iter().filter(move |row| is(row, id));
            of_person.map(|row| row.id).collect()
        };
        let entered = rows.entries.iter().filter(|row| row.account_id == Some(id));
        let judges = rows.jurors.iter().filter(|row| row.account_id == id);
        let appointed = rows.jurors.iter().filter(|row| row.appointed_by == id);
        let reckoned = rows.lists.iter().filter(|row| row.computed_by == id);
        let ratified = rows.lists.iter().filter(|row| row.ratified_by == Some(id));
        let filed = rows.objections.iter().filter(|row| row.filed_by == id);
        let decided = rows.objections.iter().filter(|row| row.decided_by == Some(id));
        Self {
            drafted: rows.editions.iter().map(|row| row.id).collect(),
            entered: entered.map(Into::into).collect(),
            entries_made: entries(|row, id| row.created_by == id),
            entries_submitted: entries(|row, id| row.submitted_by == Some(id)),
            revisions: rows
                .revisions
                .into_iter()
                .map(|row| Submitted {
                    entry: row.entry_id,
                    number: row.number,
                    sha256: row.sha256,
                })
                .collect(),
            acts: rows.acts.into_iter().map(Into::into).collect(),
            judges: judges.map(|row| row.panel_id).collect(),
            jurors_appointed: appointed.map(|row| row.id).collect(),
            lists_reckoned: reckoned.map(|row| row.id).collect(),
            lists_ratified: ratified.map(|row| row.id).collect(),
            honours: rows.awards.into_iter().map(Into::into).collect(),
            objections: filed.map(Into::into).collect(),
            objections_decided: decided.map(|row| row.id).collect(),
        }
    }
}
