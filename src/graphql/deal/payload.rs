//! What deal mutations answer with: every object that a screen must refresh.

use std::{marker::PhantomData, sync::Arc};

use async_graphql::SimpleObject;
use engine::{deal::Completed, error::Result};
use entity::ids::{ActionId, DealId};

use crate::graphql::{
    deal::{
        Deal,
        checklist::{self, ChecklistItem, Completion},
        input::{
            AddParticipantInput, CreateDealInput, LoseDealInput, MoveDealInput, OutdateDealInput,
            RemoveParticipantInput, ReopenDealInput, UpdateDealInput, WinDealInput,
        },
    },
    note::Note,
    user_error::UserError,
    view::View,
};

/// What a change of a deal led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "CreateDealPayload", params(CreateDealInput)),
    concrete(name = "UpdateDealPayload", params(UpdateDealInput)),
    concrete(name = "MoveDealPayload", params(MoveDealInput)),
    concrete(name = "AddParticipantPayload", params(AddParticipantInput)),
    concrete(name = "RemoveParticipantPayload", params(RemoveParticipantInput)),
    concrete(name = "WinDealPayload", params(WinDealInput)),
    concrete(name = "LoseDealPayload", params(LoseDealInput)),
    concrete(name = "OutdateDealPayload", params(OutdateDealInput)),
    concrete(name = "ReopenDealPayload", params(ReopenDealInput))
)]
pub(crate) struct DealPayload<I: Send + Sync> {
    /// The deal as it now is, also when the change was refused; null when it was not found, or when the
    /// viewer lost sight of it by this very change.
    pub deal: Option<Deal>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    of: PhantomData<I>,
}

/// What doing an action led to.
#[derive(SimpleObject)]
pub(crate) struct CompleteActionPayload {
    /// The deal as it now is, also when it was refused; null when it was not found.
    pub deal: Option<Deal>,
    /// The checklist item as it now is; null when the action is not part of the checklist.
    pub item: Option<ChecklistItem>,
    /// The completion: a new one, or the one that was there.
    pub completion: Option<Completion>,
    /// Whether the completion was there before: then nothing was changed.
    pub already_done: bool,
    /// Why nothing was done; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// What undoing a completion led to.
#[derive(SimpleObject)]
pub(crate) struct UndoCompletionPayload {
    /// The deal as it now is, also when it was refused; null when it was not found.
    pub deal: Option<Deal>,
    /// The checklist item as it now is; null when the action is not part of the checklist.
    pub item: Option<ChecklistItem>,
    /// The completion as it now is.
    pub completion: Option<Completion>,
    /// Why nothing was undone; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// What adding a note led to.
#[derive(SimpleObject)]
pub(crate) struct AddNotePayload {
    /// The deal as it now is, also when it was refused; null when it was not found.
    pub deal: Option<Deal>,
    /// The note; null when it was refused, and when it was withdrawn since.
    pub note: Option<Note>,
    /// Why nothing was added; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// The payload of a change of this deal.
pub(crate) async fn payload<I: Send + Sync>(
    view: &View,
    id: Option<DealId>,
    user_errors: Vec<UserError>,
) -> Result<DealPayload<I>> {
    Ok(DealPayload { deal: read_deal(view, id).await?, user_errors, of: PhantomData })
}

/// The payload of doing an action.
pub(crate) async fn completed(
    view: &View,
    (deal, action): (DealId, ActionId),
    done: Option<Completed>,
    user_errors: Vec<UserError>,
) -> Result<CompleteActionPayload> {
    let (deal, item) = read_item(view, Some(deal), Some(action)).await?;
    let already_done = done.as_ref().is_some_and(|done| done.already_done);
    let completion = done.map(|done| Completion::new(view, Arc::new(done.completion)));
    Ok(CompleteActionPayload { deal, item, completion, already_done, user_errors })
}

/// The deal, if there is one to be seen.
pub(crate) async fn read_deal(view: &View, id: Option<DealId>) -> Result<Option<Deal>> {
    match id {
        Some(id) => Deal::find(view, id).await,
        None => Ok(None),
    }
}

/// The deal and the item of its checklist.
pub(crate) async fn read_item(
    view: &View,
    deal: Option<DealId>,
    action: Option<ActionId>,
) -> Result<(Option<Deal>, Option<ChecklistItem>)> {
    let Some(deal) = read_deal(view, deal).await? else { return Ok((None, None)) };
    let item = match action {
        Some(action) => checklist::one(&deal, action).await?,
        None => None,
    };
    Ok((Some(deal), item))
}
