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

/// Compares which session answers two connections. A session of its own stays with a connection; a pooler
/// gives the one that we have just used to whoever comes next, or another one to us. Each step may take as long as `patience`:
/// a pooler may have to find a session first.
pub(crate) async fn is_between(
    connection: &mut PgConnection,
    options: &PgConnectOptions,
    patience: Duration,
) -> Result<bool, Error> {
    let mut other = match timeout(patience, options.connect()).await {
        Ok(Ok(other)) => other,
        Ok(Err(cause)) => return Ok(!is_full_server(&cause)),
        // what holds for a pooler is right before a slow server, too, and only slower
        Err(_) => return Ok(true),
    };
    let looked = timeout(patience, look(connection, &mut other)).await;
    let _ = other.close().await;
    // a server answers whomever it has let in; a pooler may have no session for them
    Ok(!matches!(looked, Ok(Ok(false))))
}

/// Each look asks anew which session is ours: a pooler that gives the last one used gives that of others who came in
/// between, and would again each time. One that gives them in turns is seen by asking twice.
async fn look(connection: &mut PgConnection, other: &mut PgConnection) -> Result<bool, Error> {
    for _ in 0..LOOKS {
        let before = session(connection).await?;
        let own = session(connection).await?;
        other.execute("BEGIN").await?;
        let found =
            before != own || session(other).await? == own || session(connection).await? != own;
        other.execute("ROLLBACK").await?;
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a server, and no pooler, says that it lets nobody else in.
fn is_full_server(cause: &Error) -> bool {
    matches!(cause, Error::Database(said) if said.code().is_some_and(|code| code == "53300"))
}

/// The number of the session that answers; without a prepared statement.
async fn session(connection: &mut PgConnection) -> Result<i32, Error> {
    connection.fetch_one("SELECT pg_backend_pid()").await?.try_get(0)
}
