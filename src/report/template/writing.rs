//! How a template is written, and what publishing and retiring it leaves behind.
use chrono::{DateTime, Utc};
use entity::{
    enums::TemplateStatus,
    template::{self, Comparisons, Route, Sections},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit::{self, SubjectType},
    authz::ActingSeat,
    command::Write,
    error::{Error, Refusal},
    feed::Event,
    locale::Text,
};

/// The kind of event that publishing a template leaves in the feed.
pub const PUBLISHED: &str = "template.published";

/// The kind of event that retiring a template leaves in the feed.
pub const RETIRED: &str = "template.retired";

/// A publication as it is attested: everything that never changes again.
#[derive(Serialize)]
pub struct Publication<'a> {
    id: Uuid,
    code: &'a str,
    version: i32,
    name: &'a str,
    description: &'a str,
    owner_id: Uuid,
    route: &'a Route,
    sections: &'a Sections,
    comparisons: &'a Comparisons,
    published_by: Option<Uuid>,
    published_at: Option<DateTime<Utc>>,
}

impl<'a> Publication<'a> {
    #[must_use]
    pub fn of(template: &'a template::Model) -> Self {
        Self {
            id: template.id,
            code: &template.code,
            version: template.version,
            name: &template.name,
            description: &template.description,
            owner_id: template.owner_id,
            route: &template.route,
            sections: &template.sections,
            comparisons: &template.comparisons,
            published_by: template.published_by,
            published_at: template.published_at,
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
    pub fn of(template: &'a template::Model) -> Self {
        Self {
            id: template.id,
            retired_by: template.retired_by,
            retired_at: template.retired_at,
            retired_reason: template.retired_reason.as_deref(),
        }
    }
}

/// Leaves the traces of a template that was published.
pub(super) async fn tell_of_publication(
    write: &Write,
    template: &template::Model,
    by: ActingSeat,
) -> Result<(), Error> {
    let subject = audit::Subject {
        subject_type: SubjectType::TemplatePublication,
        id: template.id,
        row: &Publication::of(template),
    };
    write
        .leave_trace(event(PUBLISHED, template, by, write.now), subject)
        .await
}

/// Leaves the traces of a template that was retired.
pub(super) async fn tell_of_retirement(write: &Write, template: &template::Model, by: ActingSeat) -> Result<(), Error> {
    let subject = audit::Subject {
        subject_type: SubjectType::TemplateRetirement,
        id: template.id,
        row: &Retirement::of(template),
    };
    write
        .leave_trace(event(RETIRED, template, by, write.now), subject)
        .await
}

fn event(kind: &'static str, template: &template::Model, by: ActingSeat, at: DateTime<Utc>) -> Event {
    Event {
        kind,
        subject_type: "template",
        subject: template.id,
        unit: template.owner_id,
        payload: json!({
            "template": template.id,
            "code": template.code,
            "version": template.version,
            "name": template.name,
            "owner": template.owner_id,
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
    before: &template::Model,
    after: &template::Model,
) -> Result<(), Error> {
    let written = template::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(template::Column::Id.eq(before.id))
        .filter(template::Column::LockVersion.eq(before.lock_version))
        .filter(template::Column::Status.eq(before.status))
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
    before: &template::Model,
) -> Result<(), Error> {
    let deleted = template::Entity::delete_many()
        .filter(template::Column::Id.eq(before.id))
        .filter(template::Column::LockVersion.eq(before.lock_version))
        .filter(template::Column::Status.eq(TemplateStatus::Draft))
        .exec(connection)
        .await?;
    if deleted.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before))
    }
}

/// Somebody changed the template since the caller read it.
pub(super) fn stale(template: &template::Model) -> Error {
    let text = Text::new(
        "Templat ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This template has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, template.lock_version).into()
}
