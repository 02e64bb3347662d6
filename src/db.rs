//! The database, embedded or PostgreSQL, and the only way to begin a transaction.
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::Either;
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectOptions, ConnectionTrait, DatabaseBackend, DatabaseConnection,
    DatabaseTransaction, DbErr, EntityTrait, IdenStatic, IntoActiveModel, ModelTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, SqlErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sea_query::{Alias, Expr, ExprTrait, Query},
    sqlx::{
        Connection, PgConnection,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::{
    error::Error,
    page::{Page, Window},
};

/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

tokio::task_local! {
    /// The statements of the operation this task works for: counted for its log line, read by tests.
    static STATEMENTS: Statements;
}

type Statements = Arc<Mutex<Vec<String>>>;

/// Runs a future and tells the text of every SQL statement it sent, itself or through what [`on_behalf`] wraps.
pub async fn counting_statements<F: Future>(future: F) -> (F::Output, Vec<String>) {
    let statements = Statements::default();
    let output = STATEMENTS.scope(Arc::clone(&statements), future).await;
    let sent = std::mem::take(&mut *statements.lock().unwrap_or_else(PoisonError::into_inner));
    (output, sent)
}

/// A future for another task that works for the operation of this one, so that its statements count there too.
pub fn on_behalf<F: Future>(future: F) -> impl Future<Output = F::Output> {
    match STATEMENTS.try_with(Arc::clone) {
        Ok(statements) => Either::Left(STATEMENTS.scope(statements, future)),
        Err(_outside) => Either::Right(future),
    }
}

/// A pool of connections to one database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    connection: DatabaseConnection,
    /// SQLite has one writer; waiting here is fair and burns nothing, waiting in its busy handler is neither.
    writer: Option<Arc<Semaphore>>,
}

/// A transaction that may write; dropped without `commit` it rolls back.
pub struct Transaction {
    inner: DatabaseTransaction,
    _writer: Option<OwnedSemaphorePermit>,
}

impl Db {
    /// Connects to `sqlite://path?mode=rwc` or `postgres://…`. Nothing is created on PostgreSQL. `statement` bounds the time
    /// of one statement there; SQLite knows no such bound, the bound of the operation holds.
    ///
    /// # Errors
    /// The driver's own error when the database cannot be reached or opened.
    pub async fn connect(url: &str, connections: u32, statement: Duration) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .connect_timeout(PATIENCE)
            .sqlx_logging(false)
            .test_before_acquire(false)
            .test_before_acquire_if_idle_for(Duration::from_secs(30))
            .map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(5))
                    .statement_cache_capacity(512)
            })
            .map_sqlx_postgres_opts(move |postgres| {
                let statement_timeout = format!("{}ms", statement.as_millis());
                postgres
                    .statement_cache_capacity(512)
                    .options([("jit", "off"), ("statement_timeout", statement_timeout.as_str())])
            });
        if !url.starts_with("sqlite:") {
            // The pool tries again until its time is up and then says only that; one plain connection says what is wrong.
            let probe = tokio::time::timeout(PATIENCE, PgConnection::connect(url)).await;
            let probe = probe.map_err(|_elapsed| DbErr::Custom("no answer".to_owned()))?;
            drop(probe.map_err(|error| DbErr::Custom(error.to_string()))?);
        }
        let mut connection = sea_orm::Database::connect(options).await?;
        connection.set_metric_callback(|info| {
            // Outside an operation nobody counts: background work has no log line of its own.
            let _outside = STATEMENTS.try_with(|statements| {
                let mut statements = statements.lock().unwrap_or_else(PoisonError::into_inner);
                statements.push(info.statement.sql.clone());
            });
        });
        let embedded = connection.get_database_backend() == DatabaseBackend::Sqlite;
        Ok(Self {
            connection,
            writer: embedded.then(|| Arc::new(Semaphore::new(1))),
        })
    }

    /// For reads. Writes go through [`Db::begin`].
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.connection
    }

    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.writer.is_some()
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once: a deferred one would fail
    /// half-way with "database is locked" when another writer came in between.
    ///
    /// # Errors
    /// The driver's error when no connection is to be had.
    pub async fn begin(&self) -> Result<Transaction, Error> {
        let writer = match &self.writer {
            Some(gate) => Some(Arc::clone(gate).acquire_owned().await.map_err(Error::internal)?),
            None => None,
        };
        #[expect(clippy::disallowed_methods, reason = "the one place where a transaction begins")]
        let inner = self
            .connection
            .begin_with_options(TransactionOptions {
                isolation_level: None,
                access_mode: None,
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            })
            .await?;
        Ok(Transaction { inner, _writer: writer })
    }

    /// The names of the schema steps that this binary knows and the database has not taken. Changes nothing.
    ///
    /// # Errors
    /// The driver's error.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, DbErr> {
        let pending = Migrator::get_pending_migrations_read_only(&self.connection).await?;
        Ok(pending.iter().map(|step| step.name().to_owned()).collect())
    }

    /// Takes every pending schema step. On PostgreSQL an advisory lock lets one process at a time do so.
    ///
    /// # Errors
    /// The driver's error; a failed step leaves the schema as it was before that step.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        /// Any number will do, as long as nothing else in the database locks by it.
        const LOCK: i64 = 0x006a_656e_6a61_6e67;
        if self.is_embedded() {
            return Migrator::up(&self.connection, None).await;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "holds the lock; the steps run beside it on other connections"
        )]
        let guard = self.connection.begin().await?;
        guard.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
        guard
            .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .await?;
        Migrator::up(&self.connection, None).await?;
        guard.commit().await
    }
}

