//! The way to the database: SQLite with one writer and many readers, or a PostgreSQL pool. A connection
//! that saw an unexpected error is never used again (`live`), and a commit that did not happen is never
//! answered as one (`unit`, `outcome`).

use std::{path::PathBuf, time::Duration};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DbBackend, DbErr,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use self::postgres::Contact;
use crate::error::{Error, Result};

pub mod file;
mod layer;
mod literal;
mod live;
pub(crate) mod log;
mod migrate;
mod outcome;
mod pool;
pub mod postgres;
mod resting;
mod rows;
mod unit;
mod whole;

pub use layer::{Fate, FateHook, Layer, StatementHook, Step};
pub(crate) use literal::in_state;
pub use migrate::NewerDatabase;
pub use pool::{Pool, Usage};
pub(crate) use rows::{
    Derived, MOST as MOST_ROWS, insert_derived, insert_rows, padded, update, update_derived,
    update_rows,
};
pub use unit::Unit;
pub use whole::Whole;
pub(crate) use whole::known_migrations;

const READERS: u32 = 8;
/// How many rows a thread of SQLite reads before somebody takes them: a page of anything, without waiting in between.
const ROWS: usize = 512;
/// How many statements a connection keeps prepared: those of turns are there for each number of rows.
const STATEMENTS: usize = 512;
/// How much each connection to SQLite keeps of the file, in KiB (the minus says so): 4 MiB. What it does not keep, it copies from
/// what the system keeps for all of them; four times as much made nothing faster with a file of 400 MB.
const CACHE: &str = "-4096";
/// How many pages SQLite's log has before they are brought into the file: 32 MiB of them. Each page that was written many
/// times goes there once, and the writer waits for that the more seldom; at the default of a thousand pages two fifths of the
/// time of units of work went into this, on a disk that takes 2 ms for a commit.
const LOG_PAGES: &str = "8000";
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

impl Db {
    /// Opens the database at this URL; a SQLite file is created when it is missing.
    pub async fn connect(url: &str, statement: Option<StatementHook>) -> Result<Self> {
        Self::connect_through(url, Layer { statement, fate: None }).await
    }

    /// Opens the database at this URL through a layer that a test puts between.
    pub async fn connect_through(url: &str, layer: Layer) -> Result<Self> {
        let (writer, reader) = match url.starts_with("sqlite:") {
            true => {
                file::refuse_other_names(url)
                    .map_err(|linked| Error::Internal(Box::new(linked)))?;
                file::keep_private(url);
                let writer = Database::connect(sqlite_options(url, 1)).await?;
                let reader = Database::connect(sqlite_options(url, READERS)).await?;
                (Pool::new(writer, 1, layer.clone()), Pool::new(reader, READERS, layer))
            }
            false => {
                let contact = Contact::of(url).await?;
                let pool = |layer| {
                    let connections = contact.connections(POSTGRES_CONNECTIONS);
                    Pool::new(connections, POSTGRES_CONNECTIONS, layer)
                        .behind_pooler(contact.pooled)
                };
                (pool(layer.clone()), pool(layer))
            }
        };
        Ok(Self { writer, reader, url: url.to_owned() })
    }

    /// Which kind of database it is.
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// The pool for reading outside a unit of work.
    pub fn reader(&self) -> &Pool {
        &self.reader
    }

    /// How many connections are in use: of those that write, and of those that read.
    pub fn usage(&self) -> [(&'static str, Usage); 2] {
        [("writer", self.writer.usage()), ("reader", self.reader.usage())]
    }

    /// The file that it is, if it is one.
    pub fn file(&self) -> Option<PathBuf> {
        file::path_of(&self.url)
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

    /// Begins a transaction beside the units of work, which it must not wait for.
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
        .row_buffer_size(ROWS)
        .statement_cache_capacity(STATEMENTS)
        .pragma("cache_size", CACHE)
        .pragma("wal_autocheckpoint", LOG_PAGES)
}

fn base_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(30))
        .connect_timeout(Duration::from_secs(10))
        .sqlx_logging(false);
    options
}
