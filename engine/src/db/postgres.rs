//! PostgreSQL: what a URL of it means, how it is reached, and whether a pooler is between.

mod address;
mod contact;
mod keywords;
mod pooler;
mod tls;

pub use address::Server;
pub use contact::Contact;
pub use pooler::FORGET;
