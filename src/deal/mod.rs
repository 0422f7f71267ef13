//! Running deals: the use cases. Each is a straight line: lock, look, decide, write.

use std::sync::Arc;

use entity::{
    completion, deal,
    deal::{Status, Visibility},
    event::{Fact, FieldChange},
    ids::{ActionId, CompletionId, DealId, MemberId, NoteId, ProcessId, StageId},
    note,
};
use serde::Serialize;

use crate::{
    error::{Error, Problems, Result},
    member,
    policy::{self, Grant, Permission, Subject},
    process::{self, version::Version},
    refusal::{Problem, Refusal},
    text,
    tx::{Claim, Lock, Tx},
};

pub mod board;
pub mod find;
pub mod money;
pub mod progress;
pub mod rules;
pub mod state;
pub mod store;

use money::Money;
use rules::{Absent, Button, Case, Given};
use state::{Deal, Stamp};

/// A new deal.
#[derive(Clone, Debug, Serialize)]
pub struct CreateDeal {
    /// The id that the client made.
    pub new_id: Option<DealId>,
    /// Its process; none: the default one.
    pub process_id: Option<ProcessId>,
    /// What it is called.
    pub title: String,
    /// What it is worth.
    pub value: Option<Money>,
    /// Who is responsible; none: whoever creates it.
    pub owner_id: Option<MemberId>,
    /// Which salespeople see it.
    pub visibility: Visibility,
    /// Who else takes part.
    pub participant_ids: Vec<MemberId>,
}

/// New fields for a deal; those left out stay as they are.
#[derive(Clone, Debug, Default)]
pub struct UpdateDeal {
    /// What it is called.
    pub title: Option<String>,
    /// What it is worth; `Some(None)`: nothing known.
    pub value: Option<Option<Money>>,
    /// Who is responsible.
    pub owner_id: Option<MemberId>,
    /// Which salespeople see it.
    pub visibility: Option<Visibility>,
}

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

/// A deal under its lock, with the process version that decides about it.
struct Held {
    deal: Deal,
    version: Arc<Version>,
    current: i64,
}

impl Held {
    fn case<'a>(&'a self, tx: &'a Tx) -> Case<'a> {
        Case { deal: &self.deal, version: &self.version, actor: tx.actor() }
    }

    fn grant(&self, tx: &Tx, permission: Permission) -> Result<Grant> {
        let forbidden = rules::forbidden(self.case(tx), permission);
        if !forbidden.is_empty() {
            return Err(Error::Refused(forbidden));
        }
        policy::require(tx.actor(), permission, Subject::Deal(self.deal.facts(tx.actor())))
    }

    /// The grant for a button, or everything that blocks it.
    fn press(&self, tx: &Tx, button: Button) -> Result<Grant> {
        let blockers = rules::blockers(self.case(tx), button);
        if blockers.is_empty() {
            self.grant(tx, button.permission())
        } else {
            Err(Error::Refused(blockers))
        }
    }

    fn happen(&mut self, tx: &Tx, fact: Fact) {
        self.deal.happen(fact, &self.version, &stamp(tx));
    }

    async fn save(&mut self, tx: &mut Tx, grant: &Grant) -> Result<()> {
        store::save(tx, grant, &mut self.deal).await
    }
}

/// Who acts and when, for an event that happens now.
pub fn stamp(tx: &Tx) -> Stamp {
    Stamp {
        event_id: tx.new_id(),
        actor_id: tx.actor().member_id(),
        occurred_at: tx.now(),
        recorded_at: tx.now(),
    }
}

