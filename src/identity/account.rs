//! Closing an account and opening it again; a new password; another e-mail address.
use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use entity::{
    account,
    enums::{ActKind, CodePurpose},
    one_time_code,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    act::{self, Act},
    attempts::{Purpose, throttle},
    code::{code_hash, code_key, invalid_code, new_code},
    email::{checked_email, email_key},
    letters, query, reach, service, sessions, strength,
};
use crate::{
    command::{self, Begun, Write},
    db::is_taken,
    error::{Code, Error, Refusal},
    locale::Text,
    mail::{self, Item},
    session::Session,
};

/// How long the code for another e-mail address is good.
const EMAIL_CHANGE_HOURS: i64 = 24;

/// Closes a person's account, or opens it again.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Standing {
    pub account: Uuid,
    pub active: bool,
    pub seat: Option<Uuid>,
}

/// Closes an account: every session ends, and nobody signs in to it until it is opened again. Seats stay as they are.
/// Or opens it again. Gives the account.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnSeat`, `LastAdmin`; `WrongState` when it is so already or the person was erased.
pub async fn set_active(session: &Session, field: &str, name: &str, input: Standing) -> Result<Uuid, Error> {
    let write = match command::begin_on_directory(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(_) => return Ok(input.account),
    };
    let (actor, now) = (&write.actor, write.now);
    let by = reach::seat_over_person(actor, input.seat, input.account)?;
    if !input.active && reach::is_last_administrator(&actor.directory, input.account, actor.today) {
        return Err(reach::last_admin("account"));
    }
    let account = query::account_locked(write.connection(), input.account).await?;
    let account = account.ok_or_else(|| Error::not_found("account"))?;
    if account.erased_at.is_some() || account.deactivated_at.is_none() == input.active {
        let text = Text::new(
            "Akun ini sudah demikian adanya.",
            "The account is in that state already.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["account"]).into());
    }
    account::Entity::update_many()
        .col_expr(
            account::Column::DeactivatedAt,
            Expr::value((!input.active).then_some(now)),
        )
        .filter(account::Column::Id.eq(input.account))
        .exec(write.connection())
        .await?;
    let ended = if input.active {
        Vec::new()
    } else {
        sessions::end_all(write.connection(), input.account, None, now).await?
    };
    let act = Act {
        kind: if input.active {
            ActKind::AccountReactivated
        } else {
            ActKind::AccountDeactivated
        },
        by: actor.account,
        by_seat: Some(by.seat),
        ..Act::on_oneself(
            ActKind::AccountDeactivated,
            input.account,
            &actor.directory,
            actor.today,
        )
    };
    act::record(write.connection(), act, now).await?;
    write.commit(json!({})).await?;
    sessions::forget(&session.services, ended);
    Ok(input.account)
}

/// Sets another password, for who knows the old one. Every other session ends.
///
/// # Errors
/// `InvalidCredentials` at `currentPassword`; `WeakPassword`, `TooLong` at `newPassword`; `RateLimited`.
pub async fn change_password(
    session: &Session,
    field: &str,
    current: SecretString,
    new: SecretString,
    address: IpAddr,
) -> Result<(), Error> {
    let account = proven(session, current, "currentPassword", address).await?;
    let about = [account.name.as_str(), account.email.as_str()];
    let hash = strength::hashed(&session.services, new, &about, "newPassword").await?;
    // The passwords are no part of what a repetition is compared by: a fast hash of one is as good as the password.
    let write = match command::begin(session, field, "changePassword", &()).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(_) => return Ok(()),
    };
    set_password(write.connection(), &account, hash, write.now).await?;
    let but = sessions::current(session);
    let ended = sessions::end_all(write.connection(), account.id, but, write.now).await?;
    record_own(&write, ActKind::PasswordChanged, json!({})).await?;
    write.commit(json!({})).await?;
    sessions::forget(&session.services, ended);
    Ok(())
}

/// Writes a new password where the old one still stands.
pub(super) async fn set_password(
    connection: &impl ConnectionTrait,
    account: &account::Model,
    hash: String,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let written = account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(hash))
        .col_expr(account::Column::PasswordChangedAt, Expr::value(now))
        .filter(account::Column::Id.eq(account.id))
        .filter(account::Column::PasswordHash.eq(account.password_hash.clone()))
        .filter(account::Column::DeactivatedAt.is_null())
        .exec(connection)
        .await?;
    if written.rows_affected == 1 {
        return void_codes(connection, account.id).await;
    }
    let text = Text::new(
        "Kata sandi baru saja diganti dari tempat lain.",
        "The password was changed from elsewhere a moment ago.",
    );
    Err(Error::refused(Code::WrongState, text))
}

/// Takes back the codes that would still change the password or the address: they were made for an account as it was before.
async fn void_codes(connection: &impl ConnectionTrait, account: Uuid) -> Result<(), Error> {
    one_time_code::Entity::delete_many()
        .filter(one_time_code::Column::AccountId.eq(account))
        .filter(one_time_code::Column::UsedAt.is_null())
        .exec(connection)
        .await?;
    Ok(())
}

