//! The process as a YAML file, made for people and for version control.
//!
//! ```yaml
//! process: Loan applications
//! description: From the first form to the signed contract   # optional, Markdown
//! stages:
//!   - stage: Application
//!     hint: Call the customer the same day                  # optional, Markdown
//!     actions:
//!       - action: Submit application
//!         hint: The form must be complete                   # optional, Markdown
//!         weight: 10                                        # 0 to 1000; 10 when left out
//!         mandatory: true                                   # false when left out
//!         performers: MANAGERS                              # EVERYONE (when left out), MANAGERS,
//!                                                           # ADMINISTRATORS, or [a@x.example]
//!         evidence: NOTE                                    # NONE (when left out), NOTE, NOTE_WITH_FILE
//!         notify: [MANAGERS, PARTICIPANTS, a@x.example]     # ADMINISTRATORS too
//!         followUps:
//!           - title: Send the contract
//!             description: By registered mail               # optional, Markdown
//!             assignee: OWNER                               # PERFORMER, OWNER or a@x.example
//!             dueInDays: 3
//! ```
//!
//! Parsing gives a pure value; turning it into a definition needs to know the members that it names.

use std::fmt;

use entity::{
    action::{self, Evidence, FollowUps, Notify, NotifyGroup, PerformerGroup},
    ids::MemberId,
};

use super::definition::{ActionDefinition, Definition, Performers, StageDefinition};
use crate::clock::Clock;

mod node;
mod read;

/// A place in a file, as editors count: from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The line.
    pub line: u64,
    /// The character in the line.
    pub column: u64,
}

/// A value and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it is.
    pub at: At,
}

/// Something wrong in a file: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where.
    pub at: At,
    /// What is wrong and what to do.
    pub text: String,
}

impl Flaw {
    /// Something wrong at a place.
    pub fn new(at: At, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }
}

/// `line:column: what is wrong`: the name of the file goes in front.
impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.at.line, self.at.column, self.text)
    }
}

/// A process as the file says it: members by e-mail address, nothing with an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessFile {
    /// The process's name.
    pub name: Located<String>,
    /// What it is for.
    pub description: String,
    /// The stages, in order.
    pub stages: Vec<StageEntry>,
}

/// A stage of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageEntry {
    /// Its name.
    pub name: Located<String>,
    /// Advice for whoever works at it.
    pub hint: String,
    /// Its actions, in order.
    pub actions: Vec<ActionEntry>,
}

/// An action of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionEntry {
    /// Its name.
    pub name: Located<String>,
    /// Advice for whoever does it.
    pub hint: String,
    /// How much it counts.
    pub weight: u16,
    /// Whether a deal can be won without it.
    pub mandatory: bool,
    /// Which group may do it.
    pub performers: PerformerGroup,
    /// Who exactly, for `CHOSEN`.
    pub chosen: Vec<Located<String>>,
    /// What must come along with doing it.
    pub evidence: Evidence,
    /// Which groups are told.
    pub notify: Vec<NotifyGroup>,
    /// Who else is told.
    pub notified: Vec<Located<String>>,
    /// Which tasks follow.
    pub follow_ups: Vec<FollowUpEntry>,
}

/// A follow-up of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpEntry {
    /// What to do.
    pub title: String,
    /// More about it.
    pub description: String,
    /// Who has to do it.
    pub assignee: Assignee,
    /// How many days there are.
    pub due_in_days: u16,
}

/// To whom a follow-up of the file goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignee {
    /// Whoever did the action.
    Performer,
    /// The deal's owner.
    Owner,
    /// The member with this address.
    Member(Located<String>),
}

/// Reads a file, or says everything that is wrong with it.
pub fn parse(text: &str) -> Result<ProcessFile, Vec<Flaw>> {
    read::process(node::parse(text).map_err(|flaw| vec![flaw])?)
}

/// Finds a member by e-mail address, or says why it cannot be named.
pub type FindMember<'a> = dyn Fn(&str) -> Result<MemberId, String> + 'a;

impl ProcessFile {
    /// The definition, with new ids; or everything that is wrong with the members it names.
    pub fn resolve(&self, find: &FindMember<'_>, clock: &Clock) -> Result<Definition, Vec<Flaw>> {
        let mut members = Members { find, flaws: Vec::new() };
        let stages = self.stages.iter().map(|stage| members.stage(stage, clock)).collect();
        if !members.flaws.is_empty() {
            return Err(members.flaws);
        }
        let name = self.name.value.clone();
        Ok(Definition { name, description: self.description.clone(), stages })
    }
}

struct Members<'a> {
    find: &'a FindMember<'a>,
    flaws: Vec<Flaw>,
}

impl Members<'_> {
    fn stage(&mut self, stage: &StageEntry, clock: &Clock) -> StageDefinition {
        StageDefinition {
            stage_id: clock.new_id(),
            name: stage.name.value.clone(),
            hint: stage.hint.clone(),
            actions: stage.actions.iter().map(|action| self.action(action, clock)).collect(),
        }
    }

    fn action(&mut self, action: &ActionEntry, clock: &Clock) -> ActionDefinition {
        let follow_ups = action.follow_ups.iter().filter_map(|task| self.follow_up(task));
        let follow_ups = FollowUps(follow_ups.collect());
        ActionDefinition {
            action_id: clock.new_id(),
            name: action.name.value.clone(),
            hint: action.hint.clone(),
            weight: action.weight,
            mandatory: action.mandatory,
            performers: Performers { group: action.performers, members: self.all(&action.chosen) },
            evidence: action.evidence,
            notify: Notify { groups: action.notify.clone(), members: self.all(&action.notified) },
            follow_ups,
        }
    }

    fn follow_up(&mut self, task: &FollowUpEntry) -> Option<action::FollowUp> {
        let assignee = match &task.assignee {
            Assignee::Performer => action::Assignee::Performer,
            Assignee::Owner => action::Assignee::Owner,
            Assignee::Member(email) => action::Assignee::Member(self.one(email)?),
        };
        let (title, description) = (task.title.clone(), task.description.clone());
        Some(action::FollowUp { title, description, assignee, due_in_days: task.due_in_days })
    }

    fn all(&mut self, emails: &[Located<String>]) -> Vec<MemberId> {
        emails.iter().filter_map(|email| self.one(email)).collect()
    }

    fn one(&mut self, email: &Located<String>) -> Option<MemberId> {
        let found = (self.find)(&email.value);
        found.map_err(|reason| self.flaws.push(Flaw::new(email.at, reason))).ok()
    }
}
