//! Editing and withdrawing notes: a resolver reads its input, calls one use case, and answers with the note and its deal.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use engine::{
    deal::{EditNote, WithdrawNote},
    error::Result,
};
use entity::ids::{DealId, NoteId};

use crate::graphql::{
    context::semanticNonNull,
    deal::{Deal, payload::read_deal},
    error::Field,
    input::InputReader,
    mutate::{MutationInput, Outcome, mutate},
    note::Note,
    user_error::UserError,
    view::View,
};

/// A new text for a note.
#[derive(InputObject)]
pub(crate) struct EditNoteInput {
    /// The note.
    pub note_id: ID,
    /// The text (Markdown): 1 to 10,000 characters.
    pub body: String,
}

/// A note to withdraw.
#[derive(InputObject)]
pub(crate) struct WithdrawNoteInput {
    /// The note.
    pub note_id: ID,
}

/// What editing a note led to.
#[derive(SimpleObject)]
pub(crate) struct EditNotePayload {
    /// The deal as it now is, also when it was refused; null when the note was not found.
    pub deal: Option<Deal>,
    /// The note as it now is, also when it was refused; null when it was not found.
    pub note: Option<Note>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// What withdrawing a note led to.
#[derive(SimpleObject)]
pub(crate) struct WithdrawNotePayload {
    /// The deal as it now is, also when it was refused; null when the note was not found.
    pub deal: Option<Deal>,
    /// The note as it now is when it was refused; null once it is withdrawn, and when it was not found.
    pub note: Option<Note>,
    /// The id of the note that is gone; null when it was refused.
    pub withdrawn_note_id: Option<ID>,
    /// Why it was not withdrawn; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// Changes of notes.
#[derive(Default)]
pub(crate) struct NoteMutation;

/// Changes of notes: each is an event of the deal, which does not repeat what the note says or said.
#[Object]
impl NoteMutation {
    /// Replaces the text of a note. Whoever wrote it, while the deal is open and as long as they may change the deal, and
    /// administrators. What shows that an action was done stays until that is undone. Where it says that already, nothing
    /// changes.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `DEAL_CLOSED`, `NOTE_IS_EVIDENCE`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn edit_note(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new text.")] input: EditNoteInput,
    ) -> Field<EditNotePayload> {
        mutate(context, input).await
    }

    /// Withdraws a note: nobody reads it any more, and its files are removed as those that nobody uses are. Whoever may
    /// edit it. Withdrawn already, nothing changes.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `DEAL_CLOSED`, `NOTE_IS_EVIDENCE`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn withdraw_note(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which note.")] input: WithdrawNoteInput,
    ) -> Field<WithdrawNotePayload> {
        mutate(context, input).await
    }
}

const NOTE: &str = "noteId";

impl MutationInput for EditNoteInput {
    type Command = EditNote;
    type Payload = EditNotePayload;
    const SUBJECT: &'static str = NOTE;

    fn read(self, reader: &mut InputReader) -> EditNote {
        EditNote { note_id: reader.id(&self.note_id, NOTE), body: self.body }
    }

    async fn answer(done: Outcome<EditNote>) -> Result<EditNotePayload> {
        let (note, deal) = read(&done.view, done.command.note_id, None).await?;
        Ok(EditNotePayload { deal, note, user_errors: done.user_errors })
    }
}

impl MutationInput for WithdrawNoteInput {
    type Command = WithdrawNote;
    type Payload = WithdrawNotePayload;
    const SUBJECT: &'static str = NOTE;

    fn read(self, reader: &mut InputReader) -> WithdrawNote {
        WithdrawNote { note_id: reader.id(&self.note_id, NOTE) }
    }

    async fn answer(done: Outcome<WithdrawNote>) -> Result<WithdrawNotePayload> {
        let id = done.command.note_id;
        let (note, deal) = read(&done.view, id, done.value).await?;
        let withdrawn_note_id = done.value.map(|_| id.to_string().into());
        Ok(WithdrawNotePayload { deal, note, withdrawn_note_id, user_errors: done.user_errors })
    }
}

/// The note, if it is there, and its deal.
async fn read(
    view: &View,
    note: NoteId,
    deal: Option<DealId>,
) -> Result<(Option<Note>, Option<Deal>)> {
    let row = view.note(note).await?;
    let deal = read_deal(view, deal.or(row.as_ref().map(|row| row.deal_id))).await?;
    Ok((row.map(|row| Note::new(view, row)), deal))
}