/// Asks for another e-mail address: a code is sent there. Whether another account has that address is not told.
///
/// # Errors
/// `InvalidCredentials` at `password`; `Invalid` at `newEmail`; `Unavailable` where no e-mail is sent; `RateLimited`.
pub async fn request_email_change(
    session: &Session,
    field: &str,
    new_email: &str,
    password: SecretString,
    address: IpAddr,
) -> Result<(), Error> {
    let services = &session.services;
    let settings = services.mail.as_ref().ok_or_else(unavailable)?;
    let new_email = checked_email(new_email, "newEmail")?;
    let account = proven(session, password, "password", address).await?;
    throttle(services, Purpose::PasswordReset, &email_key(&new_email), address).await?;
    let write = match command::begin(session, field, "requestEmailChange", &new_email).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(_) => return Ok(()),
    };
    let owner = query::account_by_email(write.connection(), &new_email).await?;
    let (code, hash) = new_code();
    let row = one_time_code::Model {
        code_hash: hash.to_vec(),
        account_id: account.id,
        purpose: CodePurpose::EmailChange,
        new_email: Some(new_email.clone()),
        created_at: write.now,
        expires_at: write.now + Duration::hours(EMAIL_CHANGE_HOURS),
        used_at: None,
        issued_by: None,
        issued_from: None,
    };
    row.into_active_model().insert(write.connection()).await?;
    // The same work either way; only the letter differs, and that is read by the owner of the address alone.
    let letter = if owner.is_some() {
        letters::email_taken(&new_email)
    } else {
        letters::email_change(settings, &new_email, &code)
    };
    let vault = &services.identity.vault;
    mail::post(
        write.connection(),
        vault,
        Some(account.id),
        &Item::Letter(letter),
        write.now,
    )
    .await?;
    write.commit(json!({})).await
}

/// Takes the new address over, for who has the code that was sent there and is signed in to the account.
///
/// # Errors
/// `InvalidCode`, whatever the reason; `RateLimited`.
pub async fn confirm_email_change(session: &Session, field: &str, code: &str, address: IpAddr) -> Result<(), Error> {
    let hash = code_hash(code);
    throttle(&session.services, Purpose::CodeRedemption, &code_key(&hash), address).await?;
    let write = match command::begin_on_directory(session, field, "confirmEmailChange", &hash).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(_) => return Ok(()),
    };
    let (connection, own, now) = (write.connection(), write.actor.account, write.now);
    let found = query::usable_code(connection, hash, CodePurpose::EmailChange, now).await?;
    let found = found.filter(|code| code.account_id == own).ok_or_else(invalid_code)?;
    let new_email = found.new_email.clone().ok_or_else(invalid_code)?;
    let old = query::account_locked(connection, own).await?.ok_or_else(invalid_code)?;
    use_code(connection, &found, now).await?;
    let changed = account::Entity::update_many()
        .col_expr(account::Column::Email, Expr::value(new_email.as_str()))
        .col_expr(account::Column::EmailKey, Expr::value(email_key(&new_email)))
        .filter(account::Column::Id.eq(own))
        .exec(connection)
        .await;
    changed.map_err(|error| if is_taken(&error) { invalid_code() } else { error.into() })?;
    void_codes(connection, own).await?;
    if session.services.mail.is_some() {
        let letter = Item::Letter(letters::email_changed(&old.email));
        mail::post(connection, &session.services.identity.vault, Some(own), &letter, now).await?;
    }
    record_own(
        &write,
        ActKind::EmailChanged,
        json!({ "from": old.email, "to": new_email }),
    )
    .await?;
    write.commit(json!({})).await
}

/// Spends a code, once.
pub(super) async fn use_code(
    connection: &impl ConnectionTrait,
    code: &one_time_code::Model,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let used = one_time_code::Entity::update_many()
        .col_expr(one_time_code::Column::UsedAt, Expr::value(now))
        .filter(one_time_code::Column::CodeHash.eq(code.code_hash.clone()))
        .filter(one_time_code::Column::UsedAt.is_null())
        .exec(connection)
        .await?;
    if used.rows_affected == 1 {
        Ok(())
    } else {
        Err(invalid_code())
    }
}

/// The actor's account, once the password has been given again: a session left open on a desk is not enough.
async fn proven(
    session: &Session,
    password: SecretString,
    field: &str,
    address: IpAddr,
) -> Result<account::Model, Error> {
    let person = session.actor.directory.person(session.actor.account);
    let email = person
        .map(|person| person.email.clone())
        .ok_or(Error::Unauthenticated)?;
    let account = service::prove(&session.services, &email, password, address).await;
    let account = account.map_err(|error| error.at(field))?;
    if account.id == session.actor.account {
        Ok(account)
    } else {
        Err(Error::Unauthenticated)
    }
}

async fn record_own(write: &Write, kind: ActKind, details: serde_json::Value) -> Result<(), Error> {
    let actor = &write.actor;
    let act = Act {
        details,
        ..Act::on_oneself(kind, actor.account, &actor.directory, actor.today)
    };
    act::record(write.connection(), act, write.now).await.map(drop)
}

/// That the operator has set up no mail server.
pub(super) fn unavailable() -> Error {
    let text = Text::new(
        "Server ini tidak mengirim e-mail; mintalah kode kepada administrator unit Anda.",
        "This server sends no e-mail; ask your unit's administrator for a code.",
    );
    Error::refused(Code::Unavailable, text)
}
