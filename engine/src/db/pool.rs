//! A pool of connections: for one statement at a time, or for a transaction.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult,
    RuntimeErr, Statement,
    prelude::async_trait::async_trait,
    sqlx::{self, PgPool},
};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, timeout_at},
};

use super::{
    layer::{Fate, Layer, Step},
    live::{Live, Wire},
    resting::{Resting, Taken},
    unit::Unit,
};
use crate::fault::{fault, is_of_connection};

/// How long to wait for a connection that somebody has before another one is opened.
const MOMENT: Duration = Duration::from_millis(3);

/// A pool of connections to one database: cheap to clone.
#[derive(Clone, Debug)]
pub struct Pool {
    connections: DatabaseConnection,
    resting: Arc<Resting>,
    layer: Layer,
    pooled: bool,
}

impl Pool {
    /// Of so many connections.
    pub(super) fn new(connections: DatabaseConnection, most: u32, layer: Layer) -> Self {
        let resting = Arc::new(Resting::new(most));
        Self { connections, resting, layer, pooled: false }
    }

    /// Says whether a pooler is between, which gives each transaction a session of its choice.
    pub(super) fn behind_pooler(self, pooled: bool) -> Self {
        Self { pooled, ..self }
    }

    pub(super) fn is_behind_pooler(&self) -> bool {
        self.pooled
    }

    /// The connections without what this module is careful about: for migrations, after whose fault the
    /// program ends.
    pub(super) fn connections(&self) -> &DatabaseConnection {
        self.resting.clear();
        &self.connections
    }

    /// The connections of a PostgreSQL server that can be listened to: not through a pooler, where nobody
    /// has a session for longer than a transaction. None on SQLite. Those that rest go back first: one may be all there is.
    pub fn listening(&self) -> Option<&PgPool> {
        self.resting.clear();
        self.postgres().filter(|_| !self.pooled)
    }

    fn postgres(&self) -> Option<&PgPool> {
        let is_postgres = self.get_database_backend() == DbBackend::Postgres;
        is_postgres.then(|| self.connections.get_postgres_connection_pool())
    }

    /// A connection that is alive, which whoever drops it closes.
    async fn connect(&self) -> Result<Live, DbErr> {
        Ok(self.live(!self.may_be_ended()).await?.0)
    }

    /// Whether somebody else can end connections: a file has nobody who does.
    fn may_be_ended(&self) -> bool {
        self.get_database_backend() == DbBackend::Postgres
    }

