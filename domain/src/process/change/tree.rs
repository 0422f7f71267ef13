//! Saving the whole tree at once: what is in it is kept, moved or new, and what is not goes (rule 2).

use std::collections::{HashMap, HashSet};

use entity::ids::{ActionId, StageId};
use serde::Serialize;

use super::{
    ActionSettings, Applied, ProcessSettings, Removed, StageSettings, apply, fill_stage, new_stage,
    update_process,
};
use crate::{
    process::{
        change::Change,
        check::Findings,
        definition::{ActionDefinition, Definition, StageDefinition},
    },
    refusal::{Problem, Refusal},
    text,
};

/// The tree that a process should have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tree {
    /// The texts of the process.
    pub texts: ProcessSettings,
    /// Its stages, in order.
    pub stages: Vec<TreeStage>,
}

/// A stage of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TreeStage {
    /// Which stage it is.
    pub node: Node<StageId>,
    /// By what the client knows it, if it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its settings: those left out stay as they are.
    pub settings: StageSettings,
    /// Its actions, in order.
    pub actions: Vec<TreeAction>,
}

/// An action of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TreeAction {
    /// Which action it is.
    pub node: Node<ActionId>,
    /// By what the client knows it, if it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its settings: those left out stay as they are.
    pub settings: ActionSettings,
}

/// Whether a node of the tree is one that the process has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Node<T> {
    /// It is there, here or elsewhere in the tree, or was removed and comes back.
    Kept(T),
    /// It is new, or comes back whole.
    New(T),
    /// It is new, and its id is yet to be made: this one stands for it until then.
    Unnamed(T),
}

impl<T: Copy> Node<T> {
    /// Its id.
    pub fn id(self) -> T {
        match self {
            Self::Kept(id) | Self::New(id) | Self::Unnamed(id) => id,
        }
    }

    fn kept(self) -> Option<T> {
        match self {
            Self::Kept(id) => Some(id),
            Self::New(_) | Self::Unnamed(_) => None,
        }
    }

    /// The node under an id of its own.
    fn named(self, make: impl FnOnce() -> T) -> Self {
        match self {
            Self::Unnamed(_) => Self::New(make()),
            known => known,
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::Kept(_) => "id",
            Self::New(_) => "newId",
            Self::Unnamed(_) => "clientKey",
        }
    }
}

impl Tree {
    /// The tree that makes `before` the same as `wanted`, ids included.
    pub fn of(wanted: &Definition, before: &Definition) -> Self {
        let stages: HashSet<_> = before.stages.iter().map(|stage| stage.stage_id).collect();
        let actions: HashSet<_> = before.actions().map(|action| action.action_id).collect();
        let action = |action: &ActionDefinition| TreeAction {
            node: node(action.action_id, actions.contains(&action.action_id)),
            key: None,
            settings: action.settings(),
        };
        let stage = |stage: &StageDefinition| TreeStage {
            node: node(stage.stage_id, stages.contains(&stage.stage_id)),
            key: None,
            settings: StageSettings {
                name: Some(stage.name.clone()),
                hint: Some(stage.hint.clone()),
            },
            actions: stage.actions.iter().map(action).collect(),
        };
        let (name, description) = (wanted.name.clone(), wanted.description.clone());
        let texts = ProcessSettings { name: Some(name), description: Some(description) };
        Self { texts, stages: wanted.stages.iter().map(stage).collect() }
    }

    /// The tree in which every new node has an id: those that the client left to whoever saves it are made.
    pub fn named(
        mut self,
        mut stage_id: impl FnMut() -> StageId,
        mut action_id: impl FnMut() -> ActionId,
    ) -> Self {
        for stage in &mut self.stages {
            stage.node = stage.node.named(&mut stage_id);
            for action in &mut stage.actions {
                action.node = action.node.named(&mut action_id);
            }
        }
        self
    }

    /// The new nodes that the client knows by a key, in the order of the tree, each with its id as it is written.
    pub fn keyed(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for stage in &self.stages {
            found.extend(keyed(stage.key.as_ref(), stage.node));
            let actions = stage.actions.iter();
            found.extend(actions.filter_map(|action| keyed(action.key.as_ref(), action.node)));
        }
        found
    }

    /// Where an action is.
    pub(super) fn path_of(&self, id: ActionId) -> Option<Vec<String>> {
        self.stages.iter().enumerate().find_map(|(stage, found)| {
            let at = found.actions.iter().position(|action| action.node.id() == id)?;
            Some(action_path(stage, at).into())
        })
    }

