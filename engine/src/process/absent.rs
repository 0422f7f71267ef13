//! Why a stage or an action that was named is not in the process: there is none, it was removed, or it
//! belongs to another process. Whoever changes a tree knows only that it is not there.

use std::collections::HashMap;

use domain::refusal::{Problem, Refusal};
use entity::ids::{ActionId, ProcessId, StageId};
use sea_orm::ConnectionTrait;

use super::store;
use crate::error::Result;

/// The processes that nodes belong to, by the written ids of the nodes.
type Homes = HashMap<String, ProcessId>;

/// Refusals that say, of each node that is not there, why it is not. It takes a statement for each kind of
/// node, and only where one is not there.
pub(crate) async fn explained(
    conn: &impl ConnectionTrait,
    process: ProcessId,
    refusals: Vec<Refusal>,
) -> Result<Vec<Refusal>> {
    let named = refusals.iter().filter(|one| kind(one).is_some());
    let homes = homes(conn, named).await?;
    Ok(refusals.into_iter().map(|refusal| explain(process, &homes, refusal)).collect())
}

/// Of refusals of nodes, those of nodes that no process has or had.
pub(crate) async fn nowhere(
    conn: &impl ConnectionTrait,
    mut refusals: Vec<Refusal>,
) -> Result<Vec<Refusal>> {
    let homes = homes(conn, &refusals).await?;
    let is_home = |one: &Refusal| one.node_id.as_ref().is_some_and(|id| homes.contains_key(id));
    refusals.retain(|one| !is_home(one));
    Ok(refusals)
}

/// Of refusals of nodes that a version of a process does not have, those of nodes that no version of it has, and why.
pub(crate) async fn foreign(
    conn: &impl ConnectionTrait,
    process: ProcessId,
    refusals: Vec<Refusal>,
) -> Result<Vec<Refusal>> {
    let mut all = explained(conn, process, refusals).await?;
    all.retain(|one| !matches!(one.problem, Problem::NodeRemoved { .. }));
    Ok(all)
}

async fn homes(
    conn: &impl ConnectionTrait,
    refusals: impl IntoIterator<Item = &Refusal>,
) -> Result<Homes> {
    let (mut stages, mut actions) = (Vec::<StageId>::new(), Vec::<ActionId>::new());
    for refusal in refusals {
        let id = refusal.node_id.as_deref().unwrap_or_default();
        stages.extend(id.parse::<StageId>());
        actions.extend(id.parse::<ActionId>());
    }
    let mut homes = Homes::new();
    if !stages.is_empty() {
        let found = store::stages(conn, stages).await?.into_iter();
        homes.extend(found.map(|row| (row.id.to_string(), row.process_id)));
    }
    if !actions.is_empty() {
        let found = store::actions(conn, actions).await?.into_iter();
        homes.extend(found.map(|row| (row.id.to_string(), row.process_id)));
    }
    Ok(homes)
}

fn kind(refusal: &Refusal) -> Option<&'static str> {
    match refusal.problem {
        Problem::NotFound { kind: kind @ ("stage" | "action") } => Some(kind),
        _ => None,
    }
}

fn explain(process: ProcessId, homes: &Homes, refusal: Refusal) -> Refusal {
    let home = refusal.node_id.as_ref().and_then(|id| homes.get(id));
    let problem = match (kind(&refusal), home) {
        (Some(kind), Some(home)) if *home == process => Problem::NodeRemoved { kind },
        (Some(kind), Some(_)) => Problem::NodeOfOther { kind },
        _ => return refusal,
    };
    Refusal { problem, ..refusal }
}
