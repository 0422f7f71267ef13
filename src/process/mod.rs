//! Designing processes: the use cases.

use std::sync::Arc;

use entity::{
    ids::{ActionId, MemberId, ProcessId, StageId},
    process, process_version,
};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

use crate::{
    error::{Error, Result},
    member,
    policy::{self, Grant, Permission, Subject},
    refusal::Problem,
    text,
    tx::{Claim, Lock, Tx},
};

pub mod change;
pub mod check;
pub mod definition;
pub mod file;
pub mod find;
pub mod store;
pub mod version;

use change::{ActionSettings, Change, Place, StageSettings};
use definition::Definition;
use version::Version;

/// A new process, without stages or with a whole tree of them.
#[derive(Clone, Debug, Serialize)]
pub struct CreateProcess {
    /// The id that the client made.
    pub new_id: Option<ProcessId>,
    /// The whole process.
    pub definition: Definition,
    /// What the author says about the first version.
    pub message: Option<String>,
}

/// A change of a process that is there.
#[derive(Clone, Debug, Serialize)]
pub struct EditProcess {
    /// What is changed.
    pub target: Target,
    /// The version that the caller started from, when it matters to them.
    pub expected_version: Option<i64>,
    /// What the author says about it.
    pub message: Option<String>,
    /// The change.
    pub change: Change,
}

/// The node by which a process is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Target {
    /// The process itself.
    Process(ProcessId),
    /// One of its stages.
    Stage(StageId),
    /// One of its actions.
    Action(ActionId),
}

/// A new stage.
#[derive(Clone, Debug, Serialize)]
pub struct AddStage {
    /// Whose stage.
    pub process_id: ProcessId,
    /// The id that the client made.
    pub new_id: Option<StageId>,
    /// Where it goes.
    pub place: Place<StageId>,
    /// Its settings.
    pub settings: StageSettings,
    /// The version that the caller started from.
    #[serde(skip)]
    pub expected_version: Option<i64>,
    /// What the author says about it.
    pub message: Option<String>,
}

/// A new action.
#[derive(Clone, Debug, Serialize)]
pub struct AddAction {
    /// Whose action.
    pub stage_id: StageId,
    /// The id that the client made.
    pub new_id: Option<ActionId>,
    /// Where it goes.
    pub place: Place<ActionId>,
    /// Its settings.
    pub settings: ActionSettings,
    /// The version that the caller started from.
    #[serde(skip)]
    pub expected_version: Option<i64>,
    /// What the author says about it.
    pub message: Option<String>,
}

/// A process as it was before and after a save: what its deals have to follow.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The row after.
    pub row: process::Model,
    /// The version before.
    pub before: Arc<Version>,
    /// The version after; the same as before when the change changed nothing.
    pub after: Arc<Version>,
    /// The proof that it was allowed: it covers the deals of the process.
    pub grant: Grant,
}

/// A process locked for change.
pub struct Locked {
    row: process::Model,
    version: Arc<Version>,
    grant: Grant,
}

impl Locked {
    /// The version it has now.
    pub fn version(&self) -> &Arc<Version> {
        &self.version
    }
}

/// Creates a process. The first one becomes the default.
pub async fn create(tx: &mut Tx, command: &CreateProcess) -> Result<ProcessId> {
    policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Organisation)?;
    let id = match tx.claim(command.new_id, command).await? {
        Claim::Repeated(id) => return Ok(id),
        Claim::Fresh(id) => id,
    };
    let definition = checked(&command.definition)?;
    refuse_taken_name(tx, id, &definition.name).await?;
    require_members(tx, &Definition::default(), &definition).await?;
    let row = new_row(tx, id, &definition).await?;
    store::insert(tx.conn(), row.clone()).await?;
    insert_version(tx, &row, &definition, command.message.as_deref()).await?;
    store::sync(tx.conn(), id, &Definition::default(), &definition, tx.now()).await?;
    Ok(id)
}

/// A definition that comes whole is built up by the same changes as any other.
fn checked(given: &Definition) -> Result<Definition> {
    change::rebuild(given).map_err(Error::Refused)
}

async fn new_row(tx: &Tx, id: ProcessId, definition: &Definition) -> Result<process::Model> {
    Ok(process::Model {
        id,
        name: definition.name.clone(),
        name_key: text::key(&definition.name),
        description: definition.description.clone(),
        version: 1,
        is_default: store::find_default(tx.conn()).await?.is_none(),
        created_at: tx.now(),
        archived_at: None,
    })
}

/// Locks the process that a node belongs to, so that nobody else changes it or decides by it.
pub async fn lock(tx: &Tx, target: Target) -> Result<Locked> {
    let id = process_of(tx, target).await?;
    let grant = policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Process(id))?;
    tx.lock_process(id, Lock::Exclusive).await?;
    let row = store::find(tx.conn(), id).await?.ok_or_else(|| Error::not_found("process"))?;
    let version = store::version(tx.conn(), tx.app().versions(), id, row.version).await?;
    Ok(Locked { row, version, grant })
}

/// Changes a locked process: a new version, or nothing when the change changes nothing (rule 1).
pub async fn edit(tx: &mut Tx, locked: Locked, command: &EditProcess) -> Result<Saved> {
    let Locked { mut row, version: before, grant } = locked;
    expect_version(&row, command.expected_version)?;
    let after = change::apply(&before.definition, &command.change).map_err(Error::Refused)?;
    if after == before.definition {
        return Ok(Saved { row, after: before.clone(), before, grant });
    }
    if text::key(&after.name) != row.name_key {
        refuse_taken_name(tx, row.id, &after.name).await?;
    }
    require_members(tx, &before.definition, &after).await?;
    store::sync(tx.conn(), row.id, &before.definition, &after, tx.now()).await?;
    row.name = after.name.clone();
    row.name_key = text::key(&after.name);
    row.description = after.description.clone();
    raise_version(tx, &mut row, &after, command.message.as_deref()).await?;
    let after = Arc::new(Version::new(row.id, row.version, after));
    Ok(Saved { row, before, after, grant })
}