/// Locks a deal in the one order that everybody keeps (decision 3): its process first, shared; then
/// that process's version is read; then the deal. What the actor may not see is not found.
async fn hold(tx: &Tx, id: DealId) -> Result<Held> {
    let unseen = || Error::from(Problem::NotFound { kind: "deal" }.at("dealId").about(id));
    loop {
        let process_id = store::process_of(tx.conn(), id).await?.ok_or_else(unseen)?;
        tx.lock_process(process_id, Lock::Shared).await?;
        let row = store::lock(tx.conn(), id).await?.ok_or_else(unseen)?;
        if row.process_id != process_id {
            continue; // it changed process while we waited: lock that one
        }
        let held = load(tx, row).await?;
        held.grant(tx, Permission::SeeDeal).map_err(|_| unseen())?;
        return Ok(held);
    }
}

async fn load(tx: &Tx, row: deal::Model) -> Result<Held> {
    let process = process::store::find(tx.conn(), row.process_id).await?;
    let current = process.ok_or_else(|| Error::bug("a deal has no process"))?.version;
    let number = row.closed_process_version.unwrap_or(current);
    let versions = tx.app().versions();
    let version = process::store::version(tx.conn(), versions, row.process_id, number).await?;
    let mut participants = store::participants(tx.conn(), &[row.id]).await?;
    let mut done = store::done(tx.conn(), &[row.id]).await?;
    let participants = participants.remove(&row.id).unwrap_or_default();
    let done = done.remove(&row.id).unwrap_or_default();
    Ok(Held { deal: Deal::loaded(row, participants, done), version, current })
}

/// Begins a deal.
pub async fn create(tx: &mut Tx, command: &CreateDeal) -> Result<DealId> {
    policy::require(tx.actor(), Permission::CreateDeal, Subject::Organisation)?;
    let id = match tx.claim(command.new_id, command).await? {
        Claim::Repeated(id) => return Ok(id),
        Claim::Fresh(id) => id,
    };
    let version = version_for_new(tx, command.process_id).await?;
    let (row, participant_ids) = new_row(tx, id, command, &version).await?;
    let title = row.title.clone();
    let mut deal = Deal::new(row);
    deal.happen(Fact::DealCreated { title, participant_ids }, &version, &stamp(tx));
    let grant =
        policy::require(tx.actor(), Permission::ChangeDeal, Subject::Deal(deal.facts(tx.actor())))?;
    store::save(tx, &grant, &mut deal).await?;
    Ok(id)
}

/// The version that a new deal of the process is decided by; the process is locked until the end.
async fn version_for_new(tx: &Tx, wanted: Option<ProcessId>) -> Result<Arc<Version>> {
    let unknown = |id| Error::from(Problem::NotFound { kind: "process" }.at("processId").about(id));
    let id = match wanted {
        Some(id) => id,
        None => process::store::find_default(tx.conn()).await?.ok_or_else(no_process)?.id,
    };
    tx.lock_process(id, Lock::Shared).await?;
    let row = process::store::find(tx.conn(), id).await?.ok_or_else(|| unknown(id))?;
    if row.archived_at.is_some() {
        return Err(Problem::ProcessArchived.at("processId").about(id).into());
    }
    process::store::version(tx.conn(), tx.app().versions(), id, row.version).await
}

fn no_process() -> Error {
    text::invalid("There is no process yet. An administrator creates one with createProcess.")
        .at("processId")
        .into()
}

async fn new_row(
    tx: &Tx,
    id: DealId,
    command: &CreateDeal,
    version: &Version,
) -> Result<(deal::Model, Vec<MemberId>)> {
    let mut problems = Problems::default();
    let title = problems.take(title(&command.title))?;
    let owner = command.owner_id.or(tx.actor().member_id());
    let owner = owner.ok_or_else(|| Error::bug("the system begins no deals of its own"))?;
    let participants = first_participants(tx, owner, command);
    require_members(tx, owner, &command.participant_ids, &mut problems).await?;
    problems.check()?;
    let title = title.unwrap_or_default();
    let value = command.value.clone();
    Ok((row(tx, id, version, title, value, owner, command.visibility), participants))
}

