//! What belongs to awards, found by its global id.
use entity::{award, award_category, award_edition, award_entry, award_objection};
use uuid::Uuid;

use super::types::{AwardCategory, AwardEdition};
use crate::{
    award::{
        entry::{graphql::types::AwardEntry, query as entries},
        honour::{
            self,
            graphql::{objection::AwardObjection, types::Award},
        },
        query,
    },
    error::Error,
    graphql::{id::Kind, root::Node},
    session::Session,
};

/// What was found, one statement per kind that was asked for.
#[derive(Default)]
pub struct Found {
    editions: Vec<award_edition::Model>,
    categories: Vec<award_category::Model>,
    entries: Vec<award_entry::Model>,
    awards: Vec<award::Model>,
    objections: Vec<award_objection::Model>,
}

impl Found {
    /// Looks for what is wanted of each kind, as far as the session may know of it.
    ///
    /// # Errors
    /// The database's.
    pub async fn load(session: &Session, wanted: impl Fn(Kind) -> Vec<Uuid>) -> Result<Self, Error> {
        let (connection, actor) = (session.services.db.reader(), &session.actor);
        let mut found = Self::default();
        let editions = wanted(Kind::AwardEdition);
        if !editions.is_empty() {
            found.editions = query::by_ids(connection, actor, &editions).await?;
        }
        let categories = wanted(Kind::AwardCategory);
        if !categories.is_empty() {
            found.categories = query::categories_by_id(connection, actor, &categories).await?;
        }
        let entered = wanted(Kind::AwardEntry);
        if !entered.is_empty() {
            found.entries = entries::by_ids(connection, actor, &entered).await?;
        }
        let awards = wanted(Kind::Award);
        if !awards.is_empty() {
            found.awards = honour::query::by_ids(connection, actor, &awards).await?;
        }
        let objections = wanted(Kind::AwardObjection);
        if !objections.is_empty() {
            found.objections = honour::query::objections_by_id(connection, actor, &objections).await?;
        }
        Ok(found)
    }

    /// One edition.
    #[must_use]
    pub fn edition(&self, id: Uuid) -> Option<Node> {
        let row = self.editions.iter().find(|row| row.id == id)?;
        Some(AwardEdition::from(row.clone()).into())
    }

    /// One category.
    #[must_use]
    pub fn category(&self, id: Uuid) -> Option<Node> {
        let row = self.categories.iter().find(|row| row.id == id)?;
        Some(AwardCategory::from(row.clone()).into())
    }

    /// One entry.
    #[must_use]
    pub fn entry(&self, id: Uuid) -> Option<Node> {
        let row = self.entries.iter().find(|row| row.id == id)?;
        Some(AwardEntry::from(row.clone()).into())
    }

    /// One award.
    #[must_use]
    pub fn award(&self, id: Uuid) -> Option<Node> {
        let row = self.awards.iter().find(|row| row.id == id)?;
        Some(Award::from(row.clone()).into())
    }

    /// One objection.
    #[must_use]
    pub fn objection(&self, id: Uuid) -> Option<Node> {
        let row = self.objections.iter().find(|row| row.id == id)?;
        Some(AwardObjection::from(row.clone()).into())
    }
}
