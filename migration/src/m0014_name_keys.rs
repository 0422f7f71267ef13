//! By which edition of the rules the stored keys of names were made. Those rules are code, and so is making
//! the keys anew: the program does it when it starts and finds another edition here.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(name_keys()).await?;
        run(manager, "INSERT INTO name_keys (id, edition) VALUES (1, 0)").await
    }
}

fn name_keys() -> TableCreateStatement {
    Table::create()
        .table("name_keys")
        .col(int("id").primary_key().check(Expr::cust("id = 1")))
        .col(int("edition"))
        .take()
}
