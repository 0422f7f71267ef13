//! Mail about what happened: what it says.

pub mod compose;
