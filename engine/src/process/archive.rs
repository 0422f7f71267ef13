//! Archiving a process: it takes no new deals and keeps the running ones. And bringing it back (rule 8).

use domain::{
    language::Message,
    policy::{self, Permission, Subject},
    refusal::{Problem, Refusal},
    text,
};
use entity::{ids::ProcessId, process};

use super::{
    Locked, Target,
    change::{self, Change, ProcessSettings},
    default,
    definition::Definition,
    edit, lock, raise_version, refuse_taken_name, store,
};
use crate::{
    audit::Kind,
    command::Command,
    error::{Error, Problems, Result, also},
    tx::{Lock, Tx},
};

/// Archiving a process.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveProcess {
    /// Which.
    pub process_id: ProcessId,
    /// The version that the caller started from.
    pub expected_version: Option<i64>,
    /// Which process is the default from then on, if this one is it now.
    pub new_default_id: Option<ProcessId>,
}

impl Command for ArchiveProcess {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        archive(tx, self).await
    }
}

/// Archives a process; archived already, nothing happens. The default one goes only with another one to be
/// the default, unless it is the last in use (rule 8).
async fn archive(tx: &mut Tx, command: &ArchiveProcess) -> Result<()> {
    let locked = match lock_both(tx, command).await {
        Err(error) if error.is_not_found() => {
            return Err(also(error, unusable_default(tx, command).await?));
        }
        other => other?,
    };
    tx.lock_organisation().await?;
    let default = store::find_default(tx.conn()).await?;
    let is_default = default.is_some_and(|row| row.id == command.process_id);
    let is_archived = locked.row.archived_at.is_some();
    let mut problems = Problems::default();
    if !is_archived {
        problems.take(edit::expect_version(tx, &locked, command.expected_version).await)?;
    }
    let wrong = refuse_default(tx, command, &locked, is_default).await?;
    wrong.into_iter().for_each(|refusal| problems.push(refusal));
    problems.check()?;
    if is_archived {
        return Ok(());
    }
    if is_default {
        store::clear_default(tx.conn()).await?;
    }
    let Locked { mut row, version, .. } = locked;
    row.archived_at = Some(tx.now());
    let (kind, said) = (Kind::ProcessArchived, Some("Archived"));
    raise_version(tx, kind, &mut row, &version.definition, said).await?;
    match command.new_default_id.filter(|_| is_default) {
        Some(id) => default::make(tx, id).await,
        None => Ok(()),
    }
}

/// Both processes in the order of their ids (decision 3): the new default one stays in use meanwhile.
async fn lock_both(tx: &Tx, command: &ArchiveProcess) -> Result<Locked> {
    let ArchiveProcess { process_id, new_default_id, .. } = *command;
    policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Process(process_id))?;
    let other = new_default_id.filter(|id| *id != process_id);
    if let Some(id) = other.filter(|id| *id < process_id) {
        tx.lock_process(id, Lock::Shared).await?;
    }
    let locked = lock::lock(tx, Target::Process(process_id)).await?;
    if let Some(id) = other.filter(|id| *id > process_id) {
        tx.lock_process(id, Lock::Shared).await?;
    }
    Ok(locked)
}

/// What speaks against the default that there would be. The last process in use may go: then there is none
/// until there is another process.
async fn refuse_default(
    tx: &Tx,
    command: &ArchiveProcess,
    locked: &Locked,
    is_default: bool,
) -> Result<Option<Refusal>> {
    match command.new_default_id {
        Some(id) => refuse_new_default(tx, command, id, is_default).await,
        None if is_default && store::count_in_use(tx.conn()).await? > 1 => {
            let (id, name) = (locked.row.id, locked.row.name.clone());
            Ok(Some(Problem::DefaultProcess { name }.at("newDefaultId").about(id)))
        }
        None => Ok(None),
    }
}

