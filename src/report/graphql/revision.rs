//! What a unit writes, and what it has submitted.
use std::sync::Arc;

use async_graphql::{Context, Object, dataloader::DataLoader};
use entity::{draft, revision, template};
use uuid::Uuid;

use super::{
    answer::{ReportAnswer, shown},
    citation::{Citations, ReportCitation, ReportCitationConnection},
    loader::{CitedBy, ReportLoader, RevisionId, VisibleReport, VisibleReports},
};
use crate::{
    graphql::{
        context::Ask,
        page::Arguments,
        problem::of_field,
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

    /// The submissions of units beneath that it rests on, by code of the unit: those of reports that you may see.
    async fn citations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ReportCitationConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        Ok(self.cited(ctx).await?.page(&arguments)?)
    }

    /// How many more submissions it rests on, of reports that you may not see.
    async fn hidden_citation_count(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(self.cited(ctx).await?.hidden_count())
    }
}

impl ReportRevision {
    async fn cited(&self, ctx: &Context<'_>) -> async_graphql::Result<Citations> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let found = loader.load_one(CitedBy(self.row.id)).await.map_err(of_field)?;
        let pinned: Vec<_> = found
            .iter()
            .flatten()
            .map(|citation| (citation.cited_revision_id, citation.cited_report_id))
            .collect();
        Citations::of(ctx, &pinned).await
    }
}

/// The working text of a report.
pub struct ReportDraft {
    template: Arc<template::Model>,
    row: draft::Model,
}

impl ReportDraft {
    /// The draft as the answers to its template.
    #[must_use]
    pub fn new(template: Arc<template::Model>, row: draft::Model) -> Self {
        Self { template, row }
    }
}

/// The working text of a report. Its own unit's alone.
#[Object]
impl ReportDraft {
    /// One per field of the template, in order; the value is null where nothing was answered yet.
    async fn answers(&self) -> Vec<ReportAnswer> {
        shown(&self.template, &self.row.answers)
    }

    /// When it was last saved.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }

    /// The earlier submission of the unit whose answers it began with; null where it began empty.
    async fn prefilled_from(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReportRevision>> {
        earlier(ctx, self.row.prefilled_from?).await
    }

    /// What the next submission will cite, by code of the unit: submissions of reports that you may see.
    async fn citations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ReportCitationConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        Ok(Citations::of_draft(ctx, &self.row.cites.0).await?.page(&arguments)?)
    }

    /// How many more submissions it cites, of reports that you may not see.
    async fn hidden_citation_count(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(Citations::of_draft(ctx, &self.row.cites.0).await?.hidden_count())
    }

    /// Whether it cites a submission that is no longer in force, as far as you may see: cite the report again.
    async fn is_recap_stale(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let cited = Citations::of_draft(ctx, &self.row.cites.0).await?.shown;
        Ok(cited.iter().any(ReportCitation::is_replaced))
    }
}

/// A submission by id, where the viewer may see its report.
async fn earlier(ctx: &Context<'_>, id: Uuid) -> Option<async_graphql::Result<ReportRevision>> {
    let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
    let row = match loader.load_one(RevisionId(id)).await.map_err(of_field).transpose()? {
        Ok(row) => row,
        Err(error) => return Some(Err(error)),
    };
    let reports = ctx.data_unchecked::<DataLoader<VisibleReports>>();
    let report = reports.load_one(VisibleReport(row.report_id)).await.map_err(of_field);
    let template = report.transpose()?.map(|report| report.template_id);
    Some(template.map(|template| ReportRevision { row, template }))
}
