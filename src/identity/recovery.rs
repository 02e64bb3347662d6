//! Getting back in: a new password by a code, and a lost second factor taken off.
//!
//! A code comes by e-mail, asked for by anybody, or from an administrator over all of the person's seats, and is worth no more
//! than that administrator's right when it is used. Nobody does both halves: who issued the code for a password does not take
//! off the second factor within a day of issuing it or of its use, nor the other way round.
use std::{net::IpAddr, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use entity::{
    enums::{ActKind, CodePurpose},
    one_time_code,
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    account::{set_password, unavailable, use_code},
    act::{self, Act},
    attempts::{Purpose, throttle},
    code::{code_hash, code_key, invalid_code, new_code},
    email::{checked_email, email_key},
    letters, query, reach, second_factor, sessions, strength,
};
use crate::{
    clock::day_in_jakarta,
    command::{self, Begun, Changes, Write},
    error::{Code, Error, Refusal},
    locale::Text,
    mail::{self, Item, Letter},
    services::Services,
    session::Session,
    territory::directory::Directory,
};

/// How long a code that was sent by e-mail is good.
const SENT_CODE_HOURS: i64 = 1;

/// How many codes are sent to one person within that time.
const SENT_CODES: u64 = 3;

/// How long a code from an administrator is good.
pub const ISSUED_CODE_HOURS: i64 = 24;

/// For how long the two halves of an account may not be reset by one person.
const HALVES_APART_HOURS: i64 = 24;

/// A code an administrator passes on.
#[derive(Clone, Debug)]
pub struct ResetCode {
    pub account: Uuid,
    pub code: String,
    pub expires_at: DateTime<Utc>,
}

/// Asks for a code by e-mail. What happens is the same for every address.
///
/// # Errors
/// `Invalid` for what is no address; `Unavailable` where no e-mail is sent; `RateLimited`.
pub async fn request_password_reset(services: &Services, email: &str, address: IpAddr) -> Result<(), Error> {
    if services.mail.is_none() {
        return Err(unavailable());
    }
    let email = checked_email(email, "email")?;
    throttle(services, Purpose::PasswordReset, &email_key(&email), address).await?;
    let transaction = services.db.begin().await?;
    let item = Item::PasswordReset { email };
    mail::post(
        transaction.connection(),
        &services.identity.vault,
        None,
        &item,
        services.clock.now(),
    )
    .await?;
    transaction.commit().await
}

/// The letter an asked-for reset comes to, with a code of its own: None where there is no account that could use one, or
/// where enough were sent. The letter takes the place of what asked for it, so that a server that does not take it at once is
/// brought the same one again.
///
/// # Errors
/// The database's.
pub async fn letter_for(
    services: &Services,
    asked: &entity::mail::Model,
    email: &str,
) -> Result<Option<Letter>, Error> {
    let Some(settings) = &services.mail else {
        return Ok(None);
    };
    let now = services.clock.now();
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    let account = query::account_by_email(connection, email).await?;
    let Some(account) = account.filter(|account| account.deactivated_at.is_none() && account.password_hash.is_some())
    else {
        return Ok(None);
    };
    let since = now - Duration::hours(SENT_CODE_HOURS);
    if query::codes_sent_since(connection, account.id, since).await? >= SENT_CODES {
        return Ok(None);
    }
    let (code, until) = write_code(connection, account.id, SENT_CODE_HOURS, None, now).await?;
    let letter = letters::password_reset(settings, &account.email, &code);
    let item = Item::Perishable {
        letter: letter.clone(),
        until,
    };
    mail::replace(connection, &services.identity.vault, asked, &item).await?;
    transaction.commit().await?;
    Ok(Some(letter))
}

/// Makes a code that a person sets a new password with, to be passed on by the administrator who asks.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnSeat`; `TooSoon` for who took off the second factor within a day; `WrongState` for a closed
/// account.
pub async fn issue_code(
    session: &Session,
    field: &str,
    account: Uuid,
    named: Option<Uuid>,
) -> Result<ResetCode, Error> {
    let write = match command::begin(session, field, "issueResetCode", &(account, named)).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            reach::seat_over_person(&replay.actor, named, account)?;
            return issued_before(&session.services, account, &replay.outcome);
        }
    };
    let by = reach::seat_over_person(&write.actor, named, account)?;
    let row = query::account_locked(write.connection(), account).await?;
    let row = row.ok_or_else(|| Error::not_found("account"))?;
    if row.deactivated_at.is_some() {
        let text = Text::new("Akun ini dinonaktifkan.", "This account is deactivated.");
        return Err(Refusal::new(Code::WrongState, text).at(["account"]).into());
    }
    let since = write.now - Duration::hours(HALVES_APART_HOURS);
    let own = write.actor.account;
    if query::did_since(write.connection(), own, ActKind::SecondFactorReset, account, since).await? {
        return Err(too_soon());
    }
    let issuer = Some((own, by.seat));
    let (code, expires_at) = write_code(write.connection(), account, ISSUED_CODE_HOURS, issuer, write.now).await?;
    record_by(&write, ActKind::ResetCodeIssued, account, by.seat).await?;
    let vault = &write.services().identity.vault;
    let sealed = vault
        .seal(&sealed_for(account), code.as_bytes())
        .map_err(Error::internal)?;
    write
        .commit(json!({ "code": STANDARD.encode(sealed), "expiresAt": expires_at }))
        .await?;
    Ok(ResetCode {
        account,
        code,
        expires_at,
    })
}

