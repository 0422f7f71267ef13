//! Titles and names as they are searched, without diacritics, and as lists sort them. What makes these keys is code: the
//! program fills them in when it starts. Until then, and for what a program of before writes beside it, the key of before
//! stands in.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::support::*;

/// The expressions are those that lists search and sort by, to the letter.
const INDICES: [&str; 5] = [
    "CREATE INDEX deal_title_sorted ON deal (COALESCE(title_sort, title_key), id)",
    "CREATE INDEX deal_title_unkeyed ON deal (id) WHERE title_sort IS NULL",
    "CREATE INDEX member_name_sorted ON member (COALESCE(name_sort, email_key), id)",
    "DROP INDEX deal_title",
    "DROP INDEX IF EXISTS deal_title_parts",
];

/// A program of before that gives a deal another title, or a member another name, knows nothing of keys that follow from it.
const SQLITE: [&str; 6] = [
    "DROP TRIGGER deal_text_inserted",
    "DROP TRIGGER deal_text_updated",
    "CREATE TRIGGER deal_text_inserted AFTER INSERT ON deal BEGIN
        INSERT INTO deal_text_number (deal_id) VALUES (new.id);
        INSERT INTO deal_text (rowid, title_key)
            SELECT number, COALESCE(new.title_search, new.title_key)
            FROM deal_text_number WHERE deal_id = new.id;
    END",
    "CREATE TRIGGER deal_text_updated AFTER UPDATE OF title_key, title_search ON deal
    WHEN COALESCE(new.title_search, new.title_key) <> COALESCE(old.title_search, old.title_key) BEGIN
        DELETE FROM deal_text WHERE rowid =
            (SELECT number FROM deal_text_number WHERE deal_id = new.id);
        INSERT INTO deal_text (rowid, title_key)
            SELECT number, COALESCE(new.title_search, new.title_key)
            FROM deal_text_number WHERE deal_id = new.id;
    END",
    "CREATE TRIGGER deal_title_forgotten AFTER UPDATE OF title_key ON deal
    WHEN new.title_key <> old.title_key AND new.title_sort IS old.title_sort BEGIN
        UPDATE deal SET title_search = NULL, title_sort = NULL WHERE id = new.id;
    END",
    "CREATE TRIGGER member_name_forgotten AFTER UPDATE OF name, email_key ON member
    WHEN (new.name <> old.name AND new.name_sort IS old.name_sort)
        OR (new.email_key <> old.email_key AND new.search IS old.search) BEGIN
        UPDATE member SET search = NULL, name_sort = NULL WHERE id = new.id;
    END",
];

const POSTGRES: [&str; 5] = [
    "CREATE FUNCTION deal_title_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE deal SET title_search = NULL, title_sort = NULL WHERE id = NEW.id;
        RETURN NULL;
    END $$",
    // after, not before: the latter would lock the deal from those who only name it, as the reader of a webhook does
    "CREATE TRIGGER deal_title_forgotten AFTER UPDATE OF title_key ON deal FOR EACH ROW
        WHEN (NEW.title_key <> OLD.title_key AND NEW.title_sort IS NOT DISTINCT FROM OLD.title_sort)
        EXECUTE FUNCTION deal_title_forgotten()",
    "CREATE FUNCTION member_name_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE member SET search = NULL, name_sort = NULL WHERE id = NEW.id;
        RETURN NULL;
    END $$",
    "CREATE TRIGGER member_name_forgotten AFTER UPDATE OF name, email_key ON member FOR EACH ROW
        WHEN ((NEW.name <> OLD.name AND NEW.name_sort IS NOT DISTINCT FROM OLD.name_sort)
            OR (NEW.email_key <> OLD.email_key AND NEW.search IS NOT DISTINCT FROM OLD.search))
        EXECUTE FUNCTION member_name_forgotten()",
    // where the server has the extension and this user may take it; without, titles are looked through
    "DO $$ BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX deal_title_searched ON deal
            USING gin ((COALESCE(title_search, title_key)) gin_trgm_ops);
    EXCEPTION WHEN OTHERS THEN
        RAISE NOTICE 'titles are looked through one by one: %', SQLERRM;
    END $$",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("deal", "title_search"),
            ("deal", "title_sort"),
            ("member", "search"),
            ("member", "name_sort"),
        ] {
            run(manager, &added(manager, table, column)).await?;
        }
        let of_kind: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &POSTGRES,
            _ => &SQLITE,
        };
        for statement in of_kind.iter().chain(&INDICES) {
            run(manager, statement).await?;
        }
        Ok(())
    }
}

/// A text that may be missing, compared by its bytes.
fn added(manager: &SchemaManager<'_>, table: &str, column: &str) -> String {
    let by_bytes = match manager.get_database_backend() {
        DbBackend::Postgres => r#" COLLATE "C""#,
        _ => "",
    };
    format!("ALTER TABLE {table} ADD COLUMN {column} text{by_bytes}")
}
