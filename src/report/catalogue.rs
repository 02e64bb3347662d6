//! Templates and rounds, in memory: they are few, change seldom, and every report names one of each. A process takes over
//! what another has changed within half a second; what a command is decided on it reads in its own transaction.
use std::{collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;
use entity::{cycle, cycle_passing, election_stage, enums::TemplateStatus, pulse, template};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::query;
use crate::{error::Error, services::Services};

/// The pulse that counts changes of templates and rounds.
pub(super) const CATALOGUE_PULSE: &str = "catalogue";

/// Every template version and round, as of a version.
#[derive(Debug, Default)]
pub struct Catalogue {
    pub version: i64,
    templates: HashMap<Uuid, Arc<template::Model>>,
    cycles: HashMap<Uuid, Arc<cycle::Model>>,
    stages: HashMap<Uuid, Arc<election_stage::Model>>,
    /// By round, then by the unit that passed it on.
    passings: HashMap<Uuid, HashMap<Uuid, Arc<cycle_passing::Model>>>,
}

/// What a catalogue is made of.
pub struct Rows {
    pub version: i64,
    pub templates: Vec<template::Model>,
    pub cycles: Vec<cycle::Model>,
    pub stages: Vec<election_stage::Model>,
    pub passings: Vec<cycle_passing::Model>,
}

impl Catalogue {
    #[must_use]
    pub fn new(rows: Rows) -> Self {
        let mut passings: HashMap<Uuid, HashMap<Uuid, Arc<cycle_passing::Model>>> = HashMap::new();
        for passing in rows.passings {
            let of_cycle = passings.entry(passing.cycle_id).or_default();
            of_cycle.insert(passing.unit_id, Arc::new(passing));
        }
        Self {
            version: rows.version,
            templates: rows.templates.into_iter().map(|row| (row.id, Arc::new(row))).collect(),
            cycles: rows.cycles.into_iter().map(|row| (row.id, Arc::new(row))).collect(),
            stages: rows.stages.into_iter().map(|row| (row.id, Arc::new(row))).collect(),
            passings,
        }
    }

    #[must_use]
    pub fn template(&self, id: Uuid) -> Option<&Arc<template::Model>> {
        self.templates.get(&id)
    }

    /// A version of a template by the names a submission keeps.
    #[must_use]
    pub fn template_version(&self, code: &str, version: i32) -> Option<&Arc<template::Model>> {
        let mut templates = self.templates.values();
        templates.find(|template| template.code == code && template.version == version)
    }

    /// The newest version of a template by which can be asked.
    #[must_use]
    pub fn newest_published(&self, code: &str) -> Option<&Arc<template::Model>> {
        let published =
            |template: &&Arc<template::Model>| template.code == code && template.status == TemplateStatus::Published;
        let versions = self.templates.values().filter(published);
        versions.max_by_key(|template| template.version)
    }

    #[must_use]
    pub fn cycle(&self, id: Uuid) -> Option<&Arc<cycle::Model>> {
        self.cycles.get(&id)
    }

    #[must_use]
    pub fn stage(&self, id: Uuid) -> Option<&Arc<election_stage::Model>> {
        self.stages.get(&id)
    }

    /// How a unit passed a round on, if it did.
    #[must_use]
    pub fn passing(&self, cycle: Uuid, unit: Uuid) -> Option<&Arc<cycle_passing::Model>> {
        self.passings.get(&cycle)?.get(&unit)
    }

    /// How a round was passed on, by whom.
    pub fn passings(&self, cycle: Uuid) -> impl Iterator<Item = &Arc<cycle_passing::Model>> {
        self.passings.get(&cycle).into_iter().flat_map(HashMap::values)
    }

    /// By code, then version.
    #[must_use]
    pub fn templates(&self) -> Vec<&Arc<template::Model>> {
        let mut templates: Vec<_> = self.templates.values().collect();
        templates.sort_by(|left, right| (&left.code, left.version).cmp(&(&right.code, right.version)));
        templates
    }

    /// By due moment, then code.
    #[must_use]
    pub fn cycles(&self) -> Vec<&Arc<cycle::Model>> {
        let mut cycles: Vec<_> = self.cycles.values().collect();
        cycles.sort_by(|left, right| (left.due_at, &left.code).cmp(&(right.due_at, &right.code)));
        cycles
    }

    /// By first day, then code.
    #[must_use]
    pub fn stages(&self) -> Vec<&Arc<election_stage::Model>> {
        let mut stages: Vec<_> = self.stages.values().collect();
        stages.sort_by(|left, right| (left.starts_on, &left.code).cmp(&(right.starts_on, &right.code)));
        stages
    }
}

/// The catalogue of this process, replaced as a whole.
#[derive(Debug, Default)]
pub struct Current(ArcSwap<Catalogue>);

impl Current {
    #[must_use]
    pub fn new(catalogue: Catalogue) -> Self {
        Self(ArcSwap::from_pointee(catalogue))
    }

    /// What is known now: take it once per request.
    #[must_use]
    pub fn load(&self) -> Arc<Catalogue> {
        self.0.load_full()
    }

    fn replace(&self, catalogue: Catalogue) -> Arc<Catalogue> {
        let newer = Arc::new(catalogue);
        self.0.rcu(|current| {
            if current.version <= newer.version {
                Arc::clone(&newer)
            } else {
                Arc::clone(current)
            }
        });
        self.load()
    }
}

/// Tells every process that templates or rounds changed. Part of each transaction that changes them; its row lock makes
/// those one after the other.
///
/// # Errors
/// The database's.
pub async fn bump(connection: &impl ConnectionTrait) -> Result<(), Error> {
    pulse::Entity::update_many()
        .col_expr(pulse::Column::Version, Expr::cust("version + 1"))
        .filter(pulse::Column::Name.eq(CATALOGUE_PULSE))
        .exec(connection)
        .await?;
    Ok(())
}

/// Reads the catalogue again.
///
/// # Errors
/// The database's; the old one stays.
pub async fn reload(services: &Services) -> Result<Arc<Catalogue>, Error> {
    Ok(services
        .catalogue
        .replace(query::catalogue(services.db.reader()).await?))
}

/// Reads the catalogue again if another process has changed it.
///
/// # Errors
/// The database's; the old one stays.
pub async fn confirm(services: &Services) -> Result<(), Error> {
    if query::catalogue_version(services.db.reader()).await? != services.catalogue.load().version {
        reload(services).await?;
    }
    Ok(())
}

/// The template of a record that was read. Another process may have published it a moment ago, so that what is not known
/// here is looked for once more.
///
/// # Errors
/// The database's.
pub async fn template(services: &Services, id: Uuid) -> Result<Arc<template::Model>, Error> {
    if let Some(known) = services.catalogue.load().template(id) {
        return Ok(Arc::clone(known));
    }
    let found = reload(services).await?.template(id).map(Arc::clone);
    found.ok_or_else(|| Error::internal("a record without its template"))
}

/// The round of a record that was read.
///
/// # Errors
/// The database's.
pub async fn cycle(services: &Services, id: Uuid) -> Result<Arc<cycle::Model>, Error> {
    if let Some(known) = services.catalogue.load().cycle(id) {
        return Ok(Arc::clone(known));
    }
    let found = reload(services).await?.cycle(id).map(Arc::clone);
    found.ok_or_else(|| Error::internal("a record without its round"))
}
