//! A member: what may be done about them.

pub mod rules;
