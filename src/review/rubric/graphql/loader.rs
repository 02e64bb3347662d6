//! Batches of what hangs on rubrics: one statement for a whole page.
use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::rubric;

use crate::{error::Error, review::rubric::query, services::Services, session::Actor};

/// Loads what the caller may see of rubrics.
pub struct RubricLoader {
    pub services: Arc<Services>,
    /// None: nobody is signed in.
    pub actor: Option<Actor>,
}

/// The versions of the rubric with a code, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VersionsOf(pub String);

impl Loader<VersionsOf> for RubricLoader {
    type Value = Vec<rubric::Model>;
    /// One that can be given to every field that waited for the batch.
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VersionsOf]) -> Result<HashMap<VersionsOf, Self::Value>, Self::Error> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let codes: Vec<&str> = keys.iter().map(|key| key.0.as_str()).collect();
        let found = query::visible_versions(self.services.db.reader(), actor, &codes).await?;
        Ok(found.into_iter().map(|(code, rows)| (VersionsOf(code), rows)).collect())
    }
}
