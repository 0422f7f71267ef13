//! Changing a process that is there: judge first, without writing; then write what was judged.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{
    language::Message,
    refusal::{Problem, Refusal},
    text::{self, invalid},
};
use entity::{
    ids::{ActionId, StageId},
    process,
};
use sea_orm::ConnectionTrait;

use super::{
    AddAction, AddStage, Current, EditProcess, Locked, RemovedStage, Saved, Target, absent,
    change::{self, Change, Removed},
    checked_message,
    definition::Definition,
    diff::{self, ProcessChange},
    keep_members,
    lock::{lock, saved},
    raise_version, refuse_taken_name, removed, store,
    version::Version,
    versions::Versions,
};
use crate::{
    audit::Kind,
    error::{Error, Problems, Result, also},
    tx::Tx,
};

mod late;
mod members;

pub(super) use late::expect_version;
use late::{base, conflict, of_no_version, put_together};
use members::unknown_members;

/// What a change would lead to, and everything that speaks against it.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// The tree as it would be; none when the change makes no sense.
    pub after: Option<Definition>,
    /// The tree as far as it can be made: which nodes it has is known, though something else is wrong. Where the caller
    /// started from another version, what they remove is not in it, and what others added since is.
    pub shape: Option<Definition>,
    /// What is different between the version that the caller started from and that tree.
    pub changes: Vec<ProcessChange>,
    /// Why it is refused, if it is.
    pub refusals: Vec<Refusal>,
    /// Whether the caller started from another version: then nothing follows for what is there now.
    pub is_late: bool,
}

impl Judged {
    /// The tree to write, unless anything speaks against it.
    pub fn accept(self) -> Result<Definition> {
        match self.after {
            Some(after) if self.refusals.is_empty() => Ok(after),
            _ => Err(Error::Refused(self.refusals)),
        }
    }
}

/// Locks the process of a change: where there is no such process, or it may not be changed, what else is wrong is told
/// too. Everybody sees processes and members, so nothing is told that is hidden.
pub async fn lock_for(tx: &Tx, command: &EditProcess) -> Result<Locked> {
    match lock(tx, command.target).await {
        Err(error @ Error::Refused(_)) => Err(also(error, homeless(tx.conn(), command).await?)),
        other => other,
    }
}

/// What is wrong with a change whatever process it is of.
pub async fn homeless(conn: &impl ConnectionTrait, command: &EditProcess) -> Result<Vec<Refusal>> {
    let mut problems = Problems::default();
    problems.take(checked_message(command.message.as_deref()))?;
    problems.extend(change::formats(&command.change));
    let members = command.change.members();
    problems.extend(unknown_members(conn, &Definition::default(), members).await?);
    let nodes = change::others(&command.change).into_iter().chain(replaced(command)).collect();
    problems.extend(absent::nowhere(conn, nodes).await?);
    Ok(problems.into_refusals())
}

/// A refusal for each stage that goes or takes the place of one, but for the one that the change is about, and those that
/// it makes itself.
fn replaced(command: &EditProcess) -> Vec<Refusal> {
    let made: HashSet<StageId> = match &command.change {
        Change::Save(tree) => tree.new_stages().map(|(id, _)| id).collect(),
        _ => HashSet::new(),
    };
    let unknown =
        |field: &str, id: StageId| Problem::NotFound { kind: "stage" }.at(field).about(id);
    let named = command.removed_stages.iter().enumerate().flat_map(|(at, removed)| {
        let goes = (command.target != Target::Stage(removed.stage_id))
            .then(|| unknown("stageId", removed.stage_id));
        let takes = (!made.contains(&removed.move_deals_to))
            .then(|| unknown("moveDealsTo", removed.move_deals_to));
        goes.into_iter().chain(takes).map(move |one| one.at(&at.to_string()).at("removedStages"))
    });
    named.collect()
}

