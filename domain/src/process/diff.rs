//! What is different between two trees, as the smallest list of facts that explains it: pure.
//!
//! Whoever moves one stage of twenty reads of one move: of those that stayed in both trees, the longest
//! run that kept its order is left out (the longest increasing subsequence).

use std::collections::{HashMap, HashSet};

use entity::ids::{ActionId, StageId};

use super::definition::{ActionDefinition, Definition, StageDefinition};

mod about;
mod order;
mod summary;

pub use super::action::Setting;

/// One difference. Together they lead from one tree to the other: first everything that went, then
/// stage by stage in the new order, so that `after` always names something that is in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessChange {
    /// The process has another name.
    ProcessRenamed {
        /// The name before.
        from: String,
        /// The name after.
        to: String,
    },
    /// The process is described in another way.
    DescriptionChanged {
        /// The description before.
        from: String,
        /// The description after.
        to: String,
    },
    /// A stage is new.
    StageAdded {
        /// The stage with those of its actions that are new too.
        stage: StageDefinition,
        /// The stage it comes after; none: it is the first.
        after: Option<StageId>,
    },
    /// A stage has another name.
    StageRenamed {
        /// The stage.
        stage_id: StageId,
        /// The name before.
        from: String,
        /// The name after.
        to: String,
    },
    /// A stage has another hint.
    StageHintChanged {
        /// The stage.
        stage_id: StageId,
        /// What it is called.
        name: String,
        /// The hint before.
        from: String,
        /// The hint after.
        to: String,
    },
    /// A stage has another place.
    StageMoved {
        /// The stage.
        stage_id: StageId,
        /// What it is called.
        name: String,
        /// The stage it comes after; none: it is the first.
        after: Option<StageId>,
    },
    /// A stage is gone.
    StageRemoved {
        /// The stage with those of its actions that went with it.
        stage: StageDefinition,
    },
    /// An action of a stage that was there is new.
    ActionAdded {
        /// Its stage.
        stage_id: StageId,
        /// What that is called.
        stage_name: String,
        /// The action.
        action: ActionDefinition,
        /// The action it comes after; none: it is the first.
        after: Option<ActionId>,
    },
    /// An action has another name.
    ActionRenamed {
        /// The stage it is in.
        stage_id: StageId,
        /// The action.
        action_id: ActionId,
        /// The name before.
        from: String,
        /// The name after.
        to: String,
    },
    /// An action has another place, in its own stage or in another.
    ActionMoved {
        /// The action.
        action_id: ActionId,
        /// What it is called.
        name: String,
        /// The stage it was in.
        from_stage_id: StageId,
        /// What that was called.
        from_stage_name: String,
        /// The stage it is in.
        to_stage_id: StageId,
        /// What that is called.
        to_stage_name: String,
        /// The action it comes after; none: it is the first.
        after: Option<ActionId>,
    },
    /// An action has another weight.
    WeightChanged {
        /// The action.
        action_id: ActionId,
        /// What it is called.
        name: String,
        /// The weight before.
        from: u16,
        /// The weight after.
        to: u16,
    },
    /// An action has other settings: what changed besides its name, place and weight.
    SettingsChanged {
        /// Which settings: at least one.
        settings: Vec<Setting>,
        /// The action before.
        before: ActionDefinition,
        /// The action after.
        after: ActionDefinition,
    },
    /// An action of a stage that stays is gone.
    ActionRemoved {
        /// The stage it was in.
        stage_id: StageId,
        /// What that is called.
        stage_name: String,
        /// The action.
        action: ActionDefinition,
    },
}

/// The facts that lead from `before` to `after`; none when they are the same.
pub fn diff(before: &Definition, after: &Definition) -> Vec<ProcessChange> {
    let trees = Trees { before, old: Places::of(before), after, new: Places::of(after) };
    let mut changes = process(before, after);
    trees.removed(&mut changes);
    trees.stages(&mut changes);
    trees.actions(&mut changes);
    changes
}

fn process(before: &Definition, after: &Definition) -> Vec<ProcessChange> {
    let mut changes = Vec::new();
    if before.name != after.name {
        let (from, to) = (before.name.clone(), after.name.clone());
        changes.push(ProcessChange::ProcessRenamed { from, to });
    }
    if before.description != after.description {
        let (from, to) = (before.description.clone(), after.description.clone());
        changes.push(ProcessChange::DescriptionChanged { from, to });
    }
    changes
}

/// Where everything is in a tree.
struct Places<'a> {
    stages: HashMap<StageId, &'a StageDefinition>,
    actions: HashMap<ActionId, (&'a StageDefinition, &'a ActionDefinition)>,
}

impl<'a> Places<'a> {
    fn of(tree: &'a Definition) -> Self {
        let stages = tree.stages.iter().map(|stage| (stage.stage_id, stage)).collect();
        let actions = tree.stages.iter().flat_map(|stage| {
            stage.actions.iter().map(move |action| (action.action_id, (stage, action)))
        });
        Self { stages, actions: actions.collect() }
    }
}

struct Trees<'a> {
    before: &'a Definition,
    old: Places<'a>,
    after: &'a Definition,
    new: Places<'a>,
}

