//! Changing processes: a resolver reads its input, calls one use case, and answers with the process.

use async_graphql::{Context, Object};

use crate::graphql::{
    context::semanticNonNull,
    error::Field,
    mutate::mutate,
    process::{input::*, payload::*},
};

/// Changes of processes.
#[derive(Default)]
pub(crate) struct ProcessMutation;

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
    ) -> Field<ProcessPayload<CreateProcessInput>> {
        mutate(context, input).await
    }

    /// Changes the name or the description of a process. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NAME_TAKEN`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProcessInput,
    ) -> Field<ProcessPayload<UpdateProcessInput>> {
        mutate(context, input).await
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
    ) -> Field<StagePayload<AddStageInput>> {
        mutate(context, input).await
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
    ) -> Field<StagePayload<UpdateStageInput>> {
        mutate(context, input).await
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
    ) -> Field<StagePayload<MoveStageInput>> {
        mutate(context, input).await
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
    ) -> Field<StagePayload<RemoveStageInput>> {
        mutate(context, input).await
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
    ) -> Field<ActionPayload<AddActionInput>> {
        mutate(context, input).await
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
    ) -> Field<ActionPayload<UpdateActionInput>> {
        mutate(context, input).await
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
    ) -> Field<ActionPayload<SetActionWeightInput>> {
        mutate(context, input).await
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
    ) -> Field<ActionPayload<MoveActionInput>> {
        mutate(context, input).await
    }

    /// Removes an action: its completions stay in the history and stop counting. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn remove_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which action.")] input: RemoveActionInput,
    ) -> Field<ActionPayload<RemoveActionInput>> {
        mutate(context, input).await
    }

    /// Brings back a stage that was removed, under the id that it had, with the actions that were removed with it and as they
    /// last were. Completions of them count again, and open deals follow. A stage that is there stays as it is.
    /// Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NAME_TAKEN`, `NOT_A_SIBLING`,
    /// `LIMIT_REACHED`, `MEMBER_INACTIVE`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn restore_stage(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which stage, and where to.")] input: RestoreStageInput,
    ) -> Field<StagePayload<RestoreStageInput>> {
        mutate(context, input).await
    }

    /// Brings back an action that was removed, under the id that it had and as it last was. Completions of it count again,
    /// and open deals follow. An action that is there stays as it is. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NAME_TAKEN`, `NOT_A_SIBLING`,
    /// `LIMIT_REACHED`, `MEMBER_INACTIVE`, `STAGE_REMOVED`, `STAGE_NOT_IN_PROCESS`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn restore_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which action, and where to.")] input: RestoreActionInput,
    ) -> Field<ActionPayload<RestoreActionInput>> {
        mutate(context, input).await
    }
}
