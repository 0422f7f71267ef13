//! Doing actions, and undoing them.

use std::collections::HashMap;

use domain::{
    language::Message,
    policy::Permission,
    refusal::{Problem, Refusal},
    text,
};
use entity::{
    completion,
    event::Fact,
    ids::{ActionId, CompletionId, DealId, FileId, NoteId},
    note,
};

use super::{
    Held,
    close::said,
    follow, hold,
    note::new_note,
    notify, performers,
    rules::{self, Absent, Given},
    store,
    transfer::removed_fact,
    unseen::{Input, with_all},
};
use crate::{
    command::{Among, Command},
    error::{Error, Problems, Result, both},
    file,
    member::store as members,
    process,
    tx::{Question, Tx},
};

/// Doing an action for a deal.
#[derive(Clone, Debug)]
pub struct CompleteAction {
    /// The deal.
    pub deal_id: DealId,
    /// What was done.
    pub action_id: ActionId,
    /// The completion's id, made by the client.
    pub new_id: Option<CompletionId>,
    /// The evidence.
    pub evidence: Evidence,
}

/// The evidence that comes with a call.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// A note written now.
    pub note: Option<String>,
    /// The files of that note, in their order.
    pub files: Vec<FileId>,
    /// A note added before.
    pub note_id: Option<NoteId>,
}

/// What doing an action led to.
#[derive(Clone, Debug)]
pub struct Completed {
    /// The completion: a new one, or the one that was there.
    pub completion: completion::Model,
    /// Whether it was there.
    pub already_done: bool,
}

impl Command for CompleteAction {
    type Output = Completed;

    fn among(&self) -> Option<Among> {
        let is_plain = self.evidence.files.is_empty() && self.evidence.note_id.is_none();
        is_plain.then_some(Among::Deals(self.deal_id))
    }

    async fn run(&self, tx: &mut Tx) -> Result<Completed> {
        let done = complete_action(tx, self).await;
        with_all(tx, done, Input::Complete(self)).await
    }
}

/// Does an action for a deal (rule 12). Done already, it answers with the completion that is there.
async fn complete_action(tx: &mut Tx, command: &CompleteAction) -> Result<Completed> {
    let mut held = hold(tx, command.deal_id).await?;
    let mut taken = Problems::default();
    if let Some(Some(completion)) = taken.take(done_before(tx, &held, command).await)? {
        return Ok(Completed { completion, already_done: true });
    }
    let absent = absence(tx, &held, command.action_id).await?;
    let given = evidence(tx, &held, &command.evidence).await?;
    let completion_id = command.new_id.unwrap_or_else(|| tx.new_id());
    let note = given.as_ref().ok().and_then(|(_, note)| note.clone());
    let given = given.map(|(given, _)| given);
    let fact = rules::complete(held.case(tx), command.action_id, absent, given, completion_id);
    let fact = match fact {
        Ok(fact) => taken.check().map(|()| fact)?,
        Err(refusals) => return Err(refused(tx, refusals, taken).await?),
    };
    let grant = held.grant(tx, Permission::DoActions)?;
    let event_id = held.happen(tx, fact);
    let completion = held.deal.completion_of(command.action_id).cloned();
    if let Some(note) = note {
        held.deal.pending.files.push((note.id, command.evidence.files.clone()));
        held.deal.pending.notes.push(note);
    }
    let completion = completion.ok_or_else(|| Error::bug("a completion was not made"))?;
    let follow_ups = follow::make(tx, &mut held, &completion).await?;
    held.save(tx, &grant).await?;
    notify::notify(tx, &held, (&completion, event_id), &follow_ups).await?;
    Ok(Completed { completion, already_done: false })
}

/// All that is wrong, what the button said first; who may do the action is said by name.
async fn refused(tx: &Tx, mut refusals: Vec<Refusal>, also: Problems) -> Result<Error> {
    refusals.append(&mut also.into_refusals());
    let chosen = performers::chosen(&refusals);
    if chosen.is_empty() {
        return Ok(Error::Refused(refusals));
    }
    let found = members::find_many(tx.conn(), chosen).await?;
    let member = |id| {
        let member = found.iter().find(|member| member.id == id)?;
        Some((member.name.as_str(), member.is_active()))
    };
    Ok(Error::Refused(performers::named(refusals, member)))
}

/// The completion that answers the call without doing anything: the one of this id, even if it was
/// undone since, or the one that makes the action done.
async fn done_before(
    tx: &Tx,
    held: &Held,
    command: &CompleteAction,
) -> Result<Option<completion::Model>> {
    if let Some(id) = command.new_id
        && let Some(found) = tx.ask::<Completions>(id).await?
    {
        let same = found.deal_id == command.deal_id
            && (found.action_id == command.action_id || was_of(tx, &found, command).await?);
        let taken = || Problem::IdTaken.at("newId").about(id).into();
        return if same { Ok(Some(found)) } else { Err(taken()) };
    }
    Ok(held.deal.completion_of(command.action_id).cloned())
}

/// Completions, undone or not.
struct Completions;

impl Question for Completions {
    type Key = CompletionId;
    type Answer = completion::Model;

    async fn answer(
        tx: &Tx,
        ids: Vec<CompletionId>,
    ) -> Result<HashMap<CompletionId, completion::Model>> {
        store::completions(tx.conn(), ids).await
    }
}

