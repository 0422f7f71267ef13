//! What is different between two versions of a process: typed facts for a review list, values without
//! ids of their own.

#![allow(clippy::duplicated_attributes, reason = "fields of an interface may have the same type")]
#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use async_graphql::{ID, Interface, Object};
use domain::process::diff::ProcessChange as Change;

use crate::graphql::{
    context::semanticNonNull,
    process::{
        definition::{ActionDefinition, StageDefinition},
        settings::ActionSetting,
    },
    view::View,
};

/// These facts, as the viewer reads them.
pub(crate) fn objects(view: &View, changes: &[Change]) -> Vec<ProcessChange> {
    changes.iter().map(|change| ProcessChange::new(view, change)).collect()
}

/// A fact, and the view in which members it names are read.
#[derive(Clone)]
pub(crate) struct Source {
    view: View,
    change: Change,
}

impl Source {
    fn text(&self, which: Which) -> &str {
        match (&self.change, which) {
            (
                Change::ProcessRenamed { from, .. }
                | Change::DescriptionChanged { from, .. }
                | Change::StageRenamed { from, .. }
                | Change::StageHintChanged { from, .. }
                | Change::ActionRenamed { from, .. },
                Which::From,
            ) => from,
            (
                Change::ProcessRenamed { to, .. }
                | Change::DescriptionChanged { to, .. }
                | Change::StageRenamed { to, .. }
                | Change::StageHintChanged { to, .. }
                | Change::ActionRenamed { to, .. },
                Which::To,
            ) => to,
            _ => "",
        }
    }

    fn weight(&self, which: Which) -> u16 {
        match (&self.change, which) {
            (Change::WeightChanged { from, .. }, Which::From) => *from,
            (Change::WeightChanged { to, .. }, Which::To) => *to,
            _ => 0,
        }
    }

    fn name(&self) -> &str {
        match &self.change {
            Change::StageHintChanged { name, .. }
            | Change::StageMoved { name, .. }
            | Change::ActionMoved { name, .. }
            | Change::WeightChanged { name, .. } => name,
            Change::SettingsChanged { after, .. } => &after.name,
            _ => "",
        }
    }

    fn after_id(&self) -> Option<ID> {
        match &self.change {
            Change::StageAdded { after, .. } | Change::StageMoved { after, .. } => {
                after.map(|id| id.to_string().into())
            }
            Change::ActionAdded { after, .. } | Change::ActionMoved { after, .. } => {
                after.map(|id| id.to_string().into())
            }
            _ => None,
        }
    }

    fn stage(&self) -> Option<StageDefinition> {
        match &self.change {
            Change::StageAdded { stage, .. } | Change::StageRemoved { stage } => {
                Some(StageDefinition::new(&self.view, stage.clone()))
            }
            _ => None,
        }
    }

    fn action(&self, which: Which) -> Option<ActionDefinition> {
        let action = match (&self.change, which) {
            (Change::ActionAdded { action, .. } | Change::ActionRemoved { action, .. }, _) => {
                action
            }
            (Change::SettingsChanged { before, .. }, Which::From) => before,
            (Change::SettingsChanged { after, .. }, Which::To) => after,
            _ => return None,
        };
        Some(ActionDefinition::new(&self.view, action.clone()))
    }

    fn move_of_action(&self) -> Option<[&str; 2]> {
        match &self.change {
            Change::ActionMoved { from_stage_name, to_stage_name, .. } => {
                Some([from_stage_name, to_stage_name])
            }
            _ => None,
        }
    }

    fn stage_it_left(&self) -> Option<ID> {
        match &self.change {
            Change::ActionMoved { from_stage_id, .. } => Some(from_stage_id.to_string().into()),
            _ => None,
        }
    }

    fn settings(&self) -> Vec<ActionSetting> {
        match &self.change {
            Change::SettingsChanged { settings, .. } => {
                settings.iter().map(|setting| (*setting).into()).collect()
            }
            _ => Vec::new(),
        }
    }
}

#[derive(Clone, Copy)]
enum Which {
    From,
    To,
}

