//! From the file to a definition: members by their addresses, and ids for everything.

use entity::{
    action::{self, FollowUps},
    ids::{ActionId, MemberId, StageId},
};
use uuid::Uuid;

use super::{
    Assignee, At, Flaw, FollowUpEntry, Located, ProcessFile, StageEntry,
    matching::{Matching, StageMatch, matched},
};
use crate::{
    language::Message,
    process::definition::{Definition, StageDefinition},
};

/// Finds a member by e-mail address, or says why it cannot be named.
pub type FindMember<'a> = dyn Fn(&str) -> Result<MemberId, Message> + 'a;

/// Makes the ids of what is new.
pub type NewId<'a> = dyn Fn() -> Uuid + 'a;

/// What a file wants of the process that it describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The tree: what the process has already keeps its id, the rest has new ones.
    pub definition: Definition,
    /// Stages that go, and what takes their place.
    pub replaced: Vec<Replaced>,
}

/// A stage that goes, and what becomes of deals that were moved there by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The stage that goes.
    pub stage_id: StageId,
    /// The stage that takes its place.
    pub move_deals_to: StageId,
    /// Where the file says so.
    pub at: At,
}

impl ProcessFile {
    /// The definition of a new process; or everything that is wrong with the members it names.
    pub fn resolve(
        &self,
        find: &FindMember<'_>,
        new_id: &NewId<'_>,
    ) -> Result<Definition, Vec<Flaw>> {
        self.define(&Matching::nothing(self), find, new_id)
    }

    /// What the file wants of a process that is there: stages and actions that it names again keep
    /// their ids. Or everything that is wrong with what it names.
    pub fn resolve_onto(
        &self,
        current: &Definition,
        find: &FindMember<'_>,
        new_id: &NewId<'_>,
    ) -> Result<Wanted, Vec<Flaw>> {
        let (matching, mut flaws) = match matched(self, current) {
            Ok(matching) => (matching, Vec::new()),
            Err(flaws) => (Matching::nothing(self), flaws),
        };
        let defined =
            self.define(&matching, find, new_id).map_err(|mut more| flaws.append(&mut more));
        match defined {
            Ok(definition) if flaws.is_empty() => {
                let replaced = matching.replaced.iter().filter_map(|one| {
                    let move_deals_to = definition.stages.get(one.by)?.stage_id;
                    Some(Replaced { stage_id: one.stage_id, move_deals_to, at: one.at })
                });
                Ok(Wanted { replaced: replaced.collect(), definition })
            }
            _ => {
                flaws.sort_by_key(|flaw| flaw.at);
                Err(flaws)
            }
        }
    }

    fn define(
        &self,
        matching: &Matching,
        find: &FindMember<'_>,
        new_id: &NewId<'_>,
    ) -> Result<Definition, Vec<Flaw>> {
        let mut resolver = Resolver { find, new_id, flaws: Vec::new() };
        let stages = self.stages.iter().zip(&matching.stages);
        let stages = stages.map(|(stage, known)| resolver.stage(stage, known)).collect();
        if !resolver.flaws.is_empty() {
            return Err(resolver.flaws);
        }
        let (name, description) = (self.name.value.clone(), self.description.clone());
        Ok(Definition { name, description, stages })
    }
}

pub(super) struct Resolver<'a> {
    find: &'a FindMember<'a>,
    new_id: &'a NewId<'a>,
    flaws: Vec<Flaw>,
}

impl Resolver<'_> {
    fn stage(&mut self, stage: &StageEntry, known: &StageMatch) -> StageDefinition {
        let actions = stage.actions.iter().zip(&known.actions);
        StageDefinition {
            stage_id: known.id.unwrap_or_else(|| StageId::from_uuid((self.new_id)())),
            name: stage.name.value.clone(),
            hint: stage.hint.clone(),
            actions: actions.map(|(action, id)| self.action(action, *id)).collect(),
        }
    }

    pub(super) fn action_id(&self, known: Option<ActionId>) -> ActionId {
        known.unwrap_or_else(|| ActionId::from_uuid((self.new_id)()))
    }

    pub(super) fn follow_ups(&mut self, tasks: &[FollowUpEntry]) -> FollowUps {
        FollowUps(tasks.iter().filter_map(|task| self.follow_up(task)).collect())
    }

    fn follow_up(&mut self, task: &FollowUpEntry) -> Option<action::FollowUp> {
        let assignee = match &task.assignee {
            Assignee::Performer => action::Assignee::Performer,
            Assignee::Owner => action::Assignee::Owner,
            Assignee::Member(email) => action::Assignee::Member(self.one(email)?),
        };
        let (title, description) = (task.title.value.clone(), task.description.clone());
        Some(action::FollowUp { title, description, assignee, due_in_days: task.due_in_days })
    }

    pub(super) fn all(&mut self, emails: &[Located<String>]) -> Vec<MemberId> {
        let found: Vec<_> = emails.iter().filter_map(|email| self.one(email)).collect();
        in_order(found)
    }

    fn one(&mut self, email: &Located<String>) -> Option<MemberId> {
        let found = (self.find)(&email.value);
        found.map_err(|reason| self.flaws.push(Flaw::new(email.at, reason))).ok()
    }
}

/// As a definition has them: each once and in one order, so that the order in a file is no change.
fn in_order(mut members: Vec<MemberId>) -> Vec<MemberId> {
    members.sort_unstable();
    members.dedup();
    members
}
