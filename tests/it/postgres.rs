//! PostgreSQL as operators have it: URLs as libpq takes them, encrypted ways, and a pooler between.

mod migrating;
mod pooler;
mod tls;
mod urls;
