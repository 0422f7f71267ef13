//! Everything through the public API, on a real database: SQLite always, PostgreSQL too where
//! `WAYPOST_TEST_POSTGRES` names a server.

mod support;

mod action;
mod architecture;
mod change;
mod configure;
mod limits;
mod process;
mod races;
mod read;
mod removal;
mod schema;
mod settings;
mod stage;
mod statements;
mod walkthrough;
