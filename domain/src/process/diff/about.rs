//! What each change of a process is about: its stage, its action, and the name it gives.

use entity::ids::{ActionId, StageId};

use super::ProcessChange;

impl ProcessChange {
    /// The stage it is about; that of the action, where an action came, went or moved.
    pub fn stage_id(&self) -> Option<StageId> {
        match self {
            Self::StageAdded { stage, .. } | Self::StageRemoved { stage } => Some(stage.stage_id),
            Self::StageRenamed { stage_id, .. }
            | Self::StageHintChanged { stage_id, .. }
            | Self::StageMoved { stage_id, .. }
            | Self::ActionAdded { stage_id, .. }
            | Self::ActionMoved { to_stage_id: stage_id, .. }
            | Self::ActionRemoved { stage_id, .. } => Some(*stage_id),
            _ => None,
        }
    }

    /// The name that something has from now on among the actions of a stage, or among the stages.
    pub fn named(&self) -> Option<(Option<StageId>, &str)> {
        match self {
            Self::StageAdded { stage, .. } => Some((None, &stage.name)),
            Self::StageRenamed { to, .. } => Some((None, to)),
            Self::ActionAdded { stage_id, action, .. } => Some((Some(*stage_id), &action.name)),
            Self::ActionMoved { to_stage_id, name, .. } => Some((Some(*to_stage_id), name)),
            Self::ActionRenamed { stage_id, to, .. } => Some((Some(*stage_id), to)),
            _ => None,
        }
    }

    /// The action it is about.
    pub fn action_id(&self) -> Option<ActionId> {
        match self {
            Self::ActionAdded { action, .. }
            | Self::ActionRemoved { action, .. }
            | Self::SettingsChanged { after: action, .. } => Some(action.action_id),
            Self::ActionRenamed { action_id, .. }
            | Self::ActionMoved { action_id, .. }
            | Self::WeightChanged { action_id, .. } => Some(*action_id),
            _ => None,
        }
    }
}
