//! Waypost: a GraphQL API server for sales processes.
//!
//! The way of a request is one line: `http` → `graphql` → use cases (`process`, `deal`, `member`) →
//! `tx`, `policy`, `error`, `clock` → `entity`. `docs/architecture.md` has the map.

pub mod advisory;
pub mod app;
pub mod apply;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod close_reason;
pub mod config;
pub mod configure;
pub mod db;
pub mod deal;
pub mod decode;
pub mod email;
pub mod error;
pub mod event;
pub mod file;
pub mod graphql;
pub mod http;
pub mod import;
pub mod mail;
pub mod member;
pub mod names;
pub mod notification;
pub mod page;
pub mod policy;
pub mod process;
pub mod refusal;
pub mod request_id;
pub mod shown;
pub mod task;
pub mod text;
pub mod token;
pub mod trouble;
pub mod tx;
pub mod writing;
