//! What was removed from a process comes back under the id that it had, as it last was (rule 6).

use entity::ids::{ActionId, StageId};

use super::{
    ActionSettings, Applied, Change, Named, Position, action_ids, called, fill_stage, index_for,
    stage_index, stray_action, stray_stage,
};
use crate::{
    process::{
        check,
        definition::{ActionDefinition, Definition, StageDefinition},
    },
    refusal::{Problem, Refusal},
};

/// Nodes that were removed from a process, each as it last was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// The stages, each with the actions that come back with it.
    pub stages: Vec<StageDefinition>,
    /// The actions that come back by themselves, each with the stage that it was in.
    pub actions: Vec<(StageId, ActionDefinition)>,
}

impl Removed {
    fn stage(&self, id: StageId) -> Option<StageDefinition> {
        self.stages.iter().find(|stage| stage.stage_id == id).cloned()
    }

    fn action(&self, id: ActionId) -> Option<(StageId, ActionDefinition)> {
        self.actions.iter().find(|(_, action)| action.action_id == id).cloned()
    }

    fn all_actions(&self) -> impl Iterator<Item = ActionId> + '_ {
        let of_stages = self.stages.iter().flat_map(|stage| &stage.actions);
        let all = of_stages.chain(self.actions.iter().map(|(_, action)| action));
        all.map(|action| action.action_id)
    }

    /// The members whom the actions name that come back, as far as the change does not name them itself. `tree` is what
    /// the change led to.
    pub fn members(&self, change: &Change, tree: &Definition) -> Vec<Named> {
        let said = change.members();
        let is_said = |one: &Named| {
            let who = |one: &Named| (one.action, one.setting, one.member);
            said.iter().any(|other| who(other) == who(one))
        };
        let mut found = Vec::new();
        for (id, path) in self.all_actions().filter_map(|id| Some((id, change.place_of(id)?))) {
            let action = tree.actions().find(|action| action.action_id == id);
            let named = action.into_iter().flat_map(|action| Named::by(action, &path));
            found.extend(named.filter(|one| !is_said(one)));
        }
        found
    }
}

impl Change {
    /// Where the change says that an action comes back.
    fn place_of(&self, id: ActionId) -> Option<Vec<String>> {
        match self {
            Self::RestoreStage(..) => Some(vec!["stageId".into()]),
            Self::RestoreAction(..) => Some(vec!["actionId".into()]),
            Self::Save(tree) => tree.path_of(id),
            _ => None,
        }
    }
}

/// A stage comes back with its actions.
pub(super) fn restore_stage(
    tree: &mut Definition,
    (id, place): (StageId, Position<StageId>),
    name: Option<&str>,
    removed: &Removed,
) -> Applied {
    let Some(mut stage) = removed.stage(id) else {
        let unknown = vec![Problem::NotFound { kind: "stage" }.at("stageId").about(id)];
        return Err([unknown, stray_stage(tree, place)].concat());
    };
    let mut found = fill_stage(&mut stage, &called(name), false);
    let ids: Vec<_> = tree.stages.iter().map(|stage| stage.stage_id).collect();
    let at = found.keep(index_for(&ids, place, "stage")).unwrap_or(ids.len());
    tree.stages.insert(at, stage);
    let names = tree.stages.iter().map(|stage| (stage.stage_id.to_string(), stage.name.as_str()));
    found.unique(at, names);
    found.done()
}

/// An action comes back: without a stage to go to, its own must be there.
pub(super) fn restore_action(
    tree: &mut Definition,
    (id, to, place): (ActionId, Option<StageId>, Position<ActionId>),
    name: Option<&str>,
    removed: &Removed,
) -> Applied {
    let known = removed.action(id);
    let home = known.as_ref().map(|(home, _)| *home);
    let stage = place_to_go(tree, to, home);
    let ((_, mut action), stage) = match (known, stage) {
        (Some(known), Ok(stage)) => (known, stage),
        (known, stage) => {
            let unknown = || Problem::NotFound { kind: "action" }.at("actionId").about(id);
            let missing = known.is_none().then(unknown).into_iter();
            let stray = stray_action(tree, place);
            return Err(missing.chain(stage.err().into_iter().flatten()).chain(stray).collect());
        }
    };
    let settings = ActionSettings { name: name.map(str::to_owned), ..ActionSettings::default() };
    let mut found = action.fill(&settings, false);
    let ids = action_ids(tree, stage);
    let at = found.keep(index_for(&ids, place, "action")).unwrap_or(ids.len());
    tree.stages[stage].actions.insert(at, action);
    unique_action(tree, (stage, at), &mut found);
    found.done()
}

fn unique_action(tree: &Definition, (stage, at): (usize, usize), found: &mut check::Findings) {
    let actions = tree.stages[stage].actions.iter();
    found.unique(at, actions.map(|one| (one.action_id.to_string(), one.name.as_str())));
}

/// The stage that an action comes back to: the one that is named, else the one that it was in. Nothing is said of the
/// stage of an action that there is not.
fn place_to_go(
    tree: &Definition,
    to: Option<StageId>,
    home: Option<StageId>,
) -> Result<usize, Vec<Refusal>> {
    match (to, home) {
        (Some(to), _) => stage_index(tree, to, "stageId"),
        (None, Some(home)) => tree
            .stage_index(home)
            .ok_or_else(|| vec![Problem::StageOfActionRemoved.at("stageId").about(home)]),
        (None, None) => Err(Vec::new()),
    }
}
