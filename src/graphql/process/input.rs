//! What process mutations take, and the commands that it becomes.

use async_graphql::{ID, InputObject, MaybeUndefined};
use domain::process::change::{ActionSettings, Position, ProcessSettings, StageSettings};
use entity::ids::{Id, Kind};

use crate::graphql::{
    input::InputReader,
    mutate::setting,
    process::action_input::{ActionSettingsInput, Described, NewActionSettingsInput, given},
};

/// A new process.
#[derive(InputObject)]
pub(crate) struct CreateProcessInput {
    /// An id made by the client (`process_…`): the same call again answers with what is there.
    pub new_id: Option<ID>,
    /// The key of the template to begin with (see `processTemplates`); without one, the process has no
    /// stages yet.
    pub template: Option<String>,
    /// The name to show: 1 to 200 characters, unique among the processes in use. May be left out with a
    /// template: then it is the template's.
    pub name: Option<String>,
    /// What the process is for (Markdown); left out with a template, what the template says.
    pub description: Option<String>,
    /// What to say about the first version.
    pub message: Option<String>,
}

/// New texts for a process. What is left out stays as it is; `null` makes it the default.
#[derive(InputObject)]
pub(crate) struct UpdateProcessInput {
    /// The process.
    pub process_id: ID,
    /// The version you started from: refused when the process was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
    /// The name to show: 1 to 200 characters, unique among the processes in use.
    pub name: Option<String>,
    /// What the process is for (Markdown).
    pub description: MaybeUndefined<String>,
}

/// A process that takes no new deals from now on.
#[derive(InputObject)]
pub(crate) struct ArchiveProcessInput {
    /// The process.
    pub process_id: ID,
    /// The version you started from: refused when the process was saved since.
    pub expected_version: Option<i64>,
    /// Which process in use new deals take from then on when they name none. Needed where the process is the
    /// default, unless it is the last one in use.
    pub new_default_id: Option<ID>,
}

/// An archived process that takes new deals again.
#[derive(InputObject)]
pub(crate) struct UnarchiveProcessInput {
    /// The process.
    pub process_id: ID,
    /// Another name, where its own was given to another process meanwhile: 1 to 200 characters, unique among the processes
    /// in use. Left out, its own.
    pub name: Option<String>,
    /// The version you started from: refused when the process was saved since.
    pub expected_version: Option<i64>,
}

/// A new stage.
#[derive(InputObject)]
pub(crate) struct AddStageInput {
    /// The process.
    pub process_id: ID,
    /// An id made by the client (`stage_…`): the same call again answers with what is there.
    pub new_id: Option<ID>,
    /// The version you started from: refused when the process was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
    /// The stage it comes after; `null`: it comes first; left out: it comes last.
    pub after_id: MaybeUndefined<ID>,
    /// The name to show: 1 to 200 characters, unique within the process.
    pub name: String,
    /// Advice for whoever works at the stage (Markdown).
    pub hint: Option<String>,
}

/// New texts for a stage. What is left out stays as it is; `null` makes it the default.
#[derive(InputObject)]
pub(crate) struct UpdateStageInput {
    /// The stage.
    pub stage_id: ID,
    /// The version of the process you started from: refused when it was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
    /// The name to show: 1 to 200 characters, unique within the process.
    pub name: Option<String>,
    /// Advice for whoever works at the stage (Markdown).
    pub hint: MaybeUndefined<String>,
}

/// Another place for a stage.
#[derive(InputObject)]
pub(crate) struct MoveStageInput {
    /// The stage.
    pub stage_id: ID,
    /// The version of the process you started from: refused when it was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
    /// The stage it comes after; `null` or left out: it comes first.
    pub after_id: Option<ID>,
}

/// A stage that goes, with its actions. Their completions stay in the history and stop counting.
#[derive(InputObject)]
pub(crate) struct RemoveStageInput {
    /// The stage.
    pub stage_id: ID,
    /// The stage that takes its place for open deals that were moved there by hand: needed when there
    /// are any.
    pub move_deals_to: Option<ID>,
    /// The version of the process you started from: refused when it was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
}

/// A new action.
#[derive(InputObject)]
pub(crate) struct AddActionInput {
    /// The stage.
    pub stage_id: ID,
    /// An id made by the client (`action_…`): the same call again answers with what is there.
    pub new_id: Option<ID>,
    /// The version of the process you started from: refused when it was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
    /// The action it comes after; `null`: it comes first; left out: it comes last.
    pub after_id: MaybeUndefined<ID>,
    /// The name to show: 1 to 200 characters, unique within the stage.
    pub name: String,
    /// Advice for whoever does it (Markdown).
    pub hint: Option<String>,
    /// How much doing it brings a deal closer to being won: 0 to 1000; 10 when left out.
    pub weight: Option<i64>,
    /// Its settings.
    #[graphql(flatten)]
    pub settings: NewActionSettingsInput,
}

