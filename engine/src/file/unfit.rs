//! Why bytes are not taken or not given: every code and its text. Pure.

use domain::language::Language;

use crate::error::{self, Error};

/// Why bytes are not taken or not given.
#[derive(Debug)]
pub enum Unfit {
    /// The URL is not one that this server signed.
    Forged,
    /// The URL was good once.
    Expired,
    /// There is no such file, or it may not be seen.
    NotFound,
    /// It has no bytes yet.
    NotReady,
    /// Somebody is sending it at this moment.
    Running,
    /// It has other bytes already.
    Different,
    /// The request ended before all bytes came, or they stopped coming.
    Interrupted,
    /// There are more or fewer bytes than announced.
    Size {
        /// How many were announced.
        announced: i64,
        /// How many came; none: more than announced, and nobody counted on.
        came: Option<i64>,
    },
    /// They are not the bytes that were announced.
    Checksum,
    /// They are something else than announced.
    Type {
        /// What they should be.
        announced: String,
        /// What they look like.
        found: String,
    },
    /// There is no room for them now.
    Full(Error),
    /// A fault of ours, of the database or of the store.
    Fault(Error),
}

impl Unfit {
    /// For programs: it never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Forged => "URL_INVALID",
            Self::Expired => "URL_EXPIRED",
            Self::NotFound => "NOT_FOUND",
            Self::NotReady => "FILE_NOT_READY",
            Self::Running => "UPLOAD_RUNNING",
            Self::Different => "FILE_DIFFERENT",
            Self::Interrupted => "UPLOAD_INTERRUPTED",
            Self::Size { .. } => "SIZE_WRONG",
            Self::Checksum => "CHECKSUM_WRONG",
            Self::Type { .. } => "TYPE_WRONG",
            Self::Full(_) => "SERVICE_UNAVAILABLE",
            Self::Fault(error) if error.passes() => "SERVICE_UNAVAILABLE",
            Self::Fault(_) => "INTERNAL_SERVER_ERROR",
        }
    }

    /// For people: what is wrong and what to do.
    pub fn message(&self) -> String {
        match self {
            Self::Forged => "This address is not complete, was changed, or its token is not good any more. Ask the API for a new one.".into(),
            Self::Expired => "This address has expired. Ask the API for a new one.".into(),
            Self::NotFound => "There is no such file, or you may not see it.".into(),
            Self::NotReady => "This file has not been sent yet.".into(),
            Self::Running => "This file is being sent at this moment. Wait until that has ended.".into(),
            Self::Different => "This file was sent already, with other bytes. Announce a new file for them.".into(),
            Self::Interrupted => "The file did not come whole. Send it again.".into(),
            Self::Size { announced, came } => format!("The file was announced with {}, and {} came. Announce it with the size that it has.", bytes(*announced), came.map_or_else(|| "more".to_owned(), bytes)),
            Self::Checksum => "The file is not the one that was announced: its SHA-256 is another one. Send it again, or announce it anew.".into(),
            Self::Type { announced, found } => format!("The file was announced as {announced}, but by its bytes it is {found}. Announce it as what it is; what is not taken here can come in a ZIP archive."),
            Self::Full(_) => "The server has no room left for files. Tell whoever runs it; nothing was stored.".into(),
            Self::Fault(Error::Busy) => error::BUSY.text(Language::English),
            Self::Fault(Error::Unsure(_)) => "The database did not say whether this was saved. Send the same bytes again: they are kept once.".into(),
            Self::Fault(error) if error.passes() => error::UNAVAILABLE.text(Language::English),
            Self::Fault(_) => "Something went wrong here. Try again; the server's log says more.".into(),
        }
    }
}

/// A number of bytes as people say it.
pub fn bytes(count: i64) -> String {
    const MIB: i64 = 1024 * 1024;
    const GIB: i64 = 1024 * MIB;
    match count {
        _ if count >= GIB && count % GIB == 0 => format!("{} GiB", count / GIB),
        1 => "1 byte".to_owned(),
        _ if count >= MIB && count % MIB == 0 => format!("{} MiB", count / MIB),
        _ => format!("{count} bytes"),
    }
}

impl From<Error> for Unfit {
    fn from(error: Error) -> Self {
        if super::storage::is_full(&error) { Self::Full(error) } else { Self::Fault(error) }
    }
}
