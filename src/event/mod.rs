//! What happened: the log, its one order, and those who follow it.

pub mod background;
pub mod bus;
pub mod cursor;
pub mod feed;
pub mod rights;
pub mod sequencer;
pub mod store;
pub mod tail;

pub use background::{Background, start};
