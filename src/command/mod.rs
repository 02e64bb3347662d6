//! The one write path. A command runs in one transaction that first confirms what it is decided on - the session is still
//! open, the directory is the newest - and that holds everything it leaves behind: state, history, outbox row, audit leaf
//! and the outcome kept for a client that sends it again.
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use entity::idempotency_record;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, TryInsertResult,
    sea_query::Expr,
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    audit,
    db::Transaction,
    error::{Code, Error, Refusal},
    feed::{self, Event},
    identity::{self, Credential},
    locale::Text,
    services::Services,
    session::{Actor, Session},
    territory::{self, directory::Directory},
};

mod query;

pub use query::forget_outcomes;

/// How often a command starts over because the directory changed under it.
const ATTEMPTS: usize = 5;

/// A command that has begun.
pub enum Begun {
    /// To be carried out.
    Fresh(Box<Write>),
    /// Carried out before under the same idempotency key.
    Replay(Box<Replay>),
}

/// A command that is not carried out again, only told again, to whoever may still hear it.
pub struct Replay {
    /// The actor by the newest directory, which may see less than when the command was first sent.
    pub actor: Actor,
    /// What was kept of the first time.
    pub outcome: Value,
}

/// A command in its transaction. Dropped without [`Write::commit`] it leaves nothing behind.
pub struct Write {
    transaction: Transaction,
    services: Arc<Services>,
    changes: Changes,
    /// The actor by the directory this transaction has confirmed.
    pub actor: Actor,
    /// One moment for everything this command writes.
    pub now: DateTime<Utc>,
    key: Option<Key>,
    _in_flight: Option<InFlight>,
}

struct Key {
    key: String,
    field: String,
    input_sha256: [u8; 32],
}

/// What a transaction is going to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changes {
    /// Records, decided on a directory that may not change meanwhile: many at a time.
    Records,
    /// The directory: one at a time, and no command on records beside it. It gets its new version first, because to
    /// share its lock and then ask for all of it is how two such commands would wait for each other.
    Directory,
}

/// Begins a command on records. `field` tells several commands of one document apart that share an idempotency key.
///
/// # Errors
/// `Unauthenticated` when the session has ended meanwhile, `IdempotencyMismatch` when the key came with another input,
/// `InFlight` while the same key is at work in this process.
pub async fn begin(session: &Session, field: &str, name: &str, input: &impl Serialize) -> Result<Begun, Error> {
    begin_changing(Changes::Records, session, field, name, input).await
}

/// Begins a command that changes the directory: people, seats, holders, units.
///
/// # Errors
/// As [`begin`].
pub async fn begin_on_directory(
    session: &Session,
    field: &str,
    name: &str,
    input: &impl Serialize,
) -> Result<Begun, Error> {
    begin_changing(Changes::Directory, session, field, name, input).await
}

async fn begin_changing(
    changes: Changes,
    session: &Session,
    field: &str,
    name: &str,
    input: &impl Serialize,
) -> Result<Begun, Error> {
    let services = Arc::clone(&session.services);
    let key = session.idempotency_key.as_ref().map(|key| -> Result<Key, Error> {
        let canonical = audit::canonical_json(&(name, input))?;
        Ok(Key {
            key: key_of(session.actor.credential, key),
            field: field.to_owned(),
            input_sha256: Sha256::digest(canonical).into(),
        })
    });
    let key = key.transpose()?;
    let in_flight = key
        .as_ref()
        .map(|key| services.at_work.enter(session.actor.account, key))
        .transpose()?;
    let mut actor = session.actor.clone();
    for _attempt in 0..ATTEMPTS {
        let transaction = services.db.begin().await?;
        let connection = transaction.connection();
        // The pulse is locked before anything else, so that all commands take their locks in one order.
        let version = confirmed_version(connection, changes).await?;
        if !identity::query::still_holds(connection, actor.credential, services.clock.now()).await? {
            return Err(Error::Unauthenticated);
        }
        if version != actor.directory.version {
            drop(transaction);
            let directory = reload(&services).await?;
            actor = Actor::new(session.proof(), directory, services.clock.now());
            continue;
        }
        let active = actor
            .directory
            .person(actor.account)
            .is_some_and(|person| person.active);
        // A person without a seat is still somebody, a program without one is nobody.
        if !active || !actor.may_act() {
            return Err(Error::Unauthenticated);
        }
        let now = services.clock.now();
        if let Some(key) = &key
            && let Some(record) = claim(connection, actor.account, key, now).await?
        {
            return replay(key, actor, record);
        }
        return Ok(Begun::Fresh(Box::new(Write {
            transaction,
            services,
            changes,
            actor,
            now,
            key,
            _in_flight: in_flight,
        })));
    }
    Err(Error::internal("the directory changed at every attempt"))
}

