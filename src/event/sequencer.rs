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
/// How many events get their number in one transaction.
pub const BATCH: u64 = 500;

/// For what no server here was told of: another program wrote it, or its server fell before numbering
/// it. Half a second, because rights must act within one (rule 17).
const POLL: Duration = Duration::from_millis(500);
/// How long one batch may take, the wait for another server's included: a connection that is gone without a word
/// must not hold up the log.
const LONGEST: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(1);

const NUMBER: &str = r#"
WITH last AS (SELECT coalesce(max("position"), 0) AS "position" FROM event),
next AS (
    SELECT insert_id, row_number() OVER (ORDER BY insert_id) AS place
    FROM (SELECT insert_id FROM event WHERE "position" IS NULL ORDER BY insert_id LIMIT $1) AS batch
)
UPDATE event SET "position" = last."position" + next.place
FROM last, next WHERE event.insert_id = next.insert_id"#;

/// Numbers whatever is committed, until it is stopped; a fault is told and tried again.
pub async fn run(app: App) {
    loop {
        if let Err(error) = number_all(&app).await {
            trouble::note("the log could not be numbered", &error);
            tokio::time::sleep(PAUSE).await;
        }
        tokio::select! {
            () = app.sequencer().notified() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Numbers all events that are committed and have no place yet, and tells how many there were.
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
    let numbered = execute(&tx, NUMBER, BATCH.cast_signed().into()).await?;
    if numbered > 0 {
        execute(&tx, "SELECT pg_notify($1, '')", CHANNEL.into()).await?;
    }
    tx.commit().await?;
    Ok(numbered)
}

async fn execute(tx: &Unit, sql: &str, value: sea_orm::Value) -> Result<u64> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [value]);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}
