//! Editing as a pure function from a tree and a change to a new tree (decision 8).
//!
//! It keeps names unique, order contiguous and every limit of rule 8, and says all that is wrong at
//! once.

use entity::ids::{ActionId, StageId};
use serde::Serialize;

use super::{
    check,
    definition::{ActionDefinition, Definition, StageDefinition},
};
use crate::refusal::{Problem, Refusal};

mod named;
mod others;
mod removed;
mod settings;
mod tree;

pub use super::action::ActionSettings;
pub use named::Named;
pub use others::others;
pub use removed::Removed;
pub use settings::{NotifySettings, PerformersSettings, ProcessSettings, StageSettings};
pub use tree::{Node, Tree, TreeAction, TreeStage, rebuild};

/// A change of one node, or of the process itself. Settings left out stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Change {
    /// New texts for the process.
    UpdateProcess(ProcessSettings),
    /// A new stage.
    AddStage(StageId, Position<StageId>, StageSettings),
    /// New texts for a stage.
    UpdateStage(StageId, StageSettings),
    /// Another place for a stage.
    MoveStage(StageId, Position<StageId>),
    /// A stage goes, with its actions.
    RemoveStage(StageId),
    /// A new action of a stage.
    AddAction(ActionId, StageId, Position<ActionId>, ActionSettings),
    /// New settings for an action.
    UpdateAction(ActionId, ActionSettings),
    /// Another place for an action, in its own stage or in another.
    MoveAction(ActionId, Option<StageId>, Position<ActionId>),
    /// An action goes.
    RemoveAction(ActionId),
    /// A stage that was removed comes back with the actions that went with it, under another name if one is given.
    RestoreStage(StageId, Position<StageId>, Option<String>),
    /// An action that was removed comes back, to this stage or else to its own, under another name if one is given.
    RestoreAction(ActionId, Option<StageId>, Position<ActionId>, Option<String>),
    /// The whole tree at once: what it does not name goes.
    Save(Tree),
    /// Exactly this tree, ids included: an old version, or a file.
    Replace(Definition),
}

/// Where among its siblings something goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Position<T> {
    /// Before all others.
    First,
    /// Right after this one.
    After(T),
    /// After all others.
    #[default]
    Last,
}

impl Change {
    /// The name that the process is to get, if it says one.
    pub fn process_name(&self) -> Option<&str> {
        match self {
            Self::UpdateProcess(texts) | Self::Save(Tree { texts, .. }) => texts.name.as_deref(),
            Self::Replace(tree) => Some(&tree.name),
            _ => None,
        }
    }
}

/// The tree after the change, or everything that is wrong with it.
pub fn apply(before: &Definition, change: &Change) -> Result<Definition, Vec<Refusal>> {
    match attempt(before, change, &Removed::default()) {
        (after, refusals) if refusals.is_empty() => Ok(after),
        (_, refusals) => Err(refusals),
    }
}

/// The tree after the change as far as it can be made, and everything that is wrong with it. Of what was removed from the
/// process before, the change can bring back what it is given (rule 6).
pub fn attempt(
    before: &Definition,
    change: &Change,
    removed: &Removed,
) -> (Definition, Vec<Refusal>) {
    let mut after = before.clone();
    let applied = match change {
        Change::UpdateProcess(settings) => update_process(&mut after, settings),
        Change::AddStage(id, place, settings) => add_stage(&mut after, *id, *place, settings),
        Change::UpdateStage(id, settings) => update_stage(&mut after, *id, settings),
        Change::MoveStage(id, place) => move_stage(&mut after, *id, *place),
        Change::RemoveStage(id) => remove_stage(&mut after, *id),
        Change::AddAction(id, stage, place, settings) => {
            add_action(&mut after, *id, *stage, *place, settings)
        }
        Change::UpdateAction(id, settings) => update_action(&mut after, *id, settings),
        Change::MoveAction(id, stage, place) => move_action(&mut after, *id, *stage, *place),
        Change::RemoveAction(id) => remove_action(&mut after, *id),
        Change::RestoreStage(id, place, name) => {
            removed::restore_stage(&mut after, (*id, *place), name.as_deref(), removed)
        }
        Change::RestoreAction(id, stage, place, name) => {
            let place = (*id, *stage, *place);
            removed::restore_action(&mut after, place, name.as_deref(), removed)
        }
        Change::Save(tree) => tree::save(&mut after, tree, removed),
        Change::Replace(wanted) => tree::save(&mut after, &Tree::of(wanted, before), removed),
    };
    let mut refusals = applied.err().unwrap_or_default();
    let limits = check::limits(&after).err().unwrap_or_default();
    let is_tree = matches!(change, Change::Save(_) | Change::Replace(_));
    refusals.extend(limits.into_iter().map(|one| if is_tree { one.at("stages") } else { one }));
    // Nothing was looked at of what goes to a node that is not there.
    if !is_tree && refusals.iter().any(|one| matches!(one.problem, Problem::NotFound { .. })) {
        refusals.extend(formats(change));
    }
    (after, refusals)
}

