//! What happened: the log, its one order, and those who follow it.

pub mod board;
pub mod feed;
pub mod find;
pub mod follow;
pub mod group;
pub mod inbox;
mod looked;
pub mod rights;
pub mod saved;
pub mod seal;
pub mod sequencer;
mod steps;
pub mod store;
pub(crate) mod tail;

pub use domain::event::{cursor, sight};
