//! What is written in imported files: amounts and moments.

pub mod amount;
pub mod moment;
