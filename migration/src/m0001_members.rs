//! Members, their tokens, and the ids that clients made.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const ROLES: [&str; 3] = ["ADMINISTRATOR", "MANAGER", "SALESPERSON"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(member(manager)).await?;
        manager.create_table(token()).await?;
        run(manager, "CREATE INDEX token_member ON token (member_id)").await?;
        manager.create_table(claimed_id()).await
    }
}

fn member(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("member")
        .col(id())
        .col(text("email"))
        .col(key(manager, "email_key").unique_key())
        .col(text("name"))
        .col(one_of("role", &ROLES))
        .col(time("created_at"))
        .col(time_null("deactivated_at"))
        .take()
}

fn token() -> TableCreateStatement {
    Table::create()
        .table("token")
        .col(id())
        .col(uuid("member_id"))
        .col(text("name"))
        .col(ColumnDef::new("hash").blob().not_null().unique_key())
        .col(time("created_at"))
        .col(time_null("expires_at"))
        .col(time_null("revoked_at"))
        .foreign_key(&mut refers("member_id", "member"))
        .check(Expr::cust("length(hash) = 32"))
        .take()
}

fn claimed_id() -> TableCreateStatement {
    Table::create()
        .table("claimed_id")
        .col(id())
        .col(ColumnDef::new("input_hash").blob().not_null())
        .take()
}