/// New settings for an action. What is left out stays as it is; `null` makes it the default.
#[derive(InputObject)]
pub(crate) struct UpdateActionInput {
    /// The action.
    pub action_id: ID,
    /// The version of the process you started from: refused when it was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
    /// The name to show: 1 to 200 characters, unique within the stage.
    pub name: Option<String>,
    /// Advice for whoever does it (Markdown).
    pub hint: MaybeUndefined<String>,
    /// How much doing it brings a deal closer to being won: 0 to 1000.
    pub weight: MaybeUndefined<i64>,
    /// Its settings.
    #[graphql(flatten)]
    pub settings: ActionSettingsInput,
}

/// A new weight for an action.
#[derive(InputObject)]
pub(crate) struct SetActionWeightInput {
    /// The action.
    pub action_id: ID,
    /// How much doing it brings a deal closer to being won: 0 to 1000.
    pub weight: i64,
    /// The version of the process you started from: refused when it was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
}

/// Another place for an action, in its own stage or in another.
#[derive(InputObject)]
pub(crate) struct MoveActionInput {
    /// The action.
    pub action_id: ID,
    /// The stage it goes to; left out: it stays in its own.
    pub stage_id: Option<ID>,
    /// The action of that stage it comes after; `null` or left out: it comes first.
    pub after_id: Option<ID>,
    /// The version of the process you started from: refused when it was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
}

/// An action that goes. Its completions stay in the history and stop counting.
#[derive(InputObject)]
pub(crate) struct RemoveActionInput {
    /// The action.
    pub action_id: ID,
    /// The version of the process you started from: refused when it was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
}

/// A removed stage that comes back under the id that it had, with the actions that were removed with it. Their completions
/// count again. Actions that were removed before the stage stay away: `restoreAction` brings back each of them.
#[derive(InputObject)]
pub(crate) struct RestoreStageInput {
    /// The stage.
    pub stage_id: ID,
    /// The stage it comes after; `null`: it comes first; left out: it comes last.
    pub after_id: MaybeUndefined<ID>,
    /// Another name, where its own was given to another stage meanwhile: 1 to 200 characters, unique within the process.
    /// Left out, its own.
    pub name: Option<String>,
    /// The version of the process you started from: refused when it was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
}

/// A removed action that comes back under the id that it had, with the settings that it had last. Its completions count
/// again.
#[derive(InputObject)]
pub(crate) struct RestoreActionInput {
    /// The action.
    pub action_id: ID,
    /// The stage it goes to; left out: the one that it was in, which must be there.
    pub stage_id: Option<ID>,
    /// The action of that stage it comes after; `null`: it comes first; left out: it comes last.
    pub after_id: MaybeUndefined<ID>,
    /// Another name, where its own was given to another action of the stage meanwhile: 1 to 200 characters, unique within
    /// the stage. Left out, its own.
    pub name: Option<String>,
    /// The version of the process you started from: refused when it was saved since.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
}

/// A place from `afterId` where left out means first.
pub(crate) fn position<K: Kind>(reader: &mut InputReader, after: Option<&ID>) -> Position<Id<K>> {
    reader.optional_id(after, "afterId").map_or(Position::First, Position::After)
}

/// A place from `afterId` where left out means last.
pub(crate) fn position_of_new<K: Kind>(
    reader: &mut InputReader,
    after: &MaybeUndefined<ID>,
) -> Position<Id<K>> {
    match after {
        MaybeUndefined::Undefined => Position::Last,
        MaybeUndefined::Null => Position::First,
        MaybeUndefined::Value(id) => position(reader, Some(id)),
    }
}

impl UpdateProcessInput {
    /// The texts to change.
    pub(crate) fn settings(&self) -> ProcessSettings {
        let description = setting(self.description.clone(), String::new);
        ProcessSettings { name: self.name.clone(), description }
    }
}

impl UpdateStageInput {
    /// The texts to change.
    pub(crate) fn settings(&self) -> StageSettings {
        StageSettings { name: self.name.clone(), hint: setting(self.hint.clone(), String::new) }
    }
}

impl AddActionInput {
    /// The settings of the new action.
    pub(crate) fn settings(&self, reader: &mut InputReader) -> ActionSettings {
        let described = Described {
            name: Some(self.name.clone()),
            hint: given(self.hint.clone()),
            weight: given(self.weight),
        };
        ActionSettingsInput::from(&self.settings).read(described, reader)
    }
}

impl UpdateActionInput {
    /// The settings to change.
    pub(crate) fn settings(&self, reader: &mut InputReader) -> ActionSettings {
        let (name, hint) = (self.name.clone(), self.hint.clone());
        self.settings.read(Described { name, hint, weight: self.weight }, reader)
    }
}