macro_rules! changes {
    ($($(#[doc = $doc:literal])* $name:ident { $($own:item)* })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone)]
        pub(crate) struct $name(pub(crate) Source);

        $(#[doc = $doc])*
        #[Object]
        impl $name {
            /// The stage it is about; that of the action, where an action came, went or moved.
            pub(crate) async fn stage_id(&self) -> Option<ID> {
                self.0.change.stage_id().map(|id| id.to_string().into())
            }

            /// The action it is about.
            pub(crate) async fn action_id(&self) -> Option<ID> {
                self.0.change.action_id().map(|id| id.to_string().into())
            }

            /// What changed in a few words, in English.
            pub(crate) async fn summary(&self) -> String {
                self.0.change.summary()
            }

            $($own)*
        }
    )*};
}

changes! {
    /// The process has another name.
    ProcessRenamed {
        /// The name before.
        async fn from(&self) -> &str { self.0.text(Which::From) }

        /// The name after.
        async fn to(&self) -> &str { self.0.text(Which::To) }
    }

    /// The process is described in another way.
    ProcessDescriptionChanged {
        /// The description before.
        async fn from(&self) -> &str { self.0.text(Which::From) }

        /// The description after.
        async fn to(&self) -> &str { self.0.text(Which::To) }
    }

    /// A stage is new.
    StageAdded {
        /// The stage, with those of its actions that are new too.
        #[graphql(directive = semanticNonNull::apply())]
        async fn stage(&self) -> Option<StageDefinition> { self.0.stage() }

        /// The stage it comes after; null: it is the first.
        async fn after_id(&self) -> Option<ID> { self.0.after_id() }
    }

    /// A stage has another name.
    StageRenamed {
        /// The name before.
        async fn from(&self) -> &str { self.0.text(Which::From) }

        /// The name after.
        async fn to(&self) -> &str { self.0.text(Which::To) }
    }

    /// A stage has another hint.
    StageHintChanged {
        /// What the stage is called.
        async fn name(&self) -> &str { self.0.name() }

        /// The hint before.
        async fn from(&self) -> &str { self.0.text(Which::From) }

        /// The hint after.
        async fn to(&self) -> &str { self.0.text(Which::To) }
    }

    /// A stage has another place.
    StageMoved {
        /// What the stage is called.
        async fn name(&self) -> &str { self.0.name() }

        /// The stage it comes after; null: it is the first.
        async fn after_id(&self) -> Option<ID> { self.0.after_id() }
    }

    /// A stage is gone. No deal went with it.
    StageRemoved {
        /// The stage, with those of its actions that went with it.
        #[graphql(directive = semanticNonNull::apply())]
        async fn stage(&self) -> Option<StageDefinition> { self.0.stage() }
    }

    /// An action is new, in a stage that was there.
    ActionAdded {
        /// The action.
        #[graphql(directive = semanticNonNull::apply())]
        async fn action(&self) -> Option<ActionDefinition> { self.0.action(Which::To) }

        /// The action it comes after; null: it is the first.
        async fn after_id(&self) -> Option<ID> { self.0.after_id() }
    }

    /// An action has another name.
    ActionRenamed {
        /// The name before.
        async fn from(&self) -> &str { self.0.text(Which::From) }

        /// The name after.
        async fn to(&self) -> &str { self.0.text(Which::To) }
    }

    /// An action has another place, in its own stage or in another.
    ActionMoved {
        /// What the action is called.
        async fn name(&self) -> &str { self.0.name() }

        /// The stage it was in; the one it is in is `stageId`.
        #[graphql(directive = semanticNonNull::apply())]
        async fn from_stage_id(&self) -> Option<ID> { self.0.stage_it_left() }

        /// What the stage it was in was called.
        #[graphql(directive = semanticNonNull::apply())]
        async fn from_stage_name(&self) -> Option<&str> { self.0.move_of_action().map(|[from, _]| from) }

        /// What the stage it is in is called.
        #[graphql(directive = semanticNonNull::apply())]
        async fn to_stage_name(&self) -> Option<&str> { self.0.move_of_action().map(|[_, to]| to) }

        /// The action it comes after; null: it is the first.
        async fn after_id(&self) -> Option<ID> { self.0.after_id() }
    }

    /// An action has another weight.
    WeightChanged {
        /// What the action is called.
        async fn name(&self) -> &str { self.0.name() }

        /// The weight before.
        async fn from_weight(&self) -> u16 { self.0.weight(Which::From) }

        /// The weight after.
        async fn to_weight(&self) -> u16 { self.0.weight(Which::To) }
    }

    /// An action has other settings: what changed besides its name, place and weight.
    SettingsChanged {
        /// What the action is called.
        async fn name(&self) -> &str { self.0.name() }

        /// Which settings.
        async fn settings(&self) -> Vec<ActionSetting> { self.0.settings() }

        /// The action before.
        #[graphql(directive = semanticNonNull::apply())]
        async fn before(&self) -> Option<ActionDefinition> { self.0.action(Which::From) }

        /// The action after.
        #[graphql(directive = semanticNonNull::apply())]
        async fn after(&self) -> Option<ActionDefinition> { self.0.action(Which::To) }
    }

    /// An action is gone, from a stage that stays. Its completions stay in the history and stop counting.
    ActionRemoved {
        /// The action.
        #[graphql(directive = semanticNonNull::apply())]
        async fn action(&self) -> Option<ActionDefinition> { self.0.action(Which::From) }
    }
}

/// One difference between two versions of a process. A list of them is the smallest that explains the
/// difference: moving one of twenty stages is one move. More types may be added.
#[derive(Clone, Interface)]
#[graphql(
    field(
        name = "stage_id",
        ty = "async_graphql::Result<Option<ID>>",
        desc = "The stage it is about; that of the action, where an action came, went or moved."
    ),
    field(
        name = "action_id",
        ty = "async_graphql::Result<Option<ID>>",
        desc = "The action it is about."
    ),
    field(
        name = "summary",
        ty = "async_graphql::Result<String>",
        desc = "What changed in a few words, in English."
    )
)]
pub(crate) enum ProcessChange {
    /// Another name.
    ProcessRenamed(ProcessRenamed),
    /// Another description.
    ProcessDescriptionChanged(ProcessDescriptionChanged),
    /// A new stage.
    StageAdded(StageAdded),
    /// Another name of a stage.
    StageRenamed(StageRenamed),
    /// Another hint of a stage.
    StageHintChanged(StageHintChanged),
    /// Another place of a stage.
    StageMoved(StageMoved),
    /// A stage gone.
    StageRemoved(StageRemoved),
    /// A new action.
    ActionAdded(ActionAdded),
    /// Another name of an action.
    ActionRenamed(ActionRenamed),
    /// Another place of an action.
    ActionMoved(ActionMoved),
    /// Another weight.
    WeightChanged(WeightChanged),
    /// Other settings.
    SettingsChanged(SettingsChanged),
    /// An action gone.
    ActionRemoved(ActionRemoved),
}

impl ProcessChange {
    fn new(view: &View, change: &Change) -> Self {
        let source = Source { view: view.clone(), change: change.clone() };
        match change {
            Change::ProcessRenamed { .. } => ProcessRenamed(source).into(),
            Change::DescriptionChanged { .. } => ProcessDescriptionChanged(source).into(),
            Change::StageAdded { .. } => StageAdded(source).into(),
            Change::StageRenamed { .. } => StageRenamed(source).into(),
            Change::StageHintChanged { .. } => StageHintChanged(source).into(),
            Change::StageMoved { .. } => StageMoved(source).into(),
            Change::StageRemoved { .. } => StageRemoved(source).into(),
            Change::ActionAdded { .. } => ActionAdded(source).into(),
            Change::ActionRenamed { .. } => ActionRenamed(source).into(),
            Change::ActionMoved { .. } => ActionMoved(source).into(),
            Change::WeightChanged { .. } => WeightChanged(source).into(),
            Change::SettingsChanged { .. } => SettingsChanged(source).into(),
            Change::ActionRemoved { .. } => ActionRemoved(source).into(),
        }
    }
}
