//! What happened: the log, its one order, and those who follow it.

pub mod bus;
pub mod cursor;
pub mod store;
