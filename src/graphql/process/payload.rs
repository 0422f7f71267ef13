//! What process mutations answer with: every object that a screen must refresh.

use std::marker::PhantomData;

use async_graphql::SimpleObject;
use engine::error::Result;
use entity::ids::{ActionId, ProcessId, StageId};

use crate::graphql::{
    mutate::{Outcome, marks},
    process::{Process, action::Action, stage::Stage},
    user_error::UserError,
    view::View,
};

marks! {
    CreateProcess_ UpdateProcess_ AddStage_ UpdateStage_ MoveStage_ RemoveStage_
    AddAction_ UpdateAction_ SetActionWeight_ MoveAction_ RemoveAction_ DuplicateProcess_
}

/// What a change of a process led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "CreateProcessPayload", params(CreateProcess_)),
    concrete(name = "DuplicateProcessPayload", params(DuplicateProcess_)),
    concrete(name = "UpdateProcessPayload", params(UpdateProcess_))
)]
pub struct ProcessPayload<M: Send + Sync> {
    /// The process as it now is, also when the change was refused; null when it was not found.
    pub process: Option<Process>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    mark: PhantomData<M>,
}

/// What a change of a stage led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AddStagePayload", params(AddStage_)),
    concrete(name = "UpdateStagePayload", params(UpdateStage_)),
    concrete(name = "MoveStagePayload", params(MoveStage_)),
    concrete(name = "RemoveStagePayload", params(RemoveStage_))
)]
pub struct StagePayload<M: Send + Sync> {
    /// The process as it now is, with the whole order, also when the change was refused; null when it
    /// was not found.
    pub process: Option<Process>,
    /// The stage as it now is; removed, it says when.
    pub stage: Option<Stage>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    mark: PhantomData<M>,
}

/// What a change of an action led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AddActionPayload", params(AddAction_)),
    concrete(name = "UpdateActionPayload", params(UpdateAction_)),
    concrete(name = "SetActionWeightPayload", params(SetActionWeight_)),
    concrete(name = "MoveActionPayload", params(MoveAction_)),
    concrete(name = "RemoveActionPayload", params(RemoveAction_))
)]
pub struct ActionPayload<M: Send + Sync> {
    /// The process as it now is, with the whole order, also when the change was refused; null when it
    /// was not found.
    pub process: Option<Process>,
    /// The action as it now is; removed, it says when.
    pub action: Option<Action>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    mark: PhantomData<M>,
}

/// The payload of a change of a process.
pub async fn process_payload<M: Send + Sync>(
    done: Outcome<ProcessId>,
    id: Option<ProcessId>,
) -> Result<ProcessPayload<M>> {
    let process = read_process(&done.view, done.value.or(id)).await?;
    Ok(ProcessPayload { process, user_errors: done.user_errors, mark: PhantomData })
}

/// The payload of a change of a stage.
pub async fn stage_payload<M: Send + Sync>(
    view: View,
    process: Option<ProcessId>,
    stage: Option<StageId>,
    user_errors: Vec<UserError>,
) -> Result<StagePayload<M>> {
    let process = match (process, stage) {
        (None, Some(stage)) => process_of_stage(&view, stage).await?,
        (process, _) => process,
    };
    let process = read_process(&view, process).await?;
    let stage = match stage {
        Some(id) => Stage::find(&view, id).await?,
        None => None,
    };
    Ok(StagePayload { process, stage, user_errors, mark: PhantomData })
}

/// The payload of a change of an action.
pub async fn action_payload<M: Send + Sync>(
    view: View,
    process: Option<ProcessId>,
    action: Option<ActionId>,
    user_errors: Vec<UserError>,
) -> Result<ActionPayload<M>> {
    let process = match (process, action) {
        (None, Some(action)) => view.action_row(action).await?.map(|row| row.process_id),
        (process, _) => process,
    };
    let process = read_process(&view, process).await?;
    let action = match action {
        Some(id) => Action::find(&view, id).await?,
        None => None,
    };
    Ok(ActionPayload { process, action, user_errors, mark: PhantomData })
}

/// The process, if there is one.
pub async fn read_process(view: &View, id: Option<ProcessId>) -> Result<Option<Process>> {
    match id {
        Some(id) => Process::find(view, id).await,
        None => Ok(None),
    }
}

/// The process that a stage belongs to.
pub async fn process_of_stage(view: &View, stage: StageId) -> Result<Option<ProcessId>> {
    Ok(view.stage_row(stage).await?.map(|row| row.process_id))
}

/// What was made, and the process it was made in (also when nothing was).
pub fn split<T: Copy>(
    value: &Option<(ProcessId, T)>,
    process: Option<ProcessId>,
) -> (Option<ProcessId>, Option<T>) {
    (value.map(|(id, _)| id).or(process), value.map(|(_, made)| made))
}
