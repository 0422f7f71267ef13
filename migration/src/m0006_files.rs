//! Files: what is known of them; the bytes are in the file store.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATES: [&str; 2] = ["PENDING", "READY"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(file()).await?;
        manager.create_table(secret()).await?;
        for index in INDEXES {
            run(manager, index).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 2] = [
    "CREATE INDEX file_note ON file (note_id)",
    // What is swept one day.
    "CREATE INDEX file_unused ON file (created_at) WHERE note_id IS NULL",
];

fn file() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("file")
        .col(id())
        .col(text("name").check(Expr::cust("length(name) BETWEEN 1 AND 200")));
    table.col(text("content_type")).col(bigint("size").check(Expr::cust("size >= 0")));
    table.col(one_of("state", &STATES)).col(ColumnDef::new("checksum").blob().null());
    table.col(ColumnDef::new("expected_checksum").blob().null());
    table.col(uuid("uploader_id")).col(uuid_null("note_id")).col(int("position"));
    table.col(time("created_at"));
    table.foreign_key(&mut refers("uploader_id", "member"));
    table.foreign_key(&mut refers("note_id", "note"));
    table.check(Expr::cust("(state = 'READY') = (checksum IS NOT NULL)"));
    table.check(Expr::cust("note_id IS NULL OR state = 'READY'"));
    table
}

/// What signs the URLs of files: one row, made at the first use, and the same for all servers.
fn secret() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("file_secret");
    table.col(ColumnDef::new("id").integer().not_null().primary_key().check(Expr::cust("id = 1")));
    table.col(ColumnDef::new("secret").blob().not_null());
    table
}
