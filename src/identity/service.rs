//! Signing in, staying signed in, signing out.
use std::{fmt, net::IpAddr, ops::RangeInclusive, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use entity::{
    account,
    enums::{Function, Position},
    holder, refresh_token, seat, session,
};
use rand::Rng;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};
use secrecy::SecretString;
use uuid::Uuid;

use super::{
    Credential, Proof,
    attempts::{Purpose, throttle},
    email::email_key,
    password::{HashError, Verified},
    query,
    refresh::{new_opaque_token, token_hash},
    second_factor, secret, sessions,
};
use crate::{
    clock::new_id,
    db::is_taken,
    error::{Code, Error, Refusal},
    input::check_length,
    locale::Text,
    services::Services,
    session::Session,
    territory,
};

/// How long a session lives without being refreshed, days.
const SESSION_DAYS: i64 = 30;

/// A refresh that arrives twice within this time is a client on a bad connection, not a thief (RFC 9700 §4.14.2), seconds.
const REFRESH_GRACE_SECONDS: i64 = 20;

/// When those who found the queue full should come back, seconds: it has moved on by then, and they do not all come at once.
const BUSY_SECONDS: RangeInclusive<u64> = 5..=20;

/// The longest device name, characters.
pub const LONGEST_DEVICE_NAME: usize = 100;

/// Who wants in, and from where.
pub struct SignIn {
    pub email: String,
    pub password: SecretString,
    /// A code of the second factor, or a recovery code.
    pub one_time_code: Option<String>,
    pub device_name: Option<String>,
    pub address: IpAddr,
}

/// A session that was opened or carried on. `Debug` shows no token.
pub struct SignedIn {
    pub access_token: String,
    pub refresh_token: String,
    pub expires_at: DateTime<Utc>,
    pub proof: Proof,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SignedIn")
            .field("expires_at", &self.expires_at)
            .field("proof", &self.proof)
            .finish_non_exhaustive()
    }
}

/// Opens a session. An unknown e-mail, a wrong password and a deactivated account are answered alike, after the same work.
///
/// # Errors
/// `InvalidCredentials`; `TooLong` for a device name; `RateLimited` by the throttle or because too many are signing in.
/// After a right password `SecondFactorRequired`, `SecondFactorEnrolmentRequired`, `InvalidSecondFactor`.
pub async fn sign_in(services: &Arc<Services>, command: SignIn) -> Result<SignedIn, Error> {
    check_device_name(command.device_name.as_deref())?;
    let account = prove(services, &command.email, command.password, command.address).await?;
    if services.directory.load().person(account.id).is_none() {
        // Another process made the account a moment ago; what it may do must not be judged by a directory without it.
        services
            .directory
            .replace(territory::query::load(services.db.reader()).await?);
    }
    let second_factor = second_factor::demanded(services, account.id, command.one_time_code.as_deref()).await?;
    let now = services.clock.now();
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    confirm(connection, &account, second_factor.is_some()).await?;
    if let Some(presented) = &second_factor {
        second_factor::redeem(connection, services, account.id, presented, "oneTimeCode").await?;
    }
    let session = new_session(account.id, command.device_name, command.address, now);
    let id = session.id;
    session.into_active_model().insert(connection).await?;
    let refresh_token = insert_refresh_token(connection, id, now).await?;
    transaction.commit().await?;
    signed_in(services, account.id, id, refresh_token)
}

/// Confirms, under a lock on the account, what a sign-in was decided on: a password or a second factor that was changed
/// while it waited ends every session, and must not miss this one.
async fn confirm(connection: &impl ConnectionTrait, proven: &account::Model, with_code: bool) -> Result<(), Error> {
    let account = query::account_locked(connection, proven.id).await?;
    let unchanged = account
        .is_some_and(|account| account.password_hash == proven.password_hash && account.deactivated_at.is_none());
    let demanded = query::second_factor(connection, proven.id).await?;
    let demanded = demanded.is_some_and(|factor| factor.confirmed_at.is_some());
    if unchanged && (with_code || !demanded) {
        Ok(())
    } else {
        Err(wrong_credentials())
    }
}

