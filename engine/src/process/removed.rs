//! What a change brings back of what was removed from its process (rule 6): read only where it names such.

use std::collections::{HashMap, HashSet};

use domain::process::change::{Change, Removed, Tree};
use entity::{
    action,
    ids::{ActionId, ProcessId, StageId},
    stage,
};
use sea_orm::ConnectionTrait;

use super::{
    action_row,
    definition::{ActionDefinition, Definition, StageDefinition},
    store,
    versions::Versions,
};
use crate::error::Result;

/// The removed nodes of a process that a change names, as they last were. `there` is the tree that it starts from.
pub(super) async fn named(
    conn: &impl ConnectionTrait,
    versions: &Versions,
    (process, there): (ProcessId, &Definition),
    change: &Change,
) -> Result<Removed> {
    match change {
        Change::RestoreStage(id, ..) => {
            let rows = stages(conn, process, vec![*id]).await?;
            let mut stages = Vec::new();
            for row in rows {
                stages.push(whole(conn, versions, row).await?);
            }
            Ok(Removed { stages, actions: Vec::new() })
        }
        Change::RestoreAction(id, ..) => {
            Ok(Removed { stages: Vec::new(), actions: actions(conn, process, vec![*id]).await? })
        }
        Change::Save(tree) => of_tree(conn, (process, there), tree).await,
        _ => Ok(Removed::default()),
    }
}

/// Most trees name nothing that was removed, and cost no statement.
async fn of_tree(
    conn: &impl ConnectionTrait,
    (process, there): (ProcessId, &Definition),
    tree: &Tree,
) -> Result<Removed> {
    let known: HashSet<_> = there.actions().map(|action| action.action_id).collect();
    let is_new = |id: &ActionId| !known.contains(id);
    let gone = tree.kept_stages().filter(|id| there.stage(*id).is_none()).collect();
    let rows = stages(conn, process, gone).await?;
    let stages = rows.into_iter().map(alone).collect();
    let actions = actions(conn, process, tree.kept_actions().filter(is_new).collect()).await?;
    Ok(Removed { stages, actions })
}

/// The rows of those of these stages that were removed from this process.
async fn stages(
    conn: &impl ConnectionTrait,
    process: ProcessId,
    ids: Vec<StageId>,
) -> Result<Vec<stage::Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = store::stages(conn, ids).await?;
    rows.retain(|row| row.process_id == process && row.removed_at.is_some());
    Ok(rows)
}

/// Those of these actions that were removed from this process, each with the stage that it was in.
async fn actions(
    conn: &impl ConnectionTrait,
    process: ProcessId,
    ids: Vec<ActionId>,
) -> Result<Vec<(StageId, ActionDefinition)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = store::actions(conn, ids).await?;
    rows.retain(|row| row.process_id == process && row.removed_at.is_some());
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut chosen: HashMap<_, Vec<_>> = HashMap::new();
    for row in store::performers(conn, rows.iter().map(|row| row.id)).await? {
        chosen.entry(row.action_id).or_default().push(row.member_id);
    }
    let as_it_was = |row: action::Model| {
        let members = chosen.remove(&row.id).unwrap_or_default();
        (row.stage_id, action_row::definition(row, members))
    };
    Ok(rows.into_iter().map(as_it_was).collect())
}

fn alone(row: stage::Model) -> StageDefinition {
    let stage::Model { id, name, hint, .. } = row;
    StageDefinition { stage_id: id, name, hint, actions: Vec::new() }
}

/// A stage with the actions that were removed by the same save: those that went before stay away, and so do those that
/// have been elsewhere since.
async fn whole(
    conn: &impl ConnectionTrait,
    versions: &Versions,
    row: stage::Model,
) -> Result<StageDefinition> {
    let Some(mut stage) = last(conn, versions, &row).await? else { return Ok(alone(row)) };
    let ids: Vec<_> = stage.actions.iter().map(|action| action.action_id).collect();
    let rows = store::actions(conn, ids).await?;
    let gone = rows.iter().filter(|row| row.removed_at.is_some() && row.stage_id == stage.stage_id);
    let gone: Vec<_> = gone.map(|row| row.id).collect();
    stage.actions.retain(|action| gone.contains(&action.action_id));
    Ok(stage)
}

/// A removed stage in the last version that had it: the one before the save that removed it.
async fn last(
    conn: &impl ConnectionTrait,
    versions: &Versions,
    row: &stage::Model,
) -> Result<Option<StageDefinition>> {
    let Some(removed_at) = row.removed_at else { return Ok(None) };
    for number in store::numbers_saved_at(conn, row.process_id, removed_at).await? {
        let before = store::version(conn, versions, row.process_id, number - 1).await?;
        if let Some(stage) = before.definition.stage(row.id) {
            return Ok(Some(stage.clone()));
        }
    }
    Ok(None)
}
