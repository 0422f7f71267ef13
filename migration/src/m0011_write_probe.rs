//! A row to find out with whether anything can be written.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table("write_probe").col(int("id").primary_key().take());
        table.col(ColumnDef::new("bytes").blob().not_null());
        manager.create_table(table).await
    }
}
