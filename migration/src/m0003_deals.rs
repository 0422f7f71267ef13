//! Deals, who takes part in them, their notes and what was done for them.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATUSES: [&str; 4] = ["OPEN", "WON", "LOST", "OUTDATED"];
const VISIBILITIES: [&str; 2] = ["EVERYONE", "PARTICIPANTS"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(deal(manager)).await?;
        manager.create_table(deal_participant()).await?;
        manager.create_table(note()).await?;
        manager.create_table(completion()).await?;
        for index in INDEXES {
            run(manager, index).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 9] = [
    "CREATE INDEX deal_board ON deal (process_id, stage_id, status)",
    "CREATE INDEX deal_owner ON deal (owner_id)",
    "CREATE INDEX deal_created ON deal (created_at, id)",
    "CREATE INDEX deal_participant_member ON deal_participant (member_id)",
    "CREATE INDEX note_deal ON note (deal_id)",
    "CREATE INDEX completion_deal ON completion (deal_id)",
    "CREATE INDEX completion_action ON completion (action_id)",
    // Done at most once at a time (rule 12), and a note is evidence only once.
    "CREATE UNIQUE INDEX completion_done ON completion (deal_id, action_id) WHERE undone_at IS NULL",
    "CREATE UNIQUE INDEX completion_note ON completion (note_id) WHERE note_id IS NOT NULL",
];

fn deal(manager: &SchemaManager<'_>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table("deal").col(id()).col(text_null("external_id").unique_key());
    table.col(uuid("process_id")).col(text("title")).col(key(manager, "title_key"));
    table.col(bigint_null("value_amount")).col(text_null("value_currency"));
    table.col(uuid("owner_id")).col(one_of("visibility", &VISIBILITIES));
    table.col(one_of("status", &STATUSES)).col(bigint("version").check(Expr::cust("version >= 1")));
    deal_progress(&mut table);
    table.col(bigint_null("closed_process_version")).col(time_null("closed_at"));
    table.col(text_null("close_comment")).col(time("created_at")).col(time("updated_at"));
    for (column, other) in [
        ("process_id", "process"),
        ("owner_id", "member"),
        ("stage_id", "stage"),
        ("moved_stage_id", "stage"),
    ] {
        table.foreign_key(&mut refers(column, other));
    }
    for check in DEAL_CHECKS {
        table.check(Expr::cust(check));
    }
    table
}

fn deal_progress(table: &mut TableCreateStatement) {
    table.col(uuid_null("stage_id")).col(int("stage_position"));
    table.col(bigint_null("moved_version")).col(uuid_null("moved_stage_id"));
    table.col(int("percent").check(Expr::cust("percent BETWEEN 0 AND 100")));
    table.col(int("done_weight")).col(int("total_weight"));
}

const DEAL_CHECKS: [&str; 6] = [
    "length(title) BETWEEN 1 AND 200",
    "(value_amount IS NULL) = (value_currency IS NULL)",
    "value_amount IS NULL OR value_amount >= 0",
    "(status = 'OPEN') = (closed_at IS NULL)",
    "(status = 'OPEN') = (closed_process_version IS NULL)",
    "moved_stage_id IS NULL OR moved_version IS NOT NULL",
];

fn deal_participant() -> TableCreateStatement {
    Table::create()
        .table("deal_participant")
        .col(uuid("deal_id"))
        .col(uuid("member_id"))
        .primary_key(Index::create().col("deal_id").col("member_id"))
        .foreign_key(&mut refers("deal_id", "deal"))
        .foreign_key(&mut refers("member_id", "member"))
        .take()
}

fn note() -> TableCreateStatement {
    Table::create()
        .table("note")
        .col(id())
        .col(uuid("deal_id"))
        .col(uuid("author_id"))
        .col(text("body").check(Expr::cust("length(body) BETWEEN 1 AND 10000")))
        .col(time("created_at"))
        .foreign_key(&mut refers("deal_id", "deal"))
        .foreign_key(&mut refers("author_id", "member"))
        .take()
}

fn completion() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("completion").col(id()).col(uuid("deal_id")).col(uuid("action_id"));
    table.col(uuid("member_id")).col(time("done_at")).col(bigint("deal_version"));
    table.col(uuid_null("note_id")).col(time_null("undone_at")).col(uuid_null("undone_by"));
    for (column, other) in [
        ("deal_id", "deal"),
        ("action_id", "action"),
        ("member_id", "member"),
        ("undone_by", "member"),
        ("note_id", "note"),
    ] {
        table.foreign_key(&mut refers(column, other));
    }
    table.check(Expr::cust("undone_by IS NULL OR undone_at IS NOT NULL"));
    table
}
