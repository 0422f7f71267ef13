//! A process version as rules read it: its number, its definition, and where each action is.

use std::collections::HashMap;

use entity::ids::{ActionId, ProcessId, StageId};

use super::definition::{ActionDefinition, Definition, StageDefinition};

/// One immutable version of a process.
#[derive(Debug)]
pub struct Version {
    /// Whose version it is.
    pub process_id: ProcessId,
    /// Which.
    pub number: i64,
    /// What it says.
    pub definition: Definition,
    /// The sum of all weights.
    pub total_weight: u32,
    actions: HashMap<ActionId, (usize, usize)>,
    mandatory_count: usize,
    /// How many bytes it takes in memory, about.
    size: usize,
}

impl Version {
    /// The version with this number and definition.
    pub fn new(process_id: ProcessId, number: i64, definition: Definition) -> Self {
        let mut actions = HashMap::new();
        for (stage_index, stage) in definition.stages.iter().enumerate() {
            for (index, action) in stage.actions.iter().enumerate() {
                actions.insert(action.action_id, (stage_index, index));
            }
        }
        let total_weight = definition.actions().map(|action| u32::from(action.weight)).sum();
        let mandatory_count = definition.actions().filter(|action| action.mandatory).count();
        let size = size(&definition);
        Self { process_id, number, definition, total_weight, actions, mandatory_count, size }
    }

    /// How many bytes it takes in memory, about.
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many actions it has.
    pub fn action_count(&self) -> usize {
        self.actions.len()
    }

    /// How many of them must be done before a deal can be won.
    pub fn mandatory_count(&self) -> usize {
        self.mandatory_count
    }

    /// An action with its stage.
    pub fn action(&self, id: ActionId) -> Option<(&StageDefinition, &ActionDefinition)> {
        let (stage, action) = self.actions.get(&id)?;
        let stage = self.definition.stages.get(*stage)?;
        Some((stage, stage.actions.get(*action)?))
    }

    /// The place of the stage that an action belongs to.
    pub fn stage_of(&self, id: ActionId) -> Option<usize> {
        self.actions.get(&id).map(|(stage, _)| *stage)
    }

    /// The place of a stage.
    pub fn stage_index(&self, id: StageId) -> Option<usize> {
        self.definition.stage_index(id)
    }
}

fn size(definition: &Definition) -> usize {
    let stages = definition.stages.iter();
    let stages = stages.map(|stage| size_of_val(stage) + stage.name.len() + stage.hint.len());
    let place = size_of::<(ActionId, (usize, usize))>();
    let actions = definition.actions().map(|action| action.size() + place);
    let own = size_of::<Version>() + definition.name.len() + definition.description.len();
    own + stages.sum::<usize>() + actions.sum::<usize>()
}
