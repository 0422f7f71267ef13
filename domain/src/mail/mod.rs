//! Mail about what happened: what it says, and when it is tried again.

pub mod backoff;
pub mod compose;
