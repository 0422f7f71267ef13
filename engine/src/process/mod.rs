//! Designing processes: the use cases.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use domain::{
    policy::{self, Grant, Permission, Subject},
    refusal::Problem,
    text,
};
use entity::{
    ids::{self, ActionId, MemberId, ProcessId, StageId},
    process, process_version,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait,
};
use serde::Serialize;

use crate::{
    audit::{self, Details, Kind},
    command::Command,
    error::{Error, Problems, Result},
    member,
    tx::{Claim, Tx},
};

mod absent;
pub mod action_row;
pub mod apply;
pub mod archive;
pub mod begin;
pub mod default;
mod edit;
pub mod find;
pub mod load;
mod lock;
mod removed;
pub mod save;
pub mod store;
pub mod template;
pub mod versions;

pub use domain::process::{Saved, change, check, conflict, definition, diff, file, version};

pub use edit::{
    Judged, adding_action, adding_stage, claim_nodes, homeless, judge, lock_for, lock_names, write,
};
pub use lock::{existing, lock, of};

use change::{ActionSettings, Change, Position, StageSettings};
use definition::{ActionDefinition, Definition};
use diff::Setting;
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
    /// The stages that take the place of those that go (rule 6).
    pub removed_stages: Vec<RemovedStage>,
}

/// A stage that goes, and the one that takes its place for open deals that were moved there by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RemovedStage {
    /// The stage that goes.
    pub stage_id: StageId,
    /// The stage that takes its place.
    pub move_deals_to: StageId,
}

impl EditProcess {
    /// A change of one node that removes no stage.
    pub fn small(
        target: Target,
        change: Change,
        expected_version: Option<i64>,
        message: &Option<String>,
    ) -> Self {
        let message = message.clone();
        Self { target, expected_version, message, change, removed_stages: Vec::new() }
    }
}

/// The node by which a process is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
    pub place: Position<StageId>,
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
    pub place: Position<ActionId>,
    /// Its settings.
    pub settings: ActionSettings,
    /// The version that the caller started from.
    #[serde(skip)]
    pub expected_version: Option<i64>,
    /// What the author says about it.
    pub message: Option<String>,
}

/// A process with its current version: what a unit of work that saved it leaves behind.
#[derive(Clone, Debug)]
pub struct Current {
    /// Its row.
    pub row: Arc<process::Model>,
    /// Its current version.
    pub version: Arc<Version>,
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

    /// What is saved when nothing is.
    pub fn unchanged(self) -> Saved {
        let Self { row, version, grant } = self;
        Saved { row, before: version.clone(), after: version, grant }
    }

    /// The process as it was when it was locked.
    pub fn row(&self) -> &process::Model {
        &self.row
    }
}

impl Command for CreateProcess {
    type Output = ProcessId;

    async fn run(&self, tx: &mut Tx) -> Result<ProcessId> {
        create(tx, self).await
    }
}

/// Creates a process. The first one becomes the default.
async fn create(tx: &mut Tx, command: &CreateProcess) -> Result<ProcessId> {
    policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Organisation)?;
    let claim = tx.claim(command.new_id, command).await;
    let (message, problems) = (command.message.as_deref(), Problems::default());
    create_as(tx, claim, &command.definition, message, problems).await
}

/// Creates a process under an id that was claimed for it, unless something is wrong with it, or was before.
pub async fn create_as(
    tx: &mut Tx,
    claim: Result<Claim<ids::Process>>,
    given: &Definition,
    message: Option<&str>,
    mut problems: Problems,
) -> Result<ProcessId> {
    let id = match problems.take(claim)? {
        Some(Claim::Repeated(id)) => return Ok(id),
        Some(Claim::Fresh(id)) => id,
        None => tx.new_id(), // it is refused, and all else is told too
    };
    problems.take(checked_message(message))?;
    let definition = problems.take(checked(given))?.unwrap_or_default();
    tx.lock_organisation().await?;
    problems.take(refuse_taken_name(tx.conn(), id, &definition.name).await)?;
    problems.take(keep_members(tx, &Definition::default(), &definition).await)?;
    problems.check()?;
    let row = new_row(tx, id, &definition).await?;
    store::insert(tx.conn(), row.clone()).await?;
    insert_version(tx, Kind::ProcessCreated, &row, &definition, message).await?;
    store::sync(tx, id, (&Definition::default(), &definition)).await?;
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

async fn raise_version(
    tx: &mut Tx,
    kind: Kind,
    row: &mut process::Model,
    definition: &Definition,
    message: Option<&str>,
) -> Result<()> {
    row.version += 1;
    store::update(tx, row.clone()).await?;
    insert_version(tx, kind, row, definition, message).await
}

async fn insert_version(
    tx: &mut Tx,
    kind: Kind,
    row: &process::Model,
    definition: &Definition,
    message: Option<&str>,
) -> Result<()> {
    let message = checked_message(message)?;
    tx.process_saved(row.id);
    let position = tx.log_position().await?;
    let version = process_version::ActiveModel {
        id: Set(tx.new_id()),
        process_id: Set(row.id),
        number: Set(row.version),
        saved_at: Set(tx.now()),
        author_id: Set(tx.actor().member_id()),
        message: Set(message),
        definition: Set(serde_json::to_string(definition)?),
        recalculated: Set(0),
        insert_id: NotSet,
        position: Set(position),
    };
    store::insert_version(tx, version).await?;
    let details = Details { version: Some(row.version), ..audit::named(&row.name) };
    audit::note(tx, kind, row.id, details).await
}

fn checked_message(message: Option<&str>) -> Result<Option<String>> {
    Ok(message.map(text::long).transpose().map_err(|refusal| refusal.at("message"))?)
}

/// Whoever creates or renames locks the organisation first: names are compared one at a time.
async fn refuse_taken_name(conn: &impl ConnectionTrait, id: ProcessId, name: &str) -> Result<()> {
    let key = text::key(name);
    let names = store::names_in_use(conn).await?;
    let twin = names.iter().find(|(other, taken)| *other != id && text::key(taken) == key);
    match twin.filter(|_| !key.is_empty()) {
        Some((other, _)) => {
            let taken = Problem::NameTaken { name: name.to_owned() };
            Err(taken.at("name").about(*other).into())
        }
        None => Ok(()),
    }
}

/// Members that a setting newly names must be there, active, and stay so until the end of the unit of work; those
/// it named before may have left.
async fn keep_members(tx: &Tx, before: &Definition, after: &Definition) -> Result<()> {
    member::keep_active(tx, &newly_named(before, after)).await
}

fn newly_named(before: &Definition, after: &Definition) -> Vec<MemberId> {
    let known: HashSet<_> = before.actions().flat_map(named).collect();
    let new = after.actions().flat_map(named).filter(|named| !known.contains(named));
    let new: BTreeSet<MemberId> = new.map(|(.., member)| member).collect();
    Vec::from_iter(new)
}

fn named(action: &ActionDefinition) -> impl Iterator<Item = (ActionId, Setting, MemberId)> + '_ {
    action.members().map(|(setting, member)| (action.action_id, setting, member))
}
