//! What blinds the cursors of the log: they tell nothing of what their holder may not see.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(secret()).await?;
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|cause| DbErr::Custom(cause.to_string()))?;
        let row = [1.into(), random.to_vec().into()];
        let mut insert = Query::insert();
        insert.into_table("log_secret").columns(["id", "secret"]);
        insert.values(row).map_err(|cause| DbErr::Custom(cause.to_string()))?;
        manager.execute(insert).await
    }
}

/// One row, made here: it is there before anybody reads the log.
fn secret() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("log_secret");
    table.col(int("id").primary_key().check(Expr::cust("id = 1")));
    table.col(ColumnDef::new("secret").blob().not_null());
    table
}
