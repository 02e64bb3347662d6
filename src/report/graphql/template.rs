//! What reports ask for.
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::{enums, template};

use super::{
    answer::AnswerInput, field::ReportSection, template_change::TemplateChange, template_input::ReportComparator,
    writing::ReportProblem,
};
use crate::{
    graphql::{context::Ask, id::Kind, scalars::DateTime},
    report::template::{
        availability::{Command, check, is_visible},
        diff::diff,
        faults::faults,
        trial,
    },
    review::rubric::{graphql::types::Rubric, query as rubrics},
    territory::graphql::{Tier, Unit},
};

/// Where a version of a template stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::TemplateStatus")]
pub enum ReportTemplateStatus {
    /// It may still change, and nothing can be asked by it.
    Draft,
    /// It never changes again; rounds may ask by it.
    Published,
    /// No new round may ask by it; what was asked goes on.
    Retired,
}

/// What has to hold between two answers; where one is missing there is nothing to compare.
#[derive(SimpleObject)]
pub struct ReportComparison {
    /// What is compared.
    left: ReportOperand,
    /// How it has to stand to the other side.
    is: ReportComparator,
    /// What it is compared with.
    right: ReportOperand,
    /// What is said when it does not hold.
    message: String,
}

/// A number or a day in a report.
#[derive(SimpleObject)]
pub struct ReportOperand {
    /// The key of a field.
    field: String,
    /// Of a table, the column whose sum is meant; null where the field itself is.
    column: Option<String>,
}

impl From<template::Operand> for ReportOperand {
    fn from(operand: template::Operand) -> Self {
        Self {
            field: operand.field,
            column: operand.column,
        }
    }
}

impl From<template::Comparison> for ReportComparison {
    fn from(comparison: template::Comparison) -> Self {
        Self {
            left: comparison.left.into(),
            is: comparison.is.into(),
            right: comparison.right.into(),
            message: comparison.message,
        }
    }
}

#[derive(Clone)]
pub struct ReportTemplate(pub Arc<template::Model>);

impl From<template::Model> for ReportTemplate {
    fn from(row: template::Model) -> Self {
        Self(Arc::new(row))
    }
}

impl ReportTemplate {
    fn can(&self, ctx: &Context<'_>, command: Command) -> async_graphql::Result<bool> {
        Ok(check(&ctx.session()?.actor, &self.0, command, None).is_ok())
    }
}

/// A version of what reports are asked for, and the way they take. While it is a draft it belongs to the unit that makes it;
/// once published it never changes, and is known to that unit, to those beneath it and to those above it.
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

    /// Whether experts of RI review it before it is decided on.
    async fn experts_review(&self) -> bool {
        self.0.route.experts
    }

    /// How many experts have to complete their sheets before it is decided on; null where none review it.
    async fn review_quorum(&self) -> Option<i32> {
        let route = &self.0.route;
        route.experts.then(|| i32::try_from(route.quorum()).unwrap_or(i32::MAX))
    }

    /// The version of the rubric they score by; null where none review it.
    async fn rubric(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Rubric>> {
        let id = self.0.route.rubric?;
        let session = match ctx.session() {
            Ok(session) => session,
            Err(error) => return Some(Err(error.into())),
        };
        let found = rubrics::visible(session.services.db.reader(), &session.actor, id).await;
        found.map(|row| row.map(Rubric)).map_err(Into::into).transpose()
    }

    /// What it is for; may be empty.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// The unit whose template it is: those beneath may be asked by it.
    async fn owner(&self) -> Unit {
        Unit(self.0.owner_id)
    }

    /// Where this version stands.
    async fn status(&self) -> ReportTemplateStatus {
        self.0.status.into()
    }

    /// The lock counter: hand it back as `expectedVersion`, so that nobody decides on something that has changed.
    async fn lock_version(&self) -> i32 {
        self.0.lock_version
    }

    /// When the draft was made; null for what came with the installation.
    async fn created_at(&self) -> Option<DateTime> {
        self.0.created_at.map(DateTime)
    }

    /// When it was published; null while it is a draft, and for what came with the installation.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// When it was retired; null while it is not.
    async fn retired_at(&self) -> Option<DateTime> {
        self.0.retired_at.map(DateTime)
    }

    /// Why it was retired; null while it is not.
    async fn retired_reason(&self) -> Option<&str> {
        self.0.retired_reason.as_deref()
    }

    /// What it asks, in order.
    async fn sections(&self) -> Vec<ReportSection> {
        self.0.sections.0.iter().cloned().map(ReportSection::from).collect()
    }

    /// What has to hold between answers.
    async fn comparisons(&self) -> Vec<ReportComparison> {
        self.0
            .comparisons
            .0
            .iter()
            .cloned()
            .map(ReportComparison::from)
            .collect()
    }

    /// Everything that keeps the draft from being published, by the very checks that publishing runs; empty once it is
    /// published.
    async fn faults(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReportProblem>> {
        if self.0.status != enums::TemplateStatus::Draft {
            return Ok(Vec::new());
        }
        let directory = &ctx.session()?.actor.directory;
        let owner = directory.tree.get(self.0.owner_id);
        let found = owner.map(|owner| faults(&self.0, owner.tier)).unwrap_or_default();
        Ok(ReportProblem::told(found, ctx.request().language))
    }

    /// What would keep a report with these answers from being submitted, by the very checks that saving and submitting run.
    /// Nothing is kept: it is how a draft is tried before it is published.
    async fn problems(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answers of the imagined report. Files cannot be tried.")] answers: Vec<AnswerInput>,
    ) -> async_graphql::Result<Vec<ReportProblem>> {
        let given = answers
            .into_iter()
            .map(AnswerInput::resolve)
            .collect::<Result<_, _>>()?;
        Ok(ReportProblem::told(
            trial::problems(&self.0, given),
            ctx.request().language,
        ))
    }

    /// What this version asks otherwise than another one of the same template; null when there is no such version that you
    /// may see.
    async fn changes_since(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the other version, usually the one before.")] version: i32,
    ) -> Option<async_graphql::Result<Vec<TemplateChange>>> {
        let actor = match ctx.session() {
            Ok(session) => &session.actor,
            Err(error) => return Some(Err(error.into())),
        };
        let catalogue = ctx.request().services.catalogue.load();
        let other = catalogue.template_version(&self.0.code, version)?;
        if !is_visible(actor, other) {
            return None;
        }
        Some(Ok(diff(other, &self.0).into_iter().map(TemplateChange).collect()))
    }

    /// Whether you may change it now.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Command::Edit)
    }

    /// Whether you may publish it now, there being no `faults`.
    async fn viewer_can_publish(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Command::Publish)
    }

    /// Whether you may throw it away now.
    async fn viewer_can_discard(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Command::Discard)
    }

    /// Whether you may retire it now.
    async fn viewer_can_retire(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Command::Retire)
    }
}
