//! What happens: use cases in units of work over the decisions of `domain`, with the tables, files, mail and
//! feeds that they need. It knows no wire: whoever serves, commands or tests calls it.

#![warn(unreachable_pub)]

mod advisory;
pub mod app;
pub mod audit;
pub mod auth;
pub mod background;
pub mod backup;
pub mod base;
pub mod bus;
pub mod catalogue;
pub mod check;
pub mod clock;
pub mod close_reason;
pub mod command;
pub mod db;
pub mod deal;
mod decode;
pub mod delivery;
pub mod error;
pub mod event;
mod fault;
pub mod file;
mod https;
pub mod import;
pub mod mail;
pub mod measures;
pub mod member;
pub mod names;
pub mod notification;
mod once;
pub mod page;
pub mod process;
pub mod task;
pub mod traces;
pub mod trouble;
pub mod tx;
mod visible;
pub mod watch;
pub mod webhook;
pub mod writing;