/// Refuses an owner and participants that do not exist or are deactivated, each where it stands.
async fn require_members(
    tx: &Tx,
    owner: MemberId,
    participants: &[MemberId],
    problems: &mut Problems,
) -> Result<()> {
    let all: Vec<_> = [owner].iter().chain(participants).copied().collect();
    for (index, refusal) in member::why_not(tx.conn(), &all).await?.into_iter().enumerate() {
        let Some(refusal) = refusal else { continue };
        problems.push(match index.checked_sub(1) {
            None => refusal.at("ownerId"),
            Some(index) => refusal.at(&index.to_string()).at("participantIds"),
        });
    }
    Ok(())
}

/// The owner always takes part, and so does a salesperson who begins a deal for somebody else: they
/// would lose sight of it otherwise.
fn first_participants(tx: &Tx, owner: MemberId, command: &CreateDeal) -> Vec<MemberId> {
    let mut all = vec![owner];
    all.extend(tx.actor().member_id().filter(|_| !tx.actor().leads()));
    all.extend(&command.participant_ids);
    let mut seen = std::collections::HashSet::new();
    all.retain(|id| seen.insert(*id));
    all
}

fn row(
    tx: &Tx,
    id: DealId,
    version: &Version,
    title: String,
    value: Option<Money>,
    owner_id: MemberId,
    visibility: Visibility,
) -> deal::Model {
    let at = tx.now();
    let mut row = blank(id, version.process_id, owner_id, at);
    row.title_key = text::key(&title);
    row.title = title;
    (row.value_amount, row.value_currency) = Money::columns(value);
    row.visibility = visibility;
    row
}

/// A deal to which nothing has happened yet.
pub fn blank(
    id: DealId,
    process_id: ProcessId,
    owner_id: MemberId,
    at: entity::Timestamp,
) -> deal::Model {
    deal::Model {
        id,
        external_id: None,
        process_id,
        title: String::new(),
        title_key: String::new(),
        value_amount: None,
        value_currency: None,
        owner_id,
        visibility: Visibility::default(),
        status: Status::Open,
        version: 0,
        stage_id: None,
        stage_position: -1,
        moved_version: None,
        moved_stage_id: None,
        percent: 0,
        done_weight: 0,
        total_weight: 0,
        closed_process_version: None,
        closed_at: None,
        close_comment: None,
        created_at: at,
        updated_at: at,
    }
}

/// A title, which is a name like any other.
pub fn title(given: &str) -> Result<String> {
    text::line("title", given).map_err(|refusal| refusal.at("title").into())
}

/// Changes fields of a deal; what is the same already changes nothing.
pub async fn update(tx: &mut Tx, id: DealId, command: &UpdateDeal) -> Result<()> {
    let mut held = hold(tx, id).await?;
    let grant = held.press(tx, Button::Update)?;
    let mut problems = Problems::default();
    let title = problems.take(command.title.as_deref().map(title).transpose())?.flatten();
    let owner = command.owner_id.filter(|id| *id != held.deal.row.owner_id);
    let new_owner: Vec<_> = owner.into_iter().collect();
    problems
        .take(member::require_active(tx.conn(), &new_owner).await.map_err(|e| e.at("ownerId")))?;
    problems.check()?;
    if let Some(member_id) = owner.filter(|id| !held.deal.participants.contains(id)) {
        held.happen(tx, Fact::ParticipantAdded { member_id });
    }
    let changes = changes(&held.deal.row, title, command);
    if !changes.is_empty() {
        held.happen(tx, Fact::DealUpdated { changes });
    }
    held.save(tx, &grant).await
}

fn changes(row: &deal::Model, title: Option<String>, command: &UpdateDeal) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    if let Some(to) = title.filter(|to| *to != row.title) {
        changes.push(FieldChange::Title { from: row.title.clone(), to });
    }
    if let Some(value) = &command.value {
        let (amount, currency) = Money::columns(value.clone());
        if (amount, &currency) != (row.value_amount, &row.value_currency) {
            changes.push(FieldChange::Value { amount, currency });
        }
    }
    if let Some(to) = command.owner_id.filter(|to| *to != row.owner_id) {
        changes.push(FieldChange::Owner { from: row.owner_id, to });
    }
    if let Some(to) = command.visibility.filter(|to| *to != row.visibility) {
        changes.push(FieldChange::Visibility { from: row.visibility, to });
    }
    changes
}

