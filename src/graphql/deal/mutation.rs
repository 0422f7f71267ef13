//! Running deals: a resolver reads its input, calls one use case, and answers with the deal.

use std::sync::Arc;

use async_graphql::{Context, ID, MaybeUndefined, Object};
use domain::{refusal::Refusal, text::invalid};
use engine::{
    deal::{
        self, AddNote, CloseDeal, CompleteAction, Completed, CreateDeal, UpdateDeal,
        unseen::{Input, Presence, with_all},
    },
    error::Result,
    tx::Tx,
};
use entity::{
    deal::Status,
    ids::{CompletionId, DealId, MemberId},
};

use crate::graphql::{
    context::semanticNonNull,
    deal::{checklist::Completion, input::*, payload::*},
    error::{Field, field},
    id::{Asked, Ids},
    mutate::{nullable, perform, setting},
};

/// Running deals.
#[derive(Default)]
pub struct DealMutation;

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
    ) -> Field<DealPayload<CreateDeal_>> {
        field(create_deal(context, input).await)
    }

    /// Changes title, value, owner or visibility of a deal.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `MEMBER_INACTIVE`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateDealInput,
    ) -> Field<DealPayload<UpdateDeal_>> {
        field(update_deal(context, input).await)
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
    ) -> Field<DealPayload<MoveDeal_>> {
        field(move_deal(context, input).await)
    }

    /// Lets a member take part in a deal.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `MEMBER_INACTIVE`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn add_participant(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who, in which deal.")] input: AddParticipantInput,
    ) -> Field<DealPayload<AddParticipant_>> {
        field(add_participant(context, input).await)
    }

    /// Lets a member no longer take part in a deal. The owner always does.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `OWNER_PARTICIPATES`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn remove_participant(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who, in which deal.")] input: RemoveParticipantInput,
    ) -> Field<DealPayload<RemoveParticipant_>> {
        field(remove_participant(context, input).await)
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
        field(complete_action(context, input).await)
    }

    /// Undoes a completion of an open deal. Both facts stay in the history. Whoever did the action,
    /// managers and administrators.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `DEAL_CLOSED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn undo_completion(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which completion.")] input: UndoCompletionInput,
    ) -> Field<UndoCompletionPayload> {
        field(undo_completion(context, input).await)
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
    ) -> Field<DealPayload<WinDeal_>> {
        field(close(context, Status::Won, (input.deal_id, input.reason_id, input.comment)).await)
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
    ) -> Field<DealPayload<LoseDeal_>> {
        field(close(context, Status::Lost, (input.deal_id, input.reason_id, input.comment)).await)
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
    ) -> Field<DealPayload<OutdateDeal_>> {
        field(
            close(context, Status::Outdated, (input.deal_id, input.reason_id, input.comment)).await,
        )
    }

    /// Lets a closed deal run again: from then on it follows its process as it now is. The owner,
    /// managers and administrators.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `DEAL_OPEN`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn reopen_deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deal.")] input: ReopenDealInput,
    ) -> Field<DealPayload<ReopenDeal_>> {
        field(reopen_deal(context, &input.deal_id).await)
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
        field(add_note(context, input).await)
    }
}

async fn create_deal(
    context: &Context<'_>,
    input: CreateDealInput,
) -> Result<DealPayload<CreateDeal_>> {
    let mut ids = Ids::default();
    let participants = input.participant_ids.as_deref().unwrap_or_default();
    let command = CreateDeal {
        new_id: ids.new_id(input.new_id.as_ref()),
        process_id: ids.maybe(input.process_id.as_ref(), "processId"),
        title: deal::title(&input.title).unwrap_or_else(|_| input.title.clone()),
        value: input.value.as_ref().and_then(|value| value.read(&mut ids)),
        owner_id: ids.maybe(input.owner_id.as_ref(), "ownerId"),
        visibility: input.visibility.map(Into::into).unwrap_or_default(),
        participant_ids: ids.all(participants, "participantIds"),
    };
    let asked = ids.asked("newId", command);
    let done = perform(context, asked, |tx, command| Box::pin(deal::create(tx, command)));
    payload(done.await?, None).await
}

async fn update_deal(
    context: &Context<'_>,
    input: UpdateDealInput,
) -> Result<DealPayload<UpdateDeal_>> {
    let mut ids = Ids::default();
    let id: DealId = ids.one(&input.deal_id, "dealId");
    let command = UpdateDeal {
        title: input.title,
        value: nullable(input.value).map(|value| value.and_then(|value| value.read(&mut ids))),
        owner_id: ids.maybe(input.owner_id.as_ref(), "ownerId"),
        visibility: setting(input.visibility.map_value(Into::into), Default::default),
    };
    let asked = ids.asked("dealId", (id, command));
    let done = perform(context, asked, |tx, (id, command)| {
        Box::pin(async move {
            let done = deal::update(tx, *id, command).await;
            with_all(tx, done, Input::Update(command)).await
        })
    });
    payload(done.await?, Some(id)).await
}

async fn move_deal(context: &Context<'_>, input: MoveDealInput) -> Result<DealPayload<MoveDeal_>> {
    let mut ids = Ids::default();
    let id: DealId = ids.one(&input.deal_id, "dealId");
    let stage = match &input.stage_id {
        MaybeUndefined::Value(stage) => Some(ids.one(stage, "stageId")),
        MaybeUndefined::Null => None,
        MaybeUndefined::Undefined => {
            ids.wrong(nowhere());
            None
        }
    };
    let asked = ids.asked("dealId", (id, stage));
    let done = perform(context, asked, |tx, (id, stage)| Box::pin(deal::move_to(tx, *id, *stage)));
    payload(done.await?, Some(id)).await
}

