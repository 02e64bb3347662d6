//! What reports ask for, and the rounds in which they do.
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use entity::{cycle, enums, template};

use super::field::ReportSection;
use crate::{
    graphql::{
        context::Ask,
        id::Kind,
        scalars::{Date, DateTime},
    },
    report::catalogue,
    territory::graphql::Tier,
};

/// What span of time a cycle asks about.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::PeriodKind")]
pub enum PeriodKind {
    /// A month.
    Monthly,
    /// A quarter.
    Quarterly,
    /// A year.
    Annual,
    /// A stage of an election, told at its end.
    StageFinal,
    /// Anything else.
    AdHoc,
}

pub struct ReportTemplate(pub Arc<template::Model>);

/// What a report asks for, and the way it takes. A version never changes.
#[Object]
impl ReportTemplate {
    /// The global id of this version.
    pub async fn id(&self) -> ID {
        Kind::ReportTemplate.id(self.0.id)
    }

    /// A stable name that all its versions share.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Which version this is, from 1 up.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The tiers whose units write it.
    async fn author_tiers(&self) -> Vec<Tier> {
        self.0.route.authors.iter().copied().map(Tier::from).collect()
    }

    /// The tiers that endorse it on its way up; of these, those above the author's.
    async fn endorsing_tiers(&self) -> Vec<Tier> {
        self.0.route.endorsers.iter().copied().map(Tier::from).collect()
    }

    /// The tier that has the last word. `RI` receives by handover; a lower tier accepts by endorsing.
    async fn terminal_tier(&self) -> Tier {
        self.0.route.terminal.into()
    }

    /// What it asks, in order.
    async fn sections(&self) -> Vec<ReportSection> {
        self.0.sections.0.iter().cloned().map(ReportSection::from).collect()
    }
}

pub struct ReportCycle(pub Arc<cycle::Model>);

/// One round of a template.
#[Object]
impl ReportCycle {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::ReportCycle.id(self.0.id)
    }

    /// A stable name.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The template version it asks for.
    async fn template(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportTemplate> {
        let template = catalogue::template(&ctx.request().services, self.0.template_id).await?;
        Ok(ReportTemplate(template))
    }

    /// What span of time it asks about.
    async fn period_kind(&self) -> PeriodKind {
        self.0.period_kind.into()
    }

    /// The first day of the period.
    async fn period_start(&self) -> Date {
        Date(self.0.period_start)
    }

    /// The last day of the period.
    async fn period_end(&self) -> Date {
        Date(self.0.period_end)
    }

    /// The day whose tree its reports are counted by.
    async fn tree_date(&self) -> Date {
        Date(self.0.tree_date)
    }

    /// When reports may be started.
    async fn opens_at(&self) -> DateTime {
        DateTime(self.0.opens_at)
    }

    /// Until when they are due; a later one is late, not refused.
    async fn due_at(&self) -> DateTime {
        DateTime(self.0.due_at)
    }

    /// The zone in which the due moment was stated, an IANA name.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// When it was closed; null while reports may still be started.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }
}
