//! Why something that was asked for cannot be done: every code and its facts, in one place; the texts are in the catalogues.
//!
//! These values are the `userErrors` of a mutation, and the `blockers` shown before the click.

use entity::{
    action::{Evidence, PerformerGroup},
    deal::Status,
    ids::{ActionId, CloseReasonId, MemberId, ParseIdError, ProcessId, StageId},
};

mod detail;
mod words;

pub use detail::Detail;
pub use words::size;

use crate::language::{Language, Message};

/// A place in a file, as editors count: from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The line.
    pub line: u64,
    /// The character in the line.
    pub column: u64,
}

/// One problem, and where in the input it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub problem: Problem,
    /// The field below `input`, outermost first; empty where it is about the whole, until the edge says which field
    /// names that.
    pub path: Vec<String>,
    /// The written id of the thing that is in the way.
    pub node_id: Option<String>,
}

/// What is wrong, with the facts a front end needs to say so in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It does not exist, or the viewer may not see it: the two cannot be told apart.
    NotFound {
        /// What was looked for: `deal`, `process`, …
        kind: &'static str,
    },
    /// The member's role or relation to the deal does not allow it.
    Forbidden {
        /// Who may, what to do instead: the name of the message.
        who_may: &'static str,
    },
    /// A value breaks a limit or a format.
    Invalid {
        /// What a valid value looks like.
        reason: Message,
    },
    /// Something is wrong in a file.
    InFile {
        /// Where.
        at: At,
        /// What is wrong and what to do.
        reason: Message,
    },
    /// A text is not an id of the right kind.
    InvalidId {
        /// What is wrong with it.
        reason: Message,
    },
    /// An id made by the client was used before, with another input.
    IdTaken,
    /// A node is in a tree more than once.
    TwiceInTree {
        /// What it is: `stage` or `action`.
        kind: &'static str,
    },
    /// Another one whose name looks the same is there already.
    NameTaken {
        /// The name that was asked for.
        name: String,
    },
    /// There are as many as there may be.
    LimitReached {
        /// What there are too many of.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// Files have as many bytes together as they may.
    NoRoom {
        /// Whose files.
        whose: &'static str,
        /// How many bytes they may have.
        limit: u64,
        /// How many are left.
        left: u64,
    },
    /// The process was saved since the caller read it.
    VersionConflict {
        /// The process.
        process_id: ProcessId,
        /// The version that the caller started from.
        expected: i64,
        /// The version it has now.
        current: i64,
        /// What both changed: a `process::conflict::Conflict`.
        changes: Detail,
    },
    /// The place named in a move is not among the same parent's children.
    NotASibling {
        /// What is ordered: `stage` or `action`.
        kind: &'static str,
    },
    /// The process takes no new deals.
    ProcessArchived,
    /// Open deals were moved to the stage by hand, and nothing says where they go.
    StageHasDeals {
        /// The stage that would go.
        stage_id: StageId,
        /// What it is called.
        stage_name: String,
        /// How many open deals are in the way.
        deals: u64,
    },
    /// The deal is closed.
    DealClosed {
        /// How it ended.
        status: Status,
    },
    /// The deal is open, so there is nothing to reopen.
    DealOpen,
    /// The action is not part of the deal's process.
    ActionNotInProcess,
    /// A mapping names an action that is not in the process it has to be in.
    NotAnActionOf {
        /// What that process is called.
        process: String,
    },
    /// The action was removed from the process.
    ActionRemoved,
    /// Others may do this action.
    NotAPerformer {
        /// Which group may.
        performers: PerformerGroup,
        /// Who exactly, for `CHOSEN`.
        members: Vec<MemberId>,
        /// What those of them are called who are active; none while nobody has looked.
        names: Option<Vec<String>>,
    },
    /// The action needs evidence that did not come along.
    EvidenceRequired {
        /// What is needed.
        evidence: Evidence,
    },
    /// The note was evidence once already.
    NoteUsed,
    /// The note shows that an action was done, and the action counts as done.
    NoteIsEvidence,
    /// The file was announced, and its bytes are not there yet.
    FileNotReady,
    /// The file is in another note already.
    FileUsed,
    /// Mandatory actions are not done.
    MandatoryMissing {
        /// Which, in process order, with their names.
        actions: Vec<(ActionId, String)>,
    },
    /// The member is deactivated.
    MemberInactive {
        /// Their name.
        name: String,
    },
    /// The owner always takes part.
    OwnerParticipates,
    /// Somebody must be able to manage the organisation.
    LastAdministrator {
        /// Their name.
        name: String,
    },
    /// The member may not see the deal.
    CannotSeeDeal {
        /// Their name.
        name: String,
    },
    /// Closing the deal so takes a reason, and none was given.
    CloseReasonRequired {
        /// Those to choose from, in order, with their names.
        reasons: Vec<(CloseReasonId, String)>,
    },
    /// The reason was for closing deals in another way.
    CloseReasonOfOther {
        /// What the reason is called.
        name: String,
        /// As what it closes deals.
        status: Status,
    },
    /// The reason is no longer offered.
    CloseReasonArchived {
        /// What it is called.
        name: String,
    },
    /// A stage or an action was removed from the process.
    NodeRemoved {
        /// What it is: `stage` or `action`.
        kind: &'static str,
    },
    /// The stage that a removed action was in is gone, too, and nothing says where the action goes.
    StageOfActionRemoved,
    /// A stage or an action belongs to another process.
    NodeOfOther {
        /// What it is: `stage` or `action`.
        kind: &'static str,
    },
    /// Another member has this address.
    EmailTaken {
        /// The address that was asked for.
        email: String,
    },
    /// A whole tree would be replaced, and nobody says which version it was made from.
    ExpectedVersionRequired {
        /// The version that the process has now.
        current: i64,
    },
    /// The process is the default one, and nothing says which one is to be it instead.
    DefaultProcess {
        /// What it is called.
        name: String,
    },
    /// No process is named, and there is none to take instead.
    NoDefaultProcess,
}

impl Problem {
    /// A text is not an id of the right kind, for this reason.
    pub fn not_an_id(error: &ParseIdError) -> Self {
        Self::InvalidId { reason: words::not_an_id(error) }
    }

    /// This problem, about the input as a whole.
    pub fn refused(self) -> Refusal {
        Refusal { problem: self, path: Vec::new(), node_id: None }
    }

    /// This problem, at a field of the input.
    pub fn at(self, field: &str) -> Refusal {
        self.refused().at(field)
    }

    /// What is wrong and what to do.
    pub fn said(&self) -> Message {
        words::said(self)
    }

    /// The text shown to people who read this language: what is wrong and what to do.
    pub fn message(&self, language: Language) -> String {
        self.said().text(language)
    }
}

impl Refusal {
    /// This refusal, one field further out.
    pub fn at(mut self, field: &str) -> Self {
        self.path.insert(0, field.to_owned());
        self
    }

    /// This refusal, at this field if it has no place yet.
    pub fn or_at(self, field: &str) -> Self {
        if self.path.is_empty() { self.at(field) } else { self }
    }

    /// This refusal, one field further in.
    pub fn within(mut self, field: &str) -> Self {
        self.path.push(field.to_owned());
        self
    }

    /// This refusal, about this thing.
    pub fn about(mut self, id: impl ToString) -> Self {
        self.node_id = Some(id.to_string());
        self
    }
}

#[cfg(test)]
mod tests;
