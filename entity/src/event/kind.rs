//! The kinds of events.

use serde::{Deserialize, Serialize};

use super::Fact;

/// What kind of thing happened: a fact without what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// The deal began.
    DealCreated,
    /// Fields of the deal changed.
    DealUpdated,
    /// A member takes part from now on.
    ParticipantAdded,
    /// A member no longer takes part.
    ParticipantRemoved,
    /// The deal was moved by hand.
    DealMoved,
    /// An action was done.
    ActionCompleted,
    /// A completion was undone.
    CompletionUndone,
    /// A note was added.
    NoteAdded,
    /// The text of a note was changed.
    NoteEdited,
    /// A note was withdrawn.
    NoteWithdrawn,
    /// There is something to do about the deal, by a member or as the follow-up of an action.
    TaskCreated,
    /// Fields of a task changed.
    TaskUpdated,
    /// A task was done.
    TaskCompleted,
    /// A task that was done is to be done again.
    TaskReopened,
    /// A task was deleted.
    TaskDeleted,
    /// The deal was won.
    DealWon,
    /// The deal was lost.
    DealLost,
    /// The deal is no longer of interest.
    DealOutdated,
    /// A closed deal runs again.
    DealReopened,
    /// The deal goes through another process from now on.
    DealProcessChanged,
    /// The process changed, and with it the deal's stage or progress (rule 6).
    ProgressRecalculated,
}

impl Fact {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::DealCreated { .. } => Kind::DealCreated,
            Self::DealUpdated { .. } => Kind::DealUpdated,
            Self::ParticipantAdded { .. } => Kind::ParticipantAdded,
            Self::ParticipantRemoved { .. } => Kind::ParticipantRemoved,
            Self::DealMoved { .. } => Kind::DealMoved,
            Self::ActionCompleted { .. } => Kind::ActionCompleted,
            Self::CompletionUndone { .. } => Kind::CompletionUndone,
            Self::NoteAdded { .. } => Kind::NoteAdded,
            Self::NoteEdited { .. } => Kind::NoteEdited,
            Self::NoteWithdrawn { .. } => Kind::NoteWithdrawn,
            Self::TaskCreated { .. } => Kind::TaskCreated,
            Self::TaskUpdated { .. } => Kind::TaskUpdated,
            Self::TaskCompleted { .. } => Kind::TaskCompleted,
            Self::TaskReopened { .. } => Kind::TaskReopened,
            Self::TaskDeleted { .. } => Kind::TaskDeleted,
            Self::DealWon { .. } => Kind::DealWon,
            Self::DealLost { .. } => Kind::DealLost,
            Self::DealOutdated { .. } => Kind::DealOutdated,
            Self::DealReopened { .. } => Kind::DealReopened,
            Self::DealProcessChanged { .. } => Kind::DealProcessChanged,
            Self::ProgressRecalculated { .. } => Kind::ProgressRecalculated,
        }
    }
}