/// Moves a deal to a stage by hand, or to none. Where it is already, nothing happens.
pub async fn move_to(tx: &mut Tx, id: DealId, stage: Option<StageId>) -> Result<()> {
    let mut held = hold(tx, id).await?;
    let grant = held.press(tx, Button::Move)?;
    let fact = rules::moving(&held.version, stage)?;
    if held.deal.row.stage_id != stage {
        held.happen(tx, fact);
    }
    held.save(tx, &grant).await
}

/// Lets a member take part in a deal.
pub async fn add_participant(tx: &mut Tx, id: DealId, member_id: MemberId) -> Result<()> {
    let mut held = hold(tx, id).await?;
    let grant = held.press(tx, Button::ChangeParticipants)?;
    if held.deal.participants.contains(&member_id) {
        return Ok(());
    }
    member::require_active(tx.conn(), &[member_id]).await.map_err(|error| error.at("memberId"))?;
    held.happen(tx, Fact::ParticipantAdded { member_id });
    held.save(tx, &grant).await
}

/// Lets a member no longer take part in a deal; the owner always does.
pub async fn remove_participant(tx: &mut Tx, id: DealId, member_id: MemberId) -> Result<()> {
    let mut held = hold(tx, id).await?;
    let grant = held.press(tx, Button::ChangeParticipants)?;
    if held.deal.row.owner_id == member_id {
        return Err(Problem::OwnerParticipates.at("memberId").about(member_id).into());
    }
    if !held.deal.participants.contains(&member_id) {
        let known = member::require_known(tx.conn(), member_id).await;
        return known.map_err(|error| error.at("memberId"));
    }
    held.happen(tx, Fact::ParticipantRemoved { member_id });
    held.save(tx, &grant).await
}

/// Does an action for a deal (rule 12). Done already, it answers with the completion that is there.
pub async fn complete_action(tx: &mut Tx, command: &CompleteAction) -> Result<Completed> {
    let mut held = hold(tx, command.deal_id).await?;
    if let Some(completion) = done_before(tx, &held, command).await? {
        return Ok(Completed { completion, already_done: true });
    }
    let absent = absence(tx, &held, command.action_id).await?;
    let given = evidence(tx, &held, &command.evidence).await?;
    let completion_id = command.new_id.unwrap_or_else(|| tx.new_id());
    let note = given.as_ref().ok().and_then(|(_, note)| note.clone());
    let given = given.map(|(given, _)| given);
    let fact = rules::complete(held.case(tx), command.action_id, absent, given, completion_id);
    let fact = fact.map_err(Error::Refused)?;
    let grant = held.grant(tx, Permission::DoActions)?;
    held.happen(tx, fact);
    let completion = held.deal.completion_of(command.action_id).cloned();
    held.deal.pending.notes.extend(note);
    held.save(tx, &grant).await?;
    let completion = completion.ok_or_else(|| Error::bug("a completion was not made"))?;
    Ok(Completed { completion, already_done: false })
}

/// The completion that answers the call without doing anything: the one of this id, even if it was
/// undone since, or the one that makes the action done.
async fn done_before(
    tx: &Tx,
    held: &Held,
    command: &CompleteAction,
) -> Result<Option<completion::Model>> {
    if let Some(id) = command.new_id
        && let Some(found) = store::completion(tx.conn(), id).await?
    {
        let same = found.deal_id == command.deal_id && found.action_id == command.action_id;
        let taken = || Problem::IdTaken.at("newId").about(id).into();
        return if same { Ok(Some(found)) } else { Err(taken()) };
    }
    Ok(held.deal.completion_of(command.action_id).cloned())
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
        (Some(body), None) => Ok(new_note(tx, held.deal.row.id, tx.new_id(), body)
            .map(|note| (Given::Note(note.id), Some(note)))
            .map_err(|refusal| vec![refusal.at("note")])),
        (None, Some(id)) => Ok(unused_note(tx, held, id).await?.map(|given| (given, None))),
    }
}