impl Trees<'_> {
    fn removed(&self, changes: &mut Vec<ProcessChange>) {
        for stage in &self.before.stages {
            let gone =
                |action: &&ActionDefinition| !self.new.actions.contains_key(&action.action_id);
            let gone = stage.actions.iter().filter(gone).cloned();
            if !self.new.stages.contains_key(&stage.stage_id) {
                let stage = StageDefinition { actions: gone.collect(), ..stage.clone() };
                changes.push(ProcessChange::StageRemoved { stage });
                continue;
            }
            changes.extend(gone.map(|action| ProcessChange::ActionRemoved {
                stage_id: stage.stage_id,
                stage_name: stage.name.clone(),
                action,
            }));
        }
    }

    fn stages(&self, changes: &mut Vec<ProcessChange>) {
        let old: Vec<_> = self.before.stages.iter().map(|stage| stage.stage_id).collect();
        let new: Vec<_> = self.after.stages.iter().map(|stage| stage.stage_id).collect();
        let stayed = order::stayed(&old, &new);
        let mut previous = None;
        for stage in &self.after.stages {
            let stage_id = stage.stage_id;
            match self.old.stages.get(&stage_id) {
                None => changes.push(self.added(stage, previous)),
                Some(_) if stayed.contains(&stage_id) => {}
                Some(_) => changes.push(ProcessChange::StageMoved {
                    stage_id,
                    name: stage.name.clone(),
                    after: previous,
                }),
            }
            if let Some(before) = self.old.stages.get(&stage_id) {
                texts(before, stage, changes);
            }
            previous = Some(stage_id);
        }
    }

    fn added(&self, stage: &StageDefinition, after: Option<StageId>) -> ProcessChange {
        let new = |action: &&ActionDefinition| !self.old.actions.contains_key(&action.action_id);
        let actions = stage.actions.iter().filter(new).cloned().collect();
        ProcessChange::StageAdded { stage: StageDefinition { actions, ..stage.clone() }, after }
    }

    fn actions(&self, changes: &mut Vec<ProcessChange>) {
        for stage in &self.after.stages {
            let stayed = self.stayed_in(stage);
            let mut previous = None;
            for action in &stage.actions {
                let place = ActionPosition { stage, after: previous, stayed: &stayed };
                self.action(action, &place, changes);
                previous = Some(action.action_id);
            }
        }
    }

    fn stayed_in(&self, stage: &StageDefinition) -> HashSet<ActionId> {
        let ids = |stage: &StageDefinition| -> Vec<_> {
            stage.actions.iter().map(|action| action.action_id).collect()
        };
        let old = self.old.stages.get(&stage.stage_id).map(|old| ids(old)).unwrap_or_default();
        order::stayed(&old, &ids(stage))
    }

    fn action(
        &self,
        action: &ActionDefinition,
        place: &ActionPosition<'_>,
        changes: &mut Vec<ProcessChange>,
    ) {
        let Some((from, before)) = self.old.actions.get(&action.action_id) else {
            changes.extend(self.added_to(action, place));
            return;
        };
        if !place.stayed.contains(&action.action_id) {
            changes.push(ProcessChange::ActionMoved {
                action_id: action.action_id,
                name: action.name.clone(),
                from_stage_id: from.stage_id,
                from_stage_name: from.name.clone(),
                to_stage_id: place.stage.stage_id,
                to_stage_name: place.stage.name.clone(),
                after: place.after,
            });
        }
        settings(before, action, place.stage.stage_id, changes);
    }

    /// A new action; one of a new stage came with it.
    fn added_to(
        &self,
        action: &ActionDefinition,
        place: &ActionPosition<'_>,
    ) -> Option<ProcessChange> {
        let stage_id = place.stage.stage_id;
        self.old.stages.contains_key(&stage_id).then(|| ProcessChange::ActionAdded {
            stage_id,
            stage_name: place.stage.name.clone(),
            action: action.clone(),
            after: place.after,
        })
    }
}

/// Where an action is in the new tree.
struct ActionPosition<'a> {
    stage: &'a StageDefinition,
    after: Option<ActionId>,
    stayed: &'a HashSet<ActionId>,
}

fn texts(before: &StageDefinition, after: &StageDefinition, changes: &mut Vec<ProcessChange>) {
    let stage_id = after.stage_id;
    if before.name != after.name {
        let (from, to) = (before.name.clone(), after.name.clone());
        changes.push(ProcessChange::StageRenamed { stage_id, from, to });
    }
    if before.hint != after.hint {
        let (from, to) = (before.hint.clone(), after.hint.clone());
        let name = after.name.clone();
        changes.push(ProcessChange::StageHintChanged { stage_id, name, from, to });
    }
}

fn settings(
    before: &ActionDefinition,
    after: &ActionDefinition,
    stage_id: StageId,
    changes: &mut Vec<ProcessChange>,
) {
    let (action_id, name) = (after.action_id, after.name.clone());
    if before.name != after.name {
        let (from, to) = (before.name.clone(), after.name.clone());
        changes.push(ProcessChange::ActionRenamed { stage_id, action_id, from, to });
    }
    if before.weight != after.weight {
        let (from, to) = (before.weight, after.weight);
        changes.push(ProcessChange::WeightChanged { action_id, name, from, to });
    }
    let settings = before.different(after);
    if !settings.is_empty() {
        let (before, after) = (before.clone(), after.clone());
        changes.push(ProcessChange::SettingsChanged { settings, before, after });
    }
}
