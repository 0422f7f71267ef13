//! What the small mutations of a process have in common: one change, saved with its open deals.

use async_graphql::Context;
use entity::ids::{ActionId, ProcessId, StageId};

use super::{
    id::{Ids, checked},
    mutate::{Outcome, perform},
    process_payload::{ActionPayload, StagePayload, action_payload, stage_payload},
};
use crate::{
    configure,
    error::Result,
    process::{EditProcess, Target, change::Change},
};

/// The change of a node, unless ids were wrong.
pub fn edit(
    ids: Ids,
    target: Option<Target>,
    change: Change,
    expected_version: Option<i64>,
    message: Option<String>,
) -> Result<EditProcess> {
    checked(ids, target)
        .map(|target| EditProcess::small(target, change, expected_version, &message))
}

/// Saves a change; the open deals follow.
pub async fn save(
    context: &Context<'_>,
    command: Result<EditProcess>,
) -> Result<Outcome<ProcessId>> {
    perform(context, command, |tx, command| {
        Box::pin(async move { configure::edit(tx, command).await.map(|saved| saved.row.id) })
    })
    .await
}

/// Saves the change of a stage, and answers with it.
pub async fn edit_stage<M: Send + Sync>(
    context: &Context<'_>,
    ids: Ids,
    id: Option<StageId>,
    change: Option<Change>,
    expected_version: Option<i64>,
    message: Option<String>,
) -> Result<StagePayload<M>> {
    let command = checked(ids, id.zip(change)).map(|(id, change)| {
        EditProcess::small(Target::Stage(id), change, expected_version, &message)
    });
    let done = save(context, command).await?;
    stage_payload(done.view, done.value, id, done.user_errors).await
}

/// Saves the change of an action, and answers with it.
pub async fn edit_action<M: Send + Sync>(
    context: &Context<'_>,
    ids: Ids,
    id: Option<ActionId>,
    change: Option<Change>,
    expected_version: Option<i64>,
    message: Option<String>,
) -> Result<ActionPayload<M>> {
    let command = checked(ids, id.zip(change)).map(|(id, change)| {
        EditProcess::small(Target::Action(id), change, expected_version, &message)
    });
    let done = save(context, command).await?;
    action_payload(done.view, done.value, id, done.user_errors).await
}
