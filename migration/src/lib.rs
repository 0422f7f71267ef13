//! Waypost's schema history: one change a file, oldest first.
//!
//! A migration that has been released is never edited: a later one corrects it.

use sea_orm_migration::prelude::{MigrationTrait, async_trait};

pub use sea_orm_migration::prelude::MigratorTrait;

mod m0001_members;
mod m0002_processes;
mod m0003_deals;
mod m0004_events;
mod m0005_boards;
mod m0006_files;
mod m0007_close_reasons;
mod m0008_tasks;
mod m0009_notifications;
mod m0010_token_use;
mod m0012_log_secret;
mod support;

/// Brings a database up to the newest schema.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_members::Migration),
            Box::new(m0002_processes::Migration),
            Box::new(m0003_deals::Migration),
            Box::new(m0004_events::Migration),
            Box::new(m0005_boards::Migration),
            Box::new(m0006_files::Migration),
            Box::new(m0007_close_reasons::Migration),
            Box::new(m0008_tasks::Migration),
            Box::new(m0009_notifications::Migration),
            Box::new(m0010_token_use::Migration),
            Box::new(m0012_log_secret::Migration),
        ]
    }
}
