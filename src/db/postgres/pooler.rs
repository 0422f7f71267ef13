//! Whether a pooler in transaction mode is between: then a session belongs to nobody for longer than a
//! transaction, and what is prepared or set in it is lost, or found by strangers.

use std::time::Duration;

use sqlx::{
    ConnectOptions, Connection, Error, Executor, PgConnection, Row, postgres::PgConnectOptions,
};
use tokio::time::timeout;

/// Where other clients keep a pooler busy, one look may meet the same session twice by chance.
const LOOKS: usize = 5;
/// A pooler in session mode whose sessions are all taken lets nobody else in.
const PATIENCE: Duration = Duration::from_secs(3);

/// Compares which session answers two connections. A session of its own stays with a connection; a pooler
/// gives the one that we have just used to whoever comes next, or another one to us.
pub async fn is_between(
    connection: &mut PgConnection,
    options: &PgConnectOptions,
) -> Result<bool, Error> {
    let own = session(connection).await?;
    let looked = timeout(PATIENCE, look(connection, options, own)).await;
    // whoever cannot look has one session only, or a server that is full: no pooler is known of
    Ok(looked.is_ok_and(|found| found.unwrap_or(false)))
}

async fn look(
    connection: &mut PgConnection,
    options: &PgConnectOptions,
    own: i32,
) -> Result<bool, Error> {
    let mut other = options.connect().await?;
    let mut found = false;
    for _ in 0..LOOKS {
        let mut held = other.begin().await?;
        found = session(&mut held).await? == own || session(connection).await? != own;
        held.rollback().await?;
        if found {
            break;
        }
    }
    let _ = other.close().await;
    Ok(found)
}

/// The number of the session that answers; without a prepared statement.
async fn session(connection: &mut PgConnection) -> Result<i32, Error> {
    connection.fetch_one("SELECT pg_backend_pid()").await?.try_get(0)
}
