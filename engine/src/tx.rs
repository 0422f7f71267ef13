//! One unit of work: the way to change the database.

use std::{
    any::Any,
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{
    event::NewEvent,
    policy::{Actor, Grant},
};
use entity::{
    Timestamp, event,
    ids::{DealId, Id, Kind, MemberId, ProcessId},
    log_state,
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QuerySelect, Statement,
    sea_query::Expr,
};

use crate::{
    advisory, auth,
    base::{Base, Parts},
    db::Unit,
    error::{Error, Result},
};

mod actor;
mod asked;
mod claim;
mod recorded;
mod refused;
mod series;
mod share;
mod snapshot;

pub(crate) use actor::Holder;
pub(crate) use asked::{Answers, Question};
pub use claim::Claim;
pub(crate) use share::{Went, Work, Works};
pub use snapshot::Snapshot;

use recorded::Events;
use series::Before;
use share::Share;

/// A unit of work: its connection, on whose behalf, and what it has recorded so far.
pub struct Tx {
    base: Base,
    conn: Unit,
    actor: Actor,
    now: Timestamp,
    touched: Touched,
    next_position: Option<i64>,
    changes_rights: AtomicBool,
    is_refused: bool,
    waits: bool,
    share: Option<Share>,
    left: Left,
    before: Before,
    parts: Parts,
}

/// What a unit of work left behind, if anything: a type of the noun that left it.
pub type Left = Option<Arc<dyn Any + Send + Sync>>;

/// What a unit of work has changed: who waits for it is told after the commit.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    /// The deals with new events.
    pub deals: Vec<DealId>,
    /// The members whose inboxes have news.
    pub members: BTreeSet<MemberId>,
    /// Whether members or their tokens are not what they were.
    pub people: bool,
    /// The processes that were saved, and those of events that have their place in the log already.
    pub processes: BTreeSet<ProcessId>,
}

/// How a process is locked: deciding by its definition, or changing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Its definition will not change while this unit of work runs.
    Shared,
    /// Nobody else decides by it or changes it.
    Exclusive,
}

impl Lock {
    fn function(self) -> &'static str {
        match self {
            Self::Shared => "pg_advisory_xact_lock_shared",
            Self::Exclusive => "pg_advisory_xact_lock",
        }
    }

    /// It says whether it got the lock, and waits for nobody.
    fn attempt(self) -> &'static str {
        match self {
            Self::Shared => "pg_try_advisory_xact_lock_shared",
            Self::Exclusive => "pg_try_advisory_xact_lock",
        }
    }
}

impl Tx {
    /// Begins a unit of work; only `App::write` does.
    pub(crate) async fn begin(base: Base, actor: Actor) -> Result<Self> {
        let conn = base.db().begin_write().await?;
        Ok(Self::on(base, conn, actor))
    }

    fn on(base: Base, conn: Unit, actor: Actor) -> Self {
        let now = base.clock().now();
        let (touched, changes_rights) = (Touched::default(), AtomicBool::new(false));
        let (next_position, is_refused) = (None, false);
        Self {
            base,
            conn,
            actor,
            now,
            touched,
            next_position,
            changes_rights,
            is_refused,
            waits: true,
            share: None,
            left: None,
            before: Before::default(),
            parts: Parts::default(),
        }
    }

    /// From here on it waits for no process that somebody else has: it is told that it has not got it.
    pub(crate) fn hurry(&mut self) {
        self.waits = false;
    }

    /// Makes it all true at once, and tells what it touched.
    pub(crate) async fn commit(self) -> Result<Touched> {
        self.conn.commit().await?;
        let people = self.changes_rights.into_inner();
        Ok(Touched { people, ..self.touched })
    }

    /// Whether it has changed a row of a table.
    pub(crate) fn has_written(&self) -> bool {
        self.conn.has_written()
    }

    /// Leaves everything as it was.
    pub(crate) async fn rollback(self) -> Result<()> {
        Ok(self.conn.rollback().await?)
    }

    /// Whoever waited long for a lock may have lost their rights meanwhile (rule 17). A unit of work that
    /// changes rights itself has looked when it locked the members.
    pub(crate) async fn expect_rights(&self, waited: Duration) -> Result<()> {
        if waited < auth::FRESH || self.changes_rights.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.expect_same_actor().await
    }

    /// Begins again for somebody who may do less, or more, than when it began.
    async fn expect_same_actor(&self) -> Result<()> {
        let now = self.base.clock().now();
        if auth::renew_actor(&self.conn, &self.actor, now).await? == self.actor {
            return Ok(());
        }
        Err(Error::Again)
    }

    /// Leaves behind what it was about, as it is at the end.
    pub(crate) fn leave(&mut self, what: Arc<dyn Any + Send + Sync>) {
        self.left = Some(what);
    }

    /// What it left behind.
    pub(crate) fn left(&self) -> Left {
        self.left.clone()
    }

    /// The connection, for stores.
    pub fn conn(&self) -> &Unit {
        &self.conn
    }

    /// On whose behalf.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The moment of this unit of work.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What it stands on.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// An id that nothing has yet, from the clock: it sorts by time.
    pub fn new_id<K: Kind>(&self) -> Id<K> {
        self.base.clock().new_id()
    }

    /// Locks a process until the end of the unit of work (decision 3). SQLite has one writer and
    /// needs none.
    pub async fn lock_process(&self, id: ProcessId, lock: Lock) -> Result<()> {
        self.advisory_lock(lock.function(), lock_key(id)).await
    }

    /// Whether there are locks at all: SQLite has one writer and needs none.
    pub(crate) fn has_locks(&self) -> bool {
        self.base.db().backend() == DbBackend::Postgres
    }

