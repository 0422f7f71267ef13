//! Waypost: a GraphQL API server for sales processes.
//!
//! The way of a request is one line: `http` → `graphql` → the use cases of `engine` → the decisions of
//! `domain` → `entity`. `docs/architecture.md` has the map.

#![warn(unreachable_pub)]

pub mod cli;
pub mod config;
pub mod graphql;
pub mod http;
mod language;
pub mod metrics;
mod request_id;
mod traced;
