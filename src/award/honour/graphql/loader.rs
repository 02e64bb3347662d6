//! Loads awards and their certificates, in one statement for all of a page.
use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{award, certificate};
use uuid::Uuid;

use crate::{
    award::{graphql::loader::AwardLoader, honour::query},
    certificate::query as certificates,
    error::Error,
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
