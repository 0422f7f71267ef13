//! The deals at a stage in the order in which lists and boards show them first: found without sorting all of them.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index =
            "CREATE INDEX deal_stage_created ON deal (process_id, stage_id, created_at, id)";
        run(manager, index).await
    }
}
