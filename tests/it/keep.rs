//! What operators trust: backups, restored into either kind of database, and the check of state against log.

mod backup;
mod check;
mod filled;
mod program;
mod refused;
#[cfg(feature = "s3")]
mod store;
pub mod tools;
mod trial;
