//! Reads of accounts, sessions and tokens.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; every read is by a key the caller had to know"
)]
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::{account, recovery_code, refresh_token, second_factor, session, throttle};
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

/// Whether what somebody proved themselves by still holds: a session that has neither ended nor run out.
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
    }
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

/// The authenticator app of an account, in force or not.
///
/// # Errors
/// The database's.
pub async fn second_factor(
    connection: &impl ConnectionTrait,
    account: Uuid,
) -> Result<Option<second_factor::Model>, Error> {
    Ok(second_factor::Entity::find_by_id(account).one(connection).await?)
}

/// How many recovery codes of an account were not used yet.
///
/// # Errors
/// The database's.
pub async fn recovery_codes_left(connection: &impl ConnectionTrait, account: Uuid) -> Result<u64, Error> {
    Ok(recovery_code::Entity::find()
        .filter(recovery_code::Column::AccountId.eq(account))
        .filter(recovery_code::Column::UsedAt.is_null())
        .count(connection)
        .await?)
}

/// How full a bucket of attempts is: when all of it is free again, microseconds of Unix time.
///
/// # Errors
/// The database's.
pub async fn attempts_full_at(connection: &impl ConnectionTrait, key: &[u8]) -> Result<Option<i64>, Error> {
    let bucket = throttle::Entity::find_by_id(key.to_vec()).one(connection).await?;
    Ok(bucket.map(|bucket| bucket.full_at))
}

/// How many accounts there are.
///
/// # Errors
/// The database's.
pub async fn account_count(connection: &impl ConnectionTrait) -> Result<u64, Error> {
    Ok(account::Entity::find().count(connection).await?)
}
