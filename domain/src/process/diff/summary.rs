//! Changes of a process in a few words, for review lists; the facts are in their own fields.

use super::{ProcessChange, Setting};
use crate::language::{Language, Message};

impl ProcessChange {
    /// What changed, for whoever reads this language.
    pub fn summary(&self, language: Language) -> String {
        self.said().text(language)
    }

    fn said(&self) -> Message {
        match self {
            Self::ProcessRenamed { from, to } => from_to("change-process-renamed", from, to),
            Self::DescriptionChanged { .. } => Message::of("change-description-changed"),
            Self::StageAdded { stage, .. } => {
                named("change-stage-added", &stage.name).with("actions", stage.actions.len())
            }
            Self::StageRenamed { from, to, .. } => from_to("change-stage-renamed", from, to),
            Self::StageHintChanged { name, .. } => named("change-stage-hint-changed", name),
            Self::StageMoved { name, .. } => named("change-stage-moved", name),
            Self::StageRemoved { stage } => {
                named("change-stage-removed", &stage.name).with("actions", stage.actions.len())
            }
            Self::ActionAdded { stage_name, action, .. } => {
                named("change-action-added", &action.name).with("stage", stage_name)
            }
            Self::ActionRenamed { from, to, .. } => from_to("change-action-renamed", from, to),
            Self::ActionMoved { name, from_stage_id, to_stage_id, .. }
                if from_stage_id == to_stage_id =>
            {
                named("change-action-moved-within", name)
            }
            Self::ActionMoved { name, from_stage_name, to_stage_name, .. } => {
                from_to("change-action-moved", from_stage_name, to_stage_name).with("name", name)
            }
            Self::WeightChanged { name, from, to, .. } => {
                let (from, to) = (from.to_string(), to.to_string());
                from_to("change-weight-changed", &from, &to).with("name", name)
            }
            Self::SettingsChanged { settings, after, .. } => {
                let settings: Vec<_> = settings.iter().map(|one| setting(*one)).collect();
                named("change-settings-changed", &after.name).with("settings", settings)
            }
            Self::ActionRemoved { stage_name, action, .. } => {
                named("change-action-removed", &action.name).with("stage", stage_name)
            }
        }
    }
}

fn named(message: &'static str, name: &str) -> Message {
    Message::of(message).with("name", name)
}

fn from_to(message: &'static str, from: &str, to: &str) -> Message {
    Message::of(message).with("from", from).with("to", to)
}

fn setting(setting: Setting) -> Message {
    Message::of(match setting {
        Setting::Hint => "setting-hint",
        Setting::Mandatory => "setting-mandatory",
        Setting::Performers => "setting-performers",
        Setting::Evidence => "setting-evidence",
        Setting::Notify => "setting-notify",
        Setting::FollowUps => "setting-follow-ups",
    })
}