/// Judges a change of a process by what is in the database now, and writes nothing: a preview and a
/// save come to the same judgement (rule 2).
pub async fn judge(
    conn: &impl ConnectionTrait,
    versions: &Versions,
    (row, current): (&process::Model, &Arc<Version>),
    command: &EditProcess,
) -> Result<Judged> {
    let base = base(conn, versions, current, command.expected_version).await?;
    let there = (row.id, &base.definition);
    let removed = removed::named(conn, versions, there, &command.change).await?;
    let (tree, refusals) = changed(&base.definition, &command.change, &removed);
    let mut members = command.change.members();
    members.extend(removed.members(&command.change, &tree));
    let shape = known(tree, &refusals);
    let after = shape.clone().filter(|_| refusals.is_empty());
    let changes = after.as_ref().map(|after| diff::diff(&base.definition, after));
    let changes = changes.unwrap_or_default();
    let conflict = conflict(current, &base, command.expected_version, &changes);
    let is_late = conflict.is_some();
    let mut problems = Problems::default();
    problems.extend(conflict);
    problems.take(checked_message(command.message.as_deref()))?;
    if is_late {
        problems.extend(of_no_version(conn, row.id, command, &refusals).await?);
    }
    // By the old version a tree may name what is gone since: first the two are put together.
    let now = &current.definition;
    let (shape, wrong) = match (is_late, is_whole(&command.change)) {
        (false, _) => (shape, refusals),
        (true, true) => {
            let shape = shape.map(|tree| put_together(&base.definition, now, &tree));
            (shape, change::formats(&command.change))
        }
        (true, false) => {
            let (tree, refusals) = changed(now, &command.change, &removed);
            (known(tree, &refusals), refusals)
        }
    };
    problems.extend(wrong);
    if command.expected_version.is_none() && is_whole(&command.change) && !changes.is_empty() {
        let current = current.number;
        problems.push(Problem::ExpectedVersionRequired { current }.at("expectedVersion"));
    }
    problems.extend(taken_ids(conn, &base.definition, &command.change).await?);
    if let Some(name) = new_name(row, &command.change) {
        problems.take(refuse_taken_name(conn, row.id, &name).await)?;
    }
    problems.extend(unknown_members(conn, &base.definition, members).await?);
    if !is_late {
        problems.extend(wrong_replacements(&base.definition, shape.as_ref(), command));
    }
    let refusals = absent::explained(conn, row.id, problems.into_refusals()).await?;
    Ok(Judged { after, shape, changes, refusals, is_late })
}

/// A tree as far as it can be made, if it is known which nodes it has.
fn known(tree: Definition, refusals: &[Refusal]) -> Option<Definition> {
    (!refusals.iter().any(is_of_no_node)).then_some(tree)
}

/// Whether it is not known which node is meant: then nothing is known of what goes and what stays.
fn is_of_no_node(refusal: &Refusal) -> bool {
    let problem = &refusal.problem;
    matches!(problem, Problem::NotFound { .. } | Problem::TwiceInTree { .. } | Problem::IdTaken)
}

/// The name that a process in use would get, if it is fit to be one and looks different from what it has.
fn new_name(row: &process::Model, change: &Change) -> Option<String> {
    let name = text::name(change.process_name()?).ok()?;
    (row.archived_at.is_none() && looks_different(&row.name, &name)).then_some(name)
}

/// Whoever replaces a whole tree says from which version; only small changes may leave it out (rule 4).
fn is_whole(change: &Change) -> bool {
    matches!(change, Change::Save(_) | Change::Replace(_))
}

/// New nodes of a tree whose id something else has: a save claims its ids first, a preview only looks.
/// Those that are in the tree already are refused with it.
async fn taken_ids(
    conn: &impl ConnectionTrait,
    before: &Definition,
    change: &Change,
) -> Result<Vec<Refusal>> {
    let Change::Save(tree) = change else { return Ok(Vec::new()) };
    let is_new = |id: &ActionId| before.action_index(*id).is_none();
    let stages: HashMap<_, _> =
        tree.new_stages().filter(|(id, _)| before.stage(*id).is_none()).collect();
    let actions: HashMap<_, _> = tree.new_actions().filter(|(id, _)| is_new(id)).collect();
    let mut taken = Vec::new();
    if !stages.is_empty() {
        let found = store::stages(conn, stages.keys().copied()).await?;
        taken.extend(found.iter().map(|row| id_taken(&stages[&row.id], row.id.to_string())));
    }
    if !actions.is_empty() {
        let found = store::actions(conn, actions.keys().copied()).await?;
        taken.extend(found.iter().map(|row| id_taken(&actions[&row.id], row.id.to_string())));
    }
    Ok(taken)
}

fn id_taken(path: &[String], id: String) -> Refusal {
    Refusal { path: path.to_vec(), ..Problem::IdTaken.refused() }.within("newId").about(id)
}

/// The tree after the change, and what is wrong with it. What was removed before is removed already, and what is there
/// is back already.
fn changed(before: &Definition, change: &Change, removed: &Removed) -> (Definition, Vec<Refusal>) {
    if is_so_already(before, change) {
        return (before.clone(), Vec::new());
    }
    change::attempt(before, change, removed)
}

/// The process was found by the node, so a node that is not in its tree was removed from it.
fn is_so_already(before: &Definition, change: &Change) -> bool {
    match change {
        Change::RemoveStage(id) => before.stage(*id).is_none(),
        Change::RemoveAction(id) => before.action_index(*id).is_none(),
        Change::RestoreStage(id, ..) => before.stage(*id).is_some(),
        Change::RestoreAction(id, ..) => before.action_index(*id).is_some(),
        _ => false,
    }
}

