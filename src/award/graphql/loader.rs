//! Loads what belongs to editions of awards the caller has been shown, in one statement for all of a page.
use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{award_act, award_category, award_edition, rubric};
use uuid::Uuid;

use crate::{award::query, error::Error, review::rubric::query as rubrics, services::Services, session::Actor};

pub struct AwardLoader {
    pub services: Arc<Services>,
    /// None: nobody is signed in.
    pub actor: Option<Actor>,
}

/// An edition, if the caller may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisibleEdition(pub Uuid);

/// A category, if the caller may know of its edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisibleCategory(pub Uuid);

/// The categories of an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CategoriesOf(pub Uuid);

/// A rubric that the caller may know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisibleRubric(pub Uuid);

/// What was done to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ActsOn(pub Uuid);

impl Loader<VisibleEdition> for AwardLoader {
    type Value = award_edition::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VisibleEdition]) -> Result<HashMap<VisibleEdition, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::by_ids(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (VisibleEdition(row.id), row)).collect())
    }
}

impl Loader<VisibleCategory> for AwardLoader {
    type Value = award_category::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VisibleCategory]) -> Result<HashMap<VisibleCategory, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::categories_by_id(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (VisibleCategory(row.id), row)).collect())
    }
}

impl Loader<CategoriesOf> for AwardLoader {
    type Value = Vec<award_category::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CategoriesOf]) -> Result<HashMap<CategoriesOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<CategoriesOf, Self::Value> = HashMap::new();
        for row in query::categories(self.services.db.reader(), &ids).await? {
            found.entry(CategoriesOf(row.edition_id)).or_default().push(row);
        }
        Ok(found)
    }
}

impl Loader<VisibleRubric> for AwardLoader {
    type Value = rubric::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VisibleRubric]) -> Result<HashMap<VisibleRubric, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = rubrics::by_ids(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (VisibleRubric(row.id), row)).collect())
    }
}

impl Loader<ActsOn> for AwardLoader {
    type Value = Vec<award_act::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ActsOn]) -> Result<HashMap<ActsOn, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::acts(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|(id, acts)| (ActsOn(id), acts)).collect())
    }
}
