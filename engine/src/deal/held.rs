//! Deals under their locks: how every use case about a deal begins and ends.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use domain::{
    policy::{self, Grant, Permission, Subject},
    process::version::Version,
    refusal::Problem,
};
use entity::{
    deal,
    event::Fact,
    ids::{DealId, EventId, ProcessId},
};

use super::{
    rules::{self, Case, DealOperation},
    state::{Deal, Stamp},
    store,
};
use crate::{
    db,
    error::{Error, Result},
    process,
    tx::{Lock, Question, Tx},
};

/// A deal under its lock, with the process version that decides about it.
#[derive(Clone)]
pub struct Held {
    /// The deal.
    pub deal: Deal,
    /// The version that decides.
    pub version: Arc<Version>,
    /// Its process, as it now is.
    pub process: Arc<entity::process::Model>,
}

impl Held {
    pub(super) fn case<'a>(&'a self, tx: &'a Tx) -> Case<'a> {
        Case { deal: &self.deal, version: &self.version, actor: tx.actor() }
    }

    pub(super) fn grant(&self, tx: &Tx, permission: Permission) -> Result<Grant> {
        let forbidden = rules::forbidden(self.case(tx), permission);
        if !forbidden.is_empty() {
            return Err(Error::Refused(forbidden));
        }
        let subject = Subject::Deal(self.deal.facts(tx.actor()));
        Ok(policy::require(tx.actor(), permission, subject)?)
    }

    /// The grant for a operation, or everything that blocks it.
    pub(crate) fn authorize(&self, tx: &Tx, operation: DealOperation) -> Result<Grant> {
        let blockers = rules::blockers(self.case(tx), operation);
        if blockers.is_empty() {
            self.grant(tx, operation.permission())
        } else {
            Err(Error::Refused(blockers))
        }
    }

    /// Lets a fact happen now; its event has this id.
    pub(crate) fn happen(&mut self, tx: &Tx, fact: Fact) -> EventId {
        let stamp = stamp(tx);
        self.deal.happen(fact, &self.version, &stamp);
        stamp.event_id
    }

    /// Writes what happened, under the grant that allowed it.
    pub(crate) async fn save(&mut self, tx: &mut Tx, grant: &Grant) -> Result<()> {
        store::save(tx, grant, &mut self.deal).await?;
        let left = Arc::new(self.clone());
        tx.learn::<Deals>(self.deal.row.id, Some(left.clone()));
        tx.leave(left);
        Ok(())
    }
}

/// Who acts and when, for an event that happens now.
pub fn stamp(tx: &Tx) -> Stamp {
    Stamp {
        event_id: tx.new_id(),
        actor_id: tx.actor().member_id(),
        occurred_at: tx.now(),
        recorded_at: tx.now(),
    }
}

/// Locks a deal in the one order that everybody keeps (decision 3): its process first, shared; then
/// that process's version is read; then the deal. What the actor may not see is not found.
pub(crate) async fn hold(tx: &Tx, id: DealId) -> Result<Held> {
    hold_with(tx, id, None).await
}

/// Locks a deal and another process that it is decided by, the processes in the order of their ids.
pub(super) async fn hold_with(tx: &Tx, id: DealId, other: Option<ProcessId>) -> Result<Held> {
    let held = hold_unseen(tx, id, other).await?;
    held.grant(tx, Permission::SeeDeal).map_err(|_| unseen(id))?;
    Ok(held)
}

fn unseen(id: DealId) -> Error {
    Problem::NotFound { kind: "deal" }.at("dealId").about(id).into()
}

/// Locks a deal for an actor who may not see it, as whoever has to do a task of it: the caller judges what
/// they may.
pub(crate) async fn hold_unseen(tx: &Tx, id: DealId, other: Option<ProcessId>) -> Result<Held> {
    if tx.has_recorded(id) {
        // what others of its turn know of the deal is from before that
        tx.expect_alone()?;
    }
    let held = match other {
        None => tx.ask::<Deals>(id).await?,
        Some(_) => lock(tx, vec![id], other).await?.remove(&id),
    };
    let held = held.ok_or_else(|| unseen(id))?.ok_or_else(|| tx.held_up())?;
    Ok(Arc::unwrap_or_clone(held))
}

