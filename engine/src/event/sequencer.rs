//! Numbers what was committed: the one order of the whole log (decision 6).
//!
//! A number taken before the commit becomes visible out of order, and a reader that has gone past it
//! never sees the event. So on PostgreSQL events are written without a position, and only this task
//! gives them one, after the commit. SQLite has one writer and numbers at insert.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::time::timeout;

use super::store;
use crate::{
    advisory::SEQUENCER,
    app::App,
    db::Unit,
    error::{Error, Result},
    trouble,
};

/// Where PostgreSQL tells that the log has grown.
pub const CHANNEL: &str = "waypost_log";
/// How many events get their number in one transaction; saves of processes get their place with them.
pub const BATCH: u64 = 500;

/// For what no server here was told of: another program wrote it, or its server fell before numbering
/// it. Half a second, because rights must act within one (rule 17).
const POLL: Duration = Duration::from_millis(500);
/// How long one batch may take, the wait for another server's included: a connection that is gone without a word
/// must not hold up the log.
const LONGEST: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(1);

/// One statement, so that events and saves are those of one moment. Both draw their `insert_id` from one
/// sequence while they hold the lock of their process, so it is the order in which they happened there: a
/// save comes after as many events of the batch as were inserted before it. Of a full batch nobody knows
/// what follows, so saves after its last event wait for the next one.
const NUMBER: &str = r#"
WITH last AS (SELECT coalesce(max("position"), 0) AS "position" FROM event),
next AS (
    SELECT insert_id, row_number() OVER (ORDER BY insert_id) AS place
    FROM (SELECT insert_id FROM event WHERE "position" IS NULL ORDER BY insert_id LIMIT $1) AS batch
),
whole AS (SELECT count(*) < $1 AS "all", coalesce(max(insert_id), 0) AS until FROM next),
events AS (
    UPDATE event SET "position" = last."position" + next.place
    FROM last, next WHERE event.insert_id = next.insert_id RETURNING 1
),
saves AS (
    UPDATE process_version AS save
    SET "position" = last."position" + (SELECT count(*) FROM next WHERE next.insert_id < save.insert_id)
    FROM last, whole
    WHERE save."position" IS NULL AND (whole."all" OR save.insert_id < whole.until) RETURNING 1
)
SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM saves) AS saves"#;

/// Numbers whatever is committed, until it is stopped; a fault is told and tried again. On SQLite it returns: there
/// everything has its number from the start.
pub async fn run(app: App) {
    if app.db().backend() != DbBackend::Postgres {
        return;
    }
    loop {
        if let Err(error) = number_all(&app).await {
            trouble::note("the log could not be numbered", &error);
            tokio::time::sleep(PAUSE).await;
        }
        tokio::select! {
            () = app.bus().sequencer() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Gives all events and saves that are committed and have no place yet theirs, and tells how many events
/// there were.
pub async fn number_all(app: &App) -> Result<u64> {
    let mut total = 0;
    loop {
        let numbered = timeout(LONGEST, number_batch(app)).await;
        let late = || Err(Error::overdue("the log could not be numbered in time"));
        let numbered = numbered.unwrap_or_else(|_| late())?;
        total += numbered;
        if numbered < BATCH {
            return Ok(total);
        }
    }
}

async fn number_batch(app: &App) -> Result<u64> {
    if !store::is_unnumbered(app.db().reader()).await? {
        return Ok(0);
    }
    let tx = app.db().begin_aside().await?;
    // A statement of its own: the next one must see what the holder before us committed.
    execute(&tx, "SELECT pg_advisory_xact_lock($1)", SEQUENCER.into()).await?;
    let (events, saves) = number(&tx).await?;
    if events + saves > 0 {
        execute(&tx, "SELECT pg_notify($1, '')", CHANNEL.into()).await?;
    }
    tx.commit().await?;
    Ok(events)
}

async fn number(tx: &Unit) -> Result<(u64, u64)> {
    let batch = BATCH.cast_signed().into();
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, NUMBER, [batch]);
    let row = tx.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| Error::bug("a count has no row"))?;
    let count = |column: &str| row.try_get::<i64>("", column).map(i64::unsigned_abs);
    Ok((count("events")?, count("saves")?))
}

async fn execute(tx: &Unit, sql: &str, value: sea_orm::Value) -> Result<()> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [value]);
    tx.execute_raw(statement).await?;
    Ok(())
}
