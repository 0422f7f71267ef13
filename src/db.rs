//! The way to the database: SQLite with one writer and many readers, or a PostgreSQL pool. A connection
//! that saw an unexpected error is never used again (`live`), and a commit that did not happen is never
//! answered as one (`unit`, `outcome`).

use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DbBackend, DbErr,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{
    advisory::MIGRATION,
    error::{Error, Result},
};

pub mod fault;
pub mod file;
mod layer;
mod live;
mod outcome;
mod pool;
mod unit;

pub use layer::{Fate, FateHook, Layer, StatementHook, Step};
pub use pool::Pool;
pub use unit::Unit;

const READERS: u32 = 8;
/// Of each kind, so that units of work that wait for each other leave readers alone.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a unit of work waits for another one to let go.
const BUSY: Duration = Duration::from_secs(20);

/// Where statements go: one connection that writes and a pool that reads (on PostgreSQL a pool of each).
#[derive(Clone, Debug)]
pub struct Db {
    writer: Pool,
    reader: Pool,
    url: String,
}

/// A newer program has migrated the database.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "this database was made by a newer version of Waypost. Use that version, or another database."
)]
pub struct NewerDatabase;

impl Db {
    /// Opens the database at this URL; a SQLite file is created when it is missing.
    pub async fn connect(url: &str, statement: Option<StatementHook>) -> Result<Self> {
        Self::connect_through(url, Layer { statement, fate: None }).await
    }

    /// The same, with what a test puts between.
    pub async fn connect_through(url: &str, layer: Layer) -> Result<Self> {
        let (writer, reader) = match url.starts_with("sqlite:") {
            true => {
                file::keep_private(url);
                (sqlite_options(url, 1), sqlite_options(url, READERS))
            }
            false => (postgres_options(url), postgres_options(url)),
        };
        let writer = Pool::new(Database::connect(writer).await?, layer.clone());
        let reader = Pool::new(Database::connect(reader).await?, layer);
        Ok(Self { writer, reader, url: url.to_owned() })
    }

    /// Brings the schema up to date; refuses a database that a newer program has migrated.
    pub async fn migrate(&self) -> Result<()> {
        let turn = self.wait_for_turn().await?;
        self.refuse_newer().await?;
        Migrator::up(self.writer.connections(), None).await?;
        if let Some(turn) = turn {
            turn.commit().await?;
        }
        Ok(())
    }

    /// Servers that start at once migrate one after the other: the lock is held until the end of
    /// the transaction. On SQLite it would be in its own way, and there is one server.
    async fn wait_for_turn(&self) -> Result<Option<Unit>> {
        if self.backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let turn = Unit::begin(&self.writer, "BEGIN").await?;
        turn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION})")).await?;
        Ok(Some(turn))
    }

    async fn refuse_newer(&self) -> Result<()> {
        let known: Vec<String> =
            Migrator::migrations().iter().map(|one| one.name().to_owned()).collect();
        Migrator::install(self.writer.connections()).await?;
        let applied = Migrator::get_migration_models(self.writer.connections()).await?;
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
    pub fn reader(&self) -> &Pool {
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
    pub async fn begin_write(&self) -> Result<Unit, DbErr> {
        Unit::begin(&self.writer, self.either("BEGIN IMMEDIATE", outcome::BEGIN)).await
    }

    /// The same beside the units of work, which it must not wait for.
    pub async fn begin_aside(&self) -> Result<Unit, DbErr> {
        Unit::begin(&self.reader, self.either("BEGIN IMMEDIATE", outcome::BEGIN)).await
    }

    /// Begins a snapshot: all its statements see the database as it was at one moment.
    pub async fn begin_read(&self) -> Result<Unit, DbErr> {
        let at_once = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        Unit::begin(&self.reader, self.either("BEGIN DEFERRED", at_once)).await
    }

    /// Closes all connections, and on SQLite folds the log into the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    fn either(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        if self.backend() == DbBackend::Sqlite { sqlite } else { postgres }
    }
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
