//! Whether every content that files have is there and is what its hash says. Everything is read through, so that what was
//! altered without leaving a trace in the folder shows, too.
use std::path::Path;

use super::{
    query,
    store::{Damage, Store},
};
use crate::{db::Db, error::Error};

/// What was found.
#[derive(Debug, Default)]
pub struct Inspection {
    pub files: i64,
    pub contents: usize,
    /// Hashes of contents that are not there.
    pub missing: Vec<String>,
    /// Hashes of contents that are something else.
    pub altered: Vec<String>,
}

/// Reads every content through. Changes nothing.
///
/// # Errors
/// The database's and the store's.
pub async fn inspect(db: &Db, folder: &Path) -> Result<Inspection, Error> {
    let mut inspection = Inspection::default();
    // Without the folder there is no content, and looking must not make it.
    let store = if folder.exists() {
        Some(Store::open(folder).map_err(Error::internal)?)
    } else {
        None
    };
    let mut after = String::new();
    loop {
        let used = query::used_after(db.reader(), &after).await?;
        let Some(last) = used.last() else { return Ok(inspection) };
        after.clone_from(&last.sha256);
        for content in used {
            inspection.files += content.files;
            inspection.contents += 1;
            let examined = match &store {
                Some(store) => store.examine(&content.sha256, content.size).await?.map(drop),
                None => Err(Damage::Missing),
            };
            match examined {
                Ok(()) => {}
                Err(Damage::Missing) => inspection.missing.push(content.sha256),
                Err(Damage::Altered) => inspection.altered.push(content.sha256),
            }
        }
    }
}
