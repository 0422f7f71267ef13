//! Everything through the public API, on a real database.
mod smoke;