/// What is wrong with the settings that a change gives, whatever process it is of.
pub fn formats(change: &Change) -> Vec<Refusal> {
    let mut nothing = Definition::default();
    let found = match change {
        Change::UpdateProcess(settings) => {
            return update_process(&mut nothing, settings).err().unwrap_or_default();
        }
        Change::AddStage(id, _, settings) => fill_stage(&mut new_stage(*id), settings, true),
        Change::UpdateStage(id, settings) => fill_stage(&mut new_stage(*id), settings, false),
        Change::AddAction(id, _, _, settings) => ActionDefinition::new(*id).fill(settings, true),
        Change::UpdateAction(id, settings) => ActionDefinition::new(*id).fill(settings, false),
        Change::RestoreStage(id, _, name) => {
            fill_stage(&mut new_stage(*id), &called(name.as_deref()), false)
        }
        Change::RestoreAction(id, _, _, name) => {
            let settings = ActionSettings { name: name.clone(), ..ActionSettings::default() };
            ActionDefinition::new(*id).fill(&settings, false)
        }
        Change::Save(tree) => {
            let unknown = |one: &Refusal| !matches!(one.problem, Problem::NotFound { .. });
            let found =
                tree::save(&mut nothing, tree, &Removed::default()).err().unwrap_or_default();
            return found.into_iter().filter(unknown).collect();
        }
        _ => return Vec::new(),
    };
    found.done().err().unwrap_or_default()
}

type Applied = Result<(), Vec<Refusal>>;

fn update_process(tree: &mut Definition, settings: &ProcessSettings) -> Applied {
    let mut found = check::Findings::default();
    let name = check::renamed(settings.name.as_deref(), &tree.name, false);
    found.set(&mut tree.name, name, "name");
    found.set(&mut tree.description, check::long(settings.description.as_deref()), "description");
    found.done()
}

/// A stage under another name, if one is given.
fn called(name: Option<&str>) -> StageSettings {
    StageSettings { name: name.map(str::to_owned), hint: None }
}

fn add_stage(
    tree: &mut Definition,
    id: StageId,
    place: Position<StageId>,
    settings: &StageSettings,
) -> Applied {
    let ids: Vec<_> = tree.stages.iter().map(|stage| stage.stage_id).collect();
    let index = index_for(&ids, place, "stage");
    let stage = new_stage(id);
    let mut found = check::Findings::default();
    let at = found.keep(index).unwrap_or(ids.len());
    tree.stages.insert(at, stage);
    found.also(set_stage(tree, at, settings, true));
    found.done()
}

fn update_stage(tree: &mut Definition, id: StageId, settings: &StageSettings) -> Applied {
    let index = stage_index(tree, id, "stageId")?;
    set_stage(tree, index, settings, false)
}

fn set_stage(tree: &mut Definition, index: usize, settings: &StageSettings, new: bool) -> Applied {
    let before = tree.stages[index].name.clone();
    let mut found = fill_stage(&mut tree.stages[index], settings, new);
    if tree.stages[index].name == before {
        return found.done();
    }
    let names = tree.stages.iter().map(|stage| (stage.stage_id.to_string(), stage.name.as_str()));
    found.unique(index, names);
    found.done()
}

fn move_stage(tree: &mut Definition, id: StageId, place: Position<StageId>) -> Applied {
    let from = stage_index(tree, id, "stageId");
    let from = from.map_err(|unknown| [unknown, stray_stage(tree, place)].concat())?;
    if place == Position::After(id) {
        return Err(vec![Problem::NotASibling { kind: "stage" }.at("afterId").about(id)]);
    }
    let stage = tree.stages.remove(from);
    let ids: Vec<_> = tree.stages.iter().map(|stage| stage.stage_id).collect();
    let to = index_for(&ids, place, "stage").map_err(|refusal| vec![refusal])?;
    tree.stages.insert(to, stage);
    Ok(())
}

fn remove_stage(tree: &mut Definition, id: StageId) -> Applied {
    let index = stage_index(tree, id, "stageId")?;
    tree.stages.remove(index);
    Ok(())
}

fn add_action(
    tree: &mut Definition,
    id: ActionId,
    stage: StageId,
    place: Position<ActionId>,
    settings: &ActionSettings,
) -> Applied {
    let stage = stage_index(tree, stage, "stageId");
    let stage = stage.map_err(|unknown| [unknown, stray_action(tree, place)].concat())?;
    let ids = action_ids(tree, stage);
    let mut found = check::Findings::default();
    let at = found.keep(index_for(&ids, place, "action")).unwrap_or(ids.len());
    tree.stages[stage].actions.insert(at, ActionDefinition::new(id));
    found.also(set_action(tree, (stage, at), settings, true));
    found.done()
}

