//! What deal mutations answer with: every object that a screen must refresh.

use std::{marker::PhantomData, sync::Arc};

use async_graphql::SimpleObject;
use engine::error::{Error, Result};
use entity::{
    completion,
    ids::{ActionId, DealId, NoteId},
};

use crate::graphql::{
    deal::{
        Deal,
        checklist::{self, ChecklistItem, Completion},
    },
    mutate::{Outcome, marks},
    note::Note,
    user_error::UserError,
    view::View,
};

marks! {
    CreateDeal_ UpdateDeal_ MoveDeal_ AddParticipant_ RemoveParticipant_ WinDeal_ LoseDeal_
    OutdateDeal_ ReopenDeal_
}

/// What a change of a deal led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "CreateDealPayload", params(CreateDeal_)),
    concrete(name = "UpdateDealPayload", params(UpdateDeal_)),
    concrete(name = "MoveDealPayload", params(MoveDeal_)),
    concrete(name = "AddParticipantPayload", params(AddParticipant_)),
    concrete(name = "RemoveParticipantPayload", params(RemoveParticipant_)),
    concrete(name = "WinDealPayload", params(WinDeal_)),
    concrete(name = "LoseDealPayload", params(LoseDeal_)),
    concrete(name = "OutdateDealPayload", params(OutdateDeal_)),
    concrete(name = "ReopenDealPayload", params(ReopenDeal_))
)]
pub struct DealPayload<M: Send + Sync> {
    /// The deal as it now is, also when the change was refused; null when it was not found, or when the
    /// viewer lost sight of it by this very change.
    pub deal: Option<Deal>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    mark: PhantomData<M>,
}

/// What doing an action led to.
#[derive(SimpleObject)]
pub struct CompleteActionPayload {
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
pub struct UndoCompletionPayload {
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
pub struct AddNotePayload {
    /// The deal as it now is, also when it was refused; null when it was not found.
    pub deal: Option<Deal>,
    /// The note.
    pub note: Option<Note>,
    /// Why nothing was added; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// The payload of a change of a deal: of this one, or of the one that it made.
pub async fn payload<T: Into<Made>, M: Send + Sync>(
    done: Outcome<T>,
    id: Option<DealId>,
) -> Result<DealPayload<M>> {
    let made = done.value.and_then(|value| value.into().0);
    let deal = read_deal(&done.view, made.or(id)).await?;
    Ok(DealPayload { deal, user_errors: done.user_errors, mark: PhantomData })
}

/// The deal that a unit of work made, if it made one.
pub struct Made(Option<DealId>);

impl From<DealId> for Made {
    fn from(id: DealId) -> Self {
        Self(Some(id))
    }
}

impl From<()> for Made {
    fn from((): ()) -> Self {
        Self(None)
    }
}

/// The deal, if there is one to be seen.
pub async fn read_deal(view: &View, id: Option<DealId>) -> Result<Option<Deal>> {
    match id {
        Some(id) => Deal::find(view, id).await,
        None => Ok(None),
    }
}

/// The deal and the item of its checklist.
pub async fn read_item(
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

/// A note that was just written.
pub async fn read_note(view: &View, id: NoteId) -> Result<Option<Note>> {
    let row = view.note(id).await?;
    let row = row.ok_or_else(|| Error::bug("a note was not written"))?;
    Ok(Some(Note::new(view, row)))
}

/// A completion as the payload shows it.
pub fn shown(view: &View, row: completion::Model) -> Completion {
    Completion::new(view, Arc::new(row))
}
