//! One unit of work: the way to change the database.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    hash::Hash,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use domain::{
    event::NewEvent,
    policy::{Actor, Grant},
    refusal::{Problem, Refusal},
};
use entity::{
    Timestamp, claimed_id, event,
    ids::{DealId, Id, Kind, MemberId, ProcessId},
    log_state,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    Statement,
    sea_query::{Expr, Query},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    advisory, auth,
    base::Base,
    db::Unit,
    error::{Error, Problems, Result},
};

mod recorded;
mod refused;
mod snapshot;

pub use snapshot::Snapshot;

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
}

/// What a unit of work has changed: who waits for it is told after the commit.
#[derive(Debug, Default)]
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

/// Whether an id made by the client is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim<K: Kind> {
    /// Create the thing under this id.
    Fresh(Id<K>),
    /// This input came before under this id: answer with what is there.
    Repeated(Id<K>),
}

impl Tx {
    /// Begins a unit of work; only `App::write` does.
    pub(crate) async fn begin(base: Base, actor: Actor) -> Result<Self> {
        let conn = base.db().begin_write().await?;
        let now = base.clock().now();
        let (touched, changes_rights) = (Touched::default(), AtomicBool::new(false));
        let (next_position, is_refused) = (None, false);
        Ok(Self { base, conn, actor, now, touched, next_position, changes_rights, is_refused })
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

    /// Takes the actor for who they are now: after all that was waited for until here (rule 17).
    pub(crate) async fn renew_actor(&mut self) -> Result<()> {
        self.actor = auth::renew_actor(&self.conn, &self.actor, self.now).await?;
        Ok(())
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
        let function = match lock {
            Lock::Shared => "pg_advisory_xact_lock_shared",
            Lock::Exclusive => "pg_advisory_xact_lock",
        };
        self.advisory_lock(function, lock_key(id)).await
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

    async fn advisory_lock(&self, function: &str, key: i64) -> Result<()> {
        if self.base.db().backend() == DbBackend::Postgres {
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
        for chunk in events.chunks(500) {
            event::Entity::insert_many(chunk.iter().cloned())
                .exec_without_returning(&self.conn)
                .await?;
        }
        Ok(())
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

    async fn next_position(&mut self) -> Result<i64> {
        if let Some(next) = self.next_position {
            return Ok(next);
        }
        let last = event::Entity::find()
            .select_only()
            .column_as(Expr::col(event::Column::Position).max(), "last");
        let last: Option<Option<i64>> = last.into_tuple().one(&self.conn).await?;
        Ok(*self.next_position.insert(last.flatten().unwrap_or(0) + 1))
    }

    /// The id to create something under: the client's, unless it is taken, or a new one.
    pub async fn claim<K: Kind + Hash>(
        &self,
        wanted: Option<Id<K>>,
        input: &impl Serialize,
    ) -> Result<Claim<K>> {
        let Some(id) = wanted else { return Ok(Claim::Fresh(self.new_id())) };
        let hash = self.hash(input)?;
        // Looked for before its claim: were it committed between the two statements, the claim that
        // came with it would be found, and nobody's own retry taken for a stranger's id.
        let exists = self.exists(id).await?;
        match claimed_id::Entity::find_by_id(id.uuid()).one(&self.conn).await? {
            Some(found) if found.input_hash == hash => Ok(Claim::Repeated(id)),
            Some(_) => Err(Problem::IdTaken.at("newId").about(id).into()),
            None if exists => Err(Problem::IdTaken.at("newId").about(id).into()),
            None => {
                let row = claimed_id::ActiveModel { id: Set(id.uuid()), input_hash: Set(hash) };
                claimed_id::Entity::insert(row).exec_without_returning(&self.conn).await?;
                Ok(Claim::Fresh(id))
            }
        }
    }

    /// Whether the same input came before under this id of the client's.
    pub async fn is_repeated<K: Kind>(&self, id: Id<K>, input: &impl Serialize) -> Result<bool> {
        let found = claimed_id::Entity::find_by_id(id.uuid()).one(&self.conn).await?;
        Ok(match found {
            Some(found) => found.input_hash == self.hash(input)?,
            None => false,
        })
    }

    /// Claims several ids that a client made for one input, each with its place in it; true when the
    /// same input came before. Those that are taken are refused, all at once.
    pub async fn claim_all<K: Kind + Hash>(
        &self,
        wanted: impl Iterator<Item = (Id<K>, Vec<String>)>,
        input: &impl Serialize,
    ) -> Result<bool> {
        let hash = self.hash(input)?;
        let (mut problems, mut repeated, mut fresh) = (Problems::default(), false, Vec::new());
        let wanted: Vec<_> = wanted.collect();
        // In the order of `claim`, for its reason.
        let exist = self.which_exist(wanted.iter().map(|(id, _)| *id)).await?;
        let claims = self.claims(wanted.iter().map(|(id, _)| id.uuid())).await?;
        for (id, path) in wanted {
            match claims.get(&id.uuid()) {
                Some(known) if *known == hash => repeated = true,
                None if !exist.contains(&id.uuid()) => fresh.push(id.uuid()),
                _ => problems
                    .push(Refusal { path, ..Problem::IdTaken.refused() }.within("newId").about(id)),
            }
        }
        problems.check()?;
        fresh.sort_unstable();
        fresh.dedup(); // twice in one tree is refused where trees are judged
        let claimed = |id| claimed_id::ActiveModel { id: Set(id), input_hash: Set(hash.clone()) };
        let rows: Vec<_> = fresh.into_iter().map(claimed).collect();
        claimed_id::Entity::insert_many(rows).exec_without_returning(&self.conn).await?;
        Ok(repeated)
    }

    async fn claims(&self, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, Vec<u8>>> {
        let query = claimed_id::Entity::find().filter(claimed_id::Column::Id.is_in(ids));
        let found = query.all(&self.conn).await?;
        Ok(found.into_iter().map(|row| (row.id, row.input_hash)).collect())
    }

    /// Whether the server itself made something under this id.
    async fn exists<K: Kind>(&self, id: Id<K>) -> Result<bool> {
        Ok(!self.which_exist(std::iter::once(id)).await?.is_empty())
    }

    /// Those of these ids under which there is something. A kind of id names its table.
    async fn which_exist<K: Kind>(
        &self,
        ids: impl Iterator<Item = Id<K>>,
    ) -> Result<HashSet<Uuid>> {
        let query = Query::select()
            .column("id")
            .from(K::PREFIX)
            .and_where(Expr::col("id").is_in(ids.map(|id| id.uuid())))
            .take();
        let rows = self.conn.query_all(&query).await?;
        let ids = rows.into_iter().map(|row| row.try_get("", "id"));
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Another member's retry is not a retry, so the hash is of the input and the actor.
    fn hash(&self, input: &impl Serialize) -> Result<Vec<u8>> {
        let text = serde_json::to_vec(&(self.actor.member_id(), input))?;
        Ok(Sha256::digest(text).to_vec())
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
