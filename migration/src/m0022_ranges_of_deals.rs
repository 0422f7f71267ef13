//! Lists of deals by what they are worth, and in the order of their status: found without looking at all of them.

use sea_orm_migration::prelude::*;

use crate::support::*;

/// The expression is the one that lists sort by, to the letter.
const INDICES: [&str; 2] = [
    "CREATE INDEX deal_currency_value ON deal (value_currency, value_amount, id)",
    "CREATE INDEX deal_status_sorted ON deal
        ((CASE status WHEN 'OPEN' THEN 0 WHEN 'WON' THEN 1 WHEN 'LOST' THEN 2 ELSE 3 END), id)",
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
