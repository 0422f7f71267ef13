//! A process: its definition, how that changes, and files that describe it.

use std::sync::Arc;

use entity::process;

use crate::policy::Grant;

pub mod action;
pub mod change;
pub mod check;
pub mod conflict;
pub mod definition;
pub mod diff;
pub mod file;
pub mod version;

use version::Version;

/// A process as it was before and after a save: what its deals have to follow.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The row after.
    pub row: process::Model,
    /// The version before.
    pub before: Arc<Version>,
    /// The version after; the same as before when the change changed nothing.
    pub after: Arc<Version>,
    /// The proof that it was allowed: it covers the deals of the process.
    pub grant: Grant,
}
