//! What is decided, and by which rules: values in, values out. Nothing here waits, asks a database, reads the
//! time or knows who asks over which wire.
//!
//! A folder a noun, as in `engine`, which has the use cases over it.

#![warn(unreachable_pub)]

pub mod audit;
pub mod close_reason;
pub mod deal;
pub mod delivery;
pub mod email;
pub mod event;
pub mod file;
pub mod import;
pub mod language;
pub mod mail;
pub mod member;
pub mod notification;
pub mod policy;
pub mod process;
pub mod refusal;
pub mod task;
pub mod text;
pub mod webhook;