/// Sets a new password by a code. Every session ends, and every other code. Of an administrator's code it is asked again, in
/// the same transaction, what was asked when it was issued.
///
/// # Errors
/// `InvalidCode`, whatever the reason; `WeakPassword`, `TooLong` at `newPassword`; `RateLimited`.
pub async fn reset_password(
    services: &Arc<Services>,
    code: &str,
    new: SecretString,
    address: IpAddr,
) -> Result<Uuid, Error> {
    let hash = code_hash(code);
    throttle(services, Purpose::CodeRedemption, &code_key(&hash), address).await?;
    let reader = services.db.reader();
    let now = services.clock.now();
    let found = query::usable_code(reader, hash, CodePurpose::PasswordReset, now).await?;
    let found = found.ok_or_else(invalid_code)?;
    let account = query::accounts(reader, &[found.account_id]).await?.pop();
    let account = account
        .filter(|account| account.deactivated_at.is_none())
        .ok_or_else(invalid_code)?;
    let about = [account.name.as_str(), account.email.as_str()];
    let hashed = strength::hashed(services, new, &about, "newPassword").await?;
    let unsigned = command::begin_unsigned(services, Changes::Records).await?;
    let (connection, directory, now) = (unsigned.connection(), &unsigned.directory, unsigned.now);
    let today = day_in_jakarta(now);
    // Who takes off the second factor holds this lock, too: whichever half comes second sees the other.
    query::account_locked(connection, account.id).await?;
    check_issuer(connection, directory, &found, (now, today)).await?;
    use_code(connection, &found, now).await?;
    set_password(connection, &account, hashed, now).await?;
    let ended = sessions::end_all(connection, account.id, None, now).await?;
    let act = Act::on_oneself(ActKind::PasswordReset, account.id, directory, today);
    act::record(connection, act, now).await?;
    unsigned.commit().await?;
    sessions::forget(services, ended);
    Ok(account.id)
}

/// Whether the administrator who issued a code could still issue it; anybody may have asked for one that was sent.
async fn check_issuer(
    connection: &impl ConnectionTrait,
    directory: &Directory,
    code: &one_time_code::Model,
    (now, today): (DateTime<Utc>, NaiveDate),
) -> Result<(), Error> {
    let Some(issuer) = code.issued_by.zip(code.issued_from) else {
        return Ok(());
    };
    if !reach::still_manages(directory, issuer, code.account_id, today) {
        return Err(invalid_code());
    }
    let since = now - Duration::hours(HALVES_APART_HOURS);
    if query::did_since(connection, issuer.0, ActKind::SecondFactorReset, code.account_id, since).await? {
        return Err(invalid_code());
    }
    Ok(())
}

