//! Everything through the public API, on a real database: SQLite always, PostgreSQL too where
//! `WAYPOST_TEST_POSTGRES` names a server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test says why"
)]

mod action;
mod api_matrix;
mod architecture;
mod bad_input;
mod boards;
mod bulk;
mod catalog;
mod change;
mod change_process;
mod cli;
mod close;
mod close_reason;
mod closed;
mod complete;
mod configure;
mod deal;
mod deal_stage;
mod diff;
mod document;
mod evidence;
mod faults;
mod file;
mod history;
mod hostile;
mod http;
mod import;
mod inbox;
mod limits;
mod live;
mod mail;
mod matrix;
mod member;
mod move_deal;
mod note;
mod notification;
mod outage;
mod partial;
mod participant;
mod people;
mod permission;
mod policy_matrix;
mod preview;
mod process;
mod process_file;
mod progress;
mod races;
mod read;
mod removal;
mod save;
mod schema;
mod sequence;
mod settings;
mod stage;
mod statements;
mod subscription;
mod support;
mod task;
mod template;
mod token;
mod tokens_api;
mod transfer_deals;
mod unauthenticated;
mod undo;
mod versions;
mod visibility;
mod walkthrough;