/// What speaks against the process that is named to be the default. The same call again finds it to be the
/// default already.
async fn refuse_new_default(
    tx: &Tx,
    command: &ArchiveProcess,
    id: ProcessId,
    is_default: bool,
) -> Result<Option<Refusal>> {
    let at = |refusal: Refusal| Some(refusal.at("newDefaultId").about(id));
    if id == command.process_id {
        let reason = Message::of("new-default-archived");
        return Ok(at(text::invalid(reason)));
    }
    let row = store::find(tx.conn(), id).await?;
    Ok(match (unusable(row.as_ref()), row) {
        (Some(problem), _) => at(problem.refused()),
        (None, Some(row)) if !is_default && !row.is_default => {
            at(text::invalid(Message::of("new-default-unneeded")))
        }
        (None, _) => None,
    })
}

/// Why a process can be no default, whichever was it before.
fn unusable(row: Option<&process::Model>) -> Option<Problem> {
    match row {
        None => Some(Problem::NotFound { kind: "process" }),
        Some(row) => row.archived_at.map(|_| Problem::ProcessArchived),
    }
}

/// What is wrong with the process that is named to be the default, where there is none to archive.
async fn unusable_default(tx: &Tx, command: &ArchiveProcess) -> Result<Vec<Refusal>> {
    let Some(id) = command.new_default_id.filter(|id| *id != command.process_id) else {
        return Ok(Vec::new());
    };
    let problem = unusable(store::find(tx.conn(), id).await?.as_ref());
    Ok(problem.map(|one| one.at("newDefaultId").about(id)).into_iter().collect())
}

/// Bringing an archived process back.
#[derive(Clone, Debug)]
pub struct UnarchiveProcess {
    /// Which.
    pub process_id: ProcessId,
    /// Another name, where its own was given away meanwhile.
    pub name: Option<String>,
    /// The version that the caller started from.
    pub expected_version: Option<i64>,
}

impl Command for UnarchiveProcess {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        unarchive(tx, self).await
    }
}

/// Lets an archived process take deals again, as a new version of it; in use already, nothing happens. Where no process
/// is the default, it becomes that, as a first one does (rule 8).
async fn unarchive(tx: &mut Tx, command: &UnarchiveProcess) -> Result<()> {
    let locked = match lock::lock(tx, Target::Process(command.process_id)).await {
        Err(error @ Error::Refused(_)) => return Err(also(error, wrong_name(command))),
        other => other?,
    };
    if locked.row.archived_at.is_none() {
        return Problems::from(wrong_name(command)).check();
    }
    tx.lock_organisation().await?;
    let mut problems = Problems::default();
    problems.take(edit::expect_version(tx, &locked, command.expected_version).await)?;
    let (definition, wrong) = renamed(&locked.version.definition, command);
    if wrong.is_empty() {
        problems.take(refuse_taken_name(tx.conn(), locked.row.id, &definition.name).await)?;
    }
    problems.extend(wrong);
    problems.check()?;
    back_in_use(tx, locked, definition).await
}

async fn back_in_use(tx: &mut Tx, locked: Locked, definition: Definition) -> Result<()> {
    let Locked { mut row, .. } = locked;
    row.archived_at = None;
    row.name_key = text::key(&definition.name);
    row.name.clone_from(&definition.name);
    let (kind, said) = (Kind::ProcessUnarchived, Some("Brought back"));
    raise_version(tx, kind, &mut row, &definition, said).await?;
    match store::find_default(tx.conn()).await? {
        None => default::make(tx, row.id).await,
        Some(_) => Ok(()),
    }
}

/// What the process is called from then on, and what is wrong with that.
fn renamed(now: &Definition, command: &UnarchiveProcess) -> (Definition, Vec<Refusal>) {
    change::attempt(now, &renaming(command), &change::Removed::default())
}

fn wrong_name(command: &UnarchiveProcess) -> Vec<Refusal> {
    change::formats(&renaming(command))
}

fn renaming(command: &UnarchiveProcess) -> Change {
    Change::UpdateProcess(ProcessSettings { name: command.name.clone(), description: None })
}
