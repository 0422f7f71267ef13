//! Endpoints of other programs that are told what happens, what is on its way to them, and which server delivers it;
//! and the notification of administrators that something could not be delivered.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STOPS: [&str; 2] = ["PAUSED", "GONE"];
const STATES: [&str; 4] = ["PENDING", "SENT", "DEAD", "CANCELLED"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(webhook()).await?;
        manager.create_table(delivery()).await?;
        manager.create_table(lease()).await?;
        for index in INDEXES {
            run(manager, index).await?;
        }
        let kinds = match manager.get_database_backend() {
            DbBackend::Postgres => &KINDS_ON_POSTGRES[..],
            _ => &KINDS_ON_SQLITE,
        };
        for statement in kinds {
            run(manager, statement).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 5] = [
    "CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_at) WHERE state = 'PENDING'",
    "CREATE INDEX webhook_delivery_deal ON webhook_delivery (webhook_id, deal_id, position) WHERE state = 'PENDING'",
    "CREATE INDEX webhook_delivery_list ON webhook_delivery (webhook_id, id)",
    "CREATE INDEX webhook_delivery_states ON webhook_delivery (webhook_id, state, id)",
    "CREATE INDEX webhook_delivery_old ON webhook_delivery (finished_at) WHERE state IN ('SENT', 'CANCELLED')",
];

const KINDS_ON_POSTGRES: [&str; 2] = [
    "ALTER TABLE notification DROP CONSTRAINT notification_kind_check",
    "ALTER TABLE notification ADD CONSTRAINT notification_kind_check CHECK (kind IN ('ACTION_COMPLETED', 'TASK_ASSIGNED', 'WEBHOOK_FAILED'))",
];

/// SQLite cannot change a check: the table is made anew, and what refers to its rows is looked at when all are back.
const KINDS_ON_SQLITE: [&str; 8] = [
    "PRAGMA defer_foreign_keys = ON",
    "CREATE TABLE notification_before AS SELECT * FROM notification",
    "DROP TABLE notification",
    r#"CREATE TABLE "notification" (
        "id" uuid_text NOT NULL PRIMARY KEY,
        "member_id" uuid_text NOT NULL,
        "kind" text NOT NULL CHECK ("kind" IN ('ACTION_COMPLETED', 'TASK_ASSIGNED', 'WEBHOOK_FAILED')),
        "deal_id" uuid_text NOT NULL,
        "event_id" uuid_text NOT NULL,
        "actor_id" uuid_text NULL,
        "completion_id" uuid_text NULL,
        "task_id" uuid_text NULL,
        "created_at" timestamp_with_timezone_text NOT NULL,
        "read_at" timestamp_with_timezone_text NULL,
        FOREIGN KEY ("member_id") REFERENCES "member" ("id"),
        FOREIGN KEY ("deal_id") REFERENCES "deal" ("id"),
        FOREIGN KEY ("actor_id") REFERENCES "member" ("id"),
        FOREIGN KEY ("completion_id") REFERENCES "completion" ("id"),
        FOREIGN KEY ("task_id") REFERENCES "task" ("id")
    )"#,
    "INSERT INTO notification SELECT id, member_id, kind, deal_id, event_id, actor_id, completion_id, task_id, created_at, read_at FROM notification_before",
    "DROP TABLE notification_before",
    "CREATE INDEX notification_member ON notification (member_id, created_at, id)",
    "CREATE INDEX notification_unread ON notification (member_id) WHERE read_at IS NULL",
];

fn json_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).json_binary().null().take()
}

fn webhook() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("webhook").col(id()).col(text("name")).col(text("url"));
    table.col(json_null("process_ids")).col(json_null("kinds")).col(uuid("member_id"));
    table.col(text_null("document")).col(text("secret")).col(text_null("old_secret"));
    table.col(time_null("old_secret_until")).col(time("created_at"));
    table.col(bigint("position").check(Expr::cust("position >= 0")));
    table.col(time_null("not_before")).col(time_null("told_at"));
    table.col(one_of_or_none("stop", &STOPS)).col(time_null("stopped_at"));
    table.foreign_key(&mut refers("member_id", "member")).take()
}

fn one_of_or_none(name: &'static str, words: &[&str]) -> ColumnDef {
    text_null(name).check(Expr::col(name).is_in(words.iter().copied())).take()
}

/// What is on its way goes with its endpoint.
fn delivery() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("webhook_delivery").col(id()).col(uuid("webhook_id")).col(uuid("event_id"));
    table.col(uuid("deal_id")).col(bigint("position")).col(one_of("state", &STATES));
    table.col(int("attempts")).col(time("created_at")).col(time("next_attempt_at"));
    table.col(time("give_up_at")).col(time_null("finished_at")).col(text_null("last_error"));
    table.col(time_null("attempted_at")).col(text_null("request"));
    table.col(ColumnDef::new("status").integer().null().take()).col(text_null("answer"));
    table.col(bigint_null("took"));
    table.foreign_key(&mut refers("deal_id", "deal"));
    let mut goes_with = refers("webhook_id", "webhook");
    table.foreign_key(goes_with.on_delete(ForeignKeyAction::Cascade)).take()
}

fn lease() -> TableCreateStatement {
    let one = int("id").primary_key().check(Expr::cust("id = 1")).take();
    Table::create().table("webhook_lease").col(one).col(uuid("holder")).col(time("until")).take()
}
