//! The whole tree of a process as `saveProcess` and its preview take it.

use async_graphql::{ID, InputObject, MaybeUndefined};
use domain::{
    language::Message,
    process::{
        change::{Change, Node, ProcessSettings, StageSettings, Tree, TreeAction, TreeStage},
        check,
    },
    refusal::Problem,
    text::invalid,
};
use engine::{
    error::Error,
    process::{EditProcess, RemovedStage, Target},
};
use entity::ids::{Id, Kind, ProcessId};

use crate::graphql::{
    input::InputReader,
    mutate::setting,
    process::{
        action_input::{ActionSettingsInput, Described},
        client_key,
    },
};

/// The process as it should be. A stage or action with `id` is kept or moved, or comes back if it was removed, with its
/// completions; one with `newId` is new, and one that is left out goes. Settings that are left out stay as they are;
/// `null` makes them the default.
///
/// You make each `newId`, fresh for every new stage and action, and keep it when you send the same save
/// again: then nothing is added twice. It is a TypeID, `stage_` or `action_` and a UUIDv7 in base 32, as
/// packages named `typeid` make it (in JavaScript `typeid("stage").toString()` of `typeid-js`). UUIDs of all
/// versions of RFC 9562 are taken; one of zeros is none. Whoever makes no ids gives a `clientKey` instead, any text, and is
/// told in `created` which id it became. Such a save that is sent again is refused with `VERSION_CONFLICT`.
/// `importProcess` does without ids: it takes a file that knows stages and actions by their names.
#[derive(Clone, InputObject)]
pub(crate) struct SaveProcessInput {
    /// The process.
    pub id: ID,
    /// The version you started from: refused when the process was saved since.
    pub expected_version: i64,
    /// What to say about the new version. Where nothing else changes, a version without changes holds it.
    pub message: Option<String>,
    /// The name to show: 1 to 200 characters, unique among the processes in use.
    pub name: Option<String>,
    /// What the process is for (Markdown).
    pub description: MaybeUndefined<String>,
    /// All its stages, in order: at most 50.
    pub stages: Vec<StageInput>,
    /// For stages that go although open deals were moved to them by hand: the stage that takes their
    /// place.
    pub removed_stages: Option<Vec<RemovedStageInput>>,
}

/// A stage of the tree: with `id`, or new, with `newId` or `clientKey` or both.
#[derive(Clone, InputObject)]
pub(crate) struct StageInput {
    /// The stage, when it is there; one that was removed comes back.
    pub id: Option<ID>,
    /// An id made by you (`stage_…`, a TypeID), when it is new.
    pub new_id: Option<ID>,
    /// What you call it until it has an id, when it is new: 1 to 200 characters, once in a save. The payload's `created`
    /// tells its id.
    pub client_key: Option<String>,
    /// The name to show: 1 to 200 characters, unique within the process. A new stage needs one.
    pub name: Option<String>,
    /// Advice for whoever works at the stage (Markdown).
    pub hint: MaybeUndefined<String>,
    /// All its actions, in order: at most 100, and 500 in the process.
    pub actions: Vec<ActionInput>,
}

/// An action of the tree: with `id`, or new, with `newId` or `clientKey` or both.
#[derive(Clone, InputObject)]
pub(crate) struct ActionInput {
    /// The action, when it is there; it may come from another stage. One that was removed comes back.
    pub id: Option<ID>,
    /// An id made by you (`action_…`, a TypeID), when it is new.
    pub new_id: Option<ID>,
    /// What you call it until it has an id, when it is new: 1 to 200 characters, once in a save. The payload's `created`
    /// tells its id.
    pub client_key: Option<String>,
    /// The name to show: 1 to 200 characters, unique within the stage. A new action needs one.
    pub name: Option<String>,
    /// Advice for whoever does it (Markdown).
    pub hint: MaybeUndefined<String>,
    /// How much doing it brings a deal closer to being won: 0 to 1000; 10 for a new one.
    pub weight: MaybeUndefined<i64>,
    /// Its settings.
    #[graphql(flatten)]
    pub settings: ActionSettingsInput,
}

/// A stage that goes, and the one that takes its place for open deals that were moved there by hand.
#[derive(Clone, InputObject)]
pub(crate) struct RemovedStageInput {
    /// The stage that goes.
    pub stage_id: ID,
    /// The stage that takes its place: one that stays, or a new one by its `newId`.
    pub move_deals_to: ID,
}

