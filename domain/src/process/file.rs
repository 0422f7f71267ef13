//! The process as a YAML file, made for people and for version control.
//!
//! ```yaml
//! process: Loan applications
//! was: Loans                                                # optional: renames that process
//! description: From the first form to the signed contract   # optional, Markdown
//! stages:
//!   - stage: Application
//!     was: Form                                             # optional: renames that stage
//!     hint: Call the customer the same day                  # optional, Markdown
//!     actions:
//!       - action: Submit application
//!         was: Submit                                       # optional: renames that action, or
//!                                                           # {stage: Form, action: Submit}
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
//! removedStages:                                            # optional: where the deals of stages
//!   - {stage: Archive, moveDealsTo: Application}            # that are gone go, if they are there
//! ```
//!
//! Parsing gives a pure value; turning it into a definition needs to know the members that it names, and
//! the process as it is: what the file names again is the same stage or action ([`matching`]).

use std::fmt;

use crate::{
    language::{Language, Message},
    text,
};

mod action;
pub mod matching;
mod node;
pub mod place;
mod read;
mod resolve;
mod schema;
mod write;

pub use crate::refusal::At;
pub use action::ActionEntry;
pub use read::in_order;
pub use resolve::{FindMember, NewId, Replaced, Wanted};
pub use schema::{schema, schema_text};
pub use write::{Emails, in_brackets, write};

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
    pub reason: Message,
}

impl Flaw {
    /// Something wrong at a place; nothing that the file says steers who reads of it.
    pub fn new(at: At, reason: Message) -> Self {
        Self { at, reason: reason.each_text(|text| text::escaped(text).into_owned()) }
    }
}

/// `line:column: what is wrong`: the name of the file goes in front. On a command line all is English.
impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.at.line, self.at.column, self.reason.text(Language::English))
    }
}

/// A process as the file says it: members by e-mail address, nothing with an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessFile {
    /// The process's name.
    pub name: Located<String>,
    /// What it was called before.
    pub was: Option<Located<String>>,
    /// What it is for.
    pub description: String,
    /// The stages, in order.
    pub stages: Vec<StageEntry>,
    /// Where the deals go that were moved by hand to stages that are gone.
    pub removed_stages: Vec<RemovedStageEntry>,
}

/// A stage of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageEntry {
    /// Its name.
    pub name: Located<String>,
    /// What it was called before.
    pub was: Option<Located<String>>,
    /// Advice for whoever works at it.
    pub hint: String,
    /// Its actions, in order.
    pub actions: Vec<ActionEntry>,
}

/// What an action of the file was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionWas {
    /// Its stage, if the file says which.
    pub stage: Option<Located<String>>,
    /// Its name.
    pub action: Located<String>,
}

/// A stage that is gone, and the one that takes its place for deals that were moved there by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedStageEntry {
    /// The stage that is gone.
    pub stage: Located<String>,
    /// The stage of the file that takes its place.
    pub move_deals_to: Located<String>,
}

/// A follow-up of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpEntry {
    /// What to do.
    pub title: Located<String>,
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

/// The largest file, in bytes: room for every hint and follow-up of the greatest process.
pub const SIZE_LIMIT: usize = 8 * 1024 * 1024;

/// Reads a file, or says everything that is wrong with it.
pub fn parse(text: &str) -> Result<ProcessFile, Vec<Flaw>> {
    if text.len() > SIZE_LIMIT {
        return Err(vec![too_large()]);
    }
    let (root, flaws) = node::parse(text)?;
    read::process(root, flaws)
}

/// The name of the process and the one that it had, if the text says them, whatever else is wrong with it.
pub fn names(text: &str) -> Option<(String, Option<String>)> {
    if text.len() > SIZE_LIMIT {
        return None;
    }
    let node::Value::Map(entries) = node::parse(text).ok()?.0.value else { return None };
    let said = |wanted: &str| {
        entries.iter().find(|(key, _)| key.value == wanted).and_then(|(_, node)| {
            match &node.value {
                node::Value::Text(text) => Some(text.clone()),
                _ => None,
            }
        })
    };
    Some((said("process")?, said("was")))
}

/// The addresses of members that the text names, whatever else is wrong with it.
pub fn emails(text: &str) -> Vec<Located<String>> {
    if text.len() > SIZE_LIMIT {
        return Vec::new();
    }
    node::parse(text).map_or_else(|_| Vec::new(), |(root, _)| read::emails(root))
}

/// What is wrong with a file of more than [`SIZE_LIMIT`] bytes.
pub fn too_large() -> Flaw {
    Flaw::new(At { line: 1, column: 1 }, Message::of("yaml-too-large"))
}
