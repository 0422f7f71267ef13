//! Notes about deals.

use entity::{
    event::Fact,
    ids::{DealId, NoteId},
    note,
};
use serde::Serialize;

use super::{hold, rules::Button};
use crate::{
    error::Result,
    refusal::Refusal,
    text,
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
}

/// Adds a note to a deal, open or closed.
pub async fn add_note(tx: &mut Tx, command: &AddNote) -> Result<NoteId> {
    let mut held = hold(tx, command.deal_id).await?;
    let grant = held.press(tx, Button::AddNote)?;
    let id = match tx.claim(command.new_id, command).await? {
        Claim::Repeated(id) => return Ok(id),
        Claim::Fresh(id) => id,
    };
    let note = new_note(tx, command.deal_id, id, &command.body)?;
    held.deal.pending.notes.push(note);
    held.happen(tx, Fact::NoteAdded { note_id: id });
    held.save(tx, &grant).await?;
    Ok(id)
}

/// The note to write, or what is wrong with its text.
pub(super) fn new_note(
    tx: &Tx,
    deal_id: DealId,
    id: NoteId,
    body: &str,
) -> std::result::Result<note::Model, Refusal> {
    let body = text::filled(body).map_err(|refusal| refusal.at("body"))?;
    let author_id = tx.actor().member_id();
    let author_id = author_id.ok_or_else(|| text::invalid("Only members write notes."))?;
    Ok(note::Model { id, deal_id, author_id, body, created_at: tx.now() })
}
