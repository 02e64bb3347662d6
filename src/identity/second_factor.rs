//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for who has lost it.
//!
//! A code counts once: the newest time step that was used is kept and only ever moves forward, in the transaction that does
//! what the code was shown for. The secret is sealed by the vault; of recovery codes only hashes are kept.
use std::{fmt, net::IpAddr, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chrono::{DateTime, Utc};
use entity::{enums::ActKind, recovery_code, second_factor};
use rand::{TryRngCore, rngs::OsRng};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter,
    sea_query::{Expr, OnConflict},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder, Totp};
use uuid::Uuid;

use super::{
    Credential,
    act::{self, Act},
    attempts,
    code::{code_hash, new_code},
    query,
    service::prove,
    sessions::{self, end_all},
    vault::Vault,
};
use crate::{
    clock::day_in_jakarta,
    command::{self, Begun, Changes, Unsigned, Write},
    error::{Code, Error, Refusal},
    locale::Text,
    services::Services,
    session::{Actor, Session},
};

/// How many recovery codes there are at a time.
pub const RECOVERY_CODES: usize = 10;

/// Who the authenticator app says the code is for.
const ISSUER: &str = "Jenjang";

/// 160 bits, as RFC 4226 advises.
const SECRET_BYTES: usize = 20;

const DIGITS: usize = 6;
const STEP_SECONDS: u64 = 30;

/// How many steps a clock may be wrong by, either way.
const DRIFT_STEPS: u16 = 1;

/// What somebody presents as second factor. `Debug` shows none of it.
pub enum Presented {
    /// Six digits.
    Totp(String),
    /// The hash of anything else.
    Recovery([u8; 32]),
}

impl Presented {
    /// Spaces, dashes and the case of letters do not matter.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let digits: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
        if digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::Totp(digits)
        } else {
            Self::Recovery(code_hash(text))
        }
    }
}

impl fmt::Debug for Presented {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Totp(_) => "Totp(..)",
            Self::Recovery(_) => "Recovery(..)",
        })
    }
}

/// Where an account stands.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Since when a second factor is in force.
    pub confirmed_at: Option<DateTime<Utc>>,
    pub recovery_codes_left: u64,
    /// Whether a seat held today asks for one.
    pub required: bool,
}

/// What an authenticator app needs to know. `Debug` shows none of it.
#[derive(Serialize, Deserialize)]
pub struct Enrolment {
    /// Base32.
    pub secret: String,
    /// `otpauth://totp/…`, for a QR code.
    pub uri: String,
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Enrolment").finish_non_exhaustive()
    }
}

