//! Reads of accounts, sessions and tokens.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; every read is by a key the caller had to know"
)]
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{access_token, account, refresh_token, service_account, session};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::Credential;
use crate::error::Error;

/// The form under which an e-mail address is unique.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The account of an e-mail address.
///
/// # Errors
/// The database's.
pub async fn account_by_email(connection: &impl ConnectionTrait, email: &str) -> Result<Option<account::Model>, Error> {
    Ok(account::Entity::find()
        .filter(account::Column::EmailKey.eq(email_key(email)))
        .one(connection)
        .await?)
}

/// Whether what somebody proved themselves by still holds: a session or token that has neither ended nor run out, of a
/// program that has not ended.
///
/// # Errors
/// The database's.
pub async fn still_holds(
    connection: &impl ConnectionTrait,
    credential: Credential,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    match credential {
        Credential::Session(id) => {
            let session = session::Entity::find_by_id(id).one(connection).await?;
            Ok(session.is_some_and(|session| session.ended_at.is_none() && session.expires_at > now))
        }
        Credential::Token { token, program } => {
            let program = service_account::Entity::find_by_id(program).one(connection).await?;
            let token = access_token::Entity::find_by_id(token).one(connection).await?;
            Ok(program.is_some_and(|program| program.ended_at.is_none())
                && token.is_some_and(|token| token.revoked_at.is_none() && token.expires_at > now))
        }
    }
}

/// When and from where tokens were used last, of those that were.
///
/// # Errors
/// The database's.
pub async fn last_uses(
    connection: &impl ConnectionTrait,
    tokens: &[Uuid],
) -> Result<HashMap<Uuid, (DateTime<Utc>, Option<String>)>, Error> {
    let used: Vec<(Uuid, DateTime<Utc>, Option<String>)> = access_token::Entity::find()
        .select_only()
        .column(access_token::Column::Id)
        .column(access_token::Column::LastUsedAt)
        .column(access_token::Column::LastUsedAddress)
        .filter(access_token::Column::Id.is_in(tokens.iter().copied()))
        .filter(access_token::Column::LastUsedAt.is_not_null())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(used.into_iter().map(|(id, at, from)| (id, (at, from))).collect())
}

/// A refresh token with its session, locked against a rival use.
///
/// # Errors
/// The database's.
pub async fn refresh_token(
    connection: &impl ConnectionTrait,
    hash: [u8; 32],
) -> Result<Option<(refresh_token::Model, session::Model)>, Error> {
    let Some(token) = refresh_token::Entity::find_by_id(hash.to_vec())
        .lock_exclusive()
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    let session = session::Entity::find_by_id(token.session_id)
        .lock_exclusive()
        .one(connection)
        .await?;
    Ok(session.map(|session| (token, session)))
}

/// The sessions of an account that have not ended.
///
/// # Errors
/// The database's.
pub async fn open_sessions(connection: &impl ConnectionTrait, account: Uuid) -> Result<Vec<Uuid>, Error> {
    let open = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::EndedAt.is_null());
    Ok(open.into_tuple().all(connection).await?)
}

/// The sessions that ended since a moment.
///
/// # Errors
/// The database's.
pub async fn ended_since(connection: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<HashSet<Uuid>, Error> {
    let ended: Vec<Uuid> = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(session::Column::EndedAt.gte(since))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ended.into_iter().collect())
}

/// Forgets the refresh tokens of sessions that ran out before a moment. The sessions themselves stay, as history.
///
/// # Errors
/// The database's.
pub async fn forget_tokens(connection: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, Error> {
    let run_out = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(session::Column::ExpiresAt.lt(before));
    let forgotten = refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::SessionId.in_subquery(run_out.into_query()))
        .exec(connection)
        .await?;
    Ok(forgotten.rows_affected)
}

/// How many accounts there are.
///
/// # Errors
/// The database's.
pub async fn account_count(connection: &impl ConnectionTrait) -> Result<u64, Error> {
    Ok(account::Entity::find().count(connection).await?)
}
