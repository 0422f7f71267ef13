//! What process mutations answer with: every object that a screen must refresh.

use std::marker::PhantomData;

use async_graphql::SimpleObject;
use engine::error::Result;
use entity::ids::{ActionId, ProcessId, StageId};

use crate::graphql::{
    process::{
        Process,
        action::Action,
        catalog::DuplicateProcessInput,
        input::{
            AddActionInput, AddStageInput, CreateProcessInput, MoveActionInput, MoveStageInput,
            RemoveActionInput, RemoveStageInput, RestoreActionInput, RestoreStageInput,
            SetActionWeightInput, UnarchiveProcessInput, UpdateActionInput, UpdateProcessInput,
            UpdateStageInput,
        },
        stage::Stage,
    },
    user_error::UserError,
    view::View,
};

/// What a change of a process led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "CreateProcessPayload", params(CreateProcessInput)),
    concrete(name = "DuplicateProcessPayload", params(DuplicateProcessInput)),
    concrete(name = "UnarchiveProcessPayload", params(UnarchiveProcessInput)),
    concrete(name = "UpdateProcessPayload", params(UpdateProcessInput))
)]
pub(crate) struct ProcessPayload<I: Send + Sync> {
    /// The process as it now is, also when the change was refused; null when it was not found.
    pub process: Option<Process>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    of: PhantomData<I>,
}

/// What a change of a stage led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AddStagePayload", params(AddStageInput)),
    concrete(name = "UpdateStagePayload", params(UpdateStageInput)),
    concrete(name = "MoveStagePayload", params(MoveStageInput)),
    concrete(name = "RemoveStagePayload", params(RemoveStageInput)),
    concrete(name = "RestoreStagePayload", params(RestoreStageInput))
)]
pub(crate) struct StagePayload<I: Send + Sync> {
    /// The process as it now is, with the whole order, also when the change was refused; null when it
    /// was not found.
    pub process: Option<Process>,
    /// The stage as it now is; removed, it says when.
    pub stage: Option<Stage>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    of: PhantomData<I>,
}

/// What a change of an action led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AddActionPayload", params(AddActionInput)),
    concrete(name = "UpdateActionPayload", params(UpdateActionInput)),
    concrete(name = "SetActionWeightPayload", params(SetActionWeightInput)),
    concrete(name = "MoveActionPayload", params(MoveActionInput)),
    concrete(name = "RemoveActionPayload", params(RemoveActionInput)),
    concrete(name = "RestoreActionPayload", params(RestoreActionInput))
)]
pub(crate) struct ActionPayload<I: Send + Sync> {
    /// The process as it now is, with the whole order, also when the change was refused; null when it
    /// was not found.
    pub process: Option<Process>,
    /// The action as it now is; removed, it says when.
    pub action: Option<Action>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    of: PhantomData<I>,
}

/// The payload of a change of a process.
pub(crate) async fn process_payload<I: Send + Sync>(
    view: &View,
    process: Option<ProcessId>,
    user_errors: Vec<UserError>,
) -> Result<ProcessPayload<I>> {
    let process = read_process(view, process).await?;
    Ok(ProcessPayload { process, user_errors, of: PhantomData })
}

/// The payload of a change of a stage.
pub(crate) async fn stage_payload<I: Send + Sync>(
    view: &View,
    process: Option<ProcessId>,
    stage: Option<StageId>,
    user_errors: Vec<UserError>,
) -> Result<StagePayload<I>> {
    let (process, stage) = read_stage(view, process, stage).await?;
    Ok(StagePayload { process, stage, user_errors, of: PhantomData })
}

/// The stage, and its process if no other is named.
async fn read_stage(
    view: &View,
    process: Option<ProcessId>,
    stage: Option<StageId>,
) -> Result<(Option<Process>, Option<Stage>)> {
    let process = match (process, stage) {
        (None, Some(stage)) => process_of_stage(view, stage).await?,
        (process, _) => process,
    };
    let process = read_process(view, process).await?;
    let stage = match (&process, stage) {
        (Some(process), Some(id)) => Stage::find_in(view, process.process_id(), id).await?,
        (None, Some(id)) => Stage::find(view, id).await?,
        (_, None) => None,
    };
    Ok((process, stage))
}

/// The payload of a change of an action.
pub(crate) async fn action_payload<I: Send + Sync>(
    view: &View,
    process: Option<ProcessId>,
    action: Option<ActionId>,
    user_errors: Vec<UserError>,
) -> Result<ActionPayload<I>> {
    let (process, action) = read_action(view, process, action).await?;
    Ok(ActionPayload { process, action, user_errors, of: PhantomData })
}

/// The action, and its process if no other is named.
async fn read_action(
    view: &View,
    process: Option<ProcessId>,
    action: Option<ActionId>,
) -> Result<(Option<Process>, Option<Action>)> {
    let process = match (process, action) {
        (None, Some(action)) => view.action_row(action).await?.map(|row| row.process_id),
        (process, _) => process,
    };
    let process = read_process(view, process).await?;
    let is_current =
        |process: &Process, id| process.current().definition.action_index(id).is_some();
    let action = match (&process, action) {
        (Some(process), Some(id)) if is_current(process, id) => {
            Some(Action::find_in(view, process.process_id(), id).await?)
        }
        (_, Some(id)) => Action::find(view, id).await?,
        (_, None) => None,
    };
    Ok((process, action))
}

/// The process, if there is one.
pub(crate) async fn read_process(view: &View, id: Option<ProcessId>) -> Result<Option<Process>> {
    match id {
        Some(id) => Process::find(view, id).await,
        None => Ok(None),
    }
}

/// The process that a stage belongs to.
pub(crate) async fn process_of_stage(view: &View, stage: StageId) -> Result<Option<ProcessId>> {
    Ok(view.stage_row(stage).await?.map(|row| row.process_id))
}
