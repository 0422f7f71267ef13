//! Waypost's schema history: one change a file, oldest first.
//!
//! A migration that has been released is never edited: a later one corrects it.

use sea_orm_migration::prelude::{
    DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait,
};

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
mod m0011_write_probe;
mod m0012_log_secret;
mod m0013_saves_in_the_log;
mod m0014_name_keys;
mod m0015_deals_at_a_stage;
mod m0016_orders_of_deals;
mod m0017_parts_of_titles;
mod m0018_audit;
mod m0019_webhooks;
mod m0020_files_of_members;
mod m0021_keys_of_titles;
mod m0022_ranges_of_deals;
mod m0023_languages_of_members;
mod m0024_notes_changed;
mod m0025_activity_of_deals;
mod support;

/// Brings a database up to the newest schema.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let all: Vec<Box<dyn MigrationTrait>> = vec![
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
            Box::new(m0011_write_probe::Migration),
            Box::new(m0012_log_secret::Migration),
            Box::new(m0013_saves_in_the_log::Migration),
            Box::new(m0014_name_keys::Migration),
            Box::new(m0015_deals_at_a_stage::Migration),
            Box::new(m0016_orders_of_deals::Migration),
            Box::new(m0017_parts_of_titles::Migration),
            Box::new(m0018_audit::Migration),
            Box::new(m0019_webhooks::Migration),
            Box::new(m0020_files_of_members::Migration),
            Box::new(m0021_keys_of_titles::Migration),
            Box::new(m0022_ranges_of_deals::Migration),
            Box::new(m0023_languages_of_members::Migration),
            Box::new(m0024_notes_changed::Migration),
            Box::new(m0025_activity_of_deals::Migration),
        ];
        all.into_iter().map(|one| Box::new(Whole(one)) as Box<dyn MigrationTrait>).collect()
    }
}

/// A migration that is done as a whole or not at all, on SQLite too: one that stopped half-way, on a full
/// disk, could neither go on nor begin again.
struct Whole(Box<dyn MigrationTrait>);

impl MigrationName for Whole {
    fn name(&self) -> &str {
        self.0.name()
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Whole {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.down(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
