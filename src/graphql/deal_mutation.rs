//! Running deals: a resolver reads its input, calls one use case, and answers with the deal.

use std::sync::Arc;

use async_graphql::{Context, ID, MaybeUndefined, Object};
use entity::{
    deal::Status,
    ids::{ActionId, CompletionId, DealId, MemberId},
};

use super::{
    checklist::Completion,
    context::semanticNonNull,
    deal_input::*,
    deal_payload::*,
    error::{Field, field},
    id::{Ids, checked},
    mutate::{nullable, perform, setting},
};
use crate::{
    deal::{self, AddNote, CloseDeal, CompleteAction, CreateDeal, Evidence, UpdateDeal},
    error::{Error, Result},
    text::invalid,
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
    let value = input.value.as_ref().map(MoneyInput::read).transpose();
    let participants = input.participant_ids.as_deref().unwrap_or_default();
    let command = CreateDeal {
        new_id: ids.maybe(input.new_id.as_ref(), "newId")?,
        process_id: ids.maybe(input.process_id.as_ref(), "processId")?,
        title: ids.value(deal::title(&input.title))?.unwrap_or_default(),
        value: ids.value(value)?.flatten(),
        owner_id: ids.maybe(input.owner_id.as_ref(), "ownerId")?,
        visibility: input.visibility.map(Into::into).unwrap_or_default(),
        participant_ids: ids.all(participants, "participantIds")?,
    };
    let command = ids.check().map(|()| command);
    let done = perform(context, command, |tx, command| Box::pin(deal::create(tx, command)));
    payload(done.await?, None).await
}

async fn update_deal(
    context: &Context<'_>,
    input: UpdateDealInput,
) -> Result<DealPayload<UpdateDeal_>> {
    let mut ids = Ids::default();
    let id: Option<DealId> = ids.one(&input.deal_id, "dealId")?;
    let value = ids.value(input.value.map_value(|money| money.read()).transpose())?;
    let visibility = setting(input.visibility.map_value(Into::into), Default::default);
    let command = UpdateDeal {
        title: ids.value(input.title.as_deref().map(deal::title).transpose())?.flatten(),
        value: value.and_then(nullable),
        owner_id: ids.maybe(input.owner_id.as_ref(), "ownerId")?,
        visibility,
    };
    let command = checked(ids, id).map(|id| (id, command));
    let done =
        perform(context, command, |tx, (id, command)| Box::pin(deal::update(tx, *id, command)));
    payload(with_deal(done.await?, id), id).await
}

async fn move_deal(context: &Context<'_>, input: MoveDealInput) -> Result<DealPayload<MoveDeal_>> {
    let mut ids = Ids::default();
    let id: Option<DealId> = ids.one(&input.deal_id, "dealId")?;
    let stage = match &input.stage_id {
        MaybeUndefined::Value(stage) => ids.one(stage, "stageId")?,
        MaybeUndefined::Null => None,
        MaybeUndefined::Undefined => ids.value(Err(nowhere()))?.flatten(),
    };
    let command = checked(ids, id).map(|id| (id, stage));
    let done =
        perform(context, command, |tx, (id, stage)| Box::pin(deal::move_to(tx, *id, *stage)));
    payload(with_deal(done.await?, id), id).await
}

/// A forgotten field must not drag a deal to nowhere.
fn nowhere() -> Error {
    let reason = "Say where to: the id of a stage, or null for no stage.";
    invalid(reason).at("stageId").into()
}

async fn add_participant(
    context: &Context<'_>,
    input: AddParticipantInput,
) -> Result<DealPayload<AddParticipant_>> {
    let (id, command) = participant(&input.deal_id, &input.member_id)?;
    let done = perform(context, command, |tx, (deal, member)| {
        Box::pin(deal::add_participant(tx, *deal, *member))
    });
    payload(with_deal(done.await?, id), id).await
}

async fn remove_participant(
    context: &Context<'_>,
    input: RemoveParticipantInput,
) -> Result<DealPayload<RemoveParticipant_>> {
    let (id, command) = participant(&input.deal_id, &input.member_id)?;
    let done = perform(context, command, |tx, (deal, member)| {
        Box::pin(deal::remove_participant(tx, *deal, *member))
    });
    payload(with_deal(done.await?, id), id).await
}

