//! Whether every certificate verifies by the key that is kept for it.
use std::collections::HashMap;

use entity::receipt_key;
use uuid::Uuid;

use super::{query, verification::signed};
use crate::{db::Db, error::Error, identity::query::receipt_keys};

/// What was found.
pub struct Inspection {
    pub certificates: usize,
    /// What is wrong, a sentence each.
    pub faults: Vec<String>,
}

/// Looks at every certificate. Changes nothing.
///
/// # Errors
/// The database's.
pub async fn inspect(db: &Db) -> Result<Inspection, Error> {
    let connection = db.reader();
    let known = receipt_keys(connection).await?;
    let known: HashMap<&str, &receipt_key::Model> = known.iter().map(|key| (key.kid.as_str(), key)).collect();
    let (mut certificates, mut after, mut faults) = (0, Uuid::nil(), Vec::new());
    loop {
        let rows = query::after(connection, after).await?;
        let Some(last) = rows.last() else {
            return Ok(Inspection { certificates, faults });
        };
        (certificates, after) = (certificates + rows.len(), last.id);
        for row in &rows {
            match known.get(row.kid.as_str()) {
                None => faults.push(format!(
                    "certificate {} was signed by {}, which is not kept",
                    row.id, row.kid
                )),
                Some(key) if signed(row, key).is_none() => {
                    faults.push(format!("certificate {} does not verify", row.id));
                }
                Some(_key) => {}
            }
        }
    }
}
