//! What the last attempt to write came to: all units of work together know whether what is written is kept.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Error;

/// What the last attempt to write came to.
#[derive(Debug, Default)]
pub struct Writing {
    failed: AtomicBool,
}

impl Writing {
    /// Something was written and committed.
    pub(super) fn succeeded(&self) {
        self.failed.store(false, Ordering::Relaxed);
    }

    /// A unit of work ended with this: a refusal says nothing about the database.
    pub(super) fn ended_with(&self, error: &Error) {
        if is_fault(error) {
            self.failed.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the last attempt failed.
    pub fn failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }
}

fn is_fault(error: &Error) -> bool {
    !matches!(
        error,
        Error::Refused(_)
            | Error::Unauthenticated
            | Error::BadCursor
            | Error::CursorInvalid
            | Error::Again
    )
}
