//! Everything through the public API, on a real database: SQLite always, PostgreSQL too where
//! `WAYPOST_TEST_POSTGRES` names a server.

mod support;

mod api_matrix;
mod bad_input;
mod close;
mod closed;
mod complete;
mod deal;
mod evidence;
mod history;
mod member;
mod move_deal;
mod note;
mod participant;
mod permission;
mod policy_matrix;
mod progress;
mod schema;
mod stage;
mod token;
mod unauthenticated;
mod undo;
mod visibility;
mod walkthrough;