impl Transaction {
    /// The connection to write through.
    #[must_use]
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// Makes everything written durable, or nothing of it.
    ///
    /// # Errors
    /// The driver's error; then nothing was written.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.inner.commit().await?)
    }
}

/// Rows in one INSERT: SQLite binds at most 32,766 values in a statement, and no row of ours has more than 35.
const BATCH: usize = 900;

/// Inserts rows, in as few statements as the databases allow.
///
/// # Errors
/// The driver's error.
pub async fn insert_all<M>(connection: &impl ConnectionTrait, rows: Vec<M>) -> Result<(), Error>
where
    M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + ModelTrait,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity>,
{
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        let batch = rows.by_ref().take(BATCH);
        M::Entity::insert_many(batch).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// A page of what a select finds, the newest first. Ids sort by time, so that the id is the key.
///
/// # Errors
/// The driver's error.
pub async fn newest_first<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    mut select: Select<E>,
    id: E::Column,
    window: &Window<Uuid>,
) -> Result<Page<E::Model>, Error> {
    if let Some(after) = window.after {
        select = select.filter(id.lt(after));
    }
    if let Some(before) = window.before {
        select = select.filter(id.gt(before));
    }
    let direction = if window.from_end { Order::Asc } else { Order::Desc };
    let surplus = u64::try_from(window.limit + 1).map_err(Error::internal)?;
    let rows = select.order_by(id, direction).limit(surplus).all(connection).await?;
    Ok(Page::from_surplus(rows, window))
}

/// Pages of many lists by one statement: of each parent what [`newest_first`] finds of it, one surplus row among it, in the order
/// in which [`Page::from_surplus`] takes it. The select finds what belongs to the parents that are asked for.
///
/// # Errors
/// The driver's error.
pub async fn newest_of_each<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    mut select: Select<E>,
    (parent, id): (E::Column, E::Column),
    window: &Window<Uuid>,
) -> Result<Vec<E::Model>, Error> {
    if let Some(after) = window.after {
        select = select.filter(id.lt(after));
    }
    if let Some(before) = window.before {
        select = select.filter(id.gt(before));
    }
    let (direction, word) = if window.from_end {
        (Order::Asc, "ASC")
    } else {
        (Order::Desc, "DESC")
    };
    let surplus = u64::try_from(window.limit + 1).map_err(Error::internal)?;
    let table = E::default();
    let (table, parent, key) = (table.table_name(), parent.as_str(), id.as_str());
    let place = format!(r#"ROW_NUMBER() OVER (PARTITION BY "{table}"."{parent}" ORDER BY "{table}"."{key}" {word})"#);
    let numbered = select
        .clone()
        .select_only()
        .column(id)
        .expr_as(Expr::cust(place), "place")
        .into_query();
    let chosen = Query::select()
        .column(Alias::new(key))
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col(Alias::new("place")).lte(surplus))
        .to_owned();
    let rows = select.filter(id.in_subquery(chosen)).order_by(id, direction);
    Ok(rows.all(connection).await?)
}

/// Declares rows that are read by the places of their columns. By their names, as the library does, each value of each row is
/// looked for in a map, which of a page of fifty wide rows is a good part of what it costs. The fields stand in the order in
/// which the columns are selected: of a whole model that of the model.
#[macro_export]
macro_rules! by_place {
    ($(#[$about:meta])* $name:ident($module:ident::$model:ident) { $($field:ident),* $(,)? }) => {
        $(#[$about])*
        struct $name($module::$model);

        impl sea_orm::FromQueryResult for $name {
            fn from_query_result(row: &sea_orm::QueryResult, _prefix: &str) -> Result<Self, sea_orm::DbErr> {
                let mut place = 0_usize..;
                let mut next = || place.next().unwrap_or_default();
                Ok(Self($module::$model { $($field: row.try_get_by_index(next())?),* }))
            }
        }

        #[cfg(test)]
        impl $name {
            const FIELDS: &[&str] = &[$(stringify!($field)),*];
        }
    };
}

/// Whether a write failed because there is one already.
#[must_use]
pub fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// A text as a pattern that matches it anywhere, for `LIKE … ESCAPE '\'`.
#[must_use]
pub fn like_anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