fn two_notes() -> Refusal {
    text::invalid("Give either a new note or the id of one, not both.").at("noteId")
}

async fn unused_note(
    tx: &Tx,
    held: &Held,
    id: NoteId,
) -> Result<std::result::Result<Given, Vec<Refusal>>> {
    let refused = |problem: Problem| Ok(Err(vec![problem.at("noteId").about(id)]));
    let note = store::note(tx.conn(), id).await?;
    match note.filter(|note| note.deal_id == held.deal.row.id) {
        None => refused(Problem::NotFound { kind: "note" }),
        Some(_) if store::note_is_used(tx.conn(), id).await? => refused(Problem::NoteUsed),
        Some(_) => Ok(Ok(Given::Note(id))),
    }
}

fn new_note(
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

/// Undoes a completion (rule 13). Undone already, nothing happens.
pub async fn undo_completion(tx: &mut Tx, id: CompletionId) -> Result<completion::Model> {
    let unseen =
        || Error::from(Problem::NotFound { kind: "completion" }.at("completionId").about(id));
    let found = store::completion(tx.conn(), id).await?.ok_or_else(unseen)?;
    let mut held = hold(tx, found.deal_id).await.map_err(|error| hide(error, &unseen))?;
    let found = store::completion(tx.conn(), id).await?.ok_or_else(unseen)?;
    if found.undone_at.is_some() {
        return Ok(found);
    }
    let blockers = rules::undo_blockers(held.case(tx), found.member_id);
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let grant = held.grant(tx, Permission::DoActions)?;
    let action = action_fact(tx, &held, found.action_id).await?;
    held.happen(tx, Fact::CompletionUndone { completion_id: id, action });
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
    Ok(entity::event::ActionFact {
        action_id: id,
        action_name: action.name,
        stage_id: stage.id,
        stage_name: stage.name,
    })
}

/// Closes a deal (rule 14). Closed so already, nothing happens.
pub async fn close(tx: &mut Tx, id: DealId, status: Status, comment: Option<&str>) -> Result<()> {
    let mut held = hold(tx, id).await?;
    if held.deal.row.status == status {
        return held.grant(tx, Permission::ChangeDeal).map(drop);
    }
    let mut problems = Problems::default();
    let grant = problems.take(held.press(tx, Button::Close(status)))?;
    let comment = problems.take(comment.map(closing_comment).transpose())?.flatten();
    problems.check()?;
    let grant = grant.ok_or_else(|| Error::bug("nothing was wrong and nothing allowed"))?;
    held.happen(tx, rules::closing(status, comment.filter(|text| !text.trim().is_empty())));
    held.save(tx, &grant).await
}

fn closing_comment(given: &str) -> Result<String> {
    text::long(given).map_err(|refusal| refusal.at("comment").into())
}

/// Reopens a deal (rule 14): from then on it follows the process as it now is.
pub async fn reopen(tx: &mut Tx, id: DealId) -> Result<()> {
    let mut held = hold(tx, id).await?;
    if held.deal.is_open() {
        return held.grant(tx, Permission::ReopenDeal).map(drop);
    }
    let grant = held.press(tx, Button::Reopen)?;
    let before = held.deal.state(&held.version);
    let versions = tx.app().versions();
    let process_id = held.deal.row.process_id;
    held.version = process::store::version(tx.conn(), versions, process_id, held.current).await?;
    let fact = rules::reopening(&held.deal, &held.version);
    held.deal.happen_from(Some(before), fact, &held.version, &stamp(tx));
    held.save(tx, &grant).await
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
