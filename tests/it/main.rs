//! Everything through the public API, on a real database: SQLite always, PostgreSQL too where
//! `WAYPOST_TEST_POSTGRES` names a server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test says why"
)]

mod support;

mod action;
mod api_matrix;
mod architecture;
mod bad_input;
mod change;
mod cli;
mod close;
mod closed;
mod complete;
mod configure;
mod deal;
mod deal_stage;
mod evidence;
mod history;
mod hostile;
mod import;
mod limits;
mod live;
mod member;
mod move_deal;
mod note;
mod participant;
mod permission;
mod policy_matrix;
mod process;
mod progress;
mod races;
mod read;
mod removal;
mod schema;
mod settings;
mod stage;
mod statements;
mod subscription;
mod token;
mod unauthenticated;
mod undo;
mod visibility;
mod walkthrough;
