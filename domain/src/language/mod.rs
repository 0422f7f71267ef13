//! What the program says to people, in the language of whoever reads it. Whoever has something to say makes a
//! [`Message`]: which text it is, and the facts that belong into it. The texts are in the catalogues beside this file
//! (Fluent), the same messages in each language.

pub use entity::language::Language;

mod catalogue;
mod message;

pub use message::{Fact, Message};