/// Takes off the second factor of a person who lost it; where a seat asks for one, the next sign-in sets up another.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnSeat`; `TooSoon` for who within a day issued a code for the password, or issued one that was
/// used within a day; `WrongState` where there is none.
pub async fn reset_second_factor(
    session: &Session,
    field: &str,
    account: Uuid,
    named: Option<Uuid>,
) -> Result<(), Error> {
    let write = match command::begin(session, field, "resetSecondFactor", &(account, named)).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return reach::seat_over_person(&replay.actor, named, account).map(drop),
    };
    let by = reach::seat_over_person(&write.actor, named, account)?;
    query::account_locked(write.connection(), account).await?;
    let since = write.now - Duration::hours(HALVES_APART_HOURS);
    let (connection, own) = (write.connection(), write.actor.account);
    if query::did_since(connection, own, ActKind::ResetCodeIssued, account, since).await?
        || query::used_code_since(connection, own, account, since).await?
    {
        return Err(too_soon());
    }
    if !second_factor::remove(write.connection(), account).await? {
        let text = Text::new(
            "Akun ini tidak memiliki faktor kedua.",
            "This account has no second factor.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["account"]).into());
    }
    let ended = sessions::end_all(write.connection(), account, None, write.now).await?;
    record_by(&write, ActKind::SecondFactorReset, account, by.seat).await?;
    write.commit(json!({})).await?;
    sessions::forget(&session.services, ended);
    Ok(())
}

/// That it would be the second half by the same person.
fn too_soon() -> Error {
    let text = Text::new(
        format!(
            "Anda sudah memulihkan bagian lain akun ini dalam {HALVES_APART_HOURS} jam terakhir; administrator lain harus melakukannya."
        ),
        format!(
            "You reset the other half of this account within the last {HALVES_APART_HOURS} hours; another administrator has to do this."
        ),
    );
    Refusal::new(Code::TooSoon, text).at(["account"]).into()
}

async fn write_code(
    connection: &impl ConnectionTrait,
    account: Uuid,
    hours: i64,
    issuer: Option<(Uuid, Uuid)>,
    now: DateTime<Utc>,
) -> Result<(String, DateTime<Utc>), Error> {
    let (code, hash) = new_code();
    let expires_at = now + Duration::hours(hours);
    let row = one_time_code::Model {
        code_hash: hash.to_vec(),
        account_id: account,
        purpose: CodePurpose::PasswordReset,
        new_email: None,
        created_at: now,
        expires_at,
        used_at: None,
        issued_by: issuer.map(|(account, _seat)| account),
        issued_from: issuer.map(|(_account, seat)| seat),
    };
    row.into_active_model().insert(connection).await?;
    Ok((code, expires_at))
}

async fn record_by(write: &Write, kind: ActKind, account: Uuid, seat: Uuid) -> Result<(), Error> {
    let actor = &write.actor;
    let act = Act {
        by: actor.account,
        by_seat: Some(seat),
        ..Act::on_oneself(kind, account, &actor.directory, actor.today)
    };
    act::record(write.connection(), act, write.now).await.map(drop)
}

fn issued_before(services: &Services, account: Uuid, outcome: &Value) -> Result<ResetCode, Error> {
    let sealed = outcome["code"].as_str().unwrap_or_default();
    let sealed = STANDARD.decode(sealed).map_err(Error::internal)?;
    let code = services
        .identity
        .vault
        .open(&sealed_for(account), &sealed)
        .map_err(Error::internal)?;
    Ok(ResetCode {
        account,
        code: String::from_utf8(code).map_err(Error::internal)?,
        expires_at: serde_json::from_value(outcome["expiresAt"].clone()).map_err(Error::internal)?,
    })
}

fn sealed_for(account: Uuid) -> String {
    format!("reset code:{account}")
}
