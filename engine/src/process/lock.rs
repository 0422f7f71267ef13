//! Processes under their locks: how every change of one begins.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use domain::{
    policy::{self, Permission, Subject},
    refusal::Problem,
};
use entity::{ids::ProcessId, process};
use sea_orm::ConnectionTrait;

use super::{Current, Locked, Target, store};
use crate::{
    db,
    error::{Error, Result},
    tx::{Lock, Question, Tx},
};

/// Locks the process that a node belongs to, so that nobody else changes it or decides by it.
pub async fn lock(tx: &Tx, target: Target) -> Result<Locked> {
    let id = tx.ask::<Homes>(target).await?.ok_or_else(|| unknown(target))?;
    let grant = policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Process(id))?;
    let asked = tx.ask::<Currents>(id).await?.ok_or_else(|| unknown(Target::Process(id)))?;
    let Current { row, version } = asked.ok_or_else(|| tx.held_up())?;
    Ok(Locked { row: Arc::unwrap_or_clone(row), version, grant })
}

/// A process was saved: whoever follows in this turn starts from there.
pub(super) fn saved(tx: &mut Tx, current: Current) {
    tx.learn::<Currents>(current.row.id, Some(current.clone()));
    tx.leave(Arc::new(current));
}

/// The processes that nodes belong to.
struct Homes;

impl Question for Homes {
    type Key = Target;
    type Answer = ProcessId;

    /// A process is asked for, too, though its answer is known: all that share a turn lock theirs together, after this.
    async fn answer(tx: &Tx, targets: Vec<Target>) -> Result<HashMap<Target, ProcessId>> {
        homes(tx.conn(), &targets).await
    }
}

/// Processes that nobody else changes or decides by; none of one that somebody else has, where nobody waits for that.
struct Currents;

impl Question for Currents {
    type Key = ProcessId;
    type Answer = Option<Current>;

    async fn answer(tx: &Tx, ids: Vec<ProcessId>) -> Result<HashMap<ProcessId, Option<Current>>> {
        let locked = tx.lock_processes(ids.iter().copied().collect(), Lock::Exclusive).await?;
        let held_up = ids.into_iter().filter(|id| !locked.contains(id)).map(|id| (id, None));
        let mut answers: HashMap<_, _> = held_up.collect();
        let ids = locked.into_iter().collect();
        let rows = store::find_many(tx.conn(), db::padded(ids)).await?;
        let numbers: BTreeSet<_> = rows.iter().map(|row| (row.id, row.version)).collect();
        let versions = store::known_versions(tx, &numbers).await?;
        let current = rows.into_iter().map(|row| {
            let version = versions[&(row.id, row.version)].clone();
            (row.id, Some(Current { row: Arc::new(row), version }))
        });
        answers.extend(current);
        Ok(answers)
    }
}

/// The processes that these nodes belong to: a statement for each kind of node.
async fn homes(
    conn: &impl ConnectionTrait,
    targets: &[Target],
) -> Result<HashMap<Target, ProcessId>> {
    let (mut homes, mut stages, mut actions) = (HashMap::new(), Vec::new(), Vec::new());
    for target in targets {
        match target {
            Target::Process(id) => drop(homes.insert(*target, *id)),
            Target::Stage(id) => stages.push(*id),
            Target::Action(id) => actions.push(*id),
        }
    }
    let stages = store::processes_of_stages(conn, stages).await?.into_iter();
    homes.extend(stages.map(|(id, process)| (Target::Stage(id), process)));
    let actions = store::processes_of_actions(conn, actions).await?.into_iter();
    homes.extend(actions.map(|(id, process)| (Target::Action(id), process)));
    Ok(homes)
}

/// The process that a node belongs to, which must be there.
pub async fn of(conn: &impl ConnectionTrait, target: Target) -> Result<process::Model> {
    let home = homes(conn, &[target]).await?.remove(&target);
    existing(conn, home.ok_or_else(|| unknown(target))?).await
}

fn unknown(target: Target) -> Error {
    let none = |kind| Problem::NotFound { kind };
    let refusal = match target {
        Target::Process(id) => none("process").at("processId").about(id),
        Target::Stage(id) => none("stage").at("stageId").about(id),
        Target::Action(id) => none("action").at("actionId").about(id),
    };
    refusal.into()
}

/// The row of a process, which must be there.
pub async fn existing(conn: &impl ConnectionTrait, id: ProcessId) -> Result<process::Model> {
    store::find(conn, id).await?.ok_or_else(|| unknown(Target::Process(id)))
}
