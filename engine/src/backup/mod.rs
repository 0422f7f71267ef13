//! Backups: everything that a database holds, and the bytes of its files, in one file that either kind of database
//! can be filled from.
//!
//! The file is a tar archive, compressed with gzip, whose entries are, in this order:
//!
//! 1. `waypost-backup.json`: the number of the format, the version of the program, when it was made, the migrations
//!    that the database had, and its tables with their columns.
//! 2. `tables/<table>/<number>.jsonl`: rows, each a line, a JSON array with a value for each column: UUIDs, moments
//!    (RFC 3339), days and JSON as texts, bytes in base64.
//! 3. `files/<id>`: the bytes of each file that had come, under the name that they have in the folder of files.
//! 4. `end.json`: how many rows and files there are, and the SHA-256 of the names and contents of all entries before.
//!
//! Rows are those of one moment. Files are read after them: what came later is only not used yet.

use std::io;

use entity::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::{self, Table},
    error::Error,
};

mod archive;
mod download;
mod files;
mod fill;
mod restore;
mod shelf;
mod store;
mod upload;
mod value;
mod write;

pub use download::Download;
pub use restore::{Restored, Webhooks, restore};
pub use shelf::Shelf;
pub use upload::Upload;
pub use write::{Made, Sink, write};

/// The number of the format. A program reads its own and all before it.
pub const FORMAT: u32 = 1;

const HEAD: &str = "waypost-backup.json";
const END: &str = "end.json";
const ROWS: &str = "tables/";
const FILES: &str = "files/";

/// What a backup says of itself first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of its format.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The migrations that the database had, the oldest first.
    pub migrations: Vec<String>,
    /// Its tables.
    pub tables: Vec<Table>,
}

/// What a backup says of itself last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct End {
    rows: u64,
    files: u64,
    /// Of the names and contents of all entries before, in hexadecimal digits.
    sha256: String,
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database, or the place of files, failed.
    #[error("{0}")]
    Error(#[from] Error),
    /// The file cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// There is nothing to back up.
    #[error("this is no database of Waypost: it was never migrated. Check --database.")]
    NoDatabase,
    /// The file is no backup, or a damaged one.
    #[error("this is no whole backup: {0}. Nothing was restored. Take another one.")]
    Damaged(String),
    /// A newer program made it.
    #[error(
        "this backup was made by Waypost {0}, which is newer than this program. Nothing was restored. Use that version."
    )]
    Newer(String),
    /// There is something in the database.
    #[error(
        "the database is not empty: there are rows in {0}. Nothing was restored. Name a new one with --database."
    )]
    NotEmpty(String),
    /// The database has tables of another version than the backup.
    #[error(
        "the database has the tables of another version than the backup. Nothing was restored. Name a database without tables with --database; it is brought up to date by itself."
    )]
    OtherLevel,
}

impl From<sea_orm::DbErr> for Fault {
    fn from(cause: sea_orm::DbErr) -> Self {
        Self::Error(cause.into())
    }
}

/// Told how many rows of which table, or how many files, are done.
pub type Progress<'a> = &'a (dyn Fn(&str, u64) + Sync);

/// The tables that are backed up.
fn own(tables: Vec<Table>) -> Vec<Table> {
    tables.into_iter().filter(|table| !catalogue::is_derived(&table.name)).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn damaged(what: impl Into<String>) -> Fault {
    Fault::Damaged(what.into())
}
