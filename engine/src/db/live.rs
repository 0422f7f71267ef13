//! One connection, taken from its pool. It goes back only when all that was asked of it went well: whoever
//! drops it on any other way – an error, a panic, a client that hung up – closes it, and the pool opens a
//! new one. Nobody has to know what a connection is in the middle of after a fault, and nobody has to
//! remember to ask: drivers are wrong about it (sqlx takes itself for inside a transaction that SQLite has
//! undone by itself, and then writes nothing).

use std::{mem, sync::Arc, time::Instant};

use sea_orm::{
    DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Value,
    sea_query::Values,
    sqlx::{
        self, AssertSqlSafe, Database, Executor, IntoArguments, Postgres, Row, Sqlite,
        pool::PoolConnection, query::Query,
    },
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    layer::{Fate, Layer, Step},
    resting::{Resting, Taken},
};

/// A connection that is closed when it is dropped, and given back with [`Live::release`].
pub(crate) struct Live {
    wire: Wire,
    since: Instant,
    layer: Layer,
    is_sound: bool,
    resting: Arc<Resting>,
    /// Until it rests or is closed, nobody else takes its place.
    _seat: OwnedSemaphorePermit,
}

/// A connection to either database.
#[derive(Debug)]
pub(crate) enum Wire {
    /// To a SQLite file.
    Sqlite(PoolConnection<Sqlite>),
    /// To a PostgreSQL server, and whether what is prepared there is found again the next time.
    Postgres(PoolConnection<Postgres>, bool),
    /// It was given back, or closed.
    Gone,
}

/// What a step gave, for whoever asked.
type Given<T> = Result<T, sqlx::Error>;

impl Live {
    /// From a pool, with the right to use it.
    pub(super) fn new(
        (taken, seat): (Taken, OwnedSemaphorePermit),
        layer: Layer,
        resting: Arc<Resting>,
    ) -> Self {
        let Taken { since, wire } = taken;
        Self { wire, since, layer, is_sound: false, resting, _seat: seat }
    }

    /// Back to the pool: all went well, and no transaction is open.
    pub(crate) fn release(mut self) {
        self.is_sound = true;
    }

    /// Runs a statement: how many rows it changed.
    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<ExecResult, DbErr> {
        let given = self.execute_or_fail(statement).await;
        given.map_err(|cause| DbErr::Exec(RuntimeErr::SqlxError(cause.into())))
    }

    /// Runs a statement: all its rows, read to the end, where an error may still come.
    pub(crate) async fn rows(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.rows_or_fail(statement).await.map_err(queried)
    }

    /// Runs statements without values, as they are.
    pub(crate) async fn plain(&mut self, sql: &str) -> Result<ExecResult, DbErr> {
        let given = self.step(Step::Statement(sql), sql).await;
        self.layer.ran(sql);
        given.map_err(|cause| DbErr::Exec(RuntimeErr::SqlxError(cause.into())))
    }

    /// Begins a transaction, with what its first statement tells as text, if it asks for something.
    pub(crate) async fn begin(&mut self, sql: &'static str) -> Result<Vec<String>, DbErr> {
        self.begin_or_fail(sql).await.map_err(queried)
    }

    /// Makes the transaction true. Its error has to be asked about: it may be true nevertheless.
    pub(crate) async fn commit(&mut self) -> Given<()> {
        self.step(Step::Commit, "COMMIT").await.map(drop)
    }

    /// Undoes the transaction, and gives the connection back.
    pub(crate) async fn roll_back(mut self) -> Result<(), DbErr> {
        self.step(Step::Rollback, "ROLLBACK").await.map_err(queried)?;
        self.release();
        Ok(())
    }

    async fn execute_or_fail(&mut self, statement: Statement) -> Given<ExecResult> {
        let lost = self.meet(Step::Statement(&statement.sql)).await?;
        let (sql, values) = parts(statement);
        let given = self.wire.execute(&sql, values).await;
        self.layer.ran(&sql);
        answer(given, lost)
    }

    async fn rows_or_fail(&mut self, statement: Statement) -> Given<Vec<QueryResult>> {
        let lost = self.meet(Step::Statement(&statement.sql)).await?;
        let (sql, values) = parts(statement);
        let given = self.wire.rows(&sql, values).await;
        self.layer.ran(&sql);
        answer(given, lost)
    }

