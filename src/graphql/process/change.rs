//! What is different between two versions of a process: typed facts for a review list, values without
//! ids of their own.

#![allow(clippy::duplicated_attributes, reason = "fields of an interface may have the same type")]
#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use async_graphql::{ID, Interface, Object};
use domain::process::diff::{ProcessChange as Change, Setting};
use entity::ids::{ActionId, StageId};

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

/// What all changes tell.
#[derive(Clone)]
pub(crate) struct About {
    stage_id: Option<StageId>,
    action_id: Option<ActionId>,
    summary: String,
}

/// Types of changes: what all have in common, what each keeps of its own, and what it tells of that.
macro_rules! changes {
    ($(
        $(#[doc = $doc:literal])* $name:ident($($field:ident: $type:ty),*) { $($own:item)* }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone)]
        pub(crate) struct $name {
            about: About,
            $($field: $type,)*
        }

        $(#[doc = $doc])*
        #[Object]
        impl $name {
            /// The stage it is about; that of the action, where an action came, went or moved.
            pub(crate) async fn stage_id(&self) -> Option<ID> {
                self.about.stage_id.map(|id| id.to_string().into())
            }

            /// The action it is about.
            pub(crate) async fn action_id(&self) -> Option<ID> {
                self.about.action_id.map(|id| id.to_string().into())
            }

            /// What changed in a few words, in the viewer's language.
            pub(crate) async fn summary(&self) -> &str {
                &self.about.summary
            }

            $($own)*
        }
    )*};
}

changes! {
    /// The process has another name.
    ProcessRenamed(from: String, to: String) {
        /// The name before.
        async fn from(&self) -> &str { &self.from }

        /// The name after.
        async fn to(&self) -> &str { &self.to }
    }

    /// The process is described in another way.
    ProcessDescriptionChanged(from: String, to: String) {
        /// The description before.
        async fn from(&self) -> &str { &self.from }

        /// The description after.
        async fn to(&self) -> &str { &self.to }
    }

    /// A stage is new.
    StageAdded(stage: StageDefinition, after: Option<StageId>) {
        /// The stage, with those of its actions that are new too.
        #[graphql(directive = semanticNonNull::apply())]
        async fn stage(&self) -> Option<&StageDefinition> { Some(&self.stage) }

        /// The stage it comes after; null: it is the first.
        async fn after_id(&self) -> Option<ID> { self.after.map(|id| id.to_string().into()) }
    }

    /// A stage has another name.
    StageRenamed(from: String, to: String) {
        /// The name before.
        async fn from(&self) -> &str { &self.from }

        /// The name after.
        async fn to(&self) -> &str { &self.to }
    }

    /// A stage has another hint.
    StageHintChanged(name: String, from: String, to: String) {
        /// What the stage is called.
        async fn name(&self) -> &str { &self.name }

        /// The hint before.
        async fn from(&self) -> &str { &self.from }

        /// The hint after.
        async fn to(&self) -> &str { &self.to }
    }

    /// A stage has another place.
    StageMoved(name: String, after: Option<StageId>) {
        /// What the stage is called.
        async fn name(&self) -> &str { &self.name }

        /// The stage it comes after; null: it is the first.
        async fn after_id(&self) -> Option<ID> { self.after.map(|id| id.to_string().into()) }
    }

    /// A stage is gone. No deal went with it.
    StageRemoved(stage: StageDefinition) {
        /// The stage, with those of its actions that went with it.
        #[graphql(directive = semanticNonNull::apply())]
        async fn stage(&self) -> Option<&StageDefinition> { Some(&self.stage) }
    }

    /// An action is new, in a stage that was there.
    ActionAdded(action: ActionDefinition, after: Option<ActionId>) {
        /// The action.
        #[graphql(directive = semanticNonNull::apply())]
        async fn action(&self) -> Option<&ActionDefinition> { Some(&self.action) }

        /// The action it comes after; null: it is the first.
        async fn after_id(&self) -> Option<ID> { self.after.map(|id| id.to_string().into()) }
    }

    /// An action has another name.
    ActionRenamed(from: String, to: String) {
        /// The name before.
        async fn from(&self) -> &str { &self.from }

        /// The name after.
        async fn to(&self) -> &str { &self.to }
    }

    /// An action has another place, in its own stage or in another.
    ActionMoved(
        name: String,
        from_stage_id: StageId,
        from_stage_name: String,
        to_stage_name: String,
        after: Option<ActionId>
    ) {
        /// What the action is called.
        async fn name(&self) -> &str { &self.name }

        /// The stage it was in; the one it is in is `stageId`.
        #[graphql(directive = semanticNonNull::apply())]
        async fn from_stage_id(&self) -> Option<ID> { Some(self.from_stage_id.to_string().into()) }

        /// What the stage it was in was called.
        #[graphql(directive = semanticNonNull::apply())]
        async fn from_stage_name(&self) -> Option<&str> { Some(&self.from_stage_name) }

        /// What the stage it is in is called.
        #[graphql(directive = semanticNonNull::apply())]
        async fn to_stage_name(&self) -> Option<&str> { Some(&self.to_stage_name) }

        /// The action it comes after; null: it is the first.
        async fn after_id(&self) -> Option<ID> { self.after.map(|id| id.to_string().into()) }
    }

    /// An action has another weight.
    WeightChanged(name: String, from: u16, to: u16) {
        /// What the action is called.
        async fn name(&self) -> &str { &self.name }

        /// The weight before.
        async fn from_weight(&self) -> u16 { self.from }

        /// The weight after.
        async fn to_weight(&self) -> u16 { self.to }
    }

    /// An action has other settings: what changed besides its name, place and weight.
    SettingsChanged(
        name: String,
        settings: Vec<Setting>,
        before: Box<ActionDefinition>,
        after: Box<ActionDefinition>
    ) {
        /// What the action is called.
        async fn name(&self) -> &str { &self.name }

        /// Which settings.
        async fn settings(&self) -> Vec<ActionSetting> {
            self.settings.iter().map(|setting| (*setting).into()).collect()
        }

        /// The action before.
        #[graphql(directive = semanticNonNull::apply())]
        async fn before(&self) -> Option<&ActionDefinition> { Some(&self.before) }

        /// The action after.
        #[graphql(directive = semanticNonNull::apply())]
        async fn after(&self) -> Option<&ActionDefinition> { Some(&self.after) }
    }

    /// An action is gone, from a stage that stays. Its completions stay in the history and stop counting.
    ActionRemoved(action: ActionDefinition) {
        /// The action.
        #[graphql(directive = semanticNonNull::apply())]
        async fn action(&self) -> Option<&ActionDefinition> { Some(&self.action) }
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
        desc = "What changed in a few words, in the viewer's language."
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
    /// The type of this change. Each is taken apart here and nowhere else, without `..`.
    fn new(view: &View, change: &Change) -> Self {
        let about = About {
            stage_id: change.stage_id(),
            action_id: change.action_id(),
            summary: change.summary(view.language()),
        };
        let stage = |stage| StageDefinition::new(view, stage);
        let action = |action| ActionDefinition::new(view, action);
        match change.clone() {
            Change::ProcessRenamed { from, to } => ProcessRenamed { about, from, to }.into(),
            Change::DescriptionChanged { from, to } => {
                ProcessDescriptionChanged { about, from, to }.into()
            }
            Change::StageAdded { stage: added, after } => {
                StageAdded { about, stage: stage(added), after }.into()
            }
            Change::StageRenamed { stage_id: _, from, to } => {
                StageRenamed { about, from, to }.into()
            }
            Change::StageHintChanged { stage_id: _, name, from, to } => {
                StageHintChanged { about, name, from, to }.into()
            }
            Change::StageMoved { stage_id: _, name, after } => {
                StageMoved { about, name, after }.into()
            }
            Change::StageRemoved { stage: removed } => {
                StageRemoved { about, stage: stage(removed) }.into()
            }
            Change::ActionAdded { stage_id: _, stage_name: _, action: added, after } => {
                ActionAdded { about, action: action(added), after }.into()
            }
            Change::ActionRenamed { stage_id: _, action_id: _, from, to } => {
                ActionRenamed { about, from, to }.into()
            }
            Change::ActionMoved {
                action_id: _,
                name,
                from_stage_id,
                from_stage_name,
                to_stage_id: _,
                to_stage_name,
                after,
            } => ActionMoved { about, name, from_stage_id, from_stage_name, to_stage_name, after }
                .into(),
            Change::WeightChanged { action_id: _, name, from, to } => {
                WeightChanged { about, name, from, to }.into()
            }
            Change::SettingsChanged { settings, before, after } => {
                let name = after.name.clone();
                let (before, after) = (Box::new(action(before)), Box::new(action(after)));
                SettingsChanged { about, name, settings, before, after }.into()
            }
            Change::ActionRemoved { stage_id: _, stage_name: _, action: removed } => {
                ActionRemoved { about, action: action(removed) }.into()
            }
        }
    }
}
