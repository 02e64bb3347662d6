//! How often something may be tried that guessing could succeed at, counted in the database: the counts outlive a restart
//! and hold across processes.
//!
//! Each count is a bucket that drains evenly (GCRA): it stores one moment, the one at which all attempts are free again.
//! Nothing locks an account: attempts are counted per account *and* address, so that a stranger elsewhere cannot use up
//! the owner's. Only the codes of a second factor are counted per account, and only after a right password.
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use entity::throttle;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    sea_query::{CaseStatement, Expr, OnConflict, SimpleExpr},
};
use uuid::Uuid;

use super::{
    query,
    throttle::{RetryAfter, ThrottleLimits, source_of},
    vault::Vault,
};
use crate::{error::Error, services::Services};

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A password, wherever one is asked for. The key is the e-mail address as accounts are found by it.
    SignIn,
    /// To be sent a code. The key is the e-mail address as accounts are found by it: five an hour.
    PasswordReset,
    /// A code that was sent or handed over. The key is whom it is said to be for, or empty.
    CodeRedemption,
}

/// How many attempts are free at once, and how long it takes until all of them are free again, microseconds.
#[derive(Clone, Copy)]
struct Allowance {
    attempts: i64,
    within: i64,
}

/// Wrong codes of the second factor of one account, wherever they come from.
const SECOND_FACTORS: Allowance = Allowance {
    attempts: 10,
    within: HOUR,
};

impl Allowance {
    /// After how long one more attempt is free.
    fn interval(self) -> i64 {
        self.within / self.attempts
    }
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::PasswordReset => "password-reset",
            Self::CodeRedemption => "code-redemption",
        }
    }

    fn allowance(self, limits: ThrottleLimits) -> Allowance {
        let (attempts, within) = match self {
            Self::SignIn | Self::CodeRedemption => (i64::from(limits.pair_per_minute.get()), MINUTE),
            Self::PasswordReset => (5, HOUR),
        };
        Allowance { attempts, within }
    }
}

/// Counts one attempt, before anything is looked up: whether there is such an account must not be asked. An attempt that
/// its own pair refuses does not count against the address.
///
/// Beside the limit of its purpose an address has 300 attempts a minute, of all purposes together.
///
/// # Errors
/// `RateLimited` with the seconds to wait; the database's.
pub async fn throttle(services: &Services, purpose: Purpose, key: &str, address: IpAddr) -> Result<(), Error> {
    let Some(limits) = services.identity.throttle.limits() else {
        return Ok(());
    };
    services
        .identity
        .throttle
        .check(&format!("{} {key}", purpose.word()), address)
        .map_err(|RetryAfter(seconds)| Error::RateLimited { seconds })?;
    let (vault, now) = (&services.identity.vault, services.clock.now());
    let source = source_of(address).to_string();
    let of_pair = vault.fingerprint(format!("{} {source} {key}", purpose.word()).as_bytes());
    let of_address = vault.fingerprint(format!("address {source}").as_bytes());
    let per_address = Allowance {
        attempts: i64::from(limits.address_per_minute.get()),
        within: MINUTE,
    };
    let _turn = services.identity.throttle.turn().await;
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    count(connection, of_pair, purpose.allowance(limits), now).await?;
    count(connection, of_address, per_address, now).await?;
    transaction.commit().await
}

/// Counts one code of a second factor, before it is looked at; a right one is given back with [`give_back`].
///
/// # Errors
/// `RateLimited` with the seconds to wait; the database's.
pub async fn throttle_second_factor(services: &Services, account: Uuid) -> Result<(), Error> {
    if services.identity.throttle.limits().is_none() {
        return Ok(());
    }
    let transaction = services.db.begin().await?;
    let bucket = of_account(&services.identity.vault, account);
    count(transaction.connection(), bucket, SECOND_FACTORS, services.clock.now()).await?;
    transaction.commit().await
}

/// Takes the count of a code back that turned out right: only wrong ones are to run out.
///
/// # Errors
/// The database's.
pub async fn give_back(connection: &impl ConnectionTrait, services: &Services, account: Uuid) -> Result<(), Error> {
    if services.identity.throttle.limits().is_none() {
        return Ok(());
    }
    throttle::Entity::update_many()
        .col_expr(
            throttle::Column::FullAt,
            Expr::col(throttle::Column::FullAt).sub(SECOND_FACTORS.interval()),
        )
        .filter(throttle::Column::Key.eq(of_account(&services.identity.vault, account).to_vec()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Forgets the buckets in which every attempt is free.
///
/// # Errors
/// The database's.
pub async fn forget(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, Error> {
    let forgotten = throttle::Entity::delete_many()
        .filter(throttle::Column::FullAt.lt(now.timestamp_micros()))
        .exec(connection)
        .await?;
    Ok(forgotten.rows_affected)
}

fn of_account(vault: &Vault, account: Uuid) -> [u8; 32] {
    vault.fingerprint(format!("second-factor {account}").as_bytes())
}

/// Counts one attempt, if there is one free: one statement, so that rivals cannot both have the last.
async fn count(
    connection: &impl ConnectionTrait,
    key: [u8; 32],
    allowance: Allowance,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (now, interval) = (now.timestamp_micros(), allowance.interval());
    let latest = now + allowance.within;
    let full_at = || Expr::col((throttle::Entity, throttle::Column::FullAt));
    let drained: SimpleExpr = CaseStatement::new()
        .case(full_at().gt(now), full_at())
        .finally(now)
        .into();
    let bucket = throttle::Model {
        key: key.to_vec(),
        full_at: now + interval,
    };
    let conflict = OnConflict::column(throttle::Column::Key)
        .value(throttle::Column::FullAt, drained.add(interval))
        .action_and_where(full_at().lte(latest - interval))
        .to_owned();
    let counted = throttle::Entity::insert(bucket.into_active_model())
        .on_conflict(conflict)
        .exec_without_returning(connection)
        .await?;
    if counted > 0 {
        return Ok(());
    }
    let full_at = query::attempts_full_at(connection, &key).await?.unwrap_or(now);
    let wait = Ord::max(full_at + interval - latest, 1);
    Err(Error::RateLimited {
        seconds: wait.unsigned_abs().div_ceil(1_000_000),
    })
}