    /// The stages that are kept or come back.
    pub fn kept_stages(&self) -> impl Iterator<Item = StageId> + '_ {
        self.stages.iter().filter_map(|stage| stage.node.kept())
    }

    /// The actions that are kept or come back.
    pub fn kept_actions(&self) -> impl Iterator<Item = ActionId> + '_ {
        let actions = self.stages.iter().flat_map(|stage| &stage.actions);
        actions.filter_map(|action| action.node.kept())
    }

    /// The ids of all nodes that are new, with the path of each.
    pub fn new_stages(&self) -> impl Iterator<Item = (StageId, [String; 2])> + '_ {
        (0..).zip(&self.stages).filter_map(|(at, stage): (usize, _)| match stage.node {
            Node::New(id) => Some((id, ["stages".into(), at.to_string()])),
            Node::Kept(_) | Node::Unnamed(_) => None,
        })
    }

    /// The actions that are new, and where they are.
    pub fn new_actions(&self) -> impl Iterator<Item = (ActionId, [String; 4])> + '_ {
        let places = (0..).zip(&self.stages).flat_map(|(stage, found): (usize, _)| {
            (0..).zip(&found.actions).map(move |(at, action): (usize, _)| (stage, at, action))
        });
        places.filter_map(|(stage, at, action)| match action.node {
            Node::New(id) => Some((id, action_path(stage, at))),
            Node::Kept(_) | Node::Unnamed(_) => None,
        })
    }
}

fn keyed<T: Copy + ToString>(key: Option<&String>, node: Node<T>) -> Option<(String, String)> {
    match node {
        Node::New(id) => Some((key?.clone(), id.to_string())),
        Node::Kept(_) | Node::Unnamed(_) => None,
    }
}

/// The path of an action of a tree.
pub(super) fn action_path(stage: usize, at: usize) -> [String; 4] {
    ["stages".into(), stage.to_string(), "actions".into(), at.to_string()]
}

fn node<T>(id: T, known: bool) -> Node<T> {
    if known { Node::Kept(id) } else { Node::New(id) }
}

/// A tree that came whole, from a file or an import, after the checks that any other change goes through.
pub fn rebuild(given: &Definition) -> Result<Definition, Vec<Refusal>> {
    apply(&Definition::default(), &Change::Replace(given.clone()))
}

/// Makes a tree what it should be, or says everything that is wrong with what it should be.
pub(super) fn save(tree: &mut Definition, wanted: &Tree, removed: &Removed) -> Applied {
    let mut found = Findings::default();
    let before = tree.clone();
    found.also(update_process(tree, &wanted.texts));
    let mut known = Known::of(std::mem::take(&mut tree.stages), removed);
    for (at, stage) in wanted.stages.iter().enumerate() {
        let kept = known.stage(stage, &mut |refusal| found.push(below("stages", at, refusal)));
        tree.stages.push(kept);
    }
    refuse_twins(&before, tree, &known.misnamed, &mut found);
    found.done()
}

fn below(list: &str, at: usize, refusal: Refusal) -> Refusal {
    refusal.at(&at.to_string()).at(list)
}

/// The nodes that the process has or had, until the tree takes them.
struct Known {
    stages: HashMap<StageId, StageDefinition>,
    actions: HashMap<ActionId, ActionDefinition>,
    taken_stages: HashSet<StageId>,
    taken_actions: HashSet<ActionId>,
    /// Nodes whose new names are refused: what they are called now is not what they are to be called.
    misnamed: HashSet<String>,
}

type Refuse<'a> = &'a mut dyn FnMut(Refusal);

impl Known {
    /// Of a stage that was removed only the texts come back by themselves: the tree says its actions.
    fn of(mut stages: Vec<StageDefinition>, removed: &Removed) -> Self {
        let there = stages.iter_mut().flat_map(|stage| std::mem::take(&mut stage.actions));
        let actions = removed.actions.iter().map(|(_, action)| action.clone()).chain(there);
        let actions = actions.map(|action| (action.action_id, action)).collect();
        let stages = removed.stages.iter().cloned().chain(stages);
        let emptied = |stage: StageDefinition| StageDefinition { actions: Vec::new(), ..stage };
        let stages = stages.map(|stage| (stage.stage_id, emptied(stage))).collect();
        let (taken_stages, taken_actions) = (HashSet::new(), HashSet::new());
        Self { stages, actions, taken_stages, taken_actions, misnamed: HashSet::new() }
    }

