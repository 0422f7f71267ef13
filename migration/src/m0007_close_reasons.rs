//! Why deals are closed: a list for each closing status.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATUSES: [&str; 3] = ["WON", "LOST", "OUTDATED"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(close_reason(manager)).await?;
        let add = Table::alter().table("deal").add_column(uuid_null("close_reason_id")).take();
        manager.alter_table(add).await?;
        run(manager, "CREATE INDEX deal_close_reason ON deal (close_reason_id) WHERE close_reason_id IS NOT NULL")
            .await
    }
}

fn close_reason(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("close_reason")
        .col(id())
        .col(one_of("status", &STATUSES))
        .col(text("name").check(Expr::cust("length(name) BETWEEN 1 AND 200")))
        .col(key(manager, "name_key"))
        .col(int("position"))
        .col(time("created_at"))
        .col(time_null("archived_at"))
        .take()
}
