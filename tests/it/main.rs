//! Everything through the public API, on a real database: SQLite always, PostgreSQL too where
//! `WAYPOST_TEST_POSTGRES` names a server.

mod support;

mod import;
mod live;
mod schema;
mod subscription;
mod walkthrough;
