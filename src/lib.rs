//! Waypost: a GraphQL API server for sales processes.
//!
//! The way of a request is one line: `http` → `graphql` → the use cases of `engine` → the decisions of
//! `domain` → `entity`. The README has the map.

pub mod cli;
pub mod config;
pub mod graphql;
pub mod http;
pub mod request_id;
