//! The process as a file: written, read, matched with the process that is there, and applied.

mod api;
mod command;
mod matching;
mod plan;
mod round_trip;
mod schema;
mod yaml;
