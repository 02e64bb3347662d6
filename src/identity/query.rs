//! Reads of accounts, sessions and tokens.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; every read is by a key the caller had to know"
)]
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    access_token, account, administrative_act,
    enums::{ActKind, CodePurpose, Function},
    invitation, one_time_code, receipt_key, recovery_code, refresh_token, second_factor, service_account, session,
    throttle,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use uuid::Uuid;

use super::{Credential, email::email_key, reach};
use crate::{
    db::newest_first,
    error::Error,
    page::{Page, Window},
    session::Actor,
};

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

/// Whether a session is an account's, open or not.
///
/// # Errors
/// The database's.
pub async fn owns_session(connection: &impl ConnectionTrait, account: Uuid, id: Uuid) -> Result<bool, Error> {
    let session = session::Entity::find_by_id(id)
        .filter(session::Column::AccountId.eq(account))
        .one(connection)
        .await?;
    Ok(session.is_some())
}

/// The open sessions of an account, the one used last first.
///
/// # Errors
/// The database's.
pub async fn sessions_of(
    connection: &impl ConnectionTrait,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<session::Model>, Error> {
    Ok(session::Entity::find()
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .order_by_desc(session::Column::LastUsedAt)
        .order_by_desc(session::Column::Id)
        .all(connection)
        .await?)
}

/// An account by its id, locked against rival changes.
///
/// # Errors
/// The database's.
pub async fn account_locked(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<account::Model>, Error> {
    Ok(account::Entity::find_by_id(id).lock_exclusive().one(connection).await?)
}

/// The rows of accounts.
///
/// # Errors
/// The database's.
pub async fn accounts(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<account::Model>, Error> {
    Ok(account::Entity::find()
        .filter(account::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?)
}

/// The invitation of a code, while it is open.
///
/// # Errors
/// The database's.
pub async fn open_invitation(
    connection: &impl ConnectionTrait,
    code: [u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<invitation::Model>, Error> {
    Ok(invitation::Entity::find()
        .filter(invitation::Column::CodeHash.eq(code.to_vec()))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .one(connection)
        .await?)
}

/// The open invitations of some addresses.
///
/// # Errors
/// The database's.
pub async fn open_invitations_to(
    connection: &impl ConnectionTrait,
    keys: &[String],
) -> Result<Vec<invitation::Model>, Error> {
    Ok(invitation::Entity::find()
        .filter(invitation::Column::EmailKey.is_in(keys.iter().map(String::as_str)))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .all(connection)
        .await?)
}

/// The open invitations to a seat that would last beyond a day.
///
/// # Errors
/// The database's.
pub async fn open_invitations_outlasting(
    connection: &impl ConnectionTrait,
    seats: &[Uuid],
    day: NaiveDate,
) -> Result<Vec<invitation::Model>, Error> {
    let outlasts = Condition::any()
        .add(invitation::Column::ValidTo.is_null())
        .add(invitation::Column::ValidTo.gt(day));
    Ok(invitation::Entity::find()
        .filter(invitation::Column::SeatId.is_in(seats.iter().copied()))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(outlasts)
        .all(connection)
        .await?)
}

/// The invitations among some ids that the actor may see: those to seats the actor may fill.
///
/// # Errors
/// The database's.
pub async fn invitations_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<invitation::Model>, Error> {
    let found = invitation::Entity::find().filter(invitation::Column::Id.is_in(ids.iter().copied()));
    let found = found.all(connection).await?;
    Ok(found
        .into_iter()
        .filter(|row| reach::fills(actor, row.seat_id))
        .collect())
}

/// A code of a purpose that can still be used.
///
/// # Errors
/// The database's.
pub async fn usable_code(
    connection: &impl ConnectionTrait,
    hash: [u8; 32],
    purpose: CodePurpose,
    now: DateTime<Utc>,
) -> Result<Option<one_time_code::Model>, Error> {
    Ok(one_time_code::Entity::find_by_id(hash.to_vec())
        .filter(one_time_code::Column::Purpose.eq(purpose))
        .filter(one_time_code::Column::UsedAt.is_null())
        .filter(one_time_code::Column::ExpiresAt.gt(now))
        .one(connection)
        .await?)
}

/// How many codes for a new password were sent to an account by e-mail since a moment. Those of administrators are apart: they
/// pass them on themselves.
///
/// # Errors
/// The database's.
pub async fn codes_sent_since(
    connection: &impl ConnectionTrait,
    account: Uuid,
    since: DateTime<Utc>,
) -> Result<u64, Error> {
    Ok(one_time_code::Entity::find()
        .filter(one_time_code::Column::AccountId.eq(account))
        .filter(one_time_code::Column::Purpose.eq(CodePurpose::PasswordReset))
        .filter(one_time_code::Column::IssuedBy.is_null())
        .filter(one_time_code::Column::CreatedAt.gt(since))
        .count(connection)
        .await?)
}

/// Whether a person has used a code since a moment that somebody had issued.
///
/// # Errors
/// The database's.
pub async fn used_code_since(
    connection: &impl ConnectionTrait,
    issued_by: Uuid,
    account: Uuid,
    since: DateTime<Utc>,
) -> Result<bool, Error> {
    let used = one_time_code::Entity::find()
        .filter(one_time_code::Column::AccountId.eq(account))
        .filter(one_time_code::Column::IssuedBy.eq(issued_by))
        .filter(one_time_code::Column::UsedAt.gt(since))
        .count(connection)
        .await?;
    Ok(used > 0)
}

/// Whether somebody did something of a kind to a person since a moment.
///
/// # Errors
/// The database's.
pub async fn did_since(
    connection: &impl ConnectionTrait,
    by: Uuid,
    kind: ActKind,
    account: Uuid,
    since: DateTime<Utc>,
) -> Result<bool, Error> {
    let done = administrative_act::Entity::find()
        .filter(administrative_act::Column::AccountId.eq(account))
        .filter(administrative_act::Column::ByAccount.eq(by))
        .filter(administrative_act::Column::Kind.eq(kind))
        .filter(administrative_act::Column::At.gt(since))
        .count(connection)
        .await?;
    Ok(done > 0)
}

/// A page of the invitations to seats the actor may fill, the newest first, with how many there are where that is asked for.
///
/// # Errors
/// The database's.
pub async fn invitations(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    wanted: &InvitationsWanted,
    window: &Window<Uuid>,
) -> Result<Page<invitation::Model>, Error> {
    let select = invitations_in_scope(actor, wanted);
    newest_first(connection, select, invitation::Column::Id, window).await
}

/// How many invitations [`invitations`] runs through.
///
/// # Errors
/// The database's.
pub async fn invitation_count(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    wanted: &InvitationsWanted,
) -> Result<u64, Error> {
    Ok(invitations_in_scope(actor, wanted).count(connection).await?)
}

/// Which invitations are wanted.
#[derive(Clone, Debug)]
pub struct InvitationsWanted {
    pub now: DateTime<Utc>,
    /// Only those that are open, or only those that are not.
    pub open: Option<bool>,
}

fn invitations_in_scope(actor: &Actor, wanted: &InvitationsWanted) -> Select<invitation::Entity> {
    let select = invitation::Entity::find().filter(scope(actor));
    let open = Condition::all()
        .add(invitation::Column::AcceptedAt.is_null())
        .add(invitation::Column::RevokedAt.is_null())
        .add(invitation::Column::ExpiresAt.gt(wanted.now));
    match wanted.open {
        Some(true) => select.filter(open),
        Some(false) => select.filter(open.not()),
        None => select,
    }
}

/// The seats the actor may fill, as a condition on invitations: units by the functions filled there. The tree is in
/// memory, so its units are named; RI's administrators fill every seat and name none.
fn scope(actor: &Actor) -> Condition {
    let root = actor.directory.tree.root().id;
    let admins = actor.seats.iter().filter(|seat| seat.function == Function::Admin);
    let units: HashSet<Uuid> = admins.map(|seat| seat.unit).collect();
    if units.contains(&root) {
        return Condition::all();
    }
    let seats: Vec<Uuid> = units
        .iter()
        .flat_map(|unit| actor.directory.tree.scope(*unit))
        .flat_map(|top| actor.directory.tree.subtree(top.id))
        .flat_map(|unit| actor.directory.seats_ever(unit.id))
        .filter(|seat| reach::fills(actor, **seat))
        .copied()
        .collect();
    Condition::all().add(invitation::Column::SeatId.is_in(seats))
}

/// The public halves of every key that ever signed receipts, oldest first. They are for everybody.
///
/// # Errors
/// The database's.
pub async fn receipt_keys(connection: &impl ConnectionTrait) -> Result<Vec<receipt_key::Model>, Error> {
    Ok(receipt_key::Entity::find()
        .order_by_asc(receipt_key::Column::MadeAt)
        .order_by_asc(receipt_key::Column::Kid)
        .all(connection)
        .await?)
}
