//! What boards follow: how many deals a process save changed, and which process a deal came from.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let recalculated = bigint("recalculated").default(0).take();
        let add = Table::alter().table("process_version").add_column(recalculated).take();
        manager.alter_table(add).await?;
        let add = Table::alter().table("event").add_column(uuid_null("from_process_id")).take();
        manager.alter_table(add).await?;
        for index in INDEXES {
            run(manager, index).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 2] = [
    "CREATE INDEX event_process ON event (process_id, position)",
    "CREATE INDEX event_from_process ON event (from_process_id, position) WHERE from_process_id IS NOT NULL",
];
