//! Whether a pooler in transaction mode is between: then a session belongs to nobody for longer than a
//! transaction, and what is prepared or set in it is lost, or found by strangers.

use std::time::Duration;

use sqlx::{
    ConnectOptions, Connection, Error, Executor, PgConnection, Row, postgres::PgConnectOptions,
};
use tokio::time::timeout;

/// Forgets what the driver has prepared in a session, by the names that it gives.
pub const FORGET: &str = r"DO $$ DECLARE known text; BEGIN
    FOR known IN SELECT name FROM pg_prepared_statements WHERE name LIKE 'sqlx\_s\_%' LOOP
        EXECUTE format('DEALLOCATE %I', known);
    END LOOP;
END $$";

/// Where other clients keep a pooler busy, one look may meet the same session twice by chance.
const LOOKS: usize = 5;
/// How long a pooler may take to find a session for somebody else.
const PATIENCE: Duration = Duration::from_secs(3);

/// Compares which session answers two connections. A session of its own stays with a connection; a pooler
/// gives the one that we have just used to whoever comes next, or another one to us.
pub(crate) async fn is_between(
    connection: &mut PgConnection,
    options: &PgConnectOptions,
) -> Result<bool, Error> {
    let own = session(connection).await?;
    // whoever lets nobody else in is a server that is full
    let Ok(Ok(mut other)) = timeout(PATIENCE, options.connect()).await else { return Ok(false) };
    let looked = timeout(PATIENCE, look(connection, &mut other, own)).await;
    let _ = other.close().await;
    // a server answers at once whomever it has let in; a pooler may have to wait for a session
    Ok(!matches!(looked, Ok(Ok(false))))
}

async fn look(
    connection: &mut PgConnection,
    other: &mut PgConnection,
    own: i32,
) -> Result<bool, Error> {
    for _ in 0..LOOKS {
        other.execute("BEGIN").await?;
        let found = session(other).await? == own || session(connection).await? != own;
        other.execute("ROLLBACK").await?;
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The number of the session that answers; without a prepared statement.
async fn session(connection: &mut PgConnection) -> Result<i32, Error> {
    connection.fetch_one("SELECT pg_backend_pid()").await?.try_get(0)
}
