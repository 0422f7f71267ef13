//! What members are told: notifications, what happened to each inbox, and the mail that goes out.

use sea_orm_migration::prelude::*;

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const KINDS: [&str; 2] = ["ACTION_COMPLETED", "TASK_ASSIGNED"];
const STATES: [&str; 4] = ["PENDING", "SENT", "DEAD", "CANCELLED"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(notification()).await?;
        manager.create_table(inbox()).await?;
        manager.create_table(inbox_event()).await?;
        manager.create_table(mail()).await?;
        for index in INDEXES {
            run(manager, index).await?;
        }
        // JSON text, not a table: it is read with the member and never searched.
        let muted = json("muted_mail").default("[]").take();
        manager.alter_table(Table::alter().table("member").add_column(muted).take()).await
    }
}

const INDEXES: [&str; 5] = [
    "CREATE INDEX notification_member ON notification (member_id, created_at, id)",
    "CREATE INDEX notification_unread ON notification (member_id) WHERE read_at IS NULL",
    "CREATE UNIQUE INDEX inbox_event_version ON inbox_event (member_id, version)",
    "CREATE INDEX mail_dead ON mail (created_at, id) WHERE state = 'DEAD'",
    "CREATE INDEX mail_due ON mail (next_attempt_at) WHERE state = 'PENDING'",
];

fn notification() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("notification").col(id()).col(uuid("member_id")).col(one_of("kind", &KINDS));
    table.col(uuid("deal_id")).col(uuid("event_id")).col(uuid_null("actor_id"));
    table.col(uuid_null("completion_id")).col(uuid_null("task_id"));
    table.col(time("created_at")).col(time_null("read_at"));
    for (column, other) in [
        ("member_id", "member"),
        ("deal_id", "deal"),
        ("actor_id", "member"),
        ("completion_id", "completion"),
        ("task_id", "task"),
    ] {
        table.foreign_key(&mut refers(column, other));
    }
    table
}

/// The number of the last thing that happened to each inbox: +1 for each, under this row's lock.
fn inbox() -> TableCreateStatement {
    Table::create()
        .table("inbox")
        .col(uuid("member_id").primary_key())
        .col(bigint("version"))
        .foreign_key(&mut refers("member_id", "member"))
        .take()
}

fn inbox_event() -> TableCreateStatement {
    Table::create()
        .table("inbox_event")
        .col(id())
        .col(uuid("member_id"))
        .col(bigint("version").check(Expr::cust("version >= 1")))
        .col(json("notification_ids"))
        .col(time("recorded_at"))
        .foreign_key(&mut refers("member_id", "member"))
        .take()
}

fn mail() -> TableCreateStatement {
    Table::create()
        .table("mail")
        .col(id())
        .col(uuid("notification_id").unique_key())
        .col(one_of("state", &STATES))
        .col(int("attempts"))
        .col(time("created_at"))
        .col(time("next_attempt_at"))
        .col(time("give_up_at"))
        .col(time_null("finished_at"))
        .col(text_null("last_error"))
        .foreign_key(&mut refers("notification_id", "notification"))
        .take()
}
