//! E-mail: written in the transaction of what it tells of, sealed, and sent afterwards ([`sending`]).
use chrono::{DateTime, Utc};
use entity::mail;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{clock::new_id, db::insert_all, error::Error, identity::vault::Vault};

mod query;
pub mod sending;
pub mod transport;

/// What a sealed mail is bound to in the vault, before its id.
const CONTEXT: &str = "mail:";

/// What waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Item {
    /// As it stands.
    Letter(Letter),
    /// As it stands, until a moment after which it is of no use to anybody.
    Perishable { letter: Letter, until: DateTime<Utc> },
    /// The copy of a notice, for whose mail it is: what it says, and whether that may still be told, is found out when it is sent.
    Notice { notice: Uuid },
    /// Somebody asked to set a new password for the account of this address. Whether there is one is found out when it
    /// is sent, so that asking takes the same work for every address.
    PasswordReset { email: String },
}

impl Item {
    /// The address it is for, where that is known before it is sent.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Letter(letter) | Self::Perishable { letter, until: _ } => Some(&letter.to),
            Self::PasswordReset { email } => Some(email),
            Self::Notice { notice: _ } => None,
        }
    }
}

/// An e-mail in plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// Writes a mail, in the transaction of what it tells of. `account` is whose mail it is, where it is somebody's with one.
///
/// # Errors
/// The database's, and the vault's.
pub async fn post(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    account: Option<Uuid>,
    item: &Item,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    insert_all(connection, vec![sealed(vault, account, item, now)?]).await
}

/// Writes letters to people without an account, in few statements.
///
/// # Errors
/// As [`post`].
pub async fn post_all(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    items: &[Item],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let rows: Result<Vec<_>, Error> = items.iter().map(|item| sealed(vault, None, item, now)).collect();
    insert_all(connection, rows?).await
}

fn sealed(vault: &Vault, account: Option<Uuid>, item: &Item, now: DateTime<Utc>) -> Result<mail::Model, Error> {
    let id = new_id(now);
    Ok(mail::Model {
        id,
        content: content(vault, id, item)?,
        account_id: account,
        created_at: now,
        attempts: 0,
        next_attempt_at: now,
    })
}

fn content(vault: &Vault, id: Uuid, item: &Item) -> Result<Vec<u8>, Error> {
    let text = serde_json::to_vec(item).map_err(Error::internal)?;
    vault.seal(&format!("{CONTEXT}{id}"), &text).map_err(Error::internal)
}

/// Puts something else into the place of what waits, in the transaction of what that tells of.
///
/// # Errors
/// As [`post`]; and when another sender has done so, or has done with it.
pub async fn replace(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    waiting: &mail::Model,
    item: &Item,
) -> Result<(), Error> {
    let replaced = mail::Entity::update_many()
        .col_expr(mail::Column::Content, Expr::value(content(vault, waiting.id, item)?))
        .filter(mail::Column::Id.eq(waiting.id))
        .filter(mail::Column::Content.eq(waiting.content.clone()))
        .exec(connection)
        .await?;
    if replaced.rows_affected == 0 {
        return Err(Error::internal("an e-mail that another sender has taken over"));
    }
    Ok(())
}

/// Opens what was written by [`post`].
///
/// # Errors
/// When its key is gone.
pub fn open(vault: &Vault, row: &mail::Model) -> Result<Item, Error> {
    let text = vault
        .open(&format!("{CONTEXT}{}", row.id), &row.content)
        .map_err(Error::internal)?;
    serde_json::from_slice(&text).map_err(Error::internal)
}