/// The account that an e-mail address and a password belong to: throttled, and alike for all for whom there is none.
///
/// # Errors
/// `InvalidCredentials`; `RateLimited` by the throttle or because too many passwords are being checked.
pub async fn prove(
    services: &Services,
    email: &str,
    password: SecretString,
    address: IpAddr,
) -> Result<account::Model, Error> {
    let hasher = &services.identity.hasher;
    // Taken first: whoever finds the queue full costs the database nothing.
    let place = hasher.place().map_err(busy)?;
    let key = email_key(email);
    throttle(services, Purpose::SignIn, &key, address).await?;
    let account = query::account_by_email(services.db.reader(), &key).await?;
    let usable = account.filter(|account| account.deactivated_at.is_none());
    let stored = usable.as_ref().and_then(|account| account.password_hash.clone());
    let outdated = stored.clone().filter(|stored| hasher.is_outdated(stored));
    let verified = hasher.verify_in(place, password.clone(), stored).await.map_err(busy)?;
    let (Some(mut account), Verified::Yes) = (usable, verified) else {
        return Err(wrong_credentials());
    };
    if let Some(outdated) = outdated
        && let Some(hash) = renew_hash(services, account.id, outdated, password).await?
    {
        account.password_hash = Some(hash);
    }
    Ok(account)
}

/// Puts a hash of the present cost in the place of an older one, and gives it. Where there is no room for it now, next time
/// will do.
async fn renew_hash(
    services: &Services,
    account: Uuid,
    outdated: String,
    password: SecretString,
) -> Result<Option<String>, Error> {
    let Ok(hash) = services.identity.hasher.hash(password).await else {
        return Ok(None);
    };
    let transaction = services.db.begin().await?;
    let renewed = account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(hash.as_str()))
        .filter(account::Column::Id.eq(account))
        .filter(account::Column::PasswordHash.eq(outdated))
        .exec(transaction.connection())
        .await?;
    transaction.commit().await?;
    Ok((renewed.rows_affected == 1).then_some(hash))
}

/// Exchanges a refresh token for new tokens. A token used again after the grace ends its session: one of the two is a thief.
///
/// # Errors
/// `InvalidRefreshToken`, whatever the reason.
pub async fn refresh(services: &Arc<Services>, presented: &str, address: IpAddr) -> Result<SignedIn, Error> {
    let now = services.clock.now();
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    let Some((token, session)) = query::refresh_token(connection, token_hash(presented)).await? else {
        return Err(wrong_refresh_token());
    };
    let active = services
        .directory
        .load()
        .person(session.account_id)
        .is_some_and(|person| person.active);
    if session.ended_at.is_some() {
        // Ended by another process a moment ago, perhaps: its access tokens end here too.
        services.identity.revocations.add(session.id);
    }
    if session.ended_at.is_some() || session.expires_at <= now || !active {
        return Err(wrong_refresh_token());
    }
    if token
        .used_at
        .is_some_and(|used| used + Duration::seconds(REFRESH_GRACE_SECONDS) < now)
    {
        sessions::end(connection, &[session.id], now).await?;
        transaction.commit().await?;
        services.identity.revocations.add(session.id);
        tracing::warn!(session = %session.id, "a spent refresh token was used again; its session was ended");
        return Err(wrong_refresh_token());
    }
    if token.used_at.is_none() {
        refresh_token::Entity::update_many()
            .col_expr(refresh_token::Column::UsedAt, Expr::value(now))
            .filter(refresh_token::Column::TokenHash.eq(token.token_hash))
            .exec(connection)
            .await?;
    }
    session::Entity::update_many()
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .col_expr(session::Column::LastAddress, Expr::value(address.to_string()))
        .col_expr(
            session::Column::ExpiresAt,
            Expr::value(now + Duration::days(SESSION_DAYS)),
        )
        .filter(session::Column::Id.eq(session.id))
        .exec(connection)
        .await?;
    let refresh_token = insert_refresh_token(connection, session.id, now).await?;
    transaction.commit().await?;
    signed_in(services, session.account_id, session.id, refresh_token)
}

