//! Opening the database: SQLite with one writer and many readers, or a PostgreSQL pool.

use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{
    advisory::MIGRATION,
    error::{Error, Result},
};

pub mod fault;

const READERS: u32 = 8;
/// Of each kind, so that units of work that wait for each other leave readers alone.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a unit of work waits for another one to let go.
const BUSY: Duration = Duration::from_secs(20);

/// Where statements go: one connection that writes and a pool that reads (on PostgreSQL a pool of each).
#[derive(Clone, Debug)]
pub struct Db {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    url: String,
}

/// A newer program has migrated the database.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "this database was made by a newer version of Waypost. Use that version, or another database."
)]
pub struct NewerDatabase;

/// Called with the text of each statement; what tests count.
pub type StatementHook = std::sync::Arc<dyn Fn(&str) + Send + Sync>;

impl Db {
    /// Opens the database at this URL; a SQLite file is created when it is missing.
    pub async fn connect(url: &str, hook: Option<StatementHook>) -> Result<Self> {
        let (mut writer, mut reader) = if url.starts_with("sqlite:") {
            let writer = Database::connect(sqlite_options(url, 1)).await?;
            (writer, Database::connect(sqlite_options(url, READERS)).await?)
        } else {
            let writer = Database::connect(postgres_options(url)).await?;
            (writer, Database::connect(postgres_options(url)).await?)
        };
        if let Some(hook) = hook {
            observe(&mut writer, hook.clone());
            observe(&mut reader, hook);
        }
        Ok(Self { writer, reader, url: url.to_owned() })
    }

    /// Brings the schema up to date; refuses a database that a newer program has migrated.
    pub async fn migrate(&self) -> Result<()> {
        let turn = self.wait_for_turn().await?;
        self.refuse_newer().await?;
        Migrator::up(&self.writer, None).await?;
        if let Some(turn) = turn {
            turn.commit().await?;
        }
        Ok(())
    }

    /// Servers that start at once migrate one after the other: the lock is held until the end of
    /// the transaction. On SQLite it would be in its own way, and there is one server.
    async fn wait_for_turn(&self) -> Result<Option<DatabaseTransaction>> {
        if self.backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let turn = self.writer.begin().await?;
        turn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION})")).await?;
        Ok(Some(turn))
    }

    async fn refuse_newer(&self) -> Result<()> {
        let known: Vec<String> =
            Migrator::migrations().iter().map(|one| one.name().to_owned()).collect();
        Migrator::install(&self.writer).await?;
        let applied = Migrator::get_migration_models(&self.writer).await?;
        match applied.into_iter().find(|one| !known.contains(&one.version)) {
            Some(_) => Err(Error::Internal(Box::new(NewerDatabase))),
            None => Ok(()),
        }
    }

    /// Which kind of database it is.
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// The pool for reading outside a unit of work.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// The URL it was opened with.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Begins a unit of work. On SQLite it holds the one right to write from the start, because
    /// there is no `FOR UPDATE` to make a decision safe later.
    /// On PostgreSQL each statement sees what was committed before it, whatever the server's default
    /// is: what is read under a lock is as it was when the lock was granted.
    pub async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        let mut options = TransactionOptions {
            sqlite_transaction_mode: self.sqlite(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        if self.backend() == DbBackend::Postgres {
            options.isolation_level = Some(IsolationLevel::ReadCommitted);
        }
        self.writer.begin_with_options(options).await
    }

    /// Begins a snapshot: all its statements see the database as it was at one moment.
    pub async fn begin_read(&self) -> Result<DatabaseTransaction, DbErr> {
        let mut options = TransactionOptions {
            sqlite_transaction_mode: self.sqlite(SqliteTransactionMode::Deferred),
            ..TransactionOptions::default()
        };
        if self.backend() == DbBackend::Postgres {
            options.isolation_level = Some(IsolationLevel::RepeatableRead);
            options.access_mode = Some(AccessMode::ReadOnly);
        }
        self.reader.begin_with_options(options).await
    }

    /// Closes all connections, and on SQLite folds the log into the file.
    pub async fn close(&self) {
        let _ = self.reader.close_by_ref().await;
        let _ = self.writer.close_by_ref().await;
    }

    fn sqlite(&self, mode: SqliteTransactionMode) -> Option<SqliteTransactionMode> {
        (self.backend() == DbBackend::Sqlite).then_some(mode)
    }
}

fn observe(connection: &mut DatabaseConnection, hook: StatementHook) {
    connection.set_metric_callback(move |info| hook(&info.statement.sql));
}

fn sqlite_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = base_options(url, connections);
    options.map_sqlx_sqlite_opts(durable);
    options
}

/// What is acknowledged is on disk: neither sqlx nor SQLite does this by default.
fn durable(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("cache_size", "-16384")
}

fn postgres_options(url: &str) -> ConnectOptions {
    let mut options = base_options(url, POSTGRES_CONNECTIONS);
    options.set_application_name("waypost").map_sqlx_postgres_opts(|options| {
        options.options([("lock_timeout", format!("{}s", BUSY.as_secs()))])
    });
    options
}

fn base_options(url: &str, connections: u32) -> ConnectOptions {
    // On a server, shorter than an operation usually may take: whoever waits in vain is told why. A file is waited
    // for by whoever has the connection.
    let patience = Duration::from_secs(if url.starts_with("sqlite:") { 30 } else { 12 });
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(patience)
        .connect_timeout(Duration::from_secs(10))
        .sqlx_logging(false);
    options
}
