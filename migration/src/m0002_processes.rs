//! Processes, their versions, stages and actions.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const PERFORMERS: [&str; 4] = ["EVERYONE", "MANAGERS", "ADMINISTRATORS", "CHOSEN"];
const EVIDENCE: [&str; 3] = ["NONE", "NOTE", "NOTE_WITH_FILE"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(process(manager)).await?;
        for index in PROCESS_INDEXES {
            run(manager, index).await?;
        }
        manager.create_table(process_version()).await?;
        manager.create_table(stage()).await?;
        manager.create_table(action()).await?;
        for index in NODE_INDEXES {
            run(manager, index).await?;
        }
        manager.create_table(action_performer()).await
    }
}

const PROCESS_INDEXES: [&str; 2] = [
    "CREATE UNIQUE INDEX process_name ON process (name_key) WHERE archived_at IS NULL",
    "CREATE UNIQUE INDEX process_default ON process (is_default) WHERE is_default",
];

/// No unique index on names or positions: a swap would break it half-way.
const NODE_INDEXES: [&str; 2] = [
    "CREATE INDEX stage_process ON stage (process_id)",
    "CREATE INDEX action_process ON action (process_id)",
];

fn process(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("process")
        .col(id())
        .col(text("name"))
        .col(key(manager, "name_key"))
        .col(text("description"))
        .col(bigint("version").check(Expr::cust("version >= 1")))
        .col(flag("is_default"))
        .col(time("created_at"))
        .col(time_null("archived_at"))
        .check(Expr::cust("NOT (is_default AND archived_at IS NOT NULL)"))
        .take()
}

fn process_version() -> TableCreateStatement {
    Table::create()
        .table("process_version")
        .col(id())
        .col(uuid("process_id"))
        .col(bigint("number").check(Expr::cust("number >= 1")))
        .col(time("saved_at"))
        .col(uuid_null("author_id"))
        .col(text_null("message"))
        .col(text("definition"))
        .foreign_key(&mut refers("process_id", "process"))
        .foreign_key(&mut refers("author_id", "member"))
        .index(
            Index::create().unique().name("process_version_number").col("process_id").col("number"),
        )
        .take()
}

fn stage() -> TableCreateStatement {
    Table::create()
        .table("stage")
        .col(id())
        .col(uuid("process_id"))
        .col(int("position").check(Expr::cust("position >= 0")))
        .col(text("name").check(Expr::cust("length(name) BETWEEN 1 AND 200")))
        .col(text("hint").check(Expr::cust("length(hint) <= 10000")))
        .col(time_null("removed_at"))
        .foreign_key(&mut refers("process_id", "process"))
        .take()
}

fn action() -> TableCreateStatement {
    Table::create()
        .table("action")
        .col(id())
        .col(uuid("process_id"))
        .col(uuid("stage_id"))
        .col(int("position").check(Expr::cust("position >= 0")))
        .col(text("name").check(Expr::cust("length(name) BETWEEN 1 AND 200")))
        .col(text("hint").check(Expr::cust("length(hint) <= 10000")))
        .col(int("weight").check(Expr::cust("weight BETWEEN 0 AND 1000")))
        .col(flag("mandatory"))
        .col(one_of("performers", &PERFORMERS))
        .col(one_of("evidence", &EVIDENCE))
        .col(json("notify"))
        .col(json("follow_ups"))
        .col(time_null("removed_at"))
        .foreign_key(&mut refers("process_id", "process"))
        .foreign_key(&mut refers("stage_id", "stage"))
        .take()
}

fn action_performer() -> TableCreateStatement {
    Table::create()
        .table("action_performer")
        .col(uuid("action_id"))
        .col(uuid("member_id"))
        .primary_key(Index::create().col("action_id").col("member_id"))
        .foreign_key(&mut refers("action_id", "action"))
        .foreign_key(&mut refers("member_id", "member"))
        .take()
}