/// Who sets a second factor up.
pub enum Enroller<'s> {
    /// Somebody who has signed in; the command's place under an idempotency key.
    Session(&'s Session, String),
    /// Somebody who cannot sign in without one.
    Credentials(&'s Arc<Services>, Credentials),
}

/// Who somebody says to be.
pub struct Credentials {
    pub email: String,
    pub password: SecretString,
    pub address: IpAddr,
}

/// Whether a seat the account holds today asks for a second factor.
#[must_use]
pub fn is_required(services: &Services, account: Uuid) -> bool {
    let directory = services.directory.load();
    let seats = directory.acting_seats(account, services.clock.today());
    let asking = &services.identity.second_factor_for;
    seats.iter().any(|seat| asking.contains(&seat.function))
}

/// Where the actor's own account stands.
///
/// # Errors
/// The database's.
pub async fn state(session: &Session) -> Result<State, Error> {
    let (services, account) = (&session.services, session.actor.account);
    let factor = query::second_factor(services.db.reader(), account).await?;
    Ok(State {
        confirmed_at: factor.and_then(|factor| factor.confirmed_at),
        recovery_codes_left: query::recovery_codes_left(services.db.reader(), account).await?,
        required: is_required(services, account),
    })
}

/// What has to be redeemed before somebody whose password was right is let in; None: nothing.
///
/// # Errors
/// `SecondFactorRequired`, `SecondFactorEnrolmentRequired`; `RateLimited` after too many wrong codes.
pub async fn demanded(services: &Services, account: Uuid, code: Option<&str>) -> Result<Option<Presented>, Error> {
    if in_force(services, account).await? {
        return presented(services, account, code, "oneTimeCode").await.map(Some);
    }
    if !is_required(services, account) {
        return Ok(None);
    }
    Err(Error::refused(
        Code::SecondFactorEnrolmentRequired,
        Text::new(
            "Kursi Anda mewajibkan faktor kedua; pasang dahulu dengan enrolTotp dan confirmTotp.",
            "Your seat asks for a second factor; set one up with enrolTotp and confirmTotp first.",
        ),
    ))
}

/// Uses a code up, or refuses it.
///
/// # Errors
/// `InvalidSecondFactor`, at `field`, for one that is wrong or was used before.
pub async fn redeem(
    connection: &impl ConnectionTrait,
    services: &Services,
    account: Uuid,
    presented: &Presented,
    field: &str,
) -> Result<(), Error> {
    let now = services.clock.now();
    let redeemed = match presented {
        Presented::Totp(code) => use_step(connection, &services.identity.vault, account, code, now).await?,
        Presented::Recovery(hash) => use_recovery_code(connection, account, hash, now).await?,
    };
    if !redeemed {
        return Err(wrong_code(field));
    }
    attempts::give_back(connection, services, account).await
}

/// Begins to set up an authenticator app. Nothing depends on it until [`confirm`]; one in force stays so until then.
///
/// # Errors
/// `InvalidCredentials`; where a second factor is in force, `SecondFactorRequired` and `InvalidSecondFactor` at `code`;
/// where there is none, `Required` and `InvalidCredentials` at `password` for who is signed in: a session alone, left open
/// or stolen, does not lock the owner out.
pub async fn enrol(who: Enroller<'_>, code: Option<&str>, again: Option<Again>) -> Result<Enrolment, Error> {
    let (who, services) = (who.known().await?, who.services());
    let account = who.account();
    let presented = if in_force(services, account).await? {
        Some(presented(services, account, code, "code").await?)
    } else {
        who.prove_again(again).await?;
        None
    };
    let work = match who.begin("enrolTotp").await? {
        Work::Fresh(work) => work,
        Work::Replay(outcome) => return told_again(&services.identity.vault, account, &outcome),
    };
    if let Some(presented) = &presented {
        redeem(work.connection(), services, account, presented, "code").await?;
    }
    let mut secret = [0; SECRET_BYTES];
    OsRng.try_fill_bytes(&mut secret).map_err(Error::internal)?;
    let sealed = services.identity.vault.seal(&context(account), &secret);
    let sealed = sealed.map_err(Error::internal)?;
    if !keep_pending(work.connection(), account, sealed, presented.is_some()).await? {
        // A rival was confirmed since it was looked whether there is one.
        return Err(required("code"));
    }
    let email = work.email(account)?;
    let app = authenticator(&secret)
        .with_account_name(email)
        .with_issuer(Some(ISSUER));
    let app = app.build().map_err(Error::internal)?;
    let enrolment = Enrolment {
        secret: app.secret().to_base32(),
        uri: app.to_url().map_err(Error::internal)?,
    };
    let outcome = sealed_outcome(&services.identity.vault, account, &enrolment)?;
    work.commit(outcome).await?;
    Ok(enrolment)
}

/// Puts an authenticator app in force by a code of it, and gives new recovery codes. All other sessions end.
///
/// # Errors
/// `InvalidCredentials`; `WrongState` without [`enrol`] before; `InvalidSecondFactor` at `code`; `RateLimited`.
pub async fn confirm(who: Enroller<'_>, code: &str) -> Result<Vec<String>, Error> {
    let (who, services) = (who.known().await?, who.services());
    let account = who.account();
    attempts::throttle_second_factor(services, account).await?;
    let work = match who.begin("confirmTotp").await? {
        Work::Fresh(work) => work,
        Work::Replay(outcome) => return told_again(&services.identity.vault, account, &outcome),
    };
    let (connection, now) = (work.connection(), work.now());
    // A sign-in in flight waits here, and then is asked for the code, or is there to be ended.
    query::account_locked(connection, account).await?;
    let factor = query::second_factor(connection, account).await?;
    let pending = factor.and_then(|factor| factor.pending_secret).ok_or_else(not_begun)?;
    let Presented::Totp(code) = Presented::read(code) else {
        return Err(wrong_code("code"));
    };
    let secret = opened(&services.identity.vault, account, &pending)?;
    let step = step_of(&secret, &code, now)?.ok_or_else(|| wrong_code("code"))?;
    let confirmed = second_factor::Entity::update_many()
        .col_expr(second_factor::Column::Secret, Expr::value(pending.clone()))
        .col_expr(second_factor::Column::PendingSecret, Expr::value(None::<Vec<u8>>))
        .col_expr(second_factor::Column::ConfirmedAt, Expr::value(now))
        .col_expr(second_factor::Column::LastStep, Expr::value(step))
        .filter(second_factor::Column::AccountId.eq(account))
        .filter(second_factor::Column::PendingSecret.eq(pending))
        .exec(connection)
        .await?;
    if confirmed.rows_affected == 0 {
        return Err(not_begun());
    }
    let codes = new_recovery_codes(connection, account).await?;
    let ended = end_all(connection, account, work.session(), now).await?;
    work.record(ActKind::SecondFactorEnrolled, account).await?;
    attempts::give_back(connection, services, account).await?;
    let outcome = sealed_outcome(&services.identity.vault, account, &codes)?;
    work.commit(outcome).await?;
    sessions::forget(services, ended);
    Ok(codes)
}

/// Does away with the second factor. All other sessions end.
///
/// # Errors
/// `Forbidden` where a seat asks for one; `InvalidCredentials` at `password`; `InvalidSecondFactor` at `code`;
/// `WrongState` when there is none; `RateLimited`.
pub async fn disable(
    session: &Session,
    field: String,
    password: SecretString,
    code: &str,
    address: IpAddr,
) -> Result<(), Error> {
    let (services, account) = (&session.services, session.actor.account);
    if is_required(services, account) {
        let text = Text::new(
            "Kursi Anda mewajibkan faktor kedua; ia hanya dapat diganti.",
            "A seat you hold asks for a second factor; it can only be replaced.",
        );
        return Err(Error::refused(Code::Forbidden, text));
    }
    let email = email_of(&session.actor, account)?;
    prove(services, &email, password, address)
        .await
        .map_err(|error| error.at("password"))?;
    let work = match begin_with_code(session, field, "disableTotp", code).await? {
        Work::Fresh(work) => work,
        Work::Replay(_outcome) => return Ok(()),
    };
    let connection = work.connection();
    remove(connection, account).await?;
    let ended = end_all(connection, account, work.session(), work.now()).await?;
    work.record(ActKind::SecondFactorDisabled, account).await?;
    work.commit(Value::Null).await?;
    sessions::forget(services, ended);
    Ok(())
}

/// Makes ten new recovery codes; the old ones are worth nothing any more.
///
/// # Errors
/// `InvalidSecondFactor` at `code`; `WrongState` when there is no second factor; `RateLimited`.
pub async fn regenerate_recovery_codes(session: &Session, field: String, code: &str) -> Result<Vec<String>, Error> {
    let (vault, account) = (&session.services.identity.vault, session.actor.account);
    let work = match begin_with_code(session, field, "regenerateRecoveryCodes", code).await? {
        Work::Fresh(work) => work,
        Work::Replay(outcome) => return told_again(vault, account, &outcome),
    };
    let codes = new_recovery_codes(work.connection(), account).await?;
    work.record(ActKind::RecoveryCodesRegenerated, account).await?;
    let outcome = sealed_outcome(vault, account, &codes)?;
    work.commit(outcome).await?;
    Ok(codes)
}

/// Takes everything of a second factor away, for whoever has settled that this may be done, and tells whether there was any.
///
/// # Errors
/// The database's.
pub async fn remove(connection: &impl ConnectionTrait, account: Uuid) -> Result<bool, Error> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::AccountId.eq(account))
        .exec(connection)
        .await?;
    let removed = second_factor::Entity::delete_by_id(account).exec(connection).await?;
    Ok(removed.rows_affected > 0)
}

