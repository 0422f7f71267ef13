//! Designing processes: the use cases.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use entity::{
    ids::{ActionId, MemberId, ProcessId, StageId},
    process, process_version,
};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

use crate::{
    error::{Error, Problems, Result},
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
use definition::{ActionDefinition, Definition};
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

    /// Refused, if the caller started from another version (rule 4).
    pub fn expect_version(&self, expected: Option<i64>) -> Result<()> {
        let (process_id, current) = (self.row.id, self.row.version);
        match expected {
            Some(expected) if expected != current => {
                let conflict = Problem::VersionConflict { process_id, expected, current };
                Err(conflict.at("expectedVersion").about(process_id).into())
            }
            _ => Ok(()),
        }
    }
}

/// Creates a process. The first one becomes the default.
pub async fn create(tx: &mut Tx, command: &CreateProcess) -> Result<ProcessId> {
    policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Organisation)?;
    let id = match tx.claim(command.new_id, command).await? {
        Claim::Repeated(id) => return Ok(id),
        Claim::Fresh(id) => id,
    };
    let mut problems = Problems::default();
    problems.take(checked_message(command.message.as_deref()))?;
    let definition = problems.take(checked(&command.definition))?.unwrap_or_default();
    problems.take(refuse_taken_name(tx, id, &definition.name).await)?;
    problems.take(require_members(tx, &Definition::default(), &definition).await)?;
    problems.check()?;
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
    let unknown = || Error::from(Problem::NotFound { kind: "process" }.at("processId").about(id));
    let row = store::find(tx.conn(), id).await?.ok_or_else(unknown)?;
    let version = store::version(tx.conn(), tx.app().versions(), id, row.version).await?;
    Ok(Locked { row, version, grant })
}

/// Changes a locked process: a new version, or nothing when the change changes nothing (rule 1).
pub async fn edit(tx: &mut Tx, locked: Locked, command: &EditProcess) -> Result<Saved> {
    locked.expect_version(command.expected_version)?;
    let Locked { mut row, version: before, grant } = locked;
    let after = changed(&before.definition, command)?;
    if after == before.definition {
        return Ok(Saved { row, after: before.clone(), before, grant });
    }
    if row.archived_at.is_none() && text::key(&after.name) != row.name_key {
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

/// The tree after the change, or all that is wrong with the change and with what is said about it.
/// What was removed before is removed already.
fn changed(before: &Definition, command: &EditProcess) -> Result<Definition> {
    let mut problems = Problems::default();
    problems.take(checked_message(command.message.as_deref()))?;
    let after = if is_removed_already(before, &command.change) {
        before.clone()
    } else {
        let after = change::apply(before, &command.change).map_err(Error::Refused);
        problems.take(after)?.unwrap_or_default()
    };
    problems.check()?;
    Ok(after)
}

/// The process was found by the node, so a node that is not in its tree was removed from it.
fn is_removed_already(before: &Definition, change: &Change) -> bool {
    match change {
        Change::RemoveStage(id) => before.stage(*id).is_none(),
        Change::RemoveAction(id) => before.action_index(*id).is_none(),
        _ => false,
    }
}

fn checked_message(message: Option<&str>) -> Result<Option<String>> {
    Ok(message.map(text::long).transpose().map_err(|refusal| refusal.at("message"))?)
}

/// Adds a stage; the same call again answers with the process as it is.
pub async fn add_stage(
    tx: &mut Tx,
    command: &AddStage,
) -> Result<((ProcessId, StageId), Option<Saved>)> {
    let target = Target::Process(command.process_id);
    let locked = lock(tx, target).await?;
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
    let locked = lock(tx, target).await?;
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
    let locked = lock(tx, Target::Process(id)).await?;
    if locked.row.archived_at.is_some() {
        return Ok(());
    }
    locked.expect_version(expected_version)?;
    tx.lock_organisation().await?;
    let default = store::find_default(tx.conn()).await?;
    let was_default = default.is_some_and(|default| default.id == id);
    if was_default {
        store::clear_default(tx.conn()).await?;
    }
    let Locked { mut row, version, .. } = locked;
    row.archived_at = Some(tx.now());
    raise_version(tx, &mut row, &version.definition, Some("Archived")).await?;
    match store::find_oldest(tx.conn()).await? {
        Some(next) if was_default => store::set_default(tx.conn(), next.id).await,
        _ => Ok(()),
    }
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
    let message = checked_message(message)?;
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

async fn process_of(tx: &Tx, target: Target) -> Result<ProcessId> {
    let (found, unknown) = match target {
        Target::Process(id) => return Ok(id),
        Target::Stage(id) => (
            store::stage(tx.conn(), id).await?.map(|row| row.process_id),
            Problem::NotFound { kind: "stage" }.at("stageId").about(id),
        ),
        Target::Action(id) => (
            store::action(tx.conn(), id).await?.map(|row| row.process_id),
            Problem::NotFound { kind: "action" }.at("actionId").about(id),
        ),
    };
    found.ok_or_else(|| unknown.into())
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

/// Members that an action newly names must be there and active; those it named before may have left.
async fn require_members(tx: &Tx, before: &Definition, after: &Definition) -> Result<()> {
    let known: HashSet<(ActionId, MemberId)> = before.actions().flat_map(named).collect();
    let new = after.actions().flat_map(named).filter(|named| !known.contains(named));
    let new: BTreeSet<MemberId> = new.map(|(_, member)| member).collect();
    member::require_active(tx.conn(), &Vec::from_iter(new)).await
}

fn named(action: &ActionDefinition) -> impl Iterator<Item = (ActionId, MemberId)> + '_ {
    action.members().map(|member| (action.action_id, member))
}
