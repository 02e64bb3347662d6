//! What reports ask for.
use std::sync::Arc;

use async_graphql::{ID, Object};
use entity::template;

use super::field::ReportSection;
use crate::{graphql::id::Kind, territory::graphql::Tier};

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
