//! Changing processes: a resolver reads its input, calls one use case, and answers with the process.

use async_graphql::{Context, Object};
use domain::process::change::{ActionSettings, Change, StageSettings};
use engine::{
    error::Result,
    process::{
        AddAction, AddStage, Target,
        begin::{BeginProcess, begin},
        save::{self, RemoveStage},
    },
};
use entity::ids::{ActionId, ProcessId, StageId};

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    id::Ids,
    mutate::perform,
    process::{
        edit::{Said, edit, edit_action, edit_stage, save},
        input::*,
        payload::*,
    },
};

/// Changes of processes.
#[derive(Default)]
pub struct ProcessMutation;

/// Changes of processes: each raises the version of the process and records it.
#[Object]
impl ProcessMutation {
    /// Creates a process: without stages, or with those of a template. Administrators only.
    ///
    /// User errors: `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `NAME_TAKEN`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn create_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new process.")] input: CreateProcessInput,
    ) -> Field<ProcessPayload<CreateProcess_>> {
        field(create_process(context, input).await)
    }

    /// Changes the name or the description of a process. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NAME_TAKEN`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProcessInput,
    ) -> Field<ProcessPayload<UpdateProcess_>> {
        field(update_process(context, input).await)
    }

    /// Adds a stage. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `NAME_TAKEN`,
    /// `NOT_A_SIBLING`, `LIMIT_REACHED`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn add_stage(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new stage.")] input: AddStageInput,
    ) -> Field<StagePayload<AddStage_>> {
        field(add_stage(context, input).await)
    }

    /// Changes the name or the hint of a stage. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NAME_TAKEN`,
    /// `LIMIT_REACHED`, `STAGE_REMOVED`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_stage(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateStageInput,
    ) -> Field<StagePayload<UpdateStage_>> {
        field(update_stage(context, input).await)
    }

    /// Moves a stage to another place. Open deals follow. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NOT_A_SIBLING`,
    /// `STAGE_REMOVED`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn move_stage(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where to.")] input: MoveStageInput,
    ) -> Field<StagePayload<MoveStage_>> {
        field(move_stage(context, input).await)
    }

    /// Removes a stage with its actions. No deal is deleted or left behind. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `STAGE_HAS_DEALS`, `STAGE_REMOVED`,
    /// `STAGE_NOT_IN_PROCESS`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn remove_stage(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which stage.")] input: RemoveStageInput,
    ) -> Field<StagePayload<RemoveStage_>> {
        field(remove_stage(context, input).await)
    }

    /// Adds an action. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `NAME_TAKEN`,
    /// `NOT_A_SIBLING`, `LIMIT_REACHED`, `MEMBER_INACTIVE`, `STAGE_REMOVED`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn add_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new action.")] input: AddActionInput,
    ) -> Field<ActionPayload<AddAction_>> {
        field(add_action(context, input).await)
    }

    /// Changes the settings of an action. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NAME_TAKEN`,
    /// `LIMIT_REACHED`, `MEMBER_INACTIVE`, `ACTION_REMOVED`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateActionInput,
    ) -> Field<ActionPayload<UpdateAction_>> {
        field(update_action(context, input).await)
    }

    /// Sets the weight of an action. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ACTION_REMOVED`,
    /// `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn set_action_weight(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How much.")] input: SetActionWeightInput,
    ) -> Field<ActionPayload<SetActionWeight_>> {
        field(set_action_weight(context, input).await)
    }

    /// Moves an action to another place, in its own stage or in another. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NAME_TAKEN`,
    /// `NOT_A_SIBLING`, `LIMIT_REACHED`, `ACTION_REMOVED`, `STAGE_REMOVED`, `STAGE_NOT_IN_PROCESS`,
    /// `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn move_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where to.")] input: MoveActionInput,
    ) -> Field<ActionPayload<MoveAction_>> {
        field(move_action(context, input).await)
    }

    /// Removes an action: its completions stay in the history and stop counting. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn remove_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which action.")] input: RemoveActionInput,
    ) -> Field<ActionPayload<RemoveAction_>> {
        field(remove_action(context, input).await)
    }
}

async fn create_process(
    context: &Context<'_>,
    input: CreateProcessInput,
) -> Result<ProcessPayload<CreateProcess_>> {
    let mut ids = Ids::default();
    let new_id = ids.new_id(input.new_id.as_ref());
    let CreateProcessInput { template, name, description, message, .. } = input;
    let command = BeginProcess { new_id, template, name, description, message };
    let asked = ids.asked("newId", command);
    let done = perform(context, asked, |tx, command| Box::pin(begin(tx, command)));
    process_payload(done.await?, None).await
}

async fn update_process(
    context: &Context<'_>,
    input: UpdateProcessInput,
) -> Result<ProcessPayload<UpdateProcess_>> {
    let mut ids = Ids::default();
    let id: ProcessId = ids.one(&input.process_id, "processId");
    let change = Change::UpdateProcess(input.settings());
    let said = Said { expected_version: input.expected_version, message: input.message };
    let asked = edit(ids, "processId", Target::Process(id), change, said);
    process_payload(save(context, asked).await?, Some(id)).await
}

