//! The keys of PostgreSQL's advisory locks, in one place: two locks with one key would wait for each
//! other without need. Processes are locked by keys made from their ids.

/// Names of processes, the default process.
pub(crate) const ORGANISATION: i64 = 0x57a9_0000_0000_0001;
/// Held by a server that migrates.
pub(crate) const MIGRATION: i64 = 0x57a9_0000_0000_0002;
/// Held by the server that numbers the log.
pub(crate) const SEQUENCER: i64 = 0x57a9_0000_0000_0003;
/// Held by an import: two at once could both find a deal unknown.
pub(crate) const IMPORT: i64 = 0x57a9_0000_0000_0004;
/// Roles, activity and addresses of members, how many tokens they have, the first administrator. It is taken
/// before any process is locked.
pub(crate) const MEMBERS: i64 = 0x57a9_0000_0000_0005;
/// How many bytes files have together: a file more is announced by one at a time. It is taken last of all.
pub(crate) const FILES: i64 = 0x57a9_0000_0000_0006;