/// Deals under their locks; none of one whose process somebody else has, where nobody waits for that.
struct Deals;

impl Question for Deals {
    type Key = DealId;
    type Answer = Option<Arc<Held>>;

    async fn answer(tx: &Tx, ids: Vec<DealId>) -> Result<Locked> {
        lock(tx, ids, None).await
    }
}

type Locked = HashMap<DealId, Option<Arc<Held>>>;

/// Locks deals, and another process that they are decided by: all processes in the order of their ids, then the deals in
/// the order of theirs.
async fn lock(tx: &Tx, mut ids: Vec<DealId>, other: Option<ProcessId>) -> Result<Locked> {
    let mut held_up = Locked::new();
    let awaited = match tx.has_locks() {
        true => {
            let (known, locked) = lock_processes(tx, &ids, other).await?;
            let is_free = |id: &DealId| known.get(id).is_none_or(|its| locked.contains(its));
            held_up.extend(ids.extract_if(.., |id| !is_free(id)).map(|id| (id, None)));
            Some(known)
        }
        false => None,
    };
    let rows = store::lock_many(tx.conn(), ids).await?;
    let has_moved = |row: &deal::Model| {
        awaited.as_ref().is_some_and(|known| known.get(&row.id) != Some(&row.process_id))
    };
    if rows.iter().any(has_moved) {
        // One changed process while we waited. To wait for that process while we hold the deal would be
        // the wrong order, and whoever saves the process may be waiting for the deal: let go of both.
        return Err(Error::Again);
    }
    held_up.extend(load(tx, rows).await?.into_iter().map(|(id, held)| (id, Some(held))));
    Ok(held_up)
}

/// The processes of these deals, and which of them are locked.
async fn lock_processes(
    tx: &Tx,
    ids: &[DealId],
    other: Option<ProcessId>,
) -> Result<(HashMap<DealId, ProcessId>, BTreeSet<ProcessId>)> {
    let known = store::processes_of(tx.conn(), ids).await?;
    if known.is_empty() {
        return Ok((known, BTreeSet::new()));
    }
    let all = known.values().copied().chain(other).collect();
    let locked = tx.lock_processes(all, Lock::Shared).await?;
    Ok((known, locked))
}

/// Deals whose rows are locked, as are their processes, each with the version that decides about it.
pub(super) async fn load(tx: &Tx, rows: Vec<deal::Model>) -> Result<HashMap<DealId, Arc<Held>>> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let processes = processes(tx, &rows).await?;
    let number = |row: &deal::Model| deciding_number(row, &processes[&row.process_id]);
    let deciding = rows.iter().map(number).collect();
    let versions = process::store::known_versions(tx, &deciding).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut participants = store::participants(tx.conn(), &ids).await?;
    let mut done = store::done(tx.conn(), &ids).await?;
    let held = rows.into_iter().map(|row| {
        let (id, process) = (row.id, processes[&row.process_id].clone());
        let version = versions[&deciding_number(&row, &process)].clone();
        let participants = participants.remove(&id).unwrap_or_default();
        let deal = Deal::loaded(row, participants, done.remove(&id).unwrap_or_default());
        (id, Arc::new(Held { deal, version, process }))
    });
    Ok(held.collect())
}

type Processes = HashMap<ProcessId, Arc<entity::process::Model>>;

/// The processes of these deals.
async fn processes(tx: &Tx, rows: &[deal::Model]) -> Result<Processes> {
    let ids: BTreeSet<_> = rows.iter().map(|row| row.process_id).collect();
    let padded = db::padded(ids.iter().copied().collect());
    let found = process::store::find_many(tx.conn(), padded).await?;
    match found.len() == ids.len() {
        true => Ok(found.into_iter().map(|row| (row.id, Arc::new(row))).collect()),
        false => Err(Error::bug("a deal has no process")),
    }
}

fn deciding_number(row: &deal::Model, process: &entity::process::Model) -> (ProcessId, i64) {
    (row.process_id, row.closed_process_version.unwrap_or(process.version))
}
