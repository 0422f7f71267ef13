//! Tasks: made by people, or as the follow-up of an action.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(task()).await?;
        for index in INDEXES {
            run(manager, index).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 3] = [
    "CREATE INDEX task_deal ON task (deal_id)",
    "CREATE INDEX task_assignee ON task (assignee_id, due_on)",
    "CREATE INDEX task_completion ON task (completion_id) WHERE completion_id IS NOT NULL",
];

fn task() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("task").col(id()).col(uuid("deal_id"));
    table.col(text("title").check(Expr::cust("length(title) BETWEEN 1 AND 200")));
    table.col(text("description").check(Expr::cust("length(description) <= 10000")));
    table.col(uuid("assignee_id")).col(ColumnDef::new("due_on").date().not_null());
    table.col(uuid_null("creator_id")).col(uuid_null("completion_id"));
    table.col(uuid_null("action_id")).col(text_null("follow_up"));
    table.col(time("created_at")).col(time("updated_at"));
    table.col(time_null("completed_at")).col(uuid_null("completed_by"));
    for (column, other) in [
        ("deal_id", "deal"),
        ("assignee_id", "member"),
        ("creator_id", "member"),
        ("completed_by", "member"),
        ("completion_id", "completion"),
        ("action_id", "action"),
    ] {
        table.foreign_key(&mut refers(column, other));
    }
    table.check(Expr::cust("(completion_id IS NULL) = (action_id IS NULL)"));
    table.check(Expr::cust("(completion_id IS NULL) = (follow_up IS NULL)"));
    table.check(Expr::cust("completed_by IS NULL OR completed_at IS NOT NULL"));
    table
}
