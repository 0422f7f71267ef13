//! Why a command ended: a line that says what to do, and an exit code that scripts can act on.

use std::process::ExitCode;

use sea_orm::{DbErr, RuntimeErr, sqlx};

use crate::{
    config::{DatabaseUrl, Problems},
    db::NewerDatabase,
    error::Error,
};

/// Why a command did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It was asked for something that cannot be, or something unforeseen happened.
    Other(String),
    /// Flags or environment are wrong: a line each.
    Usage(Problems),
    /// It cannot listen where it should.
    Listen(String),
    /// The database cannot be opened.
    Database(String),
    /// The database was made by a newer version of the program.
    NewerDatabase(String),
    /// It was told to stop at once.
    Interrupted,
}

impl Failure {
    /// The exit code; `--help` lists them.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Other(_) => 1,
            Self::Usage(_) => 2,
            // 3 is what `import` ends with when something was left out
            Self::Listen(_) => 4,
            Self::Database(_) => 5,
            Self::NewerDatabase(_) => 6,
            Self::Interrupted => 130,
        })
    }

    /// What to tell, a line each.
    pub fn lines(&self) -> Vec<&str> {
        match self {
            Self::Usage(lines) => lines.iter().map(String::as_str).collect(),
            Self::Other(line)
            | Self::Listen(line)
            | Self::Database(line)
            | Self::NewerDatabase(line) => vec![line],
            Self::Interrupted => vec!["stopped at once; what was acknowledged is saved"],
        }
    }

    /// What became of working with this database.
    pub fn of_database(error: &Error, database: &DatabaseUrl) -> Self {
        let (Error::Internal(cause) | Error::Unavailable(cause) | Error::Unsure(cause)) = error
        else {
            return Self::Other(error.to_string());
        };
        if let Some(newer) = cause.downcast_ref::<NewerDatabase>() {
            return Self::NewerDatabase(format!("{database}: {newer}"));
        }
        match cause.downcast_ref::<DbErr>() {
            Some(cause) => Self::Database(explain(cause, database)),
            None => Self::Other(error.to_string()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.to_string())
    }
}

fn explain(error: &DbErr, database: &DatabaseUrl) -> String {
    match database.file() {
        Some(file) => explain_file(error, &file),
        None => explain_server(error, database),
    }
}

/// SQLite's own codes, without their lower detail: <https://www.sqlite.org/rescode.html>.
fn explain_file(error: &DbErr, path: &std::path::Path) -> String {
    let file = path.display();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| std::path::Path::new("."));
    let shown = folder.display();
    let code = code(error).and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff);
    match code {
        Some(14) if !folder.exists() => {
            format!(
                "{file}: the directory {shown} does not exist. Create it, or choose another with --database."
            )
        }
        Some(14) if path.is_dir() => {
            format!("{file} is a directory. Name a file in it with --database.")
        }
        Some(8 | 14 | 3) => format!(
            "{file} cannot be opened for writing. Let this user write to it and to its directory {shown}, or choose another with --database."
        ),
        Some(11 | 26) => {
            format!(
                "{file} is no SQLite database, or a damaged one. Choose another with --database."
            )
        }
        Some(5 | 6) => format!("{file} is held by another program. Stop it, then try again."),
        Some(13) => format!("{file}: the disk is full. Make room, then try again."),
        _ => format!("{file}: {error}"),
    }
}

/// PostgreSQL's codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn explain_server(error: &DbErr, database: &DatabaseUrl) -> String {
    match code(error).as_deref() {
        Some("28P01" | "28000") => {
            format!("{database}: the server refuses this user or password. Check --database.")
        }
        Some("3D000") => {
            format!(
                "{database}: there is no such database. Make it with createdb, or check --database."
            )
        }
        Some("42501") => format!(
            "{database}: this user may not create tables. Grant it CREATE on the schema, or make it the owner of the database."
        ),
        Some("53300") => format!("{database}: the server has no free connection. Try again later."),
        Some(_) => format!("{database}: {error}"),
        None => format!(
            "{database} cannot be reached ({}). Check that PostgreSQL runs there and that --database is right.",
            plain(error)
        ),
    }
}

fn driver_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

fn code(error: &DbErr) -> Option<String> {
    Some(driver_error(error)?.as_database_error()?.code()?.into_owned())
}

fn plain(error: &DbErr) -> String {
    match driver_error(error) {
        Some(sqlx::Error::Io(cause)) => cause.to_string(),
        Some(sqlx::Error::PoolTimedOut) => "no answer in time".to_owned(),
        Some(cause) => cause.to_string(),
        None if matches!(error, DbErr::ConnectionAcquire(_)) => "no answer in time".to_owned(),
        None => error.to_string(),
    }
}
