//! Adding single stages and actions, and removing a stage: small saves with inputs of their own. And the new nodes of
//! whole trees: the ids that they get.

use domain::process::{Saved, change::Change};
use entity::ids::{ActionId, ProcessId, StageId};
use serde::Serialize;

use super::{edit, save_claimed};
use crate::{
    base::Base,
    command::Command,
    error::{Error, Result, both},
    process::{self, AddAction, AddStage, EditProcess, Locked, RemovedStage, Target},
    tx::Tx,
};

/// Removing a stage with its actions.
#[derive(Clone, Debug, Serialize)]
pub struct RemoveStage {
    /// The stage that goes.
    pub stage_id: StageId,
    /// The stage that takes its place for open deals that were moved there by hand (rule 6).
    pub move_deals_to: Option<StageId>,
    /// The version that the caller started from.
    pub expected_version: Option<i64>,
    /// What the author says about it.
    pub message: Option<String>,
}

impl Command for AddStage {
    type Output = (ProcessId, StageId);

    async fn run(&self, tx: &mut Tx) -> Result<(ProcessId, StageId)> {
        add_stage(tx, self).await
    }
}

/// Adds a stage; the open deals follow in the same unit of work.
async fn add_stage(tx: &mut Tx, command: &AddStage) -> Result<(ProcessId, StageId)> {
    let (id, edit) = process::adding_stage(tx, command);
    let locked = process::lock_for(tx, &edit).await;
    let repeated = tx.is_claimed(command.new_id, command).await;
    let saved = add(tx, locked, &edit, repeated).await?;
    Ok((saved.row.id, id))
}

impl Command for AddAction {
    type Output = (ProcessId, ActionId);

    async fn run(&self, tx: &mut Tx) -> Result<(ProcessId, ActionId)> {
        add_action(tx, self).await
    }
}

/// Adds an action; the open deals follow in the same unit of work.
async fn add_action(tx: &mut Tx, command: &AddAction) -> Result<(ProcessId, ActionId)> {
    let (id, edit) = process::adding_action(tx, command);
    let locked = process::lock_for(tx, &edit).await;
    let repeated = tx.is_claimed(command.new_id, command).await;
    let saved = add(tx, locked, &edit, repeated).await?;
    Ok((saved.row.id, id))
}

async fn add(
    tx: &mut Tx,
    locked: Result<Locked>,
    edit: &EditProcess,
    repeated: Result<bool>,
) -> Result<Saved> {
    match locked {
        Ok(locked) => save_claimed(tx, locked, edit, repeated).await,
        Err(error) => both(Err(error), repeated).map(|(saved, _)| saved),
    }
}

impl Command for RemoveStage {
    type Output = Saved;

    async fn run(&self, tx: &mut Tx) -> Result<Saved> {
        remove_stage(tx, self).await
    }
}

/// Removes a stage. Where open deals were moved to it by hand, another one takes its place in those
/// moves, or the removal is refused with their number (rule 6).
async fn remove_stage(tx: &mut Tx, command: &RemoveStage) -> Result<Saved> {
    let stage_id = command.stage_id;
    let replacement = command.move_deals_to.map(|to| RemovedStage { stage_id, move_deals_to: to });
    let edit_command = EditProcess {
        target: Target::Stage(stage_id),
        expected_version: command.expected_version,
        message: command.message.clone(),
        change: Change::RemoveStage(stage_id),
        removed_stages: replacement.into_iter().collect(),
    };
    edit(tx, &edit_command).await.map_err(of_one_stage)
}

/// The one stage of this input has no list around it.
fn of_one_stage(error: Error) -> Error {
    let Error::Refused(mut all) = error else { return error };
    for refusal in &mut all {
        if refusal.path.first().is_some_and(|first| first == "removedStages") {
            refusal.path = vec!["moveDealsTo".into()];
        }
    }
    Error::Refused(all)
}

/// A save in which every new node has an id.
pub(super) fn named(base: &Base, command: &EditProcess) -> EditProcess {
    let mut command = command.clone();
    if let Change::Save(tree) = command.change {
        let (stage, action) = (|| base.clock().new_id(), || base.clock().new_id());
        command.change = Change::Save(tree.named(stage, action));
    }
    command
}

/// The keys that the client gave new nodes, each with the id of its node.
pub(super) fn keyed(command: &EditProcess) -> Vec<(String, String)> {
    match &command.change {
        Change::Save(tree) => tree.keyed(),
        _ => Vec::new(),
    }
}
