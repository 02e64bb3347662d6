//! The sessions of an account: looked at and ended.
use chrono::{DateTime, Utc};
use entity::session;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{Credential, query};
use crate::{error::Error, services::Services, session::Session};

/// Ends one of the actor's own sessions. Ending one twice is no error.
///
/// # Errors
/// `NotFound` for what is none of the actor's.
pub async fn revoke(session: &Session, id: Uuid) -> Result<(), Error> {
    let transaction = session.services.db.begin().await?;
    let connection = transaction.connection();
    if !query::owns_session(connection, session.actor.account, id).await? {
        return Err(Error::not_found("session"));
    }
    end(connection, &[id], session.now()).await?;
    transaction.commit().await?;
    session.services.identity.revocations.add(id);
    Ok(())
}

/// Ends every session of the actor, or every other one.
///
/// # Errors
/// The database's.
pub async fn revoke_all(session: &Session, but_this: bool) -> Result<(), Error> {
    let transaction = session.services.db.begin().await?;
    let but = current(session).filter(|_id| but_this);
    let ended = end_all(transaction.connection(), session.actor.account, but, session.now()).await?;
    transaction.commit().await?;
    forget(&session.services, ended);
    Ok(())
}

/// The session this request came by, where it came by one.
#[must_use]
pub fn current(session: &Session) -> Option<Uuid> {
    match session.actor.credential {
        Credential::Session(id) => Some(id),
        Credential::Token { .. } => None,
    }
}

/// Ends the open sessions of an account, one perhaps excepted, and gives them, to be told to [`forget`] once that is durable.
///
/// # Errors
/// The database's.
pub async fn end_all(
    connection: &impl ConnectionTrait,
    account: Uuid,
    but: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, Error> {
    let mut open = query::open_sessions(connection, account).await?;
    open.retain(|id| Some(*id) != but);
    end(connection, &open, now).await?;
    Ok(open)
}

/// Stops accepting the access tokens of sessions here at once; other processes read it from the database.
pub fn forget(services: &Services, ended: Vec<Uuid>) {
    services.identity.revocations.add_all(ended);
}

/// Ends sessions that are open.
///
/// # Errors
/// The database's.
pub(super) async fn end(connection: &impl ConnectionTrait, ids: &[Uuid], now: DateTime<Utc>) -> Result<(), Error> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .filter(session::Column::Id.is_in(ids.iter().copied()))
        .filter(session::Column::EndedAt.is_null())
        .exec(connection)
        .await?;
    Ok(())
}
