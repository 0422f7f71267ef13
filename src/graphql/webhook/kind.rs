//! The kinds of events, by which webhooks choose.

use async_graphql::Enum;
use entity::event::Kind;

/// A kind of event: what happened to a deal. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum DealEventKind {
    /// A deal began: `DealCreated`.
    DealCreated,
    /// Fields of a deal changed: `DealUpdated`.
    DealUpdated,
    /// A member takes part: `ParticipantAdded`.
    ParticipantAdded,
    /// A member no longer takes part: `ParticipantRemoved`.
    ParticipantRemoved,
    /// A deal was moved by hand: `DealMoved`.
    DealMoved,
    /// An action was done: `ActionCompleted`.
    ActionCompleted,
    /// A completion was undone: `CompletionUndone`.
    CompletionUndone,
    /// A note was added: `NoteAdded`.
    NoteAdded,
    /// A note was edited: `NoteEdited`.
    NoteEdited,
    /// A note was withdrawn: `NoteWithdrawn`.
    NoteWithdrawn,
    /// There is something to do: `TaskCreated`.
    TaskCreated,
    /// A task changed: `TaskUpdated`.
    TaskUpdated,
    /// A task was done: `TaskCompleted`.
    TaskCompleted,
    /// A task is to be done again: `TaskReopened`.
    TaskReopened,
    /// A task was deleted: `TaskDeleted`.
    TaskDeleted,
    /// A deal was won: `DealWon`.
    DealWon,
    /// A deal was lost: `DealLost`.
    DealLost,
    /// A deal is no longer of interest: `DealOutdated`.
    DealOutdated,
    /// A closed deal runs again: `DealReopened`.
    DealReopened,
    /// A deal went to another process: `DealProcessChanged`.
    DealProcessChanged,
    /// A save of the process changed the deal's stage or progress: `ProgressRecalculated`.
    ProgressRecalculated,
}
