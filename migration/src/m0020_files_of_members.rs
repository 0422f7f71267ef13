//! How many bytes the files of a member have, and of all together: an index that knows both.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "CREATE INDEX file_uploader ON file (uploader_id, size)").await
    }
}
