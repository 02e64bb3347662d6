//! How a rubric is written, and what publishing and retiring it leaves behind.
use chrono::{DateTime, Utc};
use entity::{
    enums::RubricStatus,
    rubric::{self, Criteria},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit,
    authz::ActingSeat,
    command::Write,
    error::{Error, Refusal},
    feed::Event,
    locale::Text,
};

/// The kind of event that publishing a rubric leaves in the feed.
pub const PUBLISHED: &str = "rubric.published";

/// The kind of event that retiring a rubric leaves in the feed.
pub const RETIRED: &str = "rubric.retired";

/// A publication as it is attested: everything that never changes again.
#[derive(Serialize)]
pub struct Publication<'a> {
    id: Uuid,
    code: &'a str,
    version: i32,
    name: &'a str,
    description: &'a str,
    owner_id: Uuid,
    criteria: &'a Criteria,
    published_by: Option<Uuid>,
    published_at: Option<DateTime<Utc>>,
}

impl<'a> Publication<'a> {
    #[must_use]
    pub fn of(rubric: &'a rubric::Model) -> Self {
        Self {
            id: rubric.id,
            code: &rubric.code,
            version: rubric.version,
            name: &rubric.name,
            description: &rubric.description,
            owner_id: rubric.owner_id,
            criteria: &rubric.criteria,
            published_by: rubric.published_by,
            published_at: rubric.published_at,
        }
    }
}

/// A retirement as it is attested.
#[derive(Serialize)]
pub struct Retirement<'a> {
    id: Uuid,
    retired_by: Option<Uuid>,
    retired_at: Option<DateTime<Utc>>,
    retired_reason: Option<&'a str>,
}

impl<'a> Retirement<'a> {
    #[must_use]
    pub fn of(rubric: &'a rubric::Model) -> Self {
        Self {
            id: rubric.id,
            retired_by: rubric.retired_by,
            retired_at: rubric.retired_at,
            retired_reason: rubric.retired_reason.as_deref(),
        }
    }
}

/// Leaves the traces of a rubric that was published.
pub(super) async fn tell_of_publication(write: &Write, rubric: &rubric::Model, by: ActingSeat) -> Result<(), Error> {
    let subject = audit::Subject {
        subject_type: audit::SubjectType::RubricPublication,
        id: rubric.id,
        row: &Publication::of(rubric),
    };
    write
        .leave_trace(event(PUBLISHED, rubric, by, write.now), subject)
        .await
}

/// Leaves the traces of a rubric that was retired.
pub(super) async fn tell_of_retirement(write: &Write, rubric: &rubric::Model, by: ActingSeat) -> Result<(), Error> {
    let subject = audit::Subject {
        subject_type: audit::SubjectType::RubricRetirement,
        id: rubric.id,
        row: &Retirement::of(rubric),
    };
    write.leave_trace(event(RETIRED, rubric, by, write.now), subject).await
}

fn event(kind: &'static str, rubric: &rubric::Model, by: ActingSeat, at: DateTime<Utc>) -> Event {
    Event {
        kind,
        subject_type: "rubric",
        subject: rubric.id,
        unit: rubric.owner_id,
        payload: json!({
            "rubric": rubric.id,
            "code": rubric.code,
            "version": rubric.version,
            "name": rubric.name,
            "owner": rubric.owner_id,
            "seat": by.seat,
            "at": at,
        }),
    }
}

/// Writes the new state where the old one still stands: the write repeats the condition it was decided on.
///
/// # Errors
/// `StaleVersion` when somebody was faster.
pub(super) async fn write_if_unchanged(
    connection: &impl ConnectionTrait,
    before: &rubric::Model,
    after: &rubric::Model,
) -> Result<(), Error> {
    let written = rubric::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(rubric::Column::Id.eq(before.id))
        .filter(rubric::Column::LockVersion.eq(before.lock_version))
        .filter(rubric::Column::Status.eq(before.status))
        .exec(connection)
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before))
    }
}

/// Takes a draft away where it still stands.
///
/// # Errors
/// `StaleVersion` when somebody was faster.
pub(super) async fn delete_if_unchanged(
    connection: &impl ConnectionTrait,
    before: &rubric::Model,
) -> Result<(), Error> {
    let deleted = rubric::Entity::delete_many()
        .filter(rubric::Column::Id.eq(before.id))
        .filter(rubric::Column::LockVersion.eq(before.lock_version))
        .filter(rubric::Column::Status.eq(RubricStatus::Draft))
        .exec(connection)
        .await?;
    if deleted.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before))
    }
}

/// Somebody changed the rubric since the caller read it.
pub(super) fn stale(rubric: &rubric::Model) -> Error {
    let text = Text::new(
        "Instrumen ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This rubric has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, rubric.lock_version).into()
}