/// Ends the session this request belongs to, or every one of the account. Ending one twice is no error.
///
/// # Errors
/// The database's.
pub async fn sign_out(session: &Session, everywhere: bool) -> Result<(), Error> {
    let services = &session.services;
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    let now = services.clock.now();
    let ended = match (everywhere, sessions::current(session)) {
        (true, _) => sessions::end_all(connection, session.actor.account, None, now).await?,
        (false, Some(id)) => {
            sessions::end(connection, &[id], now).await?;
            vec![id]
        }
        // A program is not signed in; its token is taken away.
        (false, None) => Vec::new(),
    };
    transaction.commit().await?;
    sessions::forget(services, ended);
    Ok(())
}

/// Who a bearer token speaks for. `address` is where the request comes from.
///
/// # Errors
/// `Unauthenticated` when the token is not ours, has run out, or its session or account has ended; for a program's also
/// when it is not to be used from there, or nothing is left of its rights.
pub fn authenticate(services: &Services, token: &str, address: IpAddr) -> Result<Proof, Error> {
    if token.starts_with(secret::PREFIX) {
        return authenticate_program(services, token, address);
    }
    let identity = &services.identity;
    let claims = identity
        .tokens
        .verify(token, services.clock.now())
        .map_err(|_reason| Error::Unauthenticated)?;
    let directory = services.directory.load();
    let active = directory.person(claims.account).is_some_and(|person| person.active);
    if !active || identity.revocations.contains(claims.session) {
        return Err(Error::Unauthenticated);
    }
    Ok(Proof {
        account: claims.account,
        credential: Credential::Session(claims.session),
    })
}

/// Whatever is wrong is answered alike, and without SQL: tokens are part of the directory.
fn authenticate_program(services: &Services, text: &str, address: IpAddr) -> Result<Proof, Error> {
    if !secret::is_well_formed(text) {
        return Err(Error::Unauthenticated);
    }
    let (directory, now) = (services.directory.load(), services.clock.now());
    let token = directory
        .programs
        .token_by_hash(&token_hash(text))
        .filter(|token| token.holds(now) && token.admits(address))
        .ok_or(Error::Unauthenticated)?;
    let active = directory.person(token.created_by).is_some_and(|person| person.active);
    if !active || !directory.token_acts(token.id, services.clock.today()) {
        return Err(Error::Unauthenticated);
    }
    services.identity.uses.note(token.id, address, now);
    Ok(Proof {
        account: token.created_by,
        credential: Credential::Token {
            token: token.id,
            program: token.program,
        },
    })
}

/// The same request by the newest directory, if what was proved for it still holds: for what takes longer than a moment.
///
/// # Errors
/// `Unauthenticated` once the session, the token or the account has ended; the database's.
pub async fn carried_on(session: &Session) -> Result<Session, Error> {
    let renewed = session.renewed();
    let (services, actor, now) = (&renewed.services, &renewed.actor, renewed.now());
    let active = actor
        .directory
        .person(actor.account)
        .is_some_and(|person| person.active);
    let admitted = match actor.credential {
        Credential::Session(id) => !services.identity.revocations.contains(id),
        Credential::Token { token, program: _ } => {
            let token = actor.directory.programs.token(token);
            token.is_some_and(|token| token.holds(now)) && !actor.seats.is_empty()
        }
    };
    if active && admitted && query::still_holds(services.db.reader(), actor.credential, now).await? {
        Ok(renewed)
    } else {
        Err(Error::Unauthenticated)
    }
}

