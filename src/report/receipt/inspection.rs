//! Whether every receipt verifies by the key that is kept for it, and whether there is one to sign the next.
use std::{collections::HashMap, path::Path};

use chrono::{DateTime, Utc};
use entity::receipt_key;
use uuid::Uuid;

use super::{query, verification::signed};
use crate::{
    db::Db,
    error::Error,
    identity::{keys::TokenKeys, query::receipt_keys, receipt_key as keys},
};

/// What was found.
pub struct Inspection {
    pub receipts: usize,
    /// What is wrong, a sentence each.
    pub faults: Vec<String>,
}

/// Looks at the keys in the folder, at those that are kept, and at every receipt. Changes nothing.
///
/// # Errors
/// The database's.
pub async fn inspect(db: &Db, folder: &Path, now: DateTime<Utc>) -> Result<Inspection, Error> {
    let connection = db.reader();
    let known = receipt_keys(connection).await?;
    let mut faults = match TokenKeys::load_for_receipts(folder) {
        Ok(held) => keys::faults(held, &known, now),
        Err(error) => vec![error.to_string()],
    };
    let known: HashMap<&str, &receipt_key::Model> = known.iter().map(|key| (key.kid.as_str(), key)).collect();
    let (mut receipts, mut after) = (0, Uuid::nil());
    loop {
        let rows = query::after(connection, after).await?;
        let Some(last) = rows.last() else {
            return Ok(Inspection { receipts, faults });
        };
        (receipts, after) = (receipts + rows.len(), last.id);
        for row in &rows {
            match known.get(row.kid.as_str()) {
                None => faults.push(format!(
                    "receipt {} was signed by {}, which is not kept",
                    row.id, row.kid
                )),
                Some(key) if signed(row, key).is_none() => faults.push(format!("receipt {} does not verify", row.id)),
                Some(_key) => {}
            }
        }
    }
}
