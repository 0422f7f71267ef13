//! What the small mutations of a process have in common: one change, saved with its open deals.

use async_graphql::Context;
use domain::process::change::Change;
use engine::{
    error::Result,
    process::{EditProcess, Target, save},
};
use entity::ids::{ActionId, ProcessId, StageId};

use crate::graphql::{
    id::{Asked, Ids},
    mutate::{Outcome, perform},
    process::payload::{ActionPayload, StagePayload, action_payload, stage_payload},
};

/// What the author of a change says about it.
pub struct Said {
    /// The version that they started from.
    pub expected_version: Option<i64>,
    /// In their own words.
    pub message: Option<String>,
}

/// The change of a node, found by what this field of the input names.
pub fn edit(
    ids: Ids,
    subject: &'static str,
    target: Target,
    change: Change,
    said: Said,
) -> Asked<EditProcess> {
    let command = EditProcess::small(target, change, said.expected_version, &said.message);
    ids.asked(subject, command)
}

/// Saves a change; the open deals follow.
pub async fn save(context: &Context<'_>, asked: Asked<EditProcess>) -> Result<Outcome<ProcessId>> {
    perform(context, asked, |tx, command| {
        Box::pin(async move { save::edit(tx, command).await.map(|saved| saved.row.id) })
    })
    .await
}

/// Saves the change of a stage, and answers with it.
pub async fn edit_stage<M: Send + Sync>(
    context: &Context<'_>,
    ids: Ids,
    id: StageId,
    change: Change,
    said: Said,
) -> Result<StagePayload<M>> {
    let done = save(context, edit(ids, "stageId", Target::Stage(id), change, said)).await?;
    stage_payload(done.view, done.value, Some(id), done.user_errors).await
}

/// Saves the change of an action, and answers with it.
pub async fn edit_action<M: Send + Sync>(
    context: &Context<'_>,
    ids: Ids,
    id: ActionId,
    change: Change,
    said: Said,
) -> Result<ActionPayload<M>> {
    let done = save(context, edit(ids, "actionId", Target::Action(id), change, said)).await?;
    action_payload(done.view, done.value, Some(id), done.user_errors).await
}
