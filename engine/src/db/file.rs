//! The file of a SQLite database: whose it is, and that one server at a time serves it.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use sea_orm::sqlx::sqlite::SqliteConnectOptions;

/// What SQLite puts beside a database, with the same content in part.
const SIBLINGS: [&str; 3] = ["", "-wal", "-shm"];

/// The right to serve a database, until it is dropped or the program ends, however it ends.
#[derive(Debug)]
pub struct Turn {
    _held: Option<File>,
}

/// Another server has this database.
#[derive(Debug, thiserror::Error)]
#[error(
    "{file} is served by another Waypost already. Stop it, or choose another database with --database; several servers share a database on PostgreSQL."
)]
pub struct Served {
    file: String,
}

/// The file of this database has several names.
#[derive(Debug, thiserror::Error)]
#[error(
    "{file} has another name too (a hard link). SQLite keeps what is new beside the name by which it is opened, so two names of one database damage it. Remove the other one (find -samefile finds it), or make a copy and choose that with --database."
)]
pub struct Linked {
    file: String,
}

/// Refuses a file with several names: whoever opens another of them sees another log and other locks.
pub fn refuse_other_names(url: &str) -> Result<(), Linked> {
    match path_of(url).filter(|file| names(file) > 1) {
        Some(file) => Err(Linked { file: file.display().to_string() }),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn names(file: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(file).map_or(0, |known| known.nlink())
}

#[cfg(not(unix))]
fn names(_: &Path) -> u64 {
    1
}

impl Turn {
    /// Takes the right to serve a SQLite file. A database of another kind has servers of its own for that.
    /// Commands need none: they work beside a server.
    pub fn take(url: &str) -> Result<Self, Served> {
        keep_private(url);
        let Some(file) = path_of(url) else { return Ok(Self { _held: None }) };
        match lock(&file) {
            Ok(held) => Ok(Self { _held: Some(held) }),
            Err(TryLockError::WouldBlock) => Err(Served { file: file.display().to_string() }),
            Err(TryLockError::Error(cause)) => {
                tell_of(&file, &cause);
                Ok(Self { _held: None })
            }
        }
    }
}

/// Where there is no such file or folder, opening the database says so better.
fn tell_of(file: &Path, cause: &io::Error) {
    if cause.kind() != io::ErrorKind::NotFound {
        tracing::warn!(target: "waypost::db::file", file = %file.display(), %cause, "whether another server has this database cannot be found out here");
    }
}

/// A file of its own is locked: SQLite would lose its locks on the database with any other handle of it.
/// It stays behind: whoever removed it would remove it from under the next one.
fn lock(file: &Path) -> Result<File, TryLockError> {
    let whole = fs::canonicalize(file).map_err(TryLockError::Error)?;
    let lock = private(OpenOptions::new().write(true).create(true).truncate(false))
        .open(beside(&whole, "-server"));
    let held = lock.map_err(TryLockError::Error)?;
    held.try_lock().map(|()| held)
}

/// Sees to it that the database is readable by its owner only: a file that is missing is made so, and SQLite
/// makes what is beside it alike. What was made by an earlier version is mended. What cannot be done here,
/// opening the database says better.
pub fn keep_private(url: &str) {
    let Some(file) = path_of(url) else { return };
    // Opening one that is there would be enough to lose the locks that this program has on it.
    if !file.exists() {
        let _ = private(OpenOptions::new().write(true).create(true).truncate(false)).open(&file);
    }
    for sibling in SIBLINGS {
        close_to_others(&beside(&file, sibling), 0o600);
    }
}

/// Takes the rights of everybody else from a file or a folder that is there, and says so.
pub fn close_to_others(path: &Path, mode: u32) {
    match narrow(path, mode) {
        Ok(false) => {}
        Ok(true) => {
            tracing::info!(target: "waypost::db::file", path = %path.display(), "was readable by others; it is its owner's only now");
        }
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
        Err(cause) => {
            tracing::warn!(target: "waypost::db::file", path = %path.display(), %cause, "is readable by others, and that cannot be changed");
        }
    }
}

#[cfg(unix)]
fn narrow(path: &Path, mode: u32) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = fs::metadata(path)?.permissions();
    let is_wider = permissions.mode() & 0o777 & !mode != 0;
    if is_wider {
        permissions.set_mode(permissions.mode() & mode);
        fs::set_permissions(path, permissions)?;
    }
    Ok(is_wider)
}

#[cfg(not(unix))]
fn narrow(_: &Path, _: u32) -> io::Result<bool> {
    Ok(false)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &OpenOptions {
    options
}

pub(crate) fn path_of(url: &str) -> Option<PathBuf> {
    let options =
        url.starts_with("sqlite:").then(|| url.parse::<SqliteConnectOptions>().ok())??;
    Some(options.get_filename().to_owned())
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}
