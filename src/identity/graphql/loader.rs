//! The uses of tokens, which are not part of the directory: one statement for all the tokens of an answer.
use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    error::Error,
    identity::{
        erasure::named::{Found, query::people_of},
        query,
    },
    services::Services,
};

/// Loads by its id what the caller may know because the token, or the proposal, was already shown.
pub struct UseLoader(pub Arc<Services>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LastUseOf(pub Uuid);

impl Loader<LastUseOf> for UseLoader {
    /// When, and from where.
    type Value = (DateTime<Utc>, Option<String>);
    type Error = Arc<Error>;

    async fn load(&self, keys: &[LastUseOf]) -> Result<HashMap<LastUseOf, Self::Value>, Self::Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::last_uses(self.0.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|(id, used)| (LastUseOf(id), used)).collect())
    }
}

/// Whom a proposal the caller has been shown would erase, of those without an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NamedIn(pub Uuid);

impl Loader<NamedIn> for UseLoader {
    type Value = Vec<Found>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[NamedIn]) -> Result<HashMap<NamedIn, Self::Value>, Self::Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = people_of(self.0.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|(id, people)| (NamedIn(id), people)).collect())
    }
}
