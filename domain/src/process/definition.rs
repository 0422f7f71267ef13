//! A process as a value: the tree of stages and actions with all their settings, and nothing else.

use entity::{
    action::{Evidence, FollowUps, Notify, PerformerGroup},
    ids::{ActionId, MemberId, StageId},
};
use serde::{Deserialize, Serialize};

use super::diff::Setting;

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

/// An action as a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionDefinition {
    /// Which action it is.
    pub action_id: ActionId,
    /// Its name.
    pub name: String,
    /// Advice for whoever does it (Markdown).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// How much doing it brings the deal closer to being won: 0..=1000.
    pub weight: u16,
    /// Whether it must be done before a deal can be won.
    #[serde(default)]
    pub mandatory: bool,
    /// Who may do it.
    #[serde(default)]
    pub performers: Performers,
    /// What must come along with doing it.
    #[serde(default)]
    pub evidence: Evidence,
    /// Who is told when it is done.
    #[serde(default, skip_serializing_if = "Notify::is_empty")]
    pub notify: Notify,
    /// Which tasks follow.
    #[serde(default)]
    pub follow_ups: FollowUps,
}

/// Who may do an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Performers {
    /// Which group.
    pub group: PerformerGroup,
    /// Who exactly, for `CHOSEN`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberId>,
}

impl Definition {
    /// All actions, in process order.
    pub fn actions(&self) -> impl Iterator<Item = &ActionDefinition> {
        self.stages.iter().flat_map(|stage| &stage.actions)
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

impl ActionDefinition {
    /// Every member that the settings name: performers, told, assignees.
    pub fn members(&self) -> impl Iterator<Item = (Setting, MemberId)> + '_ {
        let assignees = self.follow_ups.0.iter().filter_map(|task| match task.assignee {
            entity::action::Assignee::Member(id) => Some((Setting::FollowUps, id)),
            _ => None,
        });
        let performers = self.performers.members.iter().map(|id| (Setting::Performers, *id));
        let notified = self.notify.members.iter().map(|id| (Setting::Notify, *id));
        performers.chain(notified).chain(assignees)
    }
}
