//! Who was shown whose contact data: noted while a request is carried out, written before its answer is sent.
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use entity::contact_read;
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::{clock::new_id, error::Error, services::Services};

pub mod query;

/// Rows in one INSERT: SQLite binds at most 32,766 values in a statement.
const BATCH: usize = 1000;

/// The people whose contact data one request has come upon, each once.
#[derive(Default)]
pub struct ContactsRead(Mutex<BTreeSet<Uuid>>);

impl ContactsRead {
    /// A person's contact data goes into the answer. That is nobody's business where it is one's own.
    pub fn note(&self, reader: Uuid, subject: Uuid) {
        if reader != subject {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(subject);
        }
    }

    /// Writes down what was noted; nothing is asked of the database where nothing was.
    ///
    /// # Errors
    /// The database's: then the answer may not be given.
    pub async fn write(&self, services: &Services, reader: Uuid, request_id: &str) -> Result<(), Error> {
        let subjects = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if subjects.is_empty() {
            return Ok(());
        }
        let now = services.clock.now();
        let rows: Vec<_> = subjects
            .into_iter()
            .map(|subject_id| contact_read::Model {
                id: new_id(now),
                reader_id: reader,
                subject_id,
                request_id: request_id.to_owned(),
                at: now,
            })
            .map(IntoActiveModel::into_active_model)
            .collect();
        let transaction = services.db.begin().await?;
        for batch in rows.chunks(BATCH) {
            contact_read::Entity::insert_many(batch.to_vec())
                .exec_without_returning(transaction.connection())
                .await?;
        }
        transaction.commit().await
    }
}
