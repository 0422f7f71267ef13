//! The first connection to a PostgreSQL server: it finds out how all others are made.

use std::time::Duration;

use sea_orm::{DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector};
use sqlx::{
    ConnectOptions, Connection, Error, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::{Instant, sleep, timeout_at};

use super::{address::Server, pooler, tls::Mode};

/// How long to wait before asking again a server that is about to start.
const PAUSE: Duration = Duration::from_millis(250);

/// How a server is reached.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The options of every connection.
    pub options: PgConnectOptions,
    /// Whether each transaction may meet another session: a pooler in transaction mode is between.
    pub pooled: bool,
}

/// How long whoever needs a connection waits for one: shorter than an operation usually may take, so that
/// whoever waits in vain is warned why.
const TURN: Duration = Duration::from_secs(12);

impl Contact {
    /// With the server that this URL names.
    pub async fn of(url: &str) -> Result<Self, DbErr> {
        let unread = |problem: String| DbErr::Conn(RuntimeErr::Internal(problem));
        let made = Self::make(&Server::parse(url).map_err(unread)?).await;
        made.map_err(|cause| DbErr::Conn(RuntimeErr::SqlxError(cause.into())))
    }

    /// At most so many connections; each is made when it is needed.
    pub fn connections(&self, most: u32) -> DatabaseConnection {
        let pool = PgPoolOptions::new().max_connections(most).acquire_timeout(TURN);
        let pool = pool.connect_lazy_with(self.options.clone());
        SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
    }

    /// Finds out, in the time that the URL gives: a server that is about to start is waited for.
    pub async fn make(server: &Server) -> Result<Self, Error> {
        let deadline = Instant::now() + server.patience();
        let mut warned = false;
        loop {
            let cause = match timeout_at(deadline, first(server)).await {
                Ok(Ok((options, connection))) => {
                    return Self::over(server, options, connection).await;
                }
                Ok(Err(cause)) => cause,
                Err(_) => return Err(Error::PoolTimedOut),
            };
            if !passes(&cause) || Instant::now() + PAUSE >= deadline {
                return Err(cause);
            }
            if !std::mem::replace(&mut warned, true) {
                tracing::info!(target: "waypost::db::postgres::contact", %server, %cause, "waiting for the database");
            }
            sleep(PAUSE).await;
        }
    }

    async fn over(
        server: &Server,
        options: PgConnectOptions,
        mut connection: PgConnection,
    ) -> Result<Self, Error> {
        let pooled = match server.pooled() {
            Some(pooled) => pooled,
            None => pooler::is_between(&mut connection, &options, server.patience()).await?,
        };
        let _ = connection.close().await;
        // what the driver has prepared in one session it would look for in another
        let options = if pooled { options.statement_cache_capacity(0) } else { options };
        if pooled {
            tracing::info!(target: "waypost::db::postgres::contact", %server, "a pooler in transaction mode is between: no statement is prepared for later, and news of other servers come a little later");
        }
        if !server.ignored().is_empty() {
            let ignored = server.ignored().join(", ");
            tracing::warn!(target: "waypost::db::postgres::contact", "the database's URL says {ignored}, which Waypost leaves to the system: connections that say nothing are replaced anyway");
        }
        if let Some(warning) = server.tls().warning() {
            tracing::warn!(target: "waypost::db::postgres::contact", "{warning}");
        }
        Ok(Self { options, pooled })
    }
}

/// The first way of encrypting that the server takes; where it takes none, what it said to the first.
async fn first(server: &Server) -> Result<(PgConnectOptions, PgConnection), Error> {
    let mut refused = None;
    for mode in server.tls().attempts() {
        let options = server.options(mode).disable_statement_logging();
        match options.connect().await {
            Ok(connection) => return Ok((options, connection)),
            Err(cause) if wants_other(mode, &cause) => refused = refused.or(Some(cause)),
            Err(cause) => return Err(refused.unwrap_or(cause)),
        }
    }
    Err(refused.unwrap_or(Error::PoolClosed))
}

/// Whether the server may take another way of encrypting: pg_hba.conf has no line for this one
/// (`28000`), or the handshake failed.
fn wants_other(mode: Mode, cause: &Error) -> bool {
    match cause {
        Error::Database(said) => said.code().is_some_and(|code| code == "28000"),
        Error::Tls(_) => true,
        Error::Io(cause) => mode == Mode::Prefer && cause.kind() == std::io::ErrorKind::InvalidData,
        _ => false,
    }
}

/// Whether a server that is about to start, or is full for a moment, says so.
fn passes(cause: &Error) -> bool {
    match cause {
        Error::Io(cause) => matches!(
            cause.kind(),
            std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::NotFound
        ),
        Error::Database(said) => {
            said.code().is_some_and(|code| matches!(&*code, "57P03" | "53300"))
        }
        _ => false,
    }
}