/// What is wrong with the stages named to take the place of those that go.
fn wrong_replacements(
    before: &Definition,
    after: Option<&Definition>,
    command: &EditProcess,
) -> Vec<Refusal> {
    if is_so_already(before, &command.change) {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    let removed = command.removed_stages.iter().enumerate();
    let wrong = removed.flat_map(|(at, removed)| {
        let twice = !seen.insert(removed.stage_id);
        let found = wrong_replacement(before, after, removed, twice);
        found.into_iter().map(move |one| one.at(&at.to_string()).at("removedStages"))
    });
    wrong.collect()
}

fn wrong_replacement(
    before: &Definition,
    after: Option<&Definition>,
    removed: &RemovedStage,
    twice: bool,
) -> Vec<Refusal> {
    let unknown =
        |field: &str, id: StageId| Problem::NotFound { kind: "stage" }.at(field).about(id);
    let mut wrong = Vec::new();
    if before.stage(removed.stage_id).is_none() {
        wrong.push(unknown("stageId", removed.stage_id));
    } else if after.is_some_and(|after| after.stage(removed.stage_id).is_some()) {
        let reason = Message::of("stage-stays");
        wrong.push(invalid(reason).at("stageId").about(removed.stage_id));
    } else if twice {
        let reason = Message::of("stage-replaced-twice");
        wrong.push(invalid(reason).at("stageId").about(removed.stage_id));
    }
    if after.is_some_and(|after| after.stage(removed.move_deals_to).is_none()) {
        wrong.push(unknown("moveDealsTo", removed.move_deals_to));
    }
    wrong
}

/// Whether people would say that it has another name.
fn looks_different(before: &str, after: &str) -> bool {
    text::key(before) != text::key(after)
}

/// Names are compared one unit of work at a time; whoever locks a process too locks it first.
pub async fn lock_names(tx: &Tx, locked: &Locked, change: &Change) -> Result<()> {
    match change.process_name() {
        Some(name) if looks_different(&locked.row.name, name) => tx.lock_organisation().await,
        _ => Ok(()),
    }
}

/// Writes a tree that was judged: a new version, or nothing when it is the tree there is and nothing is to
/// be said about it (rule 1).
pub async fn write(
    tx: &mut Tx,
    locked: Locked,
    after: Definition,
    command: &EditProcess,
) -> Result<Saved> {
    let message = command.message.as_deref();
    if after == locked.version.definition && !says_something(command) {
        return Ok(locked.unchanged());
    }
    keep_members(tx, &locked.version.definition, &after).await?;
    let Locked { mut row, version: before, grant } = locked;
    store::sync(tx, row.id, (&before.definition, &after)).await?;
    if looks_different(&row.name, &after.name) {
        row.name_key = text::key(&after.name);
    }
    row.name = after.name.clone();
    row.description = after.description.clone();
    raise_version(tx, Kind::ProcessSaved, &mut row, &after, message).await?;
    let after = Versions::of_unit(tx).keep(Version::new(row.id, row.version, after));
    saved(tx, Current { row: Arc::new(row.clone()), version: after.clone() });
    Ok(Saved { row, before, after, grant })
}

/// Whether a message is to be kept although nothing changes: a version of its own holds it. Only from those
/// who say which version they started from, for a repeated call of theirs is found out by that.
fn says_something(command: &EditProcess) -> bool {
    let message = command.message.as_deref().unwrap_or_default();
    command.expected_version.is_some() && !message.trim().is_empty()
}

/// A stage to add: its id, and the change.
pub fn adding_stage(tx: &Tx, command: &AddStage) -> (StageId, EditProcess) {
    let id = command.new_id.unwrap_or_else(|| tx.new_id());
    let change = Change::AddStage(id, command.place, command.settings.clone());
    let target = Target::Process(command.process_id);
    (id, EditProcess::small(target, change, command.expected_version, &command.message))
}

/// An action to add: its id, and the change.
pub fn adding_action(tx: &Tx, command: &AddAction) -> (ActionId, EditProcess) {
    let id = command.new_id.unwrap_or_else(|| tx.new_id());
    let change = Change::AddAction(id, command.stage_id, command.place, command.settings.clone());
    let target = Target::Stage(command.stage_id);
    (id, EditProcess::small(target, change, command.expected_version, &command.message))
}

/// Claims the ids that a client made for new nodes of a tree; true when the same save came before.
pub async fn claim_nodes(tx: &Tx, command: &EditProcess) -> Result<bool> {
    let Change::Save(tree) = &command.change else { return Ok(false) };
    let mut problems = Problems::default();
    let stages = tx.claim_all(tree.new_stages().map(|(id, path)| (id, path.to_vec())), command);
    let stages = problems.take(stages.await)?;
    let actions = tx.claim_all(tree.new_actions().map(|(id, path)| (id, path.to_vec())), command);
    let actions = problems.take(actions.await)?;
    problems.check()?;
    Ok(stages.unwrap_or_default() || actions.unwrap_or_default())
}
