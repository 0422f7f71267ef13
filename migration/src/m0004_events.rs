//! The event log and the row that says how often rights have changed.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(event(manager)).await?;
        for index in INDEXES {
            run(manager, index).await?;
        }
        manager.create_table(log_state()).await?;
        run(manager, "INSERT INTO log_state (id, rights_epoch) VALUES (1, 0)").await
    }
}

const INDEXES: [&str; 3] = [
    "CREATE UNIQUE INDEX event_version ON event (deal_id, version)",
    "CREATE UNIQUE INDEX event_position ON event (position)",
    "CREATE INDEX event_unnumbered ON event (insert_id) WHERE position IS NULL",
];

/// SQLite has one writer and numbers events as it inserts them; on PostgreSQL `position` waits for
/// the sequencer, because a number taken before commit becomes visible out of order.
fn event(manager: &SchemaManager<'_>) -> TableCreateStatement {
    let mut position = bigint_null("position");
    if manager.get_connection().get_database_backend() == DbBackend::Sqlite {
        position = bigint("position");
    }
    let mut insert_id = ColumnDef::new("insert_id").big_integer().not_null().take();
    insert_id.auto_increment().primary_key();
    let mut table = Table::create();
    table.table("event").col(insert_id).col(uuid("id").unique_key()).col(position);
    table.col(uuid("deal_id")).col(uuid("process_id")).col(bigint("version"));
    table.col(uuid_null("actor_id")).col(time("occurred_at")).col(time("recorded_at"));
    table.col(json("fact")).col(ColumnDef::new("before").json_binary().null()).col(json("after"));
    for (column, other) in [("deal_id", "deal"), ("process_id", "process"), ("actor_id", "member")]
    {
        table.foreign_key(&mut refers(column, other));
    }
    table.check(Expr::cust("version >= 1")).check(Expr::cust("(version = 1) = (before IS NULL)"));
    table
}

fn log_state() -> TableCreateStatement {
    Table::create()
        .table("log_state")
        .col(int("id").primary_key().check(Expr::cust("id = 1")))
        .col(bigint("rights_epoch"))
        .take()
}
