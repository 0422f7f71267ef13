//! What leaves the house, by whichever channel: when it is tried again.

mod backoff;

pub use backoff::Backoff;
