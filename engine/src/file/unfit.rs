//! Why bytes are not taken or not given: every code and its text. Pure.

use domain::{language::Message, refusal};

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
    pub fn said(&self) -> Message {
        match self {
            Self::Forged => Message::of("unfit-forged"),
            Self::Expired => Message::of("unfit-expired"),
            Self::NotFound => Message::of("unfit-not-found"),
            Self::NotReady => Message::of("unfit-not-ready"),
            Self::Running => Message::of("unfit-running"),
            Self::Different => Message::of("unfit-different"),
            Self::Interrupted => Message::of("unfit-interrupted"),
            Self::Size { announced, came } => wrong_size(*announced, *came),
            Self::Checksum => Message::of("unfit-checksum"),
            Self::Type { announced, found } => {
                Message::of("unfit-type").with("announced", announced).choosing("found", found)
            }
            Self::Full(_) => Message::of("unfit-full"),
            Self::Fault(error) => faulty(error),
        }
    }
}

fn wrong_size(announced: i64, came: Option<i64>) -> Message {
    let size = |bytes: i64| refusal::size(bytes.unsigned_abs());
    let came = came.map_or(Message::of("unfit-size-more"), size);
    Message::of("unfit-size").with("announced", size(announced)).with("came", came)
}

fn faulty(error: &Error) -> Message {
    match error {
        Error::Busy => error::BUSY,
        Error::Unsure(_) => Message::of("unfit-unsure"),
        error if error.passes() => error::UNAVAILABLE,
        _ => Message::of("fault-here"),
    }
}

impl From<Error> for Unfit {
    fn from(error: Error) -> Self {
        if super::storage::is_full(&error) { Self::Full(error) } else { Self::Fault(error) }
    }
}
