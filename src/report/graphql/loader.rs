//! Batches of what hangs on reports: one statement per kind for a whole page, however many reports it holds.
use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{draft, revision, transition};
use uuid::Uuid;

use crate::{error::Error, report::query, services::Services};

/// Loads by report or revision id what the caller may read because the report was already shown.
pub struct ReportLoader(pub Arc<Services>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RevisionId(pub Uuid);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DraftOf(pub Uuid);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HistoryOf(pub Uuid);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HandoverOf(pub Uuid);

/// An error that can be given to every field that waited for the batch.
type Shared = Arc<Error>;

fn rekeyed<K: std::hash::Hash + Eq, V>(found: HashMap<Uuid, V>, key: impl Fn(Uuid) -> K) -> HashMap<K, V> {
    found.into_iter().map(|(id, value)| (key(id), value)).collect()
}

impl Loader<RevisionId> for ReportLoader {
    type Value = revision::Model;
    type Error = Shared;

    async fn load(&self, keys: &[RevisionId]) -> Result<HashMap<RevisionId, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(query::revisions(self.0.db.reader(), &ids).await?, RevisionId))
    }
}

impl Loader<DraftOf> for ReportLoader {
    type Value = draft::Model;
    type Error = Shared;

    async fn load(&self, keys: &[DraftOf]) -> Result<HashMap<DraftOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(query::drafts(self.0.db.reader(), &ids).await?, DraftOf))
    }
}

impl Loader<HistoryOf> for ReportLoader {
    type Value = Vec<transition::Model>;
    type Error = Shared;

    async fn load(&self, keys: &[HistoryOf]) -> Result<HashMap<HistoryOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(query::histories(self.0.db.reader(), &ids).await?, HistoryOf))
    }
}

impl Loader<HandoverOf> for ReportLoader {
    type Value = query::Handover;
    type Error = Shared;

    async fn load(&self, keys: &[HandoverOf]) -> Result<HashMap<HandoverOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(
            query::handovers_in_force(self.0.db.reader(), &ids).await?,
            HandoverOf,
        ))
    }
}
