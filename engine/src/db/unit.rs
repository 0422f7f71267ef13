//! A transaction. After the first error of a statement nothing of it can become true any more, whoever
//! overlooked that error: it refuses all that follows, and its commit.

use std::{
    mem,
    sync::atomic::{AtomicBool, Ordering},
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement, prelude::async_trait::async_trait, sqlx,
};
use tokio::{
    runtime::Handle,
    sync::{Mutex, MutexGuard},
};

use super::{
    live::Live,
    outcome::{Outcome, Witness},
    pool::Pool,
};
use crate::fault::{self, fault};

/// An open transaction and its connection. Dropped, it is rolled back.
pub struct Unit {
    pool: Pool,
    witness: Option<Witness>,
    has_written: AtomicBool,
    missed: AtomicBool,
    mark: Mark,
    slot: Mutex<Slot>,
}

/// A place in a transaction that one can go back to.
#[derive(Default)]
struct Mark {
    is_set: AtomicBool,
    /// Whether something was written since, or since the beginning.
    is_passed: AtomicBool,
}

impl Mark {
    /// To set it here, where it is not.
    fn setting(&self) -> &'static str {
        if self.is_set.load(Ordering::Relaxed) {
            "RELEASE series; SAVEPOINT series"
        } else {
            "SAVEPOINT series"
        }
    }

    /// To go back to it; without one nothing was written before, and one goes back to the beginning.
    fn undoing(&self) -> &'static str {
        if self.is_set.load(Ordering::Relaxed) {
            "ROLLBACK TO series"
        } else {
            "ROLLBACK; BEGIN IMMEDIATE"
        }
    }
}

/// Where the connection is. While a statement runs it is not here: one that is cut off takes it along.
enum Slot {
    /// Ready for the next statement.
    Ready(Live),
    /// A statement was refused by a rule of the schema or lost a race: it can only be rolled back.
    Refused(Live, DbErr),
    /// It is closed, for this reason.
    Closed(DbErr),
    /// There never was one.
    Absent,
}

impl Slot {
    /// The connection, away from here until it is put back.
    fn take(&mut self) -> Result<Live, DbErr> {
        match mem::replace(self, Self::cut_off()) {
            Self::Ready(live) => Ok(live),
            other => {
                let cause = other.cause();
                *self = other;
                Err(cause)
            }
        }
    }

    /// The connection, also where a statement was refused on it.
    fn take_any(&mut self) -> Result<Live, DbErr> {
        match mem::replace(self, Self::cut_off()) {
            Self::Ready(live) | Self::Refused(live, _) => Ok(live),
            other => {
                let cause = other.cause();
                *self = other;
                Err(cause)
            }
        }
    }

    /// What becomes of the connection after a statement.
    fn settle<T>(&mut self, live: Live, given: &Result<T, DbErr>) {
        *self = match given {
            Ok(_) => Self::Ready(live),
            Err(cause) if fault(cause).spares_the_connection() => {
                Self::Refused(live, cause.clone())
            }
            Err(cause) => Self::Closed(cause.clone()),
        }
    }

    fn cut_off() -> Self {
        Self::Closed(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))
    }

    fn cause(&self) -> DbErr {
        match self {
            Self::Ready(_) | Self::Absent => {
                DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
            }
            Self::Refused(_, cause) | Self::Closed(cause) => cause.clone(),
        }
    }
}

impl Unit {
    /// Begins with this statement, which tells who can witness the commit, or nothing.
    pub(super) async fn begin(pool: &Pool, sql: &'static str) -> Result<Self, DbErr> {
        let (live, told) = pool.first(|live| Box::pin(live.begin(sql))).await?;
        let witness = Witness::from(told?);
        Ok(Self::with(pool.clone(), witness, Slot::Ready(live)))
    }

    fn with(pool: Pool, witness: Option<Witness>, slot: Slot) -> Self {
        let (has_written, missed) = (AtomicBool::new(false), AtomicBool::new(false));
        let (mark, slot) = (Mark::default(), Mutex::new(slot));
        Self { pool, witness, has_written, missed, mark, slot }
    }

    /// For a unit of work beside this one that is to ask the database nothing: whether it did is told by `was_missed`.
    pub(crate) fn absent(&self) -> Self {
        Self::with(self.pool.clone(), None, Slot::Absent)
    }

    /// Somebody needs a connection where there is none.
    pub(crate) fn miss(&self) {
        self.missed.store(true, Ordering::Relaxed);
    }

