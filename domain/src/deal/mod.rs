//! A deal: what it is, what may be done about it, and what that makes of it.

mod activity;
pub mod follow_up;
pub mod mapping;
pub mod money;
pub mod outlook;
pub mod pending;
pub mod performers;
pub mod progress;
pub mod range;
pub mod recipients;
mod replay;
pub mod rules;
pub mod state;
