//! Lists of deals in each of their orders, and by each of their filters in the usual order: the first page is found
//! without reading and sorting all of them.

use sea_orm_migration::prelude::*;

use crate::support::*;

/// An order is that of these columns and of the ids; the expressions are those that lists sort by, to the letter.
const INDICES: [&str; 15] = [
    "CREATE INDEX deal_updated ON deal (updated_at, id)",
    "CREATE INDEX deal_closed ON deal (COALESCE(closed_at, '1970-01-01T00:00:00+00:00'), id)",
    "CREATE INDEX deal_title ON deal (title_key, id)",
    "CREATE INDEX deal_value ON deal (COALESCE(value_amount, -1), id)",
    "CREATE INDEX deal_percent ON deal (percent, id)",
    "CREATE INDEX deal_stage_position ON deal (stage_position, id)",
    "CREATE INDEX deal_process_created ON deal (process_id, created_at, id)",
    "CREATE INDEX deal_process_status_created ON deal (process_id, status, created_at, id)",
    "CREATE INDEX deal_stage_alone_created ON deal (stage_id, created_at, id)",
    "CREATE INDEX deal_status_created ON deal (status, created_at, id)",
    "CREATE INDEX deal_owner_created ON deal (owner_id, created_at, id)",
    "CREATE INDEX deal_owner_status ON deal (owner_id, status)",
    "CREATE INDEX deal_reason_created ON deal (close_reason_id, created_at, id)",
    // owners and reasons begin others now
    "DROP INDEX deal_owner",
    "DROP INDEX deal_close_reason",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in INDICES {
            run(manager, index).await?;
        }
        Ok(())
    }
}
