//! What the migration of owners and activity fills in is what the program would have kept.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, QueryResult};

use super::tools::{assert_clean, lived};
use crate::support::{TestApp, database::Kind, each};

/// What the migration added, of every row.
async fn added(app: &TestApp) -> Vec<String> {
    let sql = "SELECT CAST(id AS text) AS id, owner_key, last_activity_at AS at FROM deal \
        UNION ALL SELECT CAST(deal_id AS text), CAST(member_id AS text), deal_created_at FROM deal_participant";
    let sql = match app.kind {
        Kind::Sqlite => sql
            .replace("CAST(id AS text)", "hex(id)")
            .replace("CAST(deal_id AS text)", "hex(deal_id)")
            .replace("CAST(member_id AS text)", "hex(member_id)"),
        Kind::Postgres => sql
            .replace("last_activity_at AS at", "CAST(last_activity_at AS text) AS at")
            .replace("deal_created_at FROM", "CAST(deal_created_at AS text) FROM"),
    };
    let text = |row: &QueryResult, column| row.try_get::<String>("", column).unwrap();
    let statement = sea_orm::Statement::from_string(app.app.db().backend(), sql);
    let rows = app.app.db().reader().query_all_raw(statement).await.unwrap();
    let line = |row: &QueryResult| {
        format!("{} {} {}", text(row, "id"), text(row, "owner_key"), text(row, "at"))
    };
    let mut lines: Vec<_> = rows.iter().map(line).collect();
    lines.sort();
    lines
}

/// The database as it was before.
fn undone(kind: Kind) -> Vec<String> {
    let triggers = [
        ("deal_keyed", "deal"),
        ("deal_owner_changed", "deal"),
        ("deal_owner_renamed", "member"),
        ("deal_participant_dated", "deal_participant"),
    ];
    let mut all = Vec::new();
    for (name, table) in triggers {
        match kind {
            Kind::Sqlite => all.push(format!("DROP TRIGGER {name}")),
            Kind::Postgres => {
                all.push(format!("DROP TRIGGER {name} ON {table}"));
                all.push(format!("DROP FUNCTION {name}"));
            }
        }
    }
    for rest in [
        "DROP INDEX deal_owner_sorted",
        "DROP INDEX deal_activity",
        "DROP INDEX deal_participant_created",
        "CREATE INDEX deal_participant_member ON deal_participant (member_id)",
        "ALTER TABLE deal DROP COLUMN owner_key",
        "ALTER TABLE deal DROP COLUMN last_activity_at",
        "ALTER TABLE deal_participant DROP COLUMN deal_created_at",
        "DELETE FROM seaql_migrations WHERE version = 'm0025_activity_of_deals'",
    ] {
        all.push(rest.to_owned());
    }
    all
}

#[tokio::test]
async fn a_database_of_before_gets_what_the_program_would_have_kept() {
    each(|app| async move {
        lived(&app).await;
        app.number_log().await;
        let before = added(&app).await;
        assert!(before.len() > 60, "{before:?}");
        let conn = Database::connect(&app.url).await.unwrap();
        for statement in undone(app.kind) {
            conn.execute_unprepared(&statement)
                .await
                .unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
        Migrator::up(&conn, None).await.unwrap();
        conn.close().await.unwrap();
        assert_eq!(added(&app).await, before);
        assert_clean(&app).await;
    })
    .await;
}