/// Whether a completion was of this action when it was made, and followed the deal to another process
/// since: its event says so.
async fn was_of(tx: &Tx, found: &completion::Model, command: &CompleteAction) -> Result<bool> {
    let fact = store::fact(tx.conn(), found.deal_id, found.deal_version).await?;
    Ok(fact.is_some_and(|fact| match fact {
        Fact::ActionCompleted { completion_id, action, .. } => {
            completion_id == found.id && action.action_id == command.action_id
        }
        _ => false,
    }))
}

/// Why the action is not in the deciding version; asked of the database only then.
async fn absence(tx: &Tx, held: &Held, id: ActionId) -> Result<Absent> {
    if held.version.action(id).is_some() {
        return Ok(Absent::Unknown);
    }
    Ok(match process::store::action(tx.conn(), id).await? {
        None => Absent::Unknown,
        Some(action) if action.process_id != held.deal.row.process_id => Absent::OtherProcess,
        Some(action) if action.removed_at.is_some() => Absent::Removed,
        Some(_) => Absent::Later,
    })
}

type Checked = std::result::Result<(Given, Option<note::Model>), Vec<Refusal>>;

/// The evidence that came along, with the note to write if it is new; or what is wrong with it.
async fn evidence(tx: &Tx, held: &Held, evidence: &Evidence) -> Result<Checked> {
    match (&evidence.note, evidence.note_id) {
        (None, None) => Ok(Ok((Given::Nothing, None))),
        (Some(_), Some(_)) => Ok(Err(vec![two_notes()])),
        (Some(body), None) => written_now(tx, held, body, &evidence.files).await,
        (None, Some(id)) => Ok(unused_note(tx, held, id).await?.map(|given| (given, None))),
    }
}

async fn written_now(tx: &Tx, held: &Held, body: &str, files: &[FileId]) -> Result<Checked> {
    match new_note(tx, held.deal.row.id, tx.new_id(), body, files).await {
        Ok(note) => {
            let given = Given::Note { id: note.id, has_file: !files.is_empty(), at: "note" };
            Ok(Ok((given, Some(note))))
        }
        Err(Error::Refused(all)) => Ok(Err(all.into_iter().map(|one| one.at("note")).collect())),
        Err(fault) => Err(fault),
    }
}

pub(super) fn two_notes() -> Refusal {
    text::invalid(Message::of("note-twice")).at("noteId")
}

async fn unused_note(
    tx: &Tx,
    held: &Held,
    id: NoteId,
) -> Result<std::result::Result<Given, Vec<Refusal>>> {
    let refused = |problem: Problem| Ok(Err(vec![problem.at("noteId").about(id)]));
    let note = store::note(tx.conn(), id).await?;
    let is_there =
        |note: &note::Model| note.deal_id == held.deal.row.id && note.withdrawn_at.is_none();
    match note.filter(is_there) {
        None => refused(Problem::NotFound { kind: "note" }),
        Some(_) if store::note_is_used(tx.conn(), id).await? => refused(Problem::NoteUsed),
        Some(_) => {
            let has_file = file::store::note_has_files(tx.conn(), id).await?;
            Ok(Ok(Given::Note { id, has_file, at: "noteId" }))
        }
    }
}

/// Undoing a completion.
#[derive(Clone, Debug)]
pub struct UndoCompletion {
    /// The completion.
    pub completion_id: CompletionId,
    /// What to say about it.
    pub comment: Option<String>,
}

impl Command for UndoCompletion {
    type Output = completion::Model;

    async fn run(&self, tx: &mut Tx) -> Result<completion::Model> {
        let done = undo_completion(tx, self).await;
        with_all(tx, done, Input::Comment(self.comment.as_deref())).await
    }
}

/// Undoes a completion (rule 13). Undone already, nothing happens.
async fn undo_completion(tx: &mut Tx, command: &UndoCompletion) -> Result<completion::Model> {
    let id = command.completion_id;
    let unseen =
        || Error::from(Problem::NotFound { kind: "completion" }.at("completionId").about(id));
    let found = store::completion(tx.conn(), id).await?.ok_or_else(unseen)?;
    let mut held = hold(tx, found.deal_id).await.map_err(|error| hide(error, &unseen))?;
    let found = store::completion(tx.conn(), id).await?.ok_or_else(unseen)?;
    if found.undone_at.is_some() {
        return Ok(found);
    }
    let blockers = rules::undo_blockers(held.case(tx), found.member_id);
    let allowed = if blockers.is_empty() { Ok(()) } else { Err(Error::Refused(blockers)) };
    let ((), comment) = both(allowed, said(command.comment.as_deref()))?;
    let grant = held.grant(tx, Permission::DoActions)?;
    let action = action_fact(tx, &held, found.action_id).await?;
    held.happen(tx, Fact::CompletionUndone { completion_id: id, action, comment });
    let undone = held.deal.pending.undone.first().cloned();
    held.save(tx, &grant).await?;
    undone.ok_or_else(|| Error::bug("a completion was not undone"))
}

/// A completion of a deal that may not be seen is itself not found.
fn hide(error: Error, unseen: &impl Fn() -> Error) -> Error {
    if error.is_not_found() { unseen() } else { error }
}

/// The action as the event tells of it: also one that was removed since.
async fn action_fact(tx: &Tx, held: &Held, id: ActionId) -> Result<entity::event::ActionFact> {
    if let Some((stage, action)) = held.version.action(id) {
        return Ok(rules::action_fact(stage, action));
    }
    let gone = || Error::bug("a completion has no action");
    let action = process::store::action(tx.conn(), id).await?.ok_or_else(gone)?;
    let stage = process::store::stage(tx.conn(), action.stage_id).await?.ok_or_else(gone)?;
    Ok(removed_fact(&action, &stage))
}
