//! Notes about deals.

use domain::{language::Message, text};
use entity::{
    event::Fact,
    ids::{DealId, FileId, NoteId},
    note,
};
use serde::Serialize;

use super::{
    granted, hold,
    rules::Operation,
    unseen::{Input, with_all},
};
use crate::{
    command::Command,
    error::{Error, Problems, Result},
    file,
    tx::{Claim, Tx},
};

/// A new note about a deal.
#[derive(Clone, Debug, Serialize)]
pub struct AddNote {
    /// The deal.
    pub deal_id: DealId,
    /// The note's id, made by the client.
    pub new_id: Option<NoteId>,
    /// The text.
    pub body: String,
    /// Its files, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
}

impl Command for AddNote {
    type Output = NoteId;

    fn deal(&self) -> Option<DealId> {
        let is_plain = self.new_id.is_none() && self.files.is_empty();
        is_plain.then_some(self.deal_id)
    }

    async fn run(&self, tx: &mut Tx) -> Result<NoteId> {
        let done = add_note(tx, self).await;
        with_all(tx, done, Input::Note(self)).await
    }
}

/// Adds a note to a deal, open or closed.
async fn add_note(tx: &mut Tx, command: &AddNote) -> Result<NoteId> {
    let mut held = hold(tx, command.deal_id).await?;
    let mut problems = Problems::default();
    let grant = problems.take(held.authorize(tx, Operation::AddNote))?;
    let id = match problems.take(tx.claim(command.new_id, command).await)? {
        Some(Claim::Repeated(id)) => return problems.check().map(|()| id),
        Some(Claim::Fresh(id)) => id,
        None => tx.new_id(),
    };
    let note = new_note(tx, command.deal_id, id, &command.body, &command.files).await;
    let note = problems.take(note)?;
    let grant = granted(problems, grant)?;
    let note = note.ok_or_else(|| Error::bug("a note is neither right nor wrong"))?;
    held.deal.pending.notes.push(note);
    held.deal.pending.files.push((id, command.files.clone()));
    held.happen(tx, Fact::NoteAdded { note_id: id });
    held.save(tx, &grant).await?;
    Ok(id)
}

/// The note to write, or everything that is wrong with its text and its files.
pub(super) async fn new_note(
    tx: &Tx,
    deal_id: DealId,
    id: NoteId,
    body: &str,
    files: &[FileId],
) -> Result<note::Model> {
    let mut problems = Problems::default();
    let body = text::filled(body).map_err(|refusal| refusal.at("body"));
    let body = problems.take(body)?.unwrap_or_default();
    file::why_not(tx, files).await?.into_iter().for_each(|refusal| problems.push(refusal));
    problems.check()?;
    let author_id = tx.actor().member_id();
    let author_id = author_id.ok_or_else(|| text::invalid(Message::of("only-members-write")))?;
    Ok(note::Model { id, deal_id, author_id, body, created_at: tx.now() })
}