    /// Locks these processes, in the order in which they come: that of their ids. It tells which of them it has locked: all,
    /// unless it waits for nobody.
    pub(crate) async fn lock_processes(
        &self,
        mut ids: BTreeSet<ProcessId>,
        lock: Lock,
    ) -> Result<BTreeSet<ProcessId>> {
        if !self.has_locks() {
            return Ok(ids);
        }
        let keys: Vec<_> = ids.iter().map(|id| lock_key(*id).to_string()).collect();
        let keys = format!("{{{}}}", keys.join(","));
        // Each row is locked as it is read, and they are read as they stand.
        let from = "FROM unnest($1::text::bigint[]) AS key";
        let sql = match self.waits {
            true => format!("SELECT {}(key) {from}", lock.function()),
            false => format!("SELECT key {from} WHERE {}(key)", lock.attempt()),
        };
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [keys.into()]);
        let rows = self.conn.query_all_raw(statement).await?;
        if !self.waits {
            let locked = rows.iter().map(|row| row.try_get::<i64>("", "key"));
            let locked = locked.collect::<std::result::Result<BTreeSet<_>, _>>()?;
            ids.retain(|id| locked.contains(&lock_key(*id)));
        }
        Ok(ids)
    }

    /// Locks something of which there is one: the names of processes, the default one.
    pub async fn lock_organisation(&self) -> Result<()> {
        self.advisory_lock("pg_advisory_xact_lock", advisory::ORGANISATION).await
    }

    /// Locks who the members are: two who change that at once are taken one after the other, so that the
    /// last administrator stays (rule 18), and whoever was demoted or deactivated by the first is the second
    /// no more (rule 17).
    pub async fn lock_members(&self) -> Result<()> {
        self.advisory_lock("pg_advisory_xact_lock", advisory::MEMBERS).await?;
        self.expect_same_actor().await
    }

    /// Locks importing: one import at a time.
    pub async fn lock_imports(&self) -> Result<()> {
        self.advisory_lock("pg_advisory_xact_lock", advisory::IMPORT).await
    }

    /// Locks how many bytes files have together, after everything else that is locked.
    pub async fn lock_files(&self) -> Result<()> {
        self.advisory_lock("pg_advisory_xact_lock", advisory::FILES).await
    }

    async fn advisory_lock(&self, function: &str, key: i64) -> Result<()> {
        if self.has_locks() {
            let sql = format!("SELECT {function}($1)");
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [key.into()]);
            self.conn.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// Writes events under the grant that allowed them; on SQLite they get their place in the log.
    pub async fn record(&mut self, grant: &Grant, events: Vec<NewEvent>) -> Result<()> {
        for event in &events {
            if !grant.covers(&self.actor, event.deal_id, event.process_id) {
                return Err(Error::bug("an event was recorded under a grant for something else"));
            }
            if self.touched.deals.last() != Some(&event.deal_id) {
                self.touched.deals.push(event.deal_id);
            }
        }
        let mut events: Vec<_> = events.into_iter().map(recorded::row).collect();
        self.number(&mut events).await?;
        self.write(Events(events)).await
    }

    /// Whether something has happened to this deal here.
    pub(crate) fn has_recorded(&self, deal: DealId) -> bool {
        self.touched.deals.contains(&deal)
    }

    /// This process was saved: who follows it is told after the commit.
    pub fn process_saved(&mut self, process: ProcessId) {
        self.touched.processes.insert(process);
    }

    /// Something happened to this member's inbox: who follows it is told after the commit.
    pub fn inbox_changed(&mut self, member: MemberId) {
        self.touched.members.insert(member);
    }

    /// After which event of the log something is that happens now; none where that is said only after
    /// the commit.
    pub async fn log_position(&mut self) -> Result<Option<i64>> {
        match self.base.db().backend() {
            DbBackend::Sqlite => Ok(Some(self.next_position().await? - 1)),
            _ => Ok(None),
        }
    }

    async fn number(&mut self, events: &mut [event::ActiveModel]) -> Result<()> {
        if self.base.db().backend() != DbBackend::Sqlite || events.is_empty() {
            return Ok(());
        }
        let mut next = self.next_position().await?;
        for event in events {
            event.position = Set(Some(next));
            next += 1;
            self.touched.processes.insert(*event.process_id.as_ref());
            self.touched.processes.extend(event.from_process_id.as_ref());
        }
        self.next_position = Some(next);
        Ok(())
    }

    /// The place in the log of the next event; only SQLite has one before the commit.
    pub(crate) async fn next_position(&mut self) -> Result<i64> {
        if let Some(next) = self.next_position {
            return Ok(next);
        }
        let last = event::Entity::find()
            .select_only()
            .column_as(Expr::col(event::Column::Position).max(), "last");
        let last: Option<Option<i64>> = last.into_tuple().one(&self.conn).await?;
        Ok(*self.next_position.insert(last.flatten().unwrap_or(0) + 1))
    }

    /// Tells every server that rights have changed (rule 17).
    pub async fn raise_rights_epoch(&self) -> Result<()> {
        self.changes_rights.store(true, Ordering::Relaxed);
        log_state::Entity::update_many()
            .col_expr(
                log_state::Column::RightsEpoch,
                Expr::col(log_state::Column::RightsEpoch).add(1),
            )
            .exec(&self.conn)
            .await?;
        Ok(())
    }
}

/// Two processes with the same key would only wait for each other without need.
fn lock_key(id: ProcessId) -> i64 {
    let (high, low) = id.uuid().as_u64_pair();
    (high ^ low).cast_signed()
}