    async fn begin_or_fail(&mut self, sql: &'static str) -> Given<Vec<String>> {
        let lost = self.meet(Step::Begin).await?;
        let given = self.wire.begin(sql).await;
        answer(given, lost)
    }

    async fn step(&mut self, step: Step<'_>, sql: &str) -> Given<ExecResult> {
        let lost = self.meet(step).await?;
        let given = self.wire.plain(sql).await;
        answer(given, lost)
    }

    /// The fate of a step: none in a program that serves.
    async fn meet(&mut self, step: Step<'_>) -> Given<Option<sqlx::Error>> {
        match self.layer.fate(step) {
            Fate::Runs => Ok(None),
            Fate::Loses(cause) => Ok(Some(cause)),
            Fate::Fails(cause) => Err(cause),
            Fate::Undoes(cause) => {
                let _ = self.wire.plain("ROLLBACK").await;
                Err(cause)
            }
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let wire = mem::replace(&mut self.wire, Wire::Gone);
        if self.is_sound {
            self.resting.put(Taken { since: self.since, wire });
        } else {
            wire.close();
            // what befell this one may have befallen those that rest
            self.resting.clear();
        }
    }
}

fn answer<T>(given: Given<T>, lost: Option<sqlx::Error>) -> Given<T> {
    match lost {
        Some(cause) => given.and(Err(cause)),
        None => given,
    }
}

fn queried(cause: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(cause.into()))
}

fn parts(statement: Statement) -> (String, Vec<Value>) {
    (statement.sql, statement.values.map(|values| values.0).unwrap_or_default())
}

fn prepared<DB: Database>(sql: &str, values: Vec<Value>) -> Query<'_, DB, SqlxValues>
where
    SqlxValues: IntoArguments<DB>,
{
    sqlx::query_with(AssertSqlSafe(sql), SqlxValues(Values(values)))
}

impl Wire {
    /// Closes it in order, in the background.
    fn close(mut self) {
        match &mut self {
            Self::Sqlite(connection) => connection.close_on_drop(),
            Self::Postgres(connection, _) => connection.close_on_drop(),
            Self::Gone => {}
        }
    }

    /// Ends it here and now, where there may be no background.
    pub(super) fn cut(self) {
        match self {
            Self::Sqlite(connection) => drop(connection.detach()),
            Self::Postgres(connection, _) => drop(connection.detach()),
            Self::Gone => {}
        }
    }

    async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Given<ExecResult> {
        Ok(match self {
            Self::Sqlite(conn) => prepared(sql, values).execute(&mut **conn).await?.into(),
            Self::Postgres(conn, keeps) => {
                prepared(sql, values).persistent(*keeps).execute(&mut **conn).await?.into()
            }
            Self::Gone => return Err(sqlx::Error::PoolClosed),
        })
    }

    async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Given<Vec<QueryResult>> {
        Ok(match self {
            Self::Sqlite(conn) => results(prepared(sql, values).fetch_all(&mut **conn).await?),
            Self::Postgres(conn, keeps) => {
                results(prepared(sql, values).persistent(*keeps).fetch_all(&mut **conn).await?)
            }
            Self::Gone => return Err(sqlx::Error::PoolClosed),
        })
    }

    async fn plain(&mut self, sql: &str) -> Given<ExecResult> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Self::Sqlite(conn) => (**conn).execute(sql).await?.into(),
            Self::Postgres(conn, _) => (**conn).execute(sql).await?.into(),
            Self::Gone => return Err(sqlx::Error::PoolClosed),
        })
    }

    /// Only PostgreSQL is asked for something as it begins.
    async fn begin(&mut self, sql: &'static str) -> Given<Vec<String>> {
        match self {
            Self::Sqlite(conn) => (**conn).execute(sql).await.map(|_| Vec::new()),
            Self::Postgres(conn, _) => {
                let rows = (**conn).fetch_all(sql).await?;
                rows.iter().flat_map(|row| (0..row.len()).map(move |at| row.try_get(at))).collect()
            }
            Self::Gone => Err(sqlx::Error::PoolClosed),
        }
    }
}

fn results(rows: Vec<impl Into<QueryResult>>) -> Vec<QueryResult> {
    rows.into_iter().map(Into::into).collect()
}
