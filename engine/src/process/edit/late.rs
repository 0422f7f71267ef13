//! A change from another version than the current one: the conflict, and what can be told all the same.

use std::sync::Arc;

use domain::{
    process::{
        conflict::Conflict,
        definition::Definition,
        diff::{self, ProcessChange},
        version::Version,
    },
    refusal::{Problem, Refusal},
};
use entity::ids::ProcessId;
use sea_orm::ConnectionTrait;

use super::{is_whole, replaced};
use crate::{
    error::Result,
    process::{EditProcess, Locked, absent, store, versions::Versions},
    tx::Tx,
};

/// The version that the caller started from; the current one when they do not say, or say nonsense.
pub(super) async fn base(
    conn: &impl ConnectionTrait,
    versions: &Versions,
    current: &Arc<Version>,
    expected: Option<i64>,
) -> Result<Arc<Version>> {
    match expected {
        Some(number) if (1..current.number).contains(&number) => {
            store::version(conn, versions, current.process_id, number).await
        }
        _ => Ok(current.clone()),
    }
}

pub(super) fn conflict(
    current: &Version,
    base: &Version,
    expected: Option<i64>,
    yours: &[ProcessChange],
) -> Option<Refusal> {
    let expected = expected.filter(|expected| *expected != current.number)?;
    let theirs = diff::diff(&base.definition, &current.definition);
    let id = current.process_id;
    let numbers = (expected, current.number);
    Some(Conflict::between(id, numbers, theirs, yours.to_vec()).refused())
}

/// Refused, if the caller started from another version (rule 4): for changes of no tree.
pub(in crate::process) async fn expect_version(
    tx: &Tx,
    locked: &Locked,
    expected: Option<i64>,
) -> Result<()> {
    let current = locked.version();
    let base = base(tx.conn(), &Versions::of_unit(tx), current, expected).await?;
    match conflict(current, &base, expected, &[]) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(()),
    }
}

/// What is wrong with the nodes that a late change names, in whichever version it is looked at: they are nowhere, or of
/// another process. What is gone since is no problem of a tree, and what came since none of its author's.
pub(super) async fn of_no_version(
    conn: &impl ConnectionTrait,
    process: ProcessId,
    command: &EditProcess,
    refusals: &[Refusal],
) -> Result<Vec<Refusal>> {
    let of_node =
        |one: &&Refusal| matches!(one.problem, Problem::NotFound { .. } | Problem::IdTaken);
    let in_tree = refusals.iter().filter(|_| is_whole(&command.change)).filter(of_node).cloned();
    let named = in_tree.chain(replaced(command)).collect();
    absent::foreign(conn, process, named).await
}

/// The current tree without the stages that a change of another version removes.
pub(super) fn put_together(base: &Definition, now: &Definition, after: &Definition) -> Definition {
    let mut together = now.clone();
    together.stages.retain(|stage| {
        base.stage(stage.stage_id).is_none() || after.stage(stage.stage_id).is_some()
    });
    together
}
