//! Everything through the public API, on a real database: SQLite always, PostgreSQL too where
//! `WAYPOST_TEST_POSTGRES` names a server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test says why"
)]

mod architecture;
mod audit;
mod citations;
mod cli;
mod close_reason;
mod deal;
mod deploy;
mod document;
mod faults;
mod file;
mod http;
mod import;
mod inputs;
mod introspection;
mod keep;
mod language;
mod links;
mod live;
mod mail;
mod member;
mod metrics;
mod names;
mod notification;
mod permissions;
#[cfg(unix)]
mod postgres;
mod process;
mod races;
mod read;
mod schema;
mod statements;
mod stock;
mod support;
mod task;
mod token;
mod traces;
mod unauthenticated;
mod walkthrough;
mod webhook;
