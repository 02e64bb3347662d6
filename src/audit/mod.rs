//! What happened leaves a trace that cannot be altered unseen, and can still be erased.
//!
//! A leaf commits to the canonical JSON of an audited row under a random salt: whoever has the row and the salt can prove
//! it, and once the salt is destroyed the commitment says nothing about anybody. The sequencer links the leaves into a
//! [`chain`]; whether rows, leaves and chain are what they were is looked at by `auditor`.
use chrono::{DateTime, Utc};
use entity::audit_leaf;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{clock::new_id, db::insert_all, error::Error};

pub mod chain;
mod query;
mod subject_type;

pub use subject_type::SubjectType;

/// A row to be attested: its type, its key and all it says.
pub struct Subject<'a, T: Serialize> {
    pub subject_type: SubjectType,
    pub id: Uuid,
    pub row: &'a T,
}

/// Canonical JSON (RFC 8785).
///
/// # Errors
/// When the value has no JSON form, which none of ours lacks.
pub fn canonical_json(value: &impl Serialize) -> Result<String, Error> {
    serde_json_canonicalizer::to_string(value).map_err(Error::internal)
}

/// SHA-256 of the salt followed by the canonical JSON.
#[must_use]
pub fn commitment(salt: &[u8], canonical: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(salt)
        .chain_update(canonical)
        .finalize()
        .into()
}

/// Writes the leaf of a row, in the transaction that writes the row.
///
/// # Errors
/// The database's.
pub async fn attest<T: Serialize>(
    connection: &impl ConnectionTrait,
    subject: Subject<'_, T>,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    attest_all(connection, &[subject], at).await
}

/// Writes the leaves of rows in few statements.
///
/// # Errors
/// The database's.
pub async fn attest_all<T: Serialize>(
    connection: &impl ConnectionTrait,
    subjects: &[Subject<'_, T>],
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let leaf = |subject: &Subject<'_, T>| {
        let salt: [u8; 16] = rand::random();
        Ok(audit_leaf::Model {
            id: new_id(at),
            subject_type: subject.subject_type.word().to_owned(),
            subject_id: subject.id,
            commitment: commitment(&salt, &canonical_json(subject.row)?).to_vec(),
            salt: Some(salt.to_vec()),
            at,
            position: None,
            link: None,
        })
    };
    let leaves: Result<Vec<_>, Error> = subjects.iter().map(leaf).collect();
    insert_all(connection, leaves?).await
}