async fn in_force(services: &Services, account: Uuid) -> Result<bool, Error> {
    let factor = query::second_factor(services.db.reader(), account).await?;
    Ok(factor.is_some_and(|factor| factor.confirmed_at.is_some()))
}

/// The code that came, counted as an attempt.
async fn presented(services: &Services, account: Uuid, code: Option<&str>, field: &str) -> Result<Presented, Error> {
    let code = code.filter(|code| !code.trim().is_empty());
    let code = code.ok_or_else(|| required(field))?;
    attempts::throttle_second_factor(services, account).await?;
    Ok(Presented::read(code))
}

/// Begins a command of somebody who is signed in and shows a code of the second factor in force.
async fn begin_with_code(session: &Session, field: String, name: &str, code: &str) -> Result<Work, Error> {
    let (services, account) = (&session.services, session.actor.account);
    let in_force = in_force(services, account).await?;
    let presented = if in_force {
        Some(presented(services, account, Some(code), "code").await?)
    } else {
        None
    };
    let work = Known::Session(session, field).begin(name).await?;
    // Only now: what was done before under the same key is told again, whatever became of the second factor.
    if let Work::Fresh(work) = &work {
        let presented = presented.ok_or_else(none_in_force)?;
        redeem(work.connection(), services, account, &presented, "code").await?;
    }
    Ok(work)
}

