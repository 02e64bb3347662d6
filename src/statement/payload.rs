//! What signed texts have in common.
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{audit::chain, digest::hexadecimal, error::Error, territory::directory::Directory};

/// A unit as it was called when the text was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub id: Uuid,
    pub code: String,
    pub name: String,
}

/// A link of the audit's chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub position: i64,
    pub link: String,
}

/// What a text is and is not, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub id: String,
    pub en: String,
}

/// A moment as it is written in the text: RFC 3339 in UTC.
#[must_use]
pub fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A unit in the words of the directory of this moment.
///
/// # Errors
/// Where it is not in the directory, which holds all that ever were.
pub fn unit(directory: &Directory, id: Uuid) -> Result<Unit, Error> {
    let unit = directory.tree.get(id);
    let unit = unit.ok_or_else(|| Error::internal("a statement about a unit that is not in the directory"))?;
    Ok(Unit {
        id,
        code: unit.code.clone(),
        name: unit.name.clone(),
    })
}

/// The last link of the audit's chain.
///
/// # Errors
/// The database's.
pub async fn sealed_head(connection: &impl ConnectionTrait) -> Result<Option<Head>, Error> {
    let head = chain::sealed_head(connection).await?;
    Ok(head.map(|head| Head {
        position: head.position,
        link: hexadecimal(&head.link),
    }))
}
