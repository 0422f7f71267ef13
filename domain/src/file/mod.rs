//! Files that notes carry: what their bytes show them to be, and addresses that hold for a while.

pub mod sign;
pub mod sniff;