fn new_stage(id: StageId) -> StageDefinition {
    StageDefinition { stage_id: id, name: String::new(), hint: String::new(), actions: Vec::new() }
}

/// The weight of an action that is added without one.
pub const DEFAULT_WEIGHT: u16 = 10;

fn update_action(tree: &mut Definition, id: ActionId, settings: &ActionSettings) -> Applied {
    let place = action_index(tree, id)?;
    set_action(tree, place, settings, false)
}

fn set_action(
    tree: &mut Definition,
    (stage, index): (usize, usize),
    settings: &ActionSettings,
    new: bool,
) -> Applied {
    let actions = &mut tree.stages[stage].actions;
    let before = actions[index].name.clone();
    let mut found = actions[index].fill(settings, new);
    if actions[index].name == before {
        return found.done();
    }
    let names = actions.iter().map(|action| (action.action_id.to_string(), action.name.as_str()));
    found.unique(index, names);
    found.done()
}

fn fill_stage(stage: &mut StageDefinition, settings: &StageSettings, new: bool) -> check::Findings {
    let mut found = check::Findings::default();
    let name = check::renamed(settings.name.as_deref(), &stage.name, new);
    found.set(&mut stage.name, name, "name");
    found.set(&mut stage.hint, check::long(settings.hint.as_deref()), "hint");
    found
}

fn move_action(
    tree: &mut Definition,
    id: ActionId,
    stage: Option<StageId>,
    place: Position<ActionId>,
) -> Applied {
    let from = action_index(tree, id);
    let to = stage.map(|stage| stage_index(tree, stage, "stageId")).transpose();
    let itself = place == Position::After(id);
    let stray = if itself { Vec::from_iter(others::sibling(place, "action")) } else { Vec::new() };
    let ((from_stage, from), to_stage) = match (from, to) {
        (Ok(from), Ok(to)) if !itself => (from, to.unwrap_or(from.0)),
        (Ok(_), Ok(_)) => return Err(stray),
        (from, to) => {
            let unknown = [from.err(), to.err()].into_iter().flatten().flatten();
            let stray = if itself { stray } else { stray_action(tree, place) };
            return Err(unknown.chain(stray).collect());
        }
    };
    let action = tree.stages[from_stage].actions.remove(from);
    let ids = action_ids(tree, to_stage);
    let mut found = check::Findings::default();
    let to = found.keep(index_for(&ids, place, "action")).unwrap_or(ids.len());
    tree.stages[to_stage].actions.insert(to, action);
    if from_stage == to_stage {
        return found.done();
    }
    let actions = &tree.stages[to_stage].actions;
    found.unique(to, actions.iter().map(|one| (one.action_id.to_string(), one.name.as_str())));
    found.done()
}

fn remove_action(tree: &mut Definition, id: ActionId) -> Applied {
    let (stage, index) = action_index(tree, id)?;
    tree.stages[stage].actions.remove(index);
    Ok(())
}

fn stage_index(tree: &Definition, id: StageId, field: &str) -> Result<usize, Vec<Refusal>> {
    let missing = || vec![Problem::NotFound { kind: "stage" }.at(field).about(id)];
    tree.stage_index(id).ok_or_else(missing)
}

fn action_index(tree: &Definition, id: ActionId) -> Result<(usize, usize), Vec<Refusal>> {
    let missing = || vec![Problem::NotFound { kind: "action" }.at("actionId").about(id)];
    tree.action_index(id).ok_or_else(missing)
}

/// What is wrong with a place after a stage that the tree does not have.
fn stray_stage(tree: &Definition, place: Position<StageId>) -> Vec<Refusal> {
    let is_here = matches!(place, Position::After(id) if tree.stage_index(id).is_some());
    others::sibling(place, "stage").filter(|_| !is_here).into_iter().collect()
}

/// What is wrong with a place after an action that no stage of the tree has.
fn stray_action(tree: &Definition, place: Position<ActionId>) -> Vec<Refusal> {
    let is_here = matches!(place, Position::After(id) if tree.action_index(id).is_some());
    others::sibling(place, "action").filter(|_| !is_here).into_iter().collect()
}

fn action_ids(tree: &Definition, stage: usize) -> Vec<ActionId> {
    tree.stages[stage].actions.iter().map(|action| action.action_id).collect()
}

fn index_for<T: PartialEq + ToString>(
    siblings: &[T],
    place: Position<T>,
    kind: &'static str,
) -> Result<usize, Refusal> {
    match place {
        Position::First => Ok(0),
        Position::Last => Ok(siblings.len()),
        Position::After(id) => siblings
            .iter()
            .position(|sibling| *sibling == id)
            .map(|index| index + 1)
            .ok_or_else(|| Problem::NotASibling { kind }.at("afterId").about(id.to_string())),
    }
}
