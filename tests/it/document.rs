//! The front door: what it lets through and what it makes of it, over a tiny schema.

mod answers;
mod counted;
mod generated;
mod hostile;
mod tiny;
mod transports;
