//! The place of each process version in the one order of the log: after which event it comes.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::support::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["insert_id", "position"] {
            let mut add = Table::alter();
            add.table("process_version").add_column(bigint_null(column));
            manager.alter_table(add).await?;
        }
        run(manager, PLACE_OLD_ONES).await?;
        if manager.get_connection().get_database_backend() == DbBackend::Postgres {
            run(manager, SHARE_THE_SEQUENCE).await?;
        }
        run(manager, INDEX).await
    }
}

/// Versions from before were saved after what had been recorded by then, and not before the one before.
/// Their places leave those of events as they are, so cursors that clients keep stay good.
const PLACE_OLD_ONES: &str = r#"
UPDATE process_version SET "position" = placed."position" FROM (
    SELECT timed.id AS id, max(timed."position") OVER (PARTITION BY timed.process_id ORDER BY timed.number) AS "position"
    FROM (
        SELECT log.id AS id, log.process_id AS process_id, log.number AS number,
            coalesce(max(log."position") OVER (ORDER BY log.moment, log.kind), 0) AS "position"
        FROM (
            SELECT recorded_at AS moment, 0 AS kind, "position", NULL AS id, NULL AS process_id, 0 AS number FROM event
            UNION ALL
            SELECT saved_at AS moment, 1 AS kind, NULL AS "position", id, process_id, number FROM process_version
        ) AS log
    ) AS timed
    WHERE timed.id IS NOT NULL
) AS placed
WHERE process_version.id = placed.id"#;

/// Versions and events draw from one sequence, so that their order of insertion can be compared.
const SHARE_THE_SEQUENCE: &str =
    "ALTER TABLE process_version ALTER COLUMN insert_id SET DEFAULT nextval('event_insert_id_seq')";

const INDEX: &str = r#"CREATE INDEX process_version_unnumbered ON process_version (insert_id) WHERE "position" IS NULL"#;