impl SaveProcessInput {
    /// The save of this process.
    pub(crate) fn edit(self, id: ProcessId, reader: &mut InputReader) -> EditProcess {
        client_key::refuse_wrong(&self.stages, reader);
        EditProcess {
            target: Target::Process(id),
            expected_version: Some(self.expected_version),
            message: self.message,
            change: Change::Save(Tree {
                texts: ProcessSettings {
                    name: self.name,
                    description: setting(self.description, String::new),
                },
                stages: few(
                    &self.stages,
                    check::STAGES,
                    "stages",
                    "stages in a process",
                    reader,
                    StageInput::read,
                ),
            }),
            removed_stages: removed_stages(self.removed_stages.as_deref(), reader),
        }
    }
}

/// An error of an input that calls the process `id`, at that field.
pub(crate) fn of_id(error: Error) -> Error {
    let Error::Refused(mut all) = error else { return error };
    for refusal in all.iter_mut().filter(|one| one.path == ["processId"]) {
        refusal.path = vec!["id".into()];
    }
    Error::Refused(all)
}

/// The stages that take the place of others.
pub(crate) fn removed_stages(
    given: Option<&[RemovedStageInput]>,
    reader: &mut InputReader,
) -> Vec<RemovedStage> {
    let (given, field) = (given.unwrap_or_default(), "removedStages");
    few(given, check::STAGES, field, "stages in a process", reader, RemovedStageInput::read)
}

/// Limits before work: what is too long is not even looked at.
fn few<I, T>(
    items: &[I],
    limit: usize,
    field: &str,
    what: &'static str,
    reader: &mut InputReader,
    read: impl FnMut(&I, &mut InputReader) -> T,
) -> Vec<T> {
    if items.len() > limit {
        reader.refuse(Problem::LimitReached { what, limit }.at(field));
        return Vec::new();
    }
    reader.each(items, field, read)
}

impl StageInput {
    fn ids(&self) -> Ids<'_> {
        let Self { id, new_id, client_key, .. } = self;
        Ids { id: id.as_ref(), new_id: new_id.as_ref(), is_keyed: client_key.is_some() }
    }

    fn read(&self, reader: &mut InputReader) -> TreeStage {
        let (most, what) = (check::ACTIONS_OF_A_STAGE, "actions in a stage");
        TreeStage {
            node: self.ids().node("a stage", reader),
            key: self.client_key.clone(),
            settings: StageSettings {
                name: self.name.clone(),
                hint: setting(self.hint.clone(), String::new),
            },
            actions: few(&self.actions, most, "actions", what, reader, ActionInput::read),
        }
    }
}

impl ActionInput {
    fn ids(&self) -> Ids<'_> {
        let Self { id, new_id, client_key, .. } = self;
        Ids { id: id.as_ref(), new_id: new_id.as_ref(), is_keyed: client_key.is_some() }
    }

    fn read(&self, reader: &mut InputReader) -> TreeAction {
        let node = self.ids().node("an action", reader);
        let (name, hint) = (self.name.clone(), self.hint.clone());
        let described = Described { name, hint, weight: self.weight };
        let key = self.client_key.clone();
        TreeAction { node, key, settings: self.settings.read(described, reader) }
    }
}

impl RemovedStageInput {
    fn read(&self, reader: &mut InputReader) -> RemovedStage {
        let stage_id = reader.id(&self.stage_id, "stageId");
        RemovedStage { stage_id, move_deals_to: reader.id(&self.move_deals_to, "moveDealsTo") }
    }
}

/// What an input says of which node it is.
struct Ids<'a> {
    id: Option<&'a ID>,
    new_id: Option<&'a ID>,
    is_keyed: bool,
}

impl Ids<'_> {
    fn node<K: Kind>(&self, what: &str, reader: &mut InputReader) -> Node<Id<K>> {
        match (self.id, self.new_id, self.is_keyed) {
            (Some(id), None, false) => Node::Kept(reader.id(id, "id")),
            (None, Some(id), _) => Node::New(reader.required_new_id(id, "newId")),
            (None, None, true) => Node::Unnamed(reader.stand_in()),
            _ => {
                reader.refuse(invalid(Message::of("node-id-unclear").choosing("kind", what)));
                Node::Kept(reader.stand_in())
            }
        }
    }
}
