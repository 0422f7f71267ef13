//! The whole tree of a process as `saveProcess` and its preview take it.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::ids::{Id, Kind, ProcessId};

use super::{
    action_input::{ActionFields, FollowUpInput, NotifyInput, PerformersInput},
    id::{Ids, checked, parse},
    mutate::setting,
    settings::Evidence,
};
use crate::{
    error::{Error, Result},
    process::{
        EditProcess, RemovedStage, Target,
        change::{Change, Node, ProcessSettings, StageSettings, Tree, TreeAction, TreeStage},
        check,
    },
    refusal::Problem,
    text::invalid,
};

/// The process as it should be. A stage or action with `id` is kept or moved, one with `newId` is new,
/// and one that is left out goes. Settings that are left out stay as they are; `null` makes them the
/// default.
///
/// You make each `newId`, fresh for every new stage and action, and keep it when you send the same save
/// again: then nothing is added twice. It is a TypeID, `stage_` or `action_` and a UUIDv7 in base 32, as
/// packages named `typeid` make it (in JavaScript `typeid("stage").toString()` of `typeid-js`).
/// `importProcess` does without ids: it takes a file that knows stages and actions by their names.
#[derive(Clone, InputObject)]
pub struct SaveProcessInput {
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

/// A stage of the tree: exactly one of `id` and `newId`.
#[derive(Clone, InputObject)]
pub struct StageInput {
    /// The stage, when it is there.
    pub id: Option<ID>,
    /// An id made by you (`stage_…`, a TypeID), when it is new.
    pub new_id: Option<ID>,
    /// The name to show: 1 to 200 characters, unique within the process. A new stage needs one.
    pub name: Option<String>,
    /// Advice for whoever works at the stage (Markdown).
    pub hint: MaybeUndefined<String>,
    /// All its actions, in order: at most 100, and 500 in the process.
    pub actions: Vec<ActionInput>,
}

/// An action of the tree: exactly one of `id` and `newId`.
#[derive(Clone, InputObject)]
pub struct ActionInput {
    /// The action, when it is there; it may come from another stage.
    pub id: Option<ID>,
    /// An id made by you (`action_…`, a TypeID), when it is new.
    pub new_id: Option<ID>,
    /// The name to show: 1 to 200 characters, unique within the stage. A new action needs one.
    pub name: Option<String>,
    /// Advice for whoever does it (Markdown).
    pub hint: MaybeUndefined<String>,
    /// How much doing it brings a deal closer to being won: 0 to 1000; 10 for a new one.
    pub weight: MaybeUndefined<i64>,
    /// Whether it must be done before a deal can be won.
    pub mandatory: MaybeUndefined<bool>,
    /// Who may do it.
    pub performers: MaybeUndefined<PerformersInput>,
    /// What must come along with doing it.
    pub evidence: MaybeUndefined<Evidence>,
    /// Who is told when it is done.
    pub notify: MaybeUndefined<NotifyInput>,
    /// Which tasks follow when it is done.
    pub follow_ups: MaybeUndefined<Vec<FollowUpInput>>,
}

/// A stage that goes, and the one that takes its place for open deals that were moved there by hand.
#[derive(Clone, InputObject)]
pub struct RemovedStageInput {
    /// The stage that goes.
    pub stage_id: ID,
    /// The stage that takes its place: one that stays, or a new one.
    pub move_deals_to: ID,
}

impl SaveProcessInput {
    /// The save, or what is wrong with its ids; with the process, when that much is right.
    pub fn read(self) -> Result<(Option<ProcessId>, Result<EditProcess>)> {
        let mut ids = Ids::default();
        let id = ids.one(&self.id, "id")?;
        let stages = stages(&self.stages, &mut ids)?;
        let removed_stages = removed_stages(self.removed_stages.as_deref(), &mut ids)?;
        let description = setting(self.description, String::new);
        let texts = ProcessSettings { name: self.name, description };
        let (expected_version, message) = (Some(self.expected_version), self.message);
        let command = checked(ids, id).map(|id| EditProcess {
            target: Target::Process(id),
            expected_version,
            message,
            change: Change::Save(Tree { texts, stages }),
            removed_stages,
        });
        Ok((id, command))
    }
}

fn stages(given: &[StageInput], ids: &mut Ids) -> Result<Vec<TreeStage>> {
    if given.len() > check::STAGES {
        too_many("stages in a process", check::STAGES, "stages", ids)?;
        return Ok(Vec::new());
    }
    let mut stages = Vec::with_capacity(given.len());
    for (at, stage) in given.iter().enumerate() {
        let stage = stage.read().map_err(|error| error.at(&at.to_string()).at("stages"));
        stages.extend(ids.value(stage)?);
    }
    Ok(stages)
}

/// The stages that take the place of others, or what is wrong with their ids.
pub fn removed_stages(
    given: Option<&[RemovedStageInput]>,
    ids: &mut Ids,
) -> Result<Vec<RemovedStage>> {
    let given = given.unwrap_or_default();
    if given.len() > check::STAGES {
        too_many("stages in a process", check::STAGES, "removedStages", ids)?;
        return Ok(Vec::new());
    }
    let mut removed = Vec::with_capacity(given.len());
    for (at, one) in given.iter().enumerate() {
        let one = one.read().map_err(|error| error.at(&at.to_string()).at("removedStages"));
        removed.extend(ids.value(one)?);
    }
    Ok(removed)
}

/// Limits before work: what is too long is not even looked at.
fn too_many(what: &'static str, limit: usize, field: &str, ids: &mut Ids) -> Result<()> {
    let problem = Problem::LimitReached { what, limit };
    ids.value::<()>(Err(problem.at(field).into())).map(drop)
}

impl StageInput {
    fn read(&self) -> Result<TreeStage> {
        let mut ids = Ids::default();
        let node = ids.value(node(self.id.as_ref(), self.new_id.as_ref(), "stage"))?;
        let mut actions = Vec::with_capacity(self.actions.len().min(check::ACTIONS_OF_A_STAGE));
        if self.actions.len() > check::ACTIONS_OF_A_STAGE {
            too_many("actions in a stage", check::ACTIONS_OF_A_STAGE, "actions", &mut ids)?;
        } else {
            for (at, action) in self.actions.iter().enumerate() {
                let action = action.read().map_err(|error| error.at(&at.to_string()).at("actions"));
                actions.extend(ids.value(action)?);
            }
        }
        let hint = setting(self.hint.clone(), String::new);
        let settings = StageSettings { name: self.name.clone(), hint };
        checked(ids, node).map(|node| TreeStage { node, settings, actions })
    }
}

impl ActionInput {
    fn read(&self) -> Result<TreeAction> {
        let mut ids = Ids::default();
        let node = ids.value(node(self.id.as_ref(), self.new_id.as_ref(), "action"))?;
        let settings = self.fields().settings(&mut ids)?;
        checked(ids, node).map(|node| TreeAction { node, settings })
    }