/// Adds a stage; the same call again answers with the process as it is.
pub async fn add_stage(
    tx: &mut Tx,
    command: &AddStage,
) -> Result<((ProcessId, StageId), Option<Saved>)> {
    let target = Target::Process(command.process_id);
    let locked = lock(tx, target).await.map_err(|error| error.at("processId"))?;
    let id = match tx.claim(command.new_id, command).await? {
        Claim::Repeated(id) => return Ok(((command.process_id, id), None)),
        Claim::Fresh(id) => id,
    };
    let change = Change::AddStage(id, command.place, command.settings.clone());
    let (expected_version, message) = (command.expected_version, command.message.clone());
    let edit_command = EditProcess { target, expected_version, message, change };
    Ok(((command.process_id, id), Some(edit(tx, locked, &edit_command).await?)))
}

/// Adds an action; the same call again answers with the process as it is.
pub async fn add_action(
    tx: &mut Tx,
    command: &AddAction,
) -> Result<((ProcessId, ActionId), Option<Saved>)> {
    let target = Target::Stage(command.stage_id);
    let locked = lock(tx, target).await.map_err(|error| error.at("stageId"))?;
    let process_id = locked.row.id;
    let id = match tx.claim(command.new_id, command).await? {
        Claim::Repeated(id) => return Ok(((process_id, id), None)),
        Claim::Fresh(id) => id,
    };
    let change = Change::AddAction(id, command.stage_id, command.place, command.settings.clone());
    let (expected_version, message) = (command.expected_version, command.message.clone());
    let edit_command = EditProcess { target, expected_version, message, change };
    Ok(((process_id, id), Some(edit(tx, locked, &edit_command).await?)))
}

/// Archives a process: it takes no new deals and keeps the running ones. Archiving it again changes
/// nothing. If it was the default, the oldest process still in use becomes the default.
pub async fn archive(tx: &mut Tx, id: ProcessId, expected_version: Option<i64>) -> Result<()> {
    let Locked { mut row, version, .. } = lock(tx, Target::Process(id)).await?;
    tx.lock_organisation().await?;
    if row.archived_at.is_some() {
        return Ok(());
    }
    expect_version(&row, expected_version)?;
    let was_default = std::mem::take(&mut row.is_default);
    row.archived_at = Some(tx.now());
    raise_version(tx, &mut row, &version.definition, Some("Archived")).await?;
    if was_default && let Some(mut next) = store::find_oldest(tx.conn()).await? {
        next.is_default = true;
        store::update(tx.conn(), next).await?;
    }
    Ok(())
}

async fn raise_version(
    tx: &Tx,
    row: &mut process::Model,
    definition: &Definition,
    message: Option<&str>,
) -> Result<()> {
    row.version += 1;
    store::update(tx.conn(), row.clone()).await?;
    insert_version(tx, row, definition, message).await
}

async fn insert_version(
    tx: &Tx,
    row: &process::Model,
    definition: &Definition,
    message: Option<&str>,
) -> Result<()> {
    let message = message.map(text::long).transpose().map_err(|refusal| refusal.at("message"))?;
    let version = process_version::ActiveModel {
        id: Set(tx.new_id()),
        process_id: Set(row.id),
        number: Set(row.version),
        saved_at: Set(tx.now()),
        author_id: Set(tx.actor().member_id()),
        message: Set(message),
        definition: Set(serde_json::to_string(definition)?),
    };
    store::insert_version(tx.conn(), version).await
}

fn expect_version(row: &process::Model, expected: Option<i64>) -> Result<()> {
    match expected {
        Some(expected) if expected != row.version => {
            let current = row.version;
            let conflict = Problem::VersionConflict { process_id: row.id, expected, current };
            Err(conflict.at("expectedVersion").about(row.id).into())
        }
        _ => Ok(()),
    }
}

async fn process_of(tx: &Tx, target: Target) -> Result<ProcessId> {
    let found = match target {
        Target::Process(id) => return Ok(id),
        Target::Stage(id) => store::stage(tx.conn(), id).await?.map(|row| row.process_id),
        Target::Action(id) => store::action(tx.conn(), id).await?.map(|row| row.process_id),
    };
    let kind = if matches!(target, Target::Stage(_)) { "stage" } else { "action" };
    found.ok_or_else(|| Error::not_found(kind))
}

/// Names are compared one unit of work at a time; whoever locks a process too locks it first.
async fn refuse_taken_name(tx: &Tx, id: ProcessId, name: &str) -> Result<()> {
    tx.lock_organisation().await?;
    match store::find_by_name(tx.conn(), name).await? {
        Some(other) if other.id != id => {
            let taken = Problem::NameTaken { name: name.to_owned() };
            Err(taken.at("name").about(other.id).into())
        }
        _ => Ok(()),
    }
}

/// Members that settings newly name must be there and active; those named before may have left.
async fn require_members(tx: &Tx, before: &Definition, after: &Definition) -> Result<()> {
    let known: Vec<MemberId> = before.actions().flat_map(|action| action.members()).collect();
    let mut new: Vec<MemberId> = after.actions().flat_map(|action| action.members()).collect();
    new.retain(|id| !known.contains(id));
    member::require_active(tx.conn(), &new).await
}