/// Moves the account's last step forward to that of a code; whether it could.
async fn use_step(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    account: Uuid,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let factor = query::second_factor(connection, account).await?;
    let Some(sealed) = factor.and_then(|factor| factor.secret) else {
        return Ok(false);
    };
    let Some(step) = step_of(&opened(vault, account, &sealed)?, code, now)? else {
        return Ok(false);
    };
    let moved = second_factor::Entity::update_many()
        .col_expr(second_factor::Column::LastStep, Expr::value(step))
        .filter(second_factor::Column::AccountId.eq(account))
        .filter(second_factor::Column::Secret.eq(sealed))
        .filter(second_factor::Column::LastStep.lt(step))
        .exec(connection)
        .await?;
    Ok(moved.rows_affected == 1)
}

async fn use_recovery_code(
    connection: &impl ConnectionTrait,
    account: Uuid,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let used = recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(now))
        .filter(recovery_code::Column::CodeHash.eq(hash.to_vec()))
        .filter(recovery_code::Column::AccountId.eq(account))
        .filter(recovery_code::Column::UsedAt.is_null())
        .exec(connection)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Keeps a secret that is not in force yet; whether it could, which without a code it cannot where one is in force.
async fn keep_pending(
    connection: &impl ConnectionTrait,
    account: Uuid,
    sealed: Vec<u8>,
    code_was_shown: bool,
) -> Result<bool, Error> {
    let row = second_factor::Model {
        account_id: account,
        secret: None,
        confirmed_at: None,
        last_step: 0,
        pending_secret: Some(sealed),
    };
    let mut conflict = OnConflict::column(second_factor::Column::AccountId);
    conflict.update_column(second_factor::Column::PendingSecret);
    if !code_was_shown {
        let confirmed_at = Expr::col((second_factor::Entity, second_factor::Column::ConfirmedAt));
        conflict.action_and_where(confirmed_at.is_null());
    }
    let kept = second_factor::Entity::insert(row.into_active_model())
        .on_conflict(conflict)
        .exec_without_returning(connection)
        .await?;
    Ok(kept > 0)
}

async fn new_recovery_codes(connection: &impl ConnectionTrait, account: Uuid) -> Result<Vec<String>, Error> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::AccountId.eq(account))
        .exec(connection)
        .await?;
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _number in 0..RECOVERY_CODES {
        let (code, hash) = new_code();
        let row = recovery_code::Model {
            code_hash: hash.to_vec(),
            account_id: account,
            used_at: None,
        };
        row.into_active_model().insert(connection).await?;
        codes.push(code);
    }
    Ok(codes)
}

