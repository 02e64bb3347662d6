//! What a unit writes, and what it has submitted.
use async_graphql::{Context, Object, SimpleObject};
use entity::{draft, revision, template};
use uuid::Uuid;

use super::answer::{ReportAnswer, shown};
use crate::{
    graphql::{
        context::Ask,
        scalars::{DateTime, Sha256},
    },
    identity::graphql::Account,
    report::{catalogue, revision::answers_of},
    territory::graphql::Seat,
};

pub struct ReportRevision {
    pub row: revision::Model,
    /// The template version the report is pinned to.
    pub template: Uuid,
}

/// A frozen submission: it never changes, whatever becomes of the report.
#[Object]
impl ReportRevision {
    /// Which submission of this report it is, from 1 up.
    async fn number(&self) -> i32 {
        self.row.number
    }

    /// When it was submitted.
    async fn submitted_at(&self) -> DateTime {
        DateTime(self.row.submitted_at)
    }

    /// The seat that submitted it.
    async fn submitted_from(&self) -> Seat {
        Seat(self.row.seat_id)
    }

    /// The person who submitted it; null when people of that unit are outside what you may see.
    async fn submitted_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.row.account_id)
    }

    /// SHA-256 over the bytes of `content`.
    async fn sha256(&self) -> Sha256 {
        Sha256(self.row.sha256.clone())
    }

    /// The submission as canonical JSON (RFC 8785): the very bytes that were hashed.
    async fn content(&self) -> &str {
        &self.row.content
    }

    /// The answers, in the order of the template.
    async fn answers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReportAnswer>> {
        let template = catalogue::template(&ctx.request().services, self.template).await?;
        Ok(shown(&template, &answers_of(&self.row.content)?))
    }
}

/// The working text of a report. Its own unit's alone.
#[derive(SimpleObject)]
pub struct ReportDraft {
    /// One per field of the template, in order; the value is null where nothing was answered yet.
    answers: Vec<ReportAnswer>,
    /// When it was last saved.
    updated_at: DateTime,
}

impl ReportDraft {
    /// The draft as the answers to its template.
    #[must_use]
    pub fn new(template: &template::Model, draft: &draft::Model) -> Self {
        Self {
            answers: shown(template, &draft.answers),
            updated_at: DateTime(draft.updated_at),
        }
    }
}
