//! Running deals: a resolver reads its input, calls one use case, and answers with the deal.

use async_graphql::{Context, Object};

use crate::graphql::{
    context::semanticNonNull,
    deal::{input::*, payload::*},
    error::Field,
    mutate::mutate,
};

/// Running deals.
#[derive(Default)]
pub(crate) struct DealMutation;

/// Running deals: everything that happens is an event of the deal.
#[Object]
impl DealMutation {
    /// Begins a deal.
    ///
    /// User errors: `NOT_FOUND`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `PROCESS_ARCHIVED`,
    /// `NO_DEFAULT_PROCESS`, `MEMBER_INACTIVE`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn create_deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new deal.")] input: CreateDealInput,
    ) -> Field<DealPayload<CreateDealInput>> {
        mutate(context, input).await
    }

    /// Changes title, value, owner or visibility of a deal.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `MEMBER_INACTIVE`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateDealInput,
    ) -> Field<DealPayload<UpdateDealInput>> {
        mutate(context, input).await
    }

    /// Moves an open deal to a stage by hand. It marks no action as done: a tick is evidence of work,
    /// not of a drag. A move to where the deal already is counts too: undoing what was done before leaves it
    /// there. Where the last move led there already, nothing changes.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `DEAL_CLOSED`, `STAGE_REMOVED`,
    /// `STAGE_NOT_IN_PROCESS`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn move_deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where to.")] input: MoveDealInput,
    ) -> Field<DealPayload<MoveDealInput>> {
        mutate(context, input).await
    }

    /// Lets a member take part in a deal.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `MEMBER_INACTIVE`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn add_participant(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who, in which deal.")] input: AddParticipantInput,
    ) -> Field<DealPayload<AddParticipantInput>> {
        mutate(context, input).await
    }

    /// Lets a member no longer take part in a deal. The owner always does.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `OWNER_PARTICIPATES`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn remove_participant(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who, in which deal.")] input: RemoveParticipantInput,
    ) -> Field<DealPayload<RemoveParticipantInput>> {
        mutate(context, input).await
    }

    /// Does an action for an open deal. Done already, it changes nothing and answers with the completion
    /// that is there.
    ///
    /// User errors: `NOT_FOUND`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `DEAL_CLOSED`,
    /// `ACTION_NOT_IN_PROCESS`, `ACTION_REMOVED`, `NOT_A_PERFORMER`, `EVIDENCE_REQUIRED`, `NOTE_USED`,
    /// `FILE_NOT_READY`, `FILE_USED`, `LIMIT_REACHED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn complete_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What was done, with its evidence.")] input: CompleteActionInput,
    ) -> Field<CompleteActionPayload> {
        mutate(context, input).await
    }

    /// Undoes a completion of an open deal. Both facts stay in the history. Whoever did the action,
    /// managers and administrators.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `DEAL_CLOSED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn undo_completion(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which completion.")] input: UndoCompletionInput,
    ) -> Field<UndoCompletionPayload> {
        mutate(context, input).await
    }

    /// Wins an open deal: every mandatory action must be done. With a reason, where there are any for it. Won
    /// already for the same reason and with the same comment, nothing changes; with anything else it is
    /// refused.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `DEAL_CLOSED`, `MANDATORY_MISSING`,
    /// `CLOSE_REASON_REQUIRED`, `CLOSE_REASON_OF_OTHER_STATUS`, `CLOSE_REASON_ARCHIVED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn win_deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deal.")] input: WinDealInput,
    ) -> Field<DealPayload<WinDealInput>> {
        mutate(context, input).await
    }

    /// Closes an open deal as lost, at any time: with a reason, where there are any for it. Lost already for
    /// the same reason and with the same comment, nothing changes; with anything else it is refused.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `DEAL_CLOSED`,
    /// `CLOSE_REASON_REQUIRED`, `CLOSE_REASON_OF_OTHER_STATUS`, `CLOSE_REASON_ARCHIVED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn lose_deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deal.")] input: LoseDealInput,
    ) -> Field<DealPayload<LoseDealInput>> {
        mutate(context, input).await
    }

    /// Closes an open deal as no longer of interest, at any time: with a reason, where there are any for it.
    /// Outdated already for the same reason and with the same comment, nothing changes; with anything else it
    /// is refused.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `DEAL_CLOSED`,
    /// `CLOSE_REASON_REQUIRED`, `CLOSE_REASON_OF_OTHER_STATUS`, `CLOSE_REASON_ARCHIVED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn outdate_deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deal.")] input: OutdateDealInput,
    ) -> Field<DealPayload<OutdateDealInput>> {
        mutate(context, input).await
    }

    /// Lets a closed deal run again: from then on it follows its process as it now is. The owner,
    /// managers and administrators.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `DEAL_OPEN`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn reopen_deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deal.")] input: ReopenDealInput,
    ) -> Field<DealPayload<ReopenDealInput>> {
        mutate(context, input).await
    }

    /// Adds a note to a deal, open or closed. It can be evidence for one action later.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `FILE_NOT_READY`,
    /// `FILE_USED`, `LIMIT_REACHED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn add_note(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The note.")] input: AddNoteInput,
    ) -> Field<AddNotePayload> {
        mutate(context, input).await
    }
}