    fn fields(&self) -> ActionFields {
        ActionFields {
            name: self.name.clone(),
            hint: self.hint.clone(),
            weight: self.weight,
            mandatory: self.mandatory,
            performers: self.performers.clone(),
            evidence: self.evidence,
            notify: self.notify.clone(),
            follow_ups: self.follow_ups.clone(),
        }
    }
}

impl RemovedStageInput {
    fn read(&self) -> Result<RemovedStage> {
        let mut ids = Ids::default();
        let stage_id = ids.one(&self.stage_id, "stageId")?;
        let to = ids.one(&self.move_deals_to, "moveDealsTo")?;
        let both = checked(ids, stage_id.zip(to))?;
        Ok(RemovedStage { stage_id: both.0, move_deals_to: both.1 })
    }
}

fn node<K: Kind>(id: Option<&ID>, new_id: Option<&ID>, kind: &str) -> Result<Node<Id<K>>> {
    match (id, new_id) {
        (Some(id), None) => Ok(Node::Kept(parse(id, "id")?)),
        (None, Some(id)) => Ok(Node::New(parse(id, "newId")?)),
        _ => Err(Error::from(invalid(format!(
            "Give either id, for {} {kind} that is there, or newId, for a new one.",
            if kind == "action" { "an" } else { "a" }
        )))),
    }
}