    fn stage(&mut self, wanted: &TreeStage, refuse: Refuse<'_>) -> StageDefinition {
        let (node, id) = (wanted.node, wanted.node.id());
        let known = self.stages.remove(&id);
        let first = self.taken_stages.insert(id);
        let (mut stage, is_new) = match usable(node, known, first, "stage") {
            Ok(Some(stage)) => (stage, false),
            Ok(None) => (new_stage(id), true),
            Err(refusal) => {
                refuse(refusal);
                (new_stage(id), false)
            }
        };
        let found = fill_stage(&mut stage, &wanted.settings, is_new);
        self.note_misnamed(&found, id);
        found.each(refuse);
        for (at, action) in wanted.actions.iter().enumerate() {
            let kept = self.action(action, &mut |refusal| refuse(below("actions", at, refusal)));
            stage.actions.push(kept);
        }
        stage
    }

    fn action(&mut self, wanted: &TreeAction, refuse: Refuse<'_>) -> ActionDefinition {
        let (node, id) = (wanted.node, wanted.node.id());
        let known = self.actions.remove(&id);
        let first = self.taken_actions.insert(id);
        let (mut action, is_new) = match usable(node, known, first, "action") {
            Ok(Some(action)) => (action, false),
            Ok(None) => (ActionDefinition::new(id), true),
            Err(refusal) => {
                refuse(refusal);
                (ActionDefinition::new(id), false)
            }
        };
        let found = action.fill(&wanted.settings, is_new);
        self.note_misnamed(&found, id);
        found.each(refuse);
        action
    }

    fn note_misnamed(&mut self, found: &Findings, id: impl ToString) {
        if found.refuses("name") {
            self.misnamed.insert(id.to_string());
        }
    }
}

/// The node as it was, none for one that is new, or why it cannot be in the tree.
fn usable<I: Copy + ToString, T>(
    node: Node<I>,
    known: Option<T>,
    first: bool,
    kind: &'static str,
) -> Result<Option<T>, Refusal> {
    let refused = |problem: Problem| problem.at(node.field()).about(node.id().to_string());
    match (node, known) {
        _ if !first => Err(refused(Problem::TwiceInTree { kind })),
        (Node::Kept(_), Some(known)) => Ok(Some(known)),
        (Node::Kept(_), None) => Err(refused(Problem::NotFound { kind })),
        (Node::New(_) | Node::Unnamed(_), None) => Ok(None),
        (Node::New(_) | Node::Unnamed(_), Some(_)) => Err(refused(Problem::IdTaken)),
    }
}

/// Names are unique among siblings: the later of two is refused, at its place. Two that were siblings with
/// these names before stay as they are: what counts as the same may have changed since they were named.
fn refuse_twins(
    before: &Definition,
    tree: &Definition,
    misnamed: &HashSet<String>,
    found: &mut Findings,
) {
    for (at, twin) in twins(stage_names(before), stage_names(tree), misnamed) {
        found.push(below("stages", at, twin));
    }
    for (stage, of) in tree.stages.iter().enumerate() {
        let known = before.stage(of.stage_id).map(action_names);
        for (at, twin) in twins(known.unwrap_or_default(), action_names(of), misnamed) {
            found.push(below("stages", stage, below("actions", at, twin)));
        }
    }
}

/// Nodes beside each other, with their names.
type Named<'a> = Vec<(String, &'a str)>;

fn stage_names(tree: &Definition) -> Named<'_> {
    tree.stages.iter().map(|stage| (stage.stage_id.to_string(), stage.name.as_str())).collect()
}

fn action_names(stage: &StageDefinition) -> Named<'_> {
    let actions = stage.actions.iter();
    actions.map(|action| (action.action_id.to_string(), action.name.as_str())).collect()
}

fn twins(before: Named<'_>, names: Named<'_>, misnamed: &HashSet<String>) -> Vec<(usize, Refusal)> {
    let before: HashSet<_> = before.into_iter().collect();
    let mut seen: HashMap<String, (String, &str)> = HashMap::new();
    let mut twins = Vec::new();
    for (at, named) in names.into_iter().enumerate() {
        let key = text::key(named.1);
        match seen.get(&key) {
            _ if key.is_empty() || misnamed.contains(&named.0) => {}
            Some(other) if before.contains(other) && before.contains(&named) => {}
            Some((other, _)) => {
                let taken = Problem::NameTaken { name: named.1.to_owned() };
                twins.push((at, taken.at("name").about(other)));
            }
            None => drop(seen.insert(key, named)),
        }
    }
    twins
}