fn authenticator(secret: &[u8]) -> Builder {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS as u8)
        .with_step_duration(STEP_SECONDS)
        .with_skew(DRIFT_STEPS)
        .with_secret(secret.to_vec())
}

/// The time step a code belongs to, if it is one of those around now. Codes compare in constant time.
fn step_of(secret: &[u8], code: &str, now: DateTime<Utc>) -> Result<Option<i64>, Error> {
    let app: Totp = authenticator(secret).build().map_err(Error::internal)?;
    let seconds = u64::try_from(now.timestamp()).map_err(Error::internal)?;
    let step = app.check(code, seconds);
    step.map(|step| i64::try_from(step).map_err(Error::internal))
        .transpose()
}

fn context(account: Uuid) -> String {
    format!("second_factor:{account}")
}

fn opened(vault: &Vault, account: Uuid, sealed: &[u8]) -> Result<Vec<u8>, Error> {
    vault.open(&context(account), sealed).map_err(Error::internal)
}

/// What a repetition is told: it is secret, so it is kept sealed.
fn sealed_outcome(vault: &Vault, account: Uuid, told: &impl Serialize) -> Result<Value, Error> {
    let text = serde_json::to_vec(told).map_err(Error::internal)?;
    let sealed = vault.seal(&outcome_context(account), &text).map_err(Error::internal)?;
    Ok(json!(STANDARD_NO_PAD.encode(sealed)))
}

fn told_again<T: DeserializeOwned>(vault: &Vault, account: Uuid, outcome: &Value) -> Result<T, Error> {
    let sealed = STANDARD_NO_PAD.decode(outcome.as_str().unwrap_or_default());
    let sealed = sealed.map_err(Error::internal)?;
    let text = vault
        .open(&outcome_context(account), &sealed)
        .map_err(Error::internal)?;
    serde_json::from_slice(&text).map_err(Error::internal)
}

fn outcome_context(account: Uuid) -> String {
    format!("second_factor outcome:{account}")
}

/// The password of who is signed in, given once more.
pub struct Again {
    pub password: SecretString,
    pub address: IpAddr,
}

/// Who sets a second factor up, now that it is known who that is.
enum Known<'s> {
    Session(&'s Session, String),
    Account(&'s Arc<Services>, Uuid),
}

impl<'s> Enroller<'s> {
    fn services(&self) -> &'s Arc<Services> {
        match self {
            Self::Session(session, _field) => &session.services,
            Self::Credentials(services, _credentials) => services,
        }
    }

    async fn known(&self) -> Result<Known<'s>, Error> {
        match self {
            Self::Session(session, field) => Ok(Known::Session(session, field.clone())),
            Self::Credentials(services, credentials) => {
                let Credentials {
                    email,
                    password,
                    address,
                } = credentials;
                let account = prove(services, email, password.clone(), *address)
                    .await
                    .map_err(|error| error.at("credentials"))?;
                Ok(Known::Account(services, account.id))
            }
        }
    }
}

impl Known<'_> {
    fn account(&self) -> Uuid {
        match self {
            Self::Session(session, _field) => session.actor.account,
            Self::Account(_services, account) => *account,
        }
    }

    /// Asks for the password once more, unless it has just been given.
    async fn prove_again(&self, again: Option<Again>) -> Result<(), Error> {
        let Self::Session(session, _field) = self else {
            return Ok(());
        };
        let Again { password, address } = again.ok_or_else(password_required)?;
        let email = email_of(&session.actor, session.actor.account)?;
        let proven = prove(&session.services, &email, password, address).await;
        proven.map(drop).map_err(|error| error.at("password"))
    }

    /// Begins the command. Of its input nothing is kept under an idempotency key: all of it is secret.
    async fn begin(&self, name: &str) -> Result<Work, Error> {
        match self {
            Self::Session(session, field) => match command::begin(session, field, name, &()).await? {
                Begun::Fresh(write) => Ok(Work::Fresh(Fresh::Signed(write))),
                Begun::Replay(replay) => Ok(Work::Replay(replay.outcome)),
            },
            Self::Account(services, _account) => {
                let unsigned = command::begin_unsigned(services, Changes::Records).await?;
                Ok(Work::Fresh(Fresh::Unsigned(Box::new(unsigned))))
            }
        }
    }
}