type Participant = (Option<DealId>, Result<(DealId, MemberId)>);

fn participant(deal: &ID, member: &ID) -> Result<Participant> {
    let mut ids = Ids::default();
    let deal = ids.one(deal, "dealId")?;
    let member = ids.one(member, "memberId")?;
    Ok((deal, checked(ids, deal.zip(member))))
}

/// What a completion was asked for, with the ids that could be read; or everything that is wrong with it.
pub struct AskedCompletion {
    /// The deal.
    pub deal: Option<DealId>,
    /// The action.
    pub action: Option<ActionId>,
    /// The command.
    pub command: Result<CompleteAction>,
}

impl AskedCompletion {
    /// Reads an input.
    pub fn read(input: CompleteActionInput) -> Result<Self> {
        let mut ids = Ids::default();
        let deal: Option<DealId> = ids.one(&input.deal_id, "dealId")?;
        let action: Option<ActionId> = ids.one(&input.action_id, "actionId")?;
        let new_id = ids.maybe(input.new_id.as_ref(), "newId")?;
        let note_id = ids.maybe(input.note_id.as_ref(), "noteId")?;
        let (note, files) = input.note.map(|note| (note.body, note.file_ids)).unzip();
        let files = files.flatten().unwrap_or_default();
        let files = ids.below("note", |ids| ids.all(&files, "fileIds"))?;
        let evidence = Evidence { note, files: files.unwrap_or_default(), note_id };
        let command = checked(ids, deal.zip(action)).map(|(deal_id, action_id)| CompleteAction {
            deal_id,
            action_id,
            new_id,
            evidence,
        });
        Ok(Self { deal, action, command })
    }
}

async fn complete_action(
    context: &Context<'_>,
    input: CompleteActionInput,
) -> Result<CompleteActionPayload> {
    let AskedCompletion { deal, action, command } = AskedCompletion::read(input)?;
    let done =
        perform(context, command, |tx, command| Box::pin(deal::complete_action(tx, command)));
    let done = done.await?;
    let (deal, item) = read_item(&done.view, deal, action).await?;
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
    let id: Option<CompletionId> = ids.one(&input.completion_id, "completionId")?;
    let done =
        perform(context, checked(ids, id), |tx, id| Box::pin(deal::undo_completion(tx, *id)));
    let done = done.await?;
    let row = match (done.value, id) {
        (Some(row), _) => Some(Arc::new(row)),
        (None, Some(id)) => done.view.completion(id).await?,
        (None, None) => None,
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
    let id: Option<DealId> = ids.one(&deal, "dealId")?;
    let reason_id = ids.maybe(reason.as_ref(), "reasonId")?;
    let command = checked(ids, id).map(|id| (id, CloseDeal { status, reason_id, comment }));
    let done =
        perform(context, command, |tx, (id, command)| Box::pin(deal::close(tx, *id, command)));
    payload(with_deal(done.await?, id), id).await
}

async fn reopen_deal(context: &Context<'_>, deal: &ID) -> Result<DealPayload<ReopenDeal_>> {
    let mut ids = Ids::default();
    let id: Option<DealId> = ids.one(deal, "dealId")?;
    let done = perform(context, checked(ids, id), |tx, id| Box::pin(deal::reopen(tx, *id)));
    payload(with_deal(done.await?, id), id).await
}

async fn add_note(context: &Context<'_>, input: AddNoteInput) -> Result<AddNotePayload> {
    let mut ids = Ids::default();
    let deal: Option<DealId> = ids.one(&input.deal_id, "dealId")?;
    let new_id = ids.maybe(input.new_id.as_ref(), "newId")?;
    let files = ids.all(&input.file_ids.unwrap_or_default(), "fileIds")?;
    let body = input.body;
    let command = checked(ids, deal).map(|deal_id| AddNote { deal_id, new_id, body, files });
    let done = perform(context, command, |tx, command| Box::pin(deal::add_note(tx, command)));
    let done = done.await?;
    let note = match done.value {
        Some(id) => read_note(&done.view, id).await?,
        None => None,
    };
    let deal = read_deal(&done.view, deal).await?;
    Ok(AddNotePayload { deal, note, user_errors: done.user_errors })
}
