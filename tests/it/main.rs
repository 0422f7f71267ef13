//! Everything through the public API, on a real database: SQLite always, PostgreSQL too where
//! `WAYPOST_TEST_POSTGRES` names a server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test says why"
)]

mod support;

mod cli;
mod import;
mod live;
mod schema;
mod subscription;
mod walkthrough;