/// What a key is kept under: a person's as it is, a program's apart from those of the person it acts for. No header holds
/// a line break.
fn key_of(credential: Credential, key: &str) -> String {
    match credential.program() {
        Some(program) => format!("{program}\n{key}"),
        None => key.to_owned(),
    }
}

/// Takes a key for this command before anything is decided, or gives the record of the one that had it. Another process at
/// work under the same key is waited for: what it did is then replayed, and if it did nothing the key is free.
async fn claim(
    connection: &impl ConnectionTrait,
    account: Uuid,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<Option<idempotency_record::Model>, Error> {
    let record = idempotency_record::Model {
        account_id: account,
        key: key.key.clone(),
        field: key.field.clone(),
        input_sha256: key.input_sha256.to_vec(),
        outcome: Value::Null,
        created_at: now,
    };
    let claimed = idempotency_record::Entity::insert(record.into_active_model())
        .on_conflict_do_nothing()
        .exec_without_returning(connection)
        .await?;
    match claimed {
        TryInsertResult::Inserted(1) => Ok(None),
        TryInsertResult::Inserted(_) | TryInsertResult::Conflicted | TryInsertResult::Empty => {
            query::outcome(connection, account, &key.key, &key.field).await
        }
    }
}

fn replay(key: &Key, actor: Actor, record: idempotency_record::Model) -> Result<Begun, Error> {
    if record.input_sha256 == key.input_sha256 {
        let outcome = record.outcome;
        return Ok(Begun::Replay(Box::new(Replay { actor, outcome })));
    }
    let text = Text::new(
        "Kunci idempotensi ini sudah dipakai dengan isian lain.",
        "This idempotency key was used with another input.",
    );
    Err(Refusal::new(Code::IdempotencyMismatch, text).into())
}

impl Write {
    /// The transaction to read and write through.
    #[must_use]
    pub fn connection(&self) -> &DatabaseTransaction {
        self.transaction.connection()
    }

    #[must_use]
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Leaves the traces of one act: the outbox row and the audit leaf of the row that records it.
    ///
    /// # Errors
    /// The database's.
    pub async fn leave_trace<T: Serialize>(&self, event: Event, record: audit::Subject<'_, T>) -> Result<(), Error> {
        leave_trace(self.connection(), event, record, self.now).await
    }

    /// Makes everything durable, with the outcome a repetition will be answered by.
    ///
    /// # Errors
    /// The database's; then nothing was written.
    pub async fn commit(self, outcome: Value) -> Result<(), Error> {
        if let Some(key) = &self.key {
            idempotency_record::Entity::update_many()
                .col_expr(idempotency_record::Column::Outcome, Expr::value(outcome))
                .filter(idempotency_record::Column::AccountId.eq(self.actor.account))
                .filter(idempotency_record::Column::Key.eq(key.key.as_str()))
                .filter(idempotency_record::Column::Field.eq(key.field.as_str()))
                .exec(self.connection())
                .await?;
        }
        finish(&self.services, self.transaction, self.changes).await
    }
}

/// A command of somebody who is not signed in but brings a code that is the whole right.
pub struct Unsigned {
    transaction: Transaction,
    services: Arc<Services>,
    changes: Changes,
    /// The directory this transaction has confirmed.
    pub directory: Arc<Directory>,
    /// One moment for everything this command writes.
    pub now: DateTime<Utc>,
}

/// Begins a command without a session.
///
/// # Errors
/// The database's.
pub async fn begin_unsigned(services: &Arc<Services>, changes: Changes) -> Result<Unsigned, Error> {
    for _attempt in 0..ATTEMPTS {
        let transaction = services.db.begin().await?;
        let directory = services.directory.load();
        if confirmed_version(transaction.connection(), changes).await? != directory.version {
            drop(transaction);
            reload(services).await?;
            continue;
        }
        return Ok(Unsigned {
            transaction,
            services: Arc::clone(services),
            changes,
            directory,
            now: services.clock.now(),
        });
    }
    Err(Error::internal("the directory changed at every attempt"))
}

impl Unsigned {
    /// The transaction to read and write through.
    #[must_use]
    pub fn connection(&self) -> &DatabaseTransaction {
        self.transaction.connection()
    }

    /// Makes everything durable.
    ///
    /// # Errors
    /// The database's; then nothing was written.
    pub async fn commit(self) -> Result<(), Error> {
        finish(&self.services, self.transaction, self.changes).await
    }
}

/// The version of the directory a transaction is decided on, held until it ends.
async fn confirmed_version(connection: &impl ConnectionTrait, changes: Changes) -> Result<i64, Error> {
    match changes {
        Changes::Records => query::directory_version(connection).await,
        Changes::Directory => {
            territory::seed::bump(connection).await?;
            Ok(territory::query::version(connection).await? - 1)
        }
    }
}

async fn reload(services: &Services) -> Result<Arc<Directory>, Error> {
    Ok(services
        .directory
        .replace(territory::query::load(services.db.reader()).await?))
}

async fn finish(services: &Services, transaction: Transaction, changes: Changes) -> Result<(), Error> {
    transaction.commit().await?;
    services.feed.wake();
    if changes == Changes::Directory
        && let Err(error) = reload(services).await
    {
        // What was written stands; the next confirmation takes it over.
        tracing::warn!(?error, "reading the changed directory failed");
    }
    Ok(())
}

/// Leaves the traces of one act: the outbox row and the audit leaf of the row that records it.
///
/// # Errors
/// The database's.
pub async fn leave_trace<T: Serialize>(
    connection: &impl ConnectionTrait,
    event: Event,
    record: audit::Subject<'_, T>,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    feed::publish(connection, event, at).await?;
    audit::attest(connection, record, at).await
}

/// The idempotency keys at work in this process.
#[derive(Clone, Default)]
pub struct AtWork(Arc<Mutex<HashSet<Claimed>>>);

/// Account, key and field.
type Claimed = (Uuid, String, String);

/// A key at work, until it is dropped.
struct InFlight {
    at_work: AtWork,
    claimed: Claimed,
}

impl AtWork {
    fn enter(&self, account: Uuid, key: &Key) -> Result<InFlight, Error> {
        let claimed = (account, key.key.clone(), key.field.clone());
        if !self.keys().insert(claimed.clone()) {
            return Err(Error::InFlight);
        }
        Ok(InFlight {
            at_work: self.clone(),
            claimed,
        })
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<Claimed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.at_work.keys().remove(&self.claimed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key {
            key: name.to_owned(),
            field: String::new(),
            input_sha256: [0; 32],
        }
    }

    #[test]
    fn one_key_of_one_account_is_at_work_once_at_a_time() {
        let (ani, budi) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let at_work = AtWork::default();
        let first = at_work.enter(ani, &key("a")).expect("free");
        assert!(matches!(at_work.enter(ani, &key("a")), Err(Error::InFlight)));
        let _another_key = at_work.enter(ani, &key("b")).expect("free");
        let _another_account = at_work.enter(budi, &key("a")).expect("free");
        drop(first);
        assert!(at_work.enter(ani, &key("a")).is_ok());
    }
}
