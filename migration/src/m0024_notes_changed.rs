//! Notes that were edited or withdrawn, and tasks that were deleted: their rows stay, for what names them.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in
            [("note", "edited_at"), ("note", "withdrawn_at"), ("task", "deleted_at")]
        {
            let add = Table::alter().table(table).add_column(time_null(column)).take();
            manager.alter_table(add).await?;
        }
        run(manager, TOLD).await
    }
}

/// What endpoints were sent about a deal: it is forgotten when a note is withdrawn.
const TOLD: &str =
    "CREATE INDEX webhook_delivery_told ON webhook_delivery (deal_id) WHERE request IS NOT NULL";