    /// Whether somebody needed a connection where there was none.
    pub(crate) fn was_missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }

    /// Whether a statement has changed a row.
    pub fn has_written(&self) -> bool {
        self.has_written.load(Ordering::Relaxed)
    }

    fn writes(&self, rows: u64) {
        self.has_written.fetch_or(rows > 0, Ordering::Relaxed);
        self.mark.is_passed.fetch_or(rows > 0, Ordering::Relaxed);
    }

    /// What comes from here on can be undone, and what was done before stays. Only on SQLite.
    pub(crate) async fn mark(&self) -> Result<(), DbErr> {
        if !self.mark.is_passed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (mut slot, mut live) = self.ready().await?;
        let given = live.plain(self.mark.setting()).await;
        slot.settle(live, &given);
        given?;
        self.mark.is_set.store(true, Ordering::Relaxed);
        self.mark.is_passed.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Undoes what was done since the mark, also where a statement was refused.
    pub(crate) async fn undo(&self) -> Result<(), DbErr> {
        let mut slot = self.slot.lock().await;
        if matches!(*slot, Slot::Ready(_)) && !self.mark.is_passed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut live = slot.take_any()?;
        let given = live.plain(self.mark.undoing()).await;
        slot.settle(live, &given);
        given?;
        self.mark.is_passed.store(false, Ordering::Relaxed);
        self.has_written.fetch_and(self.mark.is_set.load(Ordering::Relaxed), Ordering::Relaxed);
        Ok(())
    }

    /// Whether the next statement can run.
    pub(crate) async fn is_sound(&self) -> bool {
        matches!(*self.slot.lock().await, Slot::Ready(_))
    }

    /// Makes it all true at once. An error says that it is not, or is `fault::unsure`.
    pub async fn commit(mut self) -> Result<(), DbErr> {
        match self.end() {
            Slot::Ready(live) => self.commit_on(live).await,
            Slot::Refused(live, cause) => {
                live.roll_back().await?;
                Err(cause)
            }
            Slot::Closed(cause) => Err(cause),
            Slot::Absent => Err(Slot::Absent.cause()),
        }
    }

    /// The end of a transaction of one statement: what it gave, once that is true.
    pub(super) async fn end_with<T>(self, given: Result<T, DbErr>) -> Result<T, DbErr> {
        let given = given?;
        self.commit().await.map(|()| given)
    }

    /// Leaves everything as it was. Where the connection is closed, that has undone it.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.give_back().await
    }

    /// Gives the connection back before whoever holds this lets it go: nothing can be asked any more.
    pub(crate) async fn give_back(&self) -> Result<(), DbErr> {
        let slot = mem::replace(&mut *self.slot.lock().await, Slot::cut_off());
        match slot {
            Slot::Ready(live) | Slot::Refused(live, _) => live.roll_back().await,
            Slot::Closed(_) | Slot::Absent => Ok(()),
        }
    }

    fn end(&mut self) -> Slot {
        mem::replace(self.slot.get_mut(), Slot::cut_off())
    }

    async fn commit_on(&self, mut live: Live) -> Result<(), DbErr> {
        let Err(cause) = live.commit().await else {
            live.release();
            return Ok(());
        };
        let is_answer = matches!(cause, sqlx::Error::Database(_));
        let error = DbErr::Query(RuntimeErr::SqlxError(cause.into()));
        if fault(&error).spares_the_connection() {
            live.roll_back().await?;
            return Err(error);
        }
        drop(live);
        match Outcome::of(self.witness.as_ref(), is_answer, &self.pool).await {
            Outcome::Committed => Ok(()),
            Outcome::Nothing => Err(error),
            Outcome::Unknown => {
                tracing::error!(target: "waypost::db::unit", %error, "nobody knows whether a commit took place");
                Err(fault::unsure())
            }
        }
    }

    async fn ready(&self) -> Result<(MutexGuard<'_, Slot>, Live), DbErr> {
        let mut slot = self.slot.lock().await;
        if matches!(*slot, Slot::Absent) {
            self.miss();
        }
        let live = slot.take()?;
        Ok((slot, live))
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        let (Slot::Ready(live) | Slot::Refused(live, _)) = self.end() else { return };
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(live.roll_back());
        }
    }
}

#[async_trait]
impl ConnectionTrait for Unit {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let (mut slot, mut live) = self.ready().await?;
        let given = live.execute(statement).await;
        slot.settle(live, &given);
        given.inspect(|done| self.writes(done.rows_affected()))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let (mut slot, mut live) = self.ready().await?;
        let given = live.plain(sql).await;
        slot.settle(live, &given);
        self.mark.is_passed.store(true, Ordering::Relaxed); // nobody knows what is in it
        given
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (mut slot, mut live) = self.ready().await?;
        let is_write = !statement.sql.starts_with("SELECT");
        let given = live.rows(statement).await;
        slot.settle(live, &given);
        given.inspect(|rows| self.writes(if is_write { rows.len() as u64 } else { 0 }))
    }
}
