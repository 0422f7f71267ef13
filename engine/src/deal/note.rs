//! Notes about deals.

use domain::{
    language::Message,
    policy::{self, Grant, Permission, Subject},
    refusal::Problem,
    text,
};
use entity::{
    event::Fact,
    ids::{DealId, FileId, NoteId},
    note,
};
use serde::Serialize;

use super::{
    Held, granted, hold,
    rules::{self, DealOperation},
    store,
    unseen::{Input, with_all},
};
use crate::{
    command::{Among, Command},
    error::{Error, Problems, Result, both},
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

    fn among(&self) -> Option<Among> {
        let is_plain = self.new_id.is_none() && self.files.is_empty();
        is_plain.then_some(Among::Deals(self.deal_id))
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
    let grant = problems.take(held.authorize(tx, DealOperation::AddNote))?;
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
    let created_at = tx.now();
    Ok(note::Model {
        id,
        deal_id,
        author_id,
        body,
        created_at,
        edited_at: None,
        withdrawn_at: None,
    })
}

/// Replacing the text of a note.
#[derive(Clone, Debug)]
pub struct EditNote {
    /// The note.
    pub note_id: NoteId,
    /// The new text.
    pub body: String,
}

impl Command for EditNote {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        edit_note(tx, self).await
    }
}

/// Replaces the text of a note. Where it says that already, nothing happens.
async fn edit_note(tx: &mut Tx, command: &EditNote) -> Result<()> {
    let body = text::filled(&command.body).map_err(|refusal| refusal.at("body").into());
    let found = hold_to_change(tx, command.note_id).await.and_then(Found::there);
    let (Found { mut held, note, grant }, body) = both(found, body)?;
    if note.body == body {
        return Ok(());
    }
    held.happen(tx, Fact::NoteEdited { note_id: note.id });
    held.deal.pending.changed_notes.push(note::Model { body, edited_at: Some(tx.now()), ..note });
    held.save(tx, &grant).await
}

/// What stands in the place of a text that was withdrawn, which nobody reads: no row of a note is without a text.
const GONE: &str = "-";

/// Withdrawing a note.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawNote {
    /// The note.
    pub note_id: NoteId,
}

impl Command for WithdrawNote {
    type Output = DealId;

    async fn run(&self, tx: &mut Tx) -> Result<DealId> {
        withdraw_note(tx, self.note_id).await
    }
}

/// Withdraws a note: its text is gone, and its files are of no note. Withdrawn already, nothing happens.
async fn withdraw_note(tx: &mut Tx, id: NoteId) -> Result<DealId> {
    let Found { mut held, note, grant } = hold_to_change(tx, id).await?;
    let deal_id = note.deal_id;
    if note.withdrawn_at.is_some() {
        return Ok(deal_id);
    }
    held.happen(tx, Fact::NoteWithdrawn { note_id: id, author_id: note.author_id });
    let gone = note::Model { body: GONE.to_owned(), withdrawn_at: Some(tx.now()), ..note };
    held.deal.pending.changed_notes.push(gone);
    held.save(tx, &grant).await?;
    Ok(deal_id)
}

/// A note that may be changed, under the lock of its deal.
struct Found {
    held: Held,
    note: note::Model,
    grant: Grant,
}

impl Found {
    fn there(self) -> Result<Self> {
        if self.note.withdrawn_at.is_some() { Err(unseen(self.note.id)) } else { Ok(self) }
    }
}

/// A note under the lock of its deal, unless something keeps the actor from changing it. One of a deal that the actor may
/// not see is not found, nor is one that was withdrawn, but by who could do that again.
async fn hold_to_change(tx: &Tx, id: NoteId) -> Result<Found> {
    let found = store::note(tx.conn(), id).await?.ok_or_else(|| unseen(id))?;
    let held = hold(tx, found.deal_id).await;
    let held = held.map_err(|error| if error.is_not_found() { unseen(id) } else { error })?;
    let note = store::note(tx.conn(), id).await?.ok_or_else(|| unseen(id))?;
    let blockers = rules::note_blockers(held.case(tx), &note);
    if !blockers.is_empty() {
        let is_gone = note.withdrawn_at.is_some();
        return Err(if is_gone { unseen(id) } else { Error::Refused(blockers) });
    }
    let subject = Subject::Note(rules::note_facts(held.case(tx), &note));
    let grant = policy::require(tx.actor(), Permission::ChangeNote, subject)?;
    Ok(Found { held, note, grant })
}

fn unseen(id: NoteId) -> Error {
    Problem::NotFound { kind: "note" }.at("noteId").about(id).into()
}