/// A forgotten field must not drag a deal to nowhere.
fn nowhere() -> Refusal {
    invalid("Say where to: the id of a stage, or null for no stage.").at("stageId")
}

async fn add_participant(
    context: &Context<'_>,
    input: AddParticipantInput,
) -> Result<DealPayload<AddParticipant_>> {
    let asked = participant(&input.deal_id, &input.member_id);
    let id = asked.command.0;
    let done = perform(context, asked, |tx, (deal, member)| {
        Box::pin(async move {
            let done = deal::add_participant(tx, *deal, *member).await;
            with_all(tx, done, Input::Participant(*member, Presence::Active)).await
        })
    });
    payload(done.await?, Some(id)).await
}

async fn remove_participant(
    context: &Context<'_>,
    input: RemoveParticipantInput,
) -> Result<DealPayload<RemoveParticipant_>> {
    let asked = participant(&input.deal_id, &input.member_id);
    let id = asked.command.0;
    let done = perform(context, asked, |tx, (deal, member)| {
        Box::pin(async move {
            let done = deal::remove_participant(tx, *deal, *member).await;
            with_all(tx, done, Input::Participant(*member, Presence::Known)).await
        })
    });
    payload(done.await?, Some(id)).await
}

fn participant(deal: &ID, member: &ID) -> Asked<(DealId, MemberId)> {
    let mut ids = Ids::default();
    let command = (ids.one(deal, "dealId"), ids.one(member, "memberId"));
    ids.asked("dealId", command)
}

/// Does an action, or tells everything that is wrong.
pub async fn complete(tx: &mut Tx, command: &CompleteAction) -> Result<Completed> {
    let done = deal::complete_action(tx, command).await;
    with_all(tx, done, Input::Complete(command)).await
}

async fn complete_action(
    context: &Context<'_>,
    input: CompleteActionInput,
) -> Result<CompleteActionPayload> {
    let asked = input.read();
    let CompleteAction { deal_id, action_id, .. } = asked.command;
    let done = perform(context, asked, |tx, command| Box::pin(complete(tx, command)));
    let done = done.await?;
    let (deal, item) = read_item(&done.view, Some(deal_id), Some(action_id)).await?;
    let already_done = done.value.as_ref().is_some_and(|done| done.already_done);
    let completion = done.value.map(|value| shown(&done.view, value.completion));
    Ok(CompleteActionPayload {
        deal,
        item,
        completion,
        already_done,
        user_errors: done.user_errors,
    })
}

async fn undo_completion(
    context: &Context<'_>,
    input: UndoCompletionInput,
) -> Result<UndoCompletionPayload> {
    let mut ids = Ids::default();
    let id: CompletionId = ids.one(&input.completion_id, "completionId");
    let asked = ids.asked("completionId", id);
    let done = perform(context, asked, |tx, id| Box::pin(deal::undo_completion(tx, *id)));
    let done = done.await?;
    let row = match done.value {
        Some(row) => Some(Arc::new(row)),
        None => done.view.completion(id).await?,
    };
    let place = row.as_ref().map(|row| (row.deal_id, row.action_id)).unzip();
    let (deal, item) = read_item(&done.view, place.0, place.1).await?;
    let completion = row.map(|row| Completion::new(&done.view, row));
    Ok(UndoCompletionPayload { deal, item, completion, user_errors: done.user_errors })
}

async fn close<M: Send + Sync>(
    context: &Context<'_>,
    status: Status,
    (deal, reason, comment): (ID, Option<ID>, Option<String>),
) -> Result<DealPayload<M>> {
    let mut ids = Ids::default();
    let id: DealId = ids.one(&deal, "dealId");
    let reason_id = ids.maybe(reason.as_ref(), "reasonId");
    let asked = ids.asked("dealId", (id, CloseDeal { status, reason_id, comment }));
    let done = perform(context, asked, |tx, (id, command)| {
        Box::pin(async move {
            let done = deal::close(tx, *id, command).await;
            with_all(tx, done, Input::Close(command)).await
        })
    });
    payload(done.await?, Some(id)).await
}

async fn reopen_deal(context: &Context<'_>, deal: &ID) -> Result<DealPayload<ReopenDeal_>> {
    let mut ids = Ids::default();
    let id: DealId = ids.one(deal, "dealId");
    let asked = ids.asked("dealId", id);
    let done = perform(context, asked, |tx, id| Box::pin(deal::reopen(tx, *id)));
    payload(done.await?, Some(id)).await
}

async fn add_note(context: &Context<'_>, input: AddNoteInput) -> Result<AddNotePayload> {
    let mut ids = Ids::default();
    let command = AddNote {
        deal_id: ids.one(&input.deal_id, "dealId"),
        new_id: ids.new_id(input.new_id.as_ref()),
        files: ids.all(&input.file_ids.unwrap_or_default(), "fileIds"),
        body: input.body,
    };
    let deal = command.deal_id;
    let asked = ids.asked("dealId", command);
    let done = perform(context, asked, |tx, command| {
        Box::pin(async move {
            let done = deal::add_note(tx, command).await;
            with_all(tx, done, Input::Note(command)).await
        })
    });
    let done = done.await?;
    let note = match done.value {
        Some(id) => read_note(&done.view, id).await?,
        None => None,
    };
    let deal = read_deal(&done.view, Some(deal)).await?;
    Ok(AddNotePayload { deal, note, user_errors: done.user_errors })
}
