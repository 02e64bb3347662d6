//! The submissions of a round that somebody may see, page by page. Which there are is looked up once; each page is read with
//! the rights of its own moment, so that a session that ends or a scope that shrinks tells on what has not been read yet.
use std::{sync::Arc, vec};

use entity::{cycle, report, template};
use uuid::Uuid;

use super::{
    query::{self, NOT_STANDING},
    record::Record,
};
use crate::{
    error::Error,
    identity,
    report::{catalogue, cycle::sight, query as reports},
    session::Session,
};

/// So many submissions are read at once.
pub const PAGE: usize = 200;

/// A reading under way.
pub struct Reading {
    pub session: Session,
    pub cycle: Arc<cycle::Model>,
    /// The version of the template that the round asks for.
    pub template: Arc<template::Model>,
    left: vec::IntoIter<Uuid>,
}

impl Reading {
    /// Looks up what there is to read, in the order of the units' codes: who lies beneath a unit comes after it.
    ///
    /// # Errors
    /// `NotFound` for a round that is absent or hidden; the database's.
    pub async fn begin(session: Session, cycle: Uuid) -> Result<Self, Error> {
        let services = Arc::clone(&session.services);
        let cycle = services.catalogue.load().cycle(cycle).map(Arc::clone);
        let cycle = cycle.ok_or_else(sight::not_found)?;
        check_sight(&session, &cycle)?;
        let template = catalogue::template(&services, cycle.template_id).await?;
        let mut found = query::standing(services.db.reader(), &session.actor, cycle.id).await?;
        let tree = &session.actor.directory.tree;
        found.sort_by_cached_key(|(report, unit)| (tree.get(*unit).map(|unit| unit.code.clone()), *report));
        let ids: Vec<Uuid> = found.into_iter().map(|(report, _unit)| report).collect();
        Ok(Self {
            session,
            cycle,
            template,
            left: ids.into_iter(),
        })
    }

    /// The next page; None when all is read. What has been taken back since, or lies outside the scope by now, is left out, so
    /// that a page may be short.
    ///
    /// # Errors
    /// `Unauthenticated` once the session has ended, `NotFound` once the round is hidden; the database's.
    pub async fn next(&mut self) -> Result<Option<Vec<Record>>, Error> {
        let ids: Vec<Uuid> = self.left.by_ref().take(PAGE).collect();
        if ids.is_empty() {
            return Ok(None);
        }
        self.session = identity::service::carried_on(&self.session).await?;
        check_sight(&self.session, &self.cycle)?;
        let connection = self.session.services.db.reader();
        let mut page = reports::by_ids(connection, &self.session.actor, &ids).await?;
        page.retain(|report| !NOT_STANDING.contains(&report.status));
        let place = |report: &report::Model| ids.iter().position(|id| *id == report.id);
        page.sort_by_cached_key(place);
        self.whole(page).await.map(Some)
    }

    /// Reports with what was submitted and what was owed.
    async fn whole(&self, page: Vec<report::Model>) -> Result<Vec<Record>, Error> {
        let connection = self.session.services.db.reader();
        let revisions: Vec<Uuid> = page.iter().filter_map(|report| report.revision_id).collect();
        let revisions = reports::revisions(connection, &revisions).await?;
        let units: Vec<Uuid> = page.iter().map(|report| report.unit_id).collect();
        let owed = query::owed(connection, self.cycle.id, &units).await?;
        let directory = Arc::clone(&self.session.actor.directory);
        let record = move |report: report::Model| {
            let unit = directory.tree.get(report.unit_id);
            let unit = unit.ok_or_else(|| Error::internal("a report without its unit"))?;
            let revision = report.revision_id.and_then(|id| revisions.get(&id));
            let revision = revision.ok_or_else(|| Error::internal("a report without its submission"))?;
            let owed = owed.get(&report.unit_id).cloned();
            Record::new(report, unit, revision, owed)
        };
        aside(move || page.into_iter().map(record).collect()).await
    }
}

/// Does what keeps a processor or the disk busy on a thread for such work: the longest pages have megabytes.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

fn check_sight(session: &Session, cycle: &cycle::Model) -> Result<(), Error> {
    if sight::is_visible(&session.actor, cycle.owner_id) {
        Ok(())
    } else {
        Err(sight::not_found().into())
    }
}
