//! Loads what belongs to entries the caller has been shown, in one statement for all of a page.
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_graphql::dataloader::Loader;
use entity::{award_category, award_entry, award_link, award_revision};
use uuid::Uuid;

use crate::{
    award::{
        entry::query,
        graphql::loader::AwardLoader,
        indicator::{Wants, record::Facts, records},
        query as editions,
    },
    error::Error,
};

/// An entry, if the caller may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisibleEntry(pub Uuid);

/// The links of an entry as it is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinksOf(pub Uuid);

/// The files an entry holds while it is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FilesOf(pub Uuid);

/// A submission, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Revision(pub Uuid);

/// Everything that was submitted of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RevisionsOf(pub Uuid);

/// What a unit fulfils of the rules of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FactsOf {
    pub edition: Uuid,
    pub category: Uuid,
    pub unit: Uuid,
}

impl Loader<VisibleEntry> for AwardLoader {
    type Value = award_entry::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VisibleEntry]) -> Result<HashMap<VisibleEntry, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::by_ids(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (VisibleEntry(row.id), row)).collect())
    }
}

impl Loader<LinksOf> for AwardLoader {
    type Value = Vec<award_link::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[LinksOf]) -> Result<HashMap<LinksOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut links: HashMap<LinksOf, Self::Value> = HashMap::new();
        for row in query::links(self.services.db.reader(), &ids).await? {
            links.entry(LinksOf(row.entry_id)).or_default().push(row);
        }
        Ok(links)
    }
}

impl Loader<FilesOf> for AwardLoader {
    type Value = Vec<Uuid>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[FilesOf]) -> Result<HashMap<FilesOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::files(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|(id, files)| (FilesOf(id), files)).collect())
    }
}

impl Loader<Revision> for AwardLoader {
    type Value = award_revision::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Revision]) -> Result<HashMap<Revision, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::revisions(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|row| (Revision(row.id), row)).collect())
    }
}

impl Loader<RevisionsOf> for AwardLoader {
    type Value = Vec<award_revision::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[RevisionsOf]) -> Result<HashMap<RevisionsOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut revisions: HashMap<RevisionsOf, Self::Value> = HashMap::new();
        for row in query::revisions_of(self.services.db.reader(), &ids).await? {
            revisions.entry(RevisionsOf(row.entry_id)).or_default().push(row);
        }
        Ok(revisions)
    }
}

impl Loader<FactsOf> for AwardLoader {
    type Value = Facts;
    type Error = Arc<Error>;

    /// The statements are as many for each edition of the page, whatever the number of entries.
    async fn load(&self, keys: &[FactsOf]) -> Result<HashMap<FactsOf, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let connection = self.services.db.reader();
        let mut by_edition: BTreeMap<Uuid, Vec<FactsOf>> = BTreeMap::new();
        for key in keys {
            by_edition.entry(key.edition).or_default().push(*key);
        }
        let ids: Vec<Uuid> = by_edition.keys().copied().collect();
        let categories: Vec<Uuid> = keys.iter().map(|key| key.category).collect();
        let categories = editions::categories_by_id(connection, actor, &categories).await?;
        let mut facts = HashMap::new();
        for edition in editions::by_ids(connection, actor, &ids).await? {
            let asked = by_edition.remove(&edition.id).unwrap_or_default();
            let of_this = |category: &&award_category::Model| category.edition_id == edition.id;
            let wants = categories
                .iter()
                .filter(of_this)
                .fold(Wants::default(), Wants::and_eligibility);
            let units: Vec<Uuid> = asked.iter().map(|key| key.unit).collect();
            let records = records(connection, &edition, &wants, &units, self.services.clock.now()).await?;
            for key in asked {
                if let Some(record) = records.get(&key.unit) {
                    facts.insert(key, record.facts());
                }
            }
        }
        Ok(facts)
    }
}
