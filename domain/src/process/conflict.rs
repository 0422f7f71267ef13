//! Two saves that started from the same version: what each changed, and where they meet (rule 4). Pure.

use std::collections::{HashMap, HashSet};

use entity::ids::{ProcessId, StageId};

use super::diff::ProcessChange;
use crate::{
    refusal::{Detail, Problem, Refusal},
    text,
};

/// A save that came too late, with all that is needed to merge it without another question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The process.
    pub process_id: ProcessId,
    /// The version that the caller started from.
    pub expected: i64,
    /// The version it has now.
    pub current: i64,
    /// What others changed since.
    pub theirs: Vec<ProcessChange>,
    /// What the caller wanted to change.
    pub yours: Vec<ProcessChange>,
    /// The written ids of the nodes that both touch.
    pub overlapping: Vec<String>,
}

impl Conflict {
    /// The conflict between these changes.
    pub fn between(
        process_id: ProcessId,
        (expected, current): (i64, i64),
        theirs: Vec<ProcessChange>,
        yours: Vec<ProcessChange>,
    ) -> Self {
        let overlapping = overlapping(process_id, &theirs, &yours);
        Self { process_id, expected, current, theirs, yours, overlapping }
    }

    /// The refusal of the save that came too late.
    pub fn refused(self) -> Refusal {
        let Self { process_id, expected, current, .. } = self;
        let changes = Detail::new(self);
        let problem = Problem::VersionConflict { process_id, expected, current, changes };
        problem.at("expectedVersion").about(process_id)
    }
}

/// Nodes that both changed, nodes that one side removed and the other builds on, and nodes that would
/// have the same name beside each other.
fn overlapping(
    process: ProcessId,
    theirs: &[ProcessChange],
    yours: &[ProcessChange],
) -> Vec<String> {
    let (them, you) = (Touched::by(process, theirs), Touched::by(process, yours));
    let mut met: Vec<_> = you.changed.intersection(&them.changed).cloned().collect();
    met.extend(you.needed.intersection(&them.removed).cloned());
    met.extend(you.removed.intersection(&them.needed).cloned());
    for (name, node) in &you.named {
        let namesake = them.named.get(name).filter(|other| *other != node);
        met.extend(namesake.into_iter().flat_map(|other| [node.clone(), other.clone()]));
    }
    met.sort();
    met.dedup();
    met
}

#[derive(Default)]
struct Touched {
    changed: HashSet<String>,
    removed: HashSet<String>,
    needed: HashSet<String>,
    /// What has a new name or place: by the stage it is in (none for a stage) and the key of its name.
    named: HashMap<(Option<StageId>, String), String>,
}

impl Touched {
    fn by(process: ProcessId, changes: &[ProcessChange]) -> Self {
        let mut touched = Self::default();
        for change in changes {
            touched.add(process, change);
        }
        touched
    }

    fn add(&mut self, process: ProcessId, change: &ProcessChange) {
        let node = match (change.action_id(), change.stage_id()) {
            (Some(action), _) => action.to_string(),
            (None, Some(stage)) => stage.to_string(),
            (None, None) => process.to_string(),
        };
        self.changed.insert(node.clone());
        if let Some((stage, name)) = change.named() {
            self.named.insert((stage, text::key(name)), node.clone());
        }
        match change {
            ProcessChange::ActionRemoved { .. } => drop(self.removed.insert(node)),
            ProcessChange::StageRemoved { stage } => {
                let actions = stage.actions.iter().map(|action| action.action_id.to_string());
                self.changed.extend(actions);
                self.removed.insert(node);
            }
            ProcessChange::ActionAdded { stage_id, .. } => {
                self.needed.insert(stage_id.to_string());
            }
            ProcessChange::ActionMoved { to_stage_id, .. } => {
                self.needed.insert(to_stage_id.to_string());
            }
            _ => {}
        }
    }
}
