//! The audit log, and indices for what a server tells of its mail and files.

use sea_orm_migration::prelude::*;

use crate::support::*;

const INDICES: [&str; 6] = [
    "CREATE INDEX audit_entry_recorded ON audit_entry (recorded_at, id)",
    "CREATE INDEX audit_entry_subject ON audit_entry (subject, recorded_at, id)",
    "CREATE INDEX audit_entry_actor ON audit_entry (actor_id, recorded_at, id)",
    "CREATE INDEX audit_entry_kind ON audit_entry (kind, recorded_at, id)",
    "CREATE INDEX mail_pending ON mail (created_at) WHERE state = 'PENDING'",
    "CREATE INDEX file_ready ON file (size) WHERE state = 'READY'",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(audit_entry()).await?;
        for index in INDICES {
            run(manager, index).await?;
        }
        Ok(())
    }
}

/// Kinds are not listed: more will come, and SQLite changes no list.
fn audit_entry() -> TableCreateStatement {
    Table::create()
        .table("audit_entry")
        .col(id())
        .col(time("recorded_at"))
        .col(uuid_null("actor_id"))
        .col(text_null("program"))
        .col(text("kind"))
        .col(text("subject"))
        .col(json("details"))
        .foreign_key(&mut refers("actor_id", "member"))
        .check(Expr::cust("(actor_id IS NULL) <> (program IS NULL)"))
        .take()
}
