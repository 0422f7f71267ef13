//! Changes of a process in a few words, for review lists; the facts are in their own fields.

use super::ProcessChange;

impl ProcessChange {
    /// What changed, in English.
    pub fn summary(&self) -> String {
        match self {
            Self::ProcessRenamed { from, to } => format!("Renamed the process “{from}” to “{to}”"),
            Self::DescriptionChanged { .. } => "Changed the description".into(),
            Self::StageAdded { stage, .. } => {
                format!("Added the stage “{}”{}", stage.name, with(stage.actions.len()))
            }
            Self::StageRenamed { from, to, .. } => format!("Renamed the stage “{from}” to “{to}”"),
            Self::StageHintChanged { name, .. } => {
                format!("Changed the hint of the stage “{name}”")
            }
            Self::StageMoved { name, .. } => format!("Moved the stage “{name}”"),
            Self::StageRemoved { stage } => {
                format!("Removed the stage “{}”{}", stage.name, with(stage.actions.len()))
            }
            Self::ActionAdded { stage_name, action, .. } => {
                format!("Added “{}” to “{stage_name}”", action.name)
            }
            Self::ActionRenamed { from, to, .. } => format!("Renamed “{from}” to “{to}”"),
            Self::ActionMoved { name, from_stage_id, to_stage_id, .. }
                if from_stage_id == to_stage_id =>
            {
                format!("Moved “{name}” within its stage")
            }
            Self::ActionMoved { name, from_stage_name, to_stage_name, .. } => {
                format!("Moved “{name}” from “{from_stage_name}” to “{to_stage_name}”")
            }
            Self::WeightChanged { name, from, to, .. } => {
                format!("Changed the weight of “{name}” from {from} to {to}")
            }
            Self::SettingsChanged { settings, after, .. } => {
                let names: Vec<_> = settings.iter().map(|setting| setting.words()).collect();
                format!("Changed “{}”: {}", after.name, names.join(", "))
            }
            Self::ActionRemoved { stage_name, action, .. } => {
                format!("Removed “{}” from “{stage_name}”", action.name)
            }
        }
    }
}

fn with(actions: usize) -> String {
    match actions {
        0 => String::new(),
        1 => " with 1 action".into(),
        many => format!(" with {many} actions"),
    }
}