    /// A connection, and what its first step gave, which changes nothing yet. One that rests is not asked whether it is
    /// alive: where a server has ended it meanwhile, its first step finds out, and is taken again on one that is.
    pub(super) async fn first<T>(
        &self,
        step: impl for<'l> Fn(&'l mut Live) -> BoxFuture<'l, Result<T, DbErr>>,
    ) -> Result<(Live, Result<T, DbErr>), DbErr> {
        let (mut live, rested) = self.live(true).await?;
        let given = step(&mut live).await;
        let may_be_gone = rested && self.may_be_ended();
        if !(may_be_gone && given.as_ref().is_err_and(is_of_connection)) {
            return Ok((live, given));
        }
        drop(live);
        let mut live = self.live(false).await?.0;
        let given = step(&mut live).await;
        Ok((live, given))
    }

    /// A connection, and whether it has rested.
    async fn live(&self, may_rest: bool) -> Result<(Live, bool), DbErr> {
        let (taken, seat, rested) = self.taken(may_rest).await.map_err(not_connected)?;
        Ok((Live::new((taken, seat), self.layer.clone(), self.resting.clone()), rested))
    }

    async fn taken(
        &self,
        may_rest: bool,
    ) -> Result<(Taken, OwnedSemaphorePermit, bool), sqlx::Error> {
        match self.layer.fate(Step::Connect) {
            Fate::Runs => {}
            Fate::Fails(cause) | Fate::Undoes(cause) | Fate::Loses(cause) => return Err(cause),
        }
        let seat = self.resting.seat(self.patience()).await?;
        if let Some(rested) = self.rested(may_rest).await {
            return Ok((rested, seat, true));
        }
        // On a task of its own: a connection that is being opened is not given up for one that comes to rest first,
        // or another one would be begun each time. One that nobody waits for any more goes to the pool.
        let pool = self.clone();
        let mut acquired = tokio::spawn(async move { pool.acquire().await });
        loop {
            tokio::select! {
                wire = &mut acquired => {
                    let wire = wire.map_err(|_| sqlx::Error::PoolClosed)??;
                    return Ok((Taken::now(wire), seat, false));
                }
                () = self.resting.came() => {
                    if let Some(rested) = self.resting_now(may_rest) {
                        return Ok((rested, seat, true));
                    }
                }
            }
        }
    }

    /// One that rests, or comes to rest within a moment where the pool has none: to open another one takes longer than
    /// most are used, and a server has so many only.
    async fn rested(&self, may_rest: bool) -> Option<Taken> {
        let until = Instant::now() + MOMENT;
        loop {
            if let Some(rested) = self.resting_now(may_rest) {
                return Some(rested);
            }
            if !may_rest || self.has_idle() || self.resting.used() <= 1 {
                return None;
            }
            timeout_at(until, self.resting.came()).await.ok()?;
        }
    }

    /// One that rests; whoever needs one that was asked whether it is alive has all of them go to the pool instead.
    fn resting_now(&self, may_rest: bool) -> Option<Taken> {
        if may_rest {
            return self.resting.take();
        }
        self.resting.clear();
        None
    }

    fn has_idle(&self) -> bool {
        let idle = match self.postgres() {
            Some(pool) => pool.num_idle(),
            None => self.connections.get_sqlite_connection_pool().num_idle(),
        };
        idle > 0
    }

    async fn acquire(&self) -> Result<Wire, sqlx::Error> {
        Ok(match self.postgres() {
            Some(pool) => Wire::Postgres(pool.acquire().await?, !self.pooled),
            None => Wire::Sqlite(self.connections.get_sqlite_connection_pool().acquire().await?),
        })
    }

    /// How long to wait for a connection.
    fn patience(&self) -> Duration {
        match self.postgres() {
            Some(pool) => pool.options().get_acquire_timeout(),
            None => self.connections.get_sqlite_connection_pool().options().get_acquire_timeout(),
        }
    }

    /// How many of its connections are in use.
    pub(super) fn usage(&self) -> Usage {
        Usage { used: self.resting.used(), limit: self.resting.most() }
    }

    pub(super) async fn close(&self) {
        self.resting.close();
        let _ = self.connections.close_by_ref().await;
    }
}

/// How many connections of a pool there are for something now, and how many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Those that somebody has.
    pub used: u64,
    /// The most that there may be.
    pub limit: u32,
}

/// What one statement gave; its connection goes back, unless it saw what it may not have survived.
fn settled<T>(live: Live, given: Result<T, DbErr>) -> Result<T, DbErr> {
    let is_spared = |error: &DbErr| fault(error).spares_the_connection();
    if given.as_ref().err().is_none_or(is_spared) {
        live.release();
    }
    given
}

fn not_connected(cause: sqlx::Error) -> DbErr {
    match cause {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        other => DbErr::Conn(RuntimeErr::SqlxError(other.into())),
    }
}

#[async_trait]
impl ConnectionTrait for Pool {
    fn get_database_backend(&self) -> DbBackend {
        self.connections.get_database_backend()
    }

    /// Through a pooler, in a transaction of its own: a statement is prepared and run in two steps, and
    /// without one they may be in two sessions.
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        if self.pooled {
            let unit = Unit::begin(self, "BEGIN").await?;
            let given = unit.execute_raw(statement).await;
            return unit.end_with(given).await;
        }
        let mut live = self.connect().await?;
        let given = live.execute(statement).await;
        settled(live, given)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut live = self.connect().await?;
        let given = live.plain(sql).await;
        settled(live, given)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        if self.pooled {
            let unit = Unit::begin(self, "BEGIN").await?;
            let given = unit.query_all_raw(statement).await;
            return unit.end_with(given).await;
        }
        if !statement.sql.starts_with("SELECT") {
            let mut live = self.connect().await?;
            let given = live.rows(statement).await;
            return settled(live, given);
        }
        let (live, given) = self.first(|live| Box::pin(live.rows(statement.clone()))).await?;
        settled(live, given)
    }
}
