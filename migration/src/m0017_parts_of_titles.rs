//! A text in a title is found by each three characters that follow one another, without looking through all titles.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::support::*;

/// Rows of a deal have no number that lasts (`VACUUM` gives new ones), so they get one here. The index keeps no texts: it
/// only says which deals to look at.
const SQLITE: [&str; 8] = [
    "CREATE TABLE deal_text_number (number INTEGER PRIMARY KEY, deal_id uuid_text NOT NULL UNIQUE
        REFERENCES deal (id) ON DELETE CASCADE)",
    "CREATE VIRTUAL TABLE deal_text USING fts5(title_key, content='', contentless_delete=1,
        tokenize='trigram case_sensitive 1')",
    "INSERT INTO deal_text_number (deal_id) SELECT id FROM deal",
    "INSERT INTO deal_text (rowid, title_key) SELECT number, title_key FROM deal_text_number
        INNER JOIN deal ON deal.id = deal_id",
    "CREATE TRIGGER deal_text_inserted AFTER INSERT ON deal BEGIN
        INSERT INTO deal_text_number (deal_id) VALUES (new.id);
        INSERT INTO deal_text (rowid, title_key)
            SELECT number, new.title_key FROM deal_text_number WHERE deal_id = new.id;
    END",
    "CREATE TRIGGER deal_text_updated AFTER UPDATE OF title_key ON deal
    WHEN new.title_key <> old.title_key BEGIN
        DELETE FROM deal_text WHERE rowid =
            (SELECT number FROM deal_text_number WHERE deal_id = new.id);
        INSERT INTO deal_text (rowid, title_key)
            SELECT number, new.title_key FROM deal_text_number WHERE deal_id = new.id;
    END",
    "CREATE TRIGGER deal_text_deleted BEFORE DELETE ON deal BEGIN
        DELETE FROM deal_text WHERE rowid =
            (SELECT number FROM deal_text_number WHERE deal_id = old.id);
    END",
    "INSERT INTO deal_text (deal_text) VALUES ('optimize')",
];

/// Where the server has the extension and this user may take it. Without, titles are looked through.
const POSTGRES: &str = "DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX deal_title_parts ON deal USING gin (title_key gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'titles are looked through one by one: %', SQLERRM;
END $$";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            return run(manager, POSTGRES).await;
        }
        for statement in SQLITE {
            run(manager, statement).await?;
        }
        Ok(())
    }
}