async fn add_stage(context: &Context<'_>, input: AddStageInput) -> Result<StagePayload<AddStage_>> {
    let mut ids = Ids::default();
    let command = AddStage {
        process_id: ids.one(&input.process_id, "processId"),
        new_id: ids.new_id(input.new_id.as_ref()),
        place: new_place(&mut ids, &input.after_id),
        settings: StageSettings { name: Some(input.name), hint: input.hint },
        expected_version: input.expected_version,
        message: input.message,
    };
    let process = command.process_id;
    let asked = ids.asked("processId", command);
    let done = perform(context, asked, |tx, command| Box::pin(save::add_stage(tx, command)));
    let done = done.await?;
    let (process, stage) = split(&done.value, Some(process));
    stage_payload(done.view, process, stage, done.user_errors).await
}

async fn update_stage(
    context: &Context<'_>,
    input: UpdateStageInput,
) -> Result<StagePayload<UpdateStage_>> {
    let mut ids = Ids::default();
    let id: StageId = ids.one(&input.stage_id, "stageId");
    let change = Change::UpdateStage(id, input.settings());
    let said = Said { expected_version: input.expected_version, message: input.message };
    edit_stage(context, ids, id, change, said).await
}

async fn move_stage(
    context: &Context<'_>,
    input: MoveStageInput,
) -> Result<StagePayload<MoveStage_>> {
    let mut ids = Ids::default();
    let id: StageId = ids.one(&input.stage_id, "stageId");
    let change = Change::MoveStage(id, place(&mut ids, input.after_id.as_ref()));
    let said = Said { expected_version: input.expected_version, message: input.message };
    edit_stage(context, ids, id, change, said).await
}

async fn remove_stage(
    context: &Context<'_>,
    input: RemoveStageInput,
) -> Result<StagePayload<RemoveStage_>> {
    let mut ids = Ids::default();
    let command = RemoveStage {
        stage_id: ids.one(&input.stage_id, "stageId"),
        move_deals_to: ids.maybe(input.move_deals_to.as_ref(), "moveDealsTo"),
        expected_version: input.expected_version,
        message: input.message,
    };
    let id = command.stage_id;
    let asked = ids.asked("stageId", command);
    let done = perform(context, asked, |tx, command| Box::pin(save::remove_stage(tx, command)));
    let done = done.await?;
    let process = done.value.map(|saved| saved.row.id);
    stage_payload(done.view, process, Some(id), done.user_errors).await
}

async fn add_action(
    context: &Context<'_>,
    input: AddActionInput,
) -> Result<ActionPayload<AddAction_>> {
    let mut ids = Ids::default();
    let command = AddAction {
        stage_id: ids.one(&input.stage_id, "stageId"),
        new_id: ids.new_id(input.new_id.as_ref()),
        place: new_place(&mut ids, &input.after_id),
        settings: input.settings(&mut ids),
        expected_version: input.expected_version,
        message: input.message,
    };
    let stage = command.stage_id;
    let asked = ids.asked("stageId", command);
    let done = perform(context, asked, |tx, command| Box::pin(save::add_action(tx, command)));
    let done = done.await?;
    let process = match &done.value {
        Some((process, _)) => Some(*process),
        None => process_of_stage(&done.view, stage).await?,
    };
    let action = done.value.map(|(_, action)| action);
    action_payload(done.view, process, action, done.user_errors).await
}

async fn update_action(
    context: &Context<'_>,
    input: UpdateActionInput,
) -> Result<ActionPayload<UpdateAction_>> {
    let mut ids = Ids::default();
    let id: ActionId = ids.one(&input.action_id, "actionId");
    let change = Change::UpdateAction(id, input.settings(&mut ids));
    let said = Said { expected_version: input.expected_version, message: input.message };
    edit_action(context, ids, id, change, said).await
}

async fn set_action_weight(
    context: &Context<'_>,
    input: SetActionWeightInput,
) -> Result<ActionPayload<SetActionWeight_>> {
    let mut ids = Ids::default();
    let id: ActionId = ids.one(&input.action_id, "actionId");
    let settings = ActionSettings { weight: Some(input.weight), ..ActionSettings::default() };
    let said = Said { expected_version: input.expected_version, message: input.message };
    edit_action(context, ids, id, Change::UpdateAction(id, settings), said).await
}

async fn move_action(
    context: &Context<'_>,
    input: MoveActionInput,
) -> Result<ActionPayload<MoveAction_>> {
    let mut ids = Ids::default();
    let id: ActionId = ids.one(&input.action_id, "actionId");
    let stage = ids.maybe(input.stage_id.as_ref(), "stageId");
    let change = Change::MoveAction(id, stage, place(&mut ids, input.after_id.as_ref()));
    let said = Said { expected_version: input.expected_version, message: input.message };
    edit_action(context, ids, id, change, said).await
}

async fn remove_action(
    context: &Context<'_>,
    input: RemoveActionInput,
) -> Result<ActionPayload<RemoveAction_>> {
    let mut ids = Ids::default();
    let id: ActionId = ids.one(&input.action_id, "actionId");
    let said = Said { expected_version: input.expected_version, message: input.message };
    edit_action(context, ids, id, Change::RemoveAction(id), said).await
}
