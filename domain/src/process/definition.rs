//! A process as a value: the tree of stages and actions with all their settings, and nothing else.

use std::collections::BTreeMap;

use entity::ids::{ActionId, StageId};
use serde::{Deserialize, Serialize};

pub use super::action::{ActionDefinition, Performers};

/// What a process version holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The process's name.
    pub name: String,
    /// What it is for (Markdown).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The stages, in order.
    pub stages: Vec<StageDefinition>,
}

/// A stage as a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageDefinition {
    /// Which stage it is.
    pub stage_id: StageId,
    /// Its name.
    pub name: String,
    /// Advice for whoever works at it (Markdown).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// Its actions, in order.
    #[serde(default)]
    pub actions: Vec<ActionDefinition>,
}

impl Definition {
    /// All actions, in process order.
    pub fn actions(&self) -> impl Iterator<Item = &ActionDefinition> {
        self.stages.iter().flat_map(|stage| &stage.actions)
    }

    /// What the stage and progress of deals depend on: the stages in their order, and what counts of their actions, in
    /// whatever order (rules 9 and 10).
    pub fn counts(&self) -> Vec<(StageId, BTreeMap<ActionId, u16>)> {
        let actions =
            |stage: &StageDefinition| stage.actions.iter().map(ActionDefinition::counts).collect();
        self.stages.iter().map(|stage| (stage.stage_id, actions(stage))).collect()
    }

    /// The stage with this id.
    pub fn stage(&self, id: StageId) -> Option<&StageDefinition> {
        self.stages.iter().find(|stage| stage.stage_id == id)
    }

    /// The place of a stage.
    pub fn stage_index(&self, id: StageId) -> Option<usize> {
        self.stages.iter().position(|stage| stage.stage_id == id)
    }

    /// The place of an action: that of its stage, and its own within the stage.
    pub fn action_index(&self, id: ActionId) -> Option<(usize, usize)> {
        self.stages.iter().enumerate().find_map(|(stage, found)| {
            let action = found.actions.iter().position(|action| action.action_id == id)?;
            Some((stage, action))
        })
    }
}
