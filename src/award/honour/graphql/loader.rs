//! Loads awards and their certificates, in one statement for all of a page.
use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{award, award_objection, certificate};
use uuid::Uuid;

use crate::{
    award::{
        graphql::loader::AwardLoader,
        honour::query::{self, Standing},
    },
    certificate::query as certificates,
    error::Error,
    page::{Page, Window},
};

/// An award, if the caller may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisibleAward(pub Uuid);

/// The certificate of an award, if the caller may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CertificateOf(pub Uuid);

impl Loader<VisibleAward> for AwardLoader {
    type Value = award::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VisibleAward]) -> Result<HashMap<VisibleAward, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::by_ids(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (VisibleAward(row.id), row)).collect())
    }
}

impl Loader<CertificateOf> for AwardLoader {
    type Value = certificate::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CertificateOf]) -> Result<HashMap<CertificateOf, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = certificates::of_subjects(self.services.db.reader(), actor, &ids).await?;
        let found = found.into_iter().map(|row| (CertificateOf(row.subject_id), row));
        Ok(found.collect())
    }
}

/// A page of the awards of an edition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AwardsOf {
    pub edition: Uuid,
    pub window: Window<Uuid>,
}

/// How many awards an edition has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CountOfAwards(pub Uuid);

/// A page of the objections in an edition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectionsIn {
    pub edition: Uuid,
    pub state: Standing,
    pub window: Window<Uuid>,
}

/// How many objections there are in an edition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountOfObjections {
    pub edition: Uuid,
    pub state: Standing,
}

/// What is asked alike of several editions: one statement for each way of asking, which is one for a field.
fn alike<K, W: Clone + Eq + Hash>(keys: &[K], of: impl Fn(&K) -> (Uuid, W)) -> HashMap<W, Vec<Uuid>> {
    let mut alike: HashMap<W, Vec<Uuid>> = HashMap::new();
    for key in keys {
        let (edition, way) = of(key);
        alike.entry(way).or_default().push(edition);
    }
    alike
}

impl Loader<AwardsOf> for AwardLoader {
    type Value = Page<award::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[AwardsOf]) -> Result<HashMap<AwardsOf, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let mut found = HashMap::new();
        for (window, editions) in alike(keys, |key| (key.edition, key.window.clone())) {
            let pages = query::pages(self.services.db.reader(), actor, &editions, &window).await?;
            let key = |edition| AwardsOf {
                edition,
                window: window.clone(),
            };
            found.extend(pages.into_iter().map(|(edition, page)| (key(edition), page)));
        }
        Ok(found)
    }
}

impl Loader<CountOfAwards> for AwardLoader {
    type Value = i64;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CountOfAwards]) -> Result<HashMap<CountOfAwards, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let counts = query::counts(self.services.db.reader(), actor, &ids).await?;
        Ok(counts
            .into_iter()
            .map(|(id, count)| (CountOfAwards(id), count))
            .collect())
    }
}

impl Loader<ObjectionsIn> for AwardLoader {
    type Value = Page<award_objection::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ObjectionsIn]) -> Result<HashMap<ObjectionsIn, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let mut found = HashMap::new();
        let ways = alike(keys, |key| (key.edition, (key.state.clone(), key.window.clone())));
        for ((state, window), editions) in ways {
            let pages = query::objections(self.services.db.reader(), actor, (&editions, &state), &window).await?;
            let key = |edition| ObjectionsIn {
                edition,
                state: state.clone(),
                window: window.clone(),
            };
            found.extend(pages.into_iter().map(|(edition, page)| (key(edition), page)));
        }
        Ok(found)
    }
}

impl Loader<CountOfObjections> for AwardLoader {
    type Value = i64;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CountOfObjections]) -> Result<HashMap<CountOfObjections, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let mut found = HashMap::new();
        for (state, editions) in alike(keys, |key| (key.edition, key.state.clone())) {
            let counts = query::count_objections(self.services.db.reader(), actor, (&editions, &state)).await?;
            let key = |edition| CountOfObjections {
                edition,
                state: state.clone(),
            };
            found.extend(counts.into_iter().map(|(edition, count)| (key(edition), count)));
        }
        Ok(found)
    }
}
