//! Templates and cycles, in memory: they are few, never change once made, and every report names one of each.
use std::collections::HashMap;

use entity::{cycle, template};
use uuid::Uuid;

/// Every template version and cycle, as of the start of the process.
#[derive(Debug, Default)]
pub struct Catalogue {
    templates: HashMap<Uuid, template::Model>,
    cycles: HashMap<Uuid, cycle::Model>,
}

impl Catalogue {
    #[must_use]
    pub fn new(templates: Vec<template::Model>, cycles: Vec<cycle::Model>) -> Self {
        Self {
            templates: templates.into_iter().map(|template| (template.id, template)).collect(),
            cycles: cycles.into_iter().map(|cycle| (cycle.id, cycle)).collect(),
        }
    }

    #[must_use]
    pub fn template(&self, id: Uuid) -> Option<&template::Model> {
        self.templates.get(&id)
    }

    #[must_use]
    pub fn cycle(&self, id: Uuid) -> Option<&cycle::Model> {
        self.cycles.get(&id)
    }

    /// By code, then version.
    #[must_use]
    pub fn templates(&self) -> Vec<&template::Model> {
        let mut templates: Vec<_> = self.templates.values().collect();
        templates.sort_by(|left, right| (&left.code, left.version).cmp(&(&right.code, right.version)));
        templates
    }

    /// By due moment, then code.
    #[must_use]
    pub fn cycles(&self) -> Vec<&cycle::Model> {
        let mut cycles: Vec<_> = self.cycles.values().collect();
        cycles.sort_by(|left, right| (left.due_at, &left.code).cmp(&(right.due_at, &right.code)));
        cycles
    }
}
