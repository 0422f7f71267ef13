//! What members are told of, in words.

pub mod text;