/// Makes an account and seats it as ADMIN at RI: how the first person comes in.
///
/// # Errors
/// `AlreadyExists` when the e-mail address is taken.
pub async fn create_national_admin(
    services: &Services,
    email: &str,
    name: &str,
    password: SecretString,
) -> Result<(), Error> {
    let hash = services.identity.hasher.hash(password).await.map_err(Error::internal)?;
    let (now, today) = (services.clock.now(), services.clock.today());
    let account = account::Model {
        id: new_id(now),
        email: email.trim().to_owned(),
        email_key: email_key(email),
        name: name.to_owned(),
        password_hash: Some(hash),
        created_at: now,
        deactivated_at: None,
        email_copies: true,
        password_changed_at: Some(now),
        erased_at: None,
    };
    let seat = seat::Model {
        id: new_id(now),
        unit_id: services.directory.load().tree.root().id,
        position: Position::Other,
        function: Function::Admin,
        local_title: "Administrator".to_owned(),
        division_name: None,
        valid_from: None,
        valid_to: None,
        custodian: false,
    };
    let holder = holder::Model {
        id: new_id(now),
        seat_id: seat.id,
        account_id: account.id,
        acting: false,
        valid_from: today,
        valid_to: None,
    };
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    account
        .into_active_model()
        .insert(connection)
        .await
        .map_err(unless_taken)?;
    seat.into_active_model().insert(connection).await?;
    holder.into_active_model().insert(connection).await?;
    territory::seed::bump(connection).await?;
    transaction.commit().await
}

fn unless_taken(error: DbErr) -> Error {
    if is_taken(&error) {
        let text = Text::new("Alamat e-mail ini sudah terdaftar.", "This e-mail address is taken.");
        return Refusal::new(Code::AlreadyExists, text).at(["email"]).into();
    }
    error.into()
}

fn new_session(account: Uuid, device_name: Option<String>, address: IpAddr, now: DateTime<Utc>) -> session::Model {
    session::Model {
        id: new_id(now),
        account_id: account,
        device_name,
        created_at: now,
        last_used_at: now,
        expires_at: now + Duration::days(SESSION_DAYS),
        ended_at: None,
        address: Some(address.to_string()),
        last_address: Some(address.to_string()),
    }
}

async fn insert_refresh_token(
    connection: &impl ConnectionTrait,
    session: Uuid,
    now: DateTime<Utc>,
) -> Result<String, Error> {
    let (token, hash) = new_opaque_token();
    let row = refresh_token::Model {
        token_hash: hash.to_vec(),
        session_id: session,
        issued_at: now,
        used_at: None,
    };
    row.into_active_model().insert(connection).await?;
    Ok(token)
}

fn signed_in(services: &Services, account: Uuid, session: Uuid, refresh_token: String) -> Result<SignedIn, Error> {
    let issued = services.identity.tokens.issue(account, session, services.clock.now());
    let (access_token, expires_at) = issued.map_err(Error::internal)?;
    Ok(SignedIn {
        access_token,
        refresh_token,
        expires_at,
        proof: Proof {
            account,
            credential: Credential::Session(session),
        },
    })
}

fn check_device_name(name: Option<&str>) -> Result<(), Refusal> {
    check_length(name.unwrap_or_default(), "deviceName", LONGEST_DEVICE_NAME)
}

pub(super) fn busy(error: HashError) -> Error {
    match error {
        HashError::Busy => Error::RateLimited {
            seconds: rand::rng().random_range(BUSY_SECONDS),
        },
        HashError::TooLong | HashError::Failed => Error::internal(error),
    }
}

pub(super) fn wrong_credentials() -> Error {
    Error::refused(
        Code::InvalidCredentials,
        Text::new(
            "E-mail atau kata sandi tidak cocok.",
            "The e-mail address and the password do not match.",
        ),
    )
}

fn wrong_refresh_token() -> Error {
    let text = Text::new(
        "Sesi ini tidak dapat dilanjutkan; masuklah kembali.",
        "This session cannot be carried on; sign in again.",
    );
    Refusal::new(Code::InvalidRefreshToken, text)
        .at(["refreshToken"])
        .into()
}
