//! Why a command ended: a line that says what to do, and an exit code that scripts can act on.

use std::process::ExitCode;

use engine::{
    db::{NewerDatabase, file::Linked},
    error::Error,
};
use sea_orm::{DbErr, RuntimeErr, sqlx};

use crate::config::{DatabaseUrl, Problems};

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
        if let Some(linked) = cause.downcast_ref::<Linked>() {
            return Self::Database(linked.to_string());
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
    if driver_error(error).is_some_and(is_foreign) {
        return format!(
            "{database}: what answers there is no PostgreSQL server. Check the host and the port in --database."
        );
    }
    if let Some(told) = driver_error(error).and_then(not_encrypted) {
        return format!("{database}: {told}");
    }
    let said = driver_error(error).and_then(|cause| cause.as_database_error());
    let said = said.map(|said| said.message()).unwrap_or_default();
    match code(error).as_deref() {
        Some("28P01") => {
            format!("{database}: the server refuses this user or password. Check --database.")
        }
        Some("28000") => format!(
            "{database}: the server does not let this user in ({said}). Check the user and sslmode in --database, and pg_hba.conf."
        ),
        Some("3D000") => {
            format!(
                "{database}: there is no such database. Make it with createdb, or check --database."
            )
        }
        Some("42501") if said.contains("database") => format!(
            "{database}: the server does not let this user into that database ({said}). Grant it CONNECT there, or check --database."
        ),
        Some("42501") => format!(
            "{database}: this user may not create tables. Grant it CREATE on the schema, or make it the owner of the database."
        ),
        Some("53300") => format!("{database}: the server has no free connection. Try again later."),
        Some("08P01") if said.contains("startup parameter") => format!(
            "{database}: the pooler there refuses what --database asks for at the start of a session ({said}). Leave options out of it (and PGOPTIONS unset), and say such settings with ALTER ROLE … SET."
        ),
        Some("08P01") if said.contains("statement pooling") => format!(
            "{database}: the pooler there gives sessions for one statement only. Waypost needs transactions: say pool_mode = transaction there."
        ),
        Some("25006") => format!(
            "{database}: this server is read-only, perhaps a copy of another. Name the primary server with --database."
        ),
        Some(_) => format!("{database}: the server says: {said}"),
        None => format!(
            "{database} cannot be reached ({}). Check that PostgreSQL runs there and that --database is right.",
            plain(error)
        ),
    }
}

/// Whether something that is no PostgreSQL server answered: in plain text, or to the handshake of TLS.
fn is_foreign(cause: &sqlx::Error) -> bool {
    const SIGNS: [&str; 4] =
        ["SSLRequest", "unknown message type", "establish: unexpected message", "overflows"];
    match cause {
        sqlx::Error::Protocol(text) => SIGNS.iter().any(|sign| text.contains(sign)),
        sqlx::Error::Tls(cause) => cause.to_string().contains("InvalidContentType"),
        sqlx::Error::Io(cause) => cause.to_string().contains("InvalidContentType"),
        _ => false,
    }
}

/// Why there was no encrypted connection, or none to the server that was meant.
fn not_encrypted(cause: &sqlx::Error) -> Option<String> {
    let text = match cause {
        sqlx::Error::Tls(cause) => cause.to_string(),
        sqlx::Error::Io(cause) if cause.kind() == std::io::ErrorKind::InvalidData => {
            cause.to_string()
        }
        _ => return None,
    };
    let advice = [
        (
            "does not support TLS",
            "the server does not encrypt. Switch ssl on there, or say sslmode=disable where nobody else is on the way.",
        ),
        (
            "UnknownIssuer",
            "the server's certificate is signed by nobody who is trusted here. Name the certificate of its signer with sslrootcert=FILE.",
        ),
        (
            "not valid for name",
            "the server's certificate is for another host. Say the host that it is for, or sslmode=verify-ca.",
        ),
        (
            "CaUsedAsEndEntity",
            "the server shows the certificate of a signer (CA:TRUE), which is no server's. Sign one for the server with it.",
        ),
        ("xpired", "the server's certificate has expired. Renew it there."),
    ];
    let known = advice.into_iter().find(|(sign, _)| text.contains(sign));
    Some(known.map_or_else(
        || format!("the connection could not be encrypted ({text}). Check sslmode and the certificates."),
        |(_, advice)| advice.to_owned(),
    ))
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
        Some(sqlx::Error::Io(cause)) if cause.kind() == std::io::ErrorKind::UnexpectedEof => {
            "what answers there ends the connection at once".to_owned()
        }
        Some(sqlx::Error::Io(cause)) => cause.to_string(),
        // The driver appends the place in its own source.
        Some(sqlx::Error::Protocol(text)) => {
            text.split(" (sqlx").next().unwrap_or_default().to_owned()
        }
        Some(sqlx::Error::PoolTimedOut) => "no answer in time".to_owned(),
        Some(cause) => cause.to_string(),
        None if matches!(error, DbErr::ConnectionAcquire(_)) => "no answer in time".to_owned(),
        None => error.to_string(),
    }
}