/// A command on the own second factor.
enum Work {
    Fresh(Fresh),
    /// What was told the first time.
    Replay(Value),
}

/// One to be carried out, with or without a session.
enum Fresh {
    Signed(Box<Write>),
    Unsigned(Box<Unsigned>),
}

impl Fresh {
    fn connection(&self) -> &DatabaseTransaction {
        match self {
            Self::Signed(write) => write.connection(),
            Self::Unsigned(unsigned) => unsigned.connection(),
        }
    }

    fn now(&self) -> DateTime<Utc> {
        match self {
            Self::Signed(write) => write.now,
            Self::Unsigned(unsigned) => unsigned.now,
        }
    }

    /// The session the command came from, which goes on.
    fn session(&self) -> Option<Uuid> {
        match self {
            Self::Signed(write) => match write.actor.credential {
                Credential::Session(id) => Some(id),
                Credential::Token { .. } => None,
            },
            Self::Unsigned(_) => None,
        }
    }

    fn email(&self, account: Uuid) -> Result<String, Error> {
        let directory = match self {
            Self::Signed(write) => &write.actor.directory,
            Self::Unsigned(unsigned) => &unsigned.directory,
        };
        let person = directory.person(account).ok_or_else(nobody)?;
        Ok(person.email.clone())
    }

    async fn record(&self, kind: ActKind, account: Uuid) -> Result<(), Error> {
        let (directory, now) = match self {
            Self::Signed(write) => (&write.actor.directory, write.now),
            Self::Unsigned(unsigned) => (&unsigned.directory, unsigned.now),
        };
        let act = Act::on_oneself(kind, account, directory, day_in_jakarta(now));
        act::record(self.connection(), act, now).await?;
        Ok(())
    }

    async fn commit(self, outcome: Value) -> Result<(), Error> {
        match self {
            Self::Signed(write) => write.commit(outcome).await,
            Self::Unsigned(unsigned) => unsigned.commit().await,
        }
    }
}

fn email_of(actor: &Actor, account: Uuid) -> Result<String, Error> {
    let person = actor.directory.person(account).ok_or_else(nobody)?;
    Ok(person.email.clone())
}

fn nobody() -> Error {
    Error::internal("an account that is not in the directory")
}

fn password_required() -> Error {
    let text = Text::new("Masukkan kata sandi Anda sekali lagi.", "Give your password once more.");
    Refusal::new(Code::Required, text).at(["password"]).into()
}

fn required(field: &str) -> Error {
    let text = Text::new(
        "Kirim juga kode dari aplikasi autentikator Anda, atau salah satu kode pemulihan.",
        "Send the code of your authenticator app too, or one of your recovery codes.",
    );
    Refusal::new(Code::SecondFactorRequired, text).at([field]).into()
}

fn wrong_code(field: &str) -> Error {
    let text = Text::new(
        "Kode ini salah atau sudah dipakai; tunggu kode berikutnya.",
        "This code is wrong or was used before; wait for the next one.",
    );
    Refusal::new(Code::InvalidSecondFactor, text).at([field]).into()
}

fn not_begun() -> Error {
    let text = Text::new(
        "Tidak ada aplikasi autentikator yang menunggu; mulai dahulu dengan enrolTotp.",
        "No authenticator app is waiting to be confirmed; begin with enrolTotp.",
    );
    Error::refused(Code::WrongState, text)
}

fn none_in_force() -> Error {
    let text = Text::new(
        "Akun ini tidak memakai faktor kedua.",
        "This account has no second factor.",
    );
    Error::refused(Code::WrongState, text)
}
