//! What endpoints of other programs are sent, and what they may be (rule 25). Pure.

pub mod address;
pub mod answer;
pub mod payload;
pub mod place;
pub mod signature;
