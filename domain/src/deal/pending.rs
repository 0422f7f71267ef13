//! What is to be written of a deal to which something happened.

use entity::{
    completion,
    ids::{FileId, MemberId, NoteId},
    note, task,
};

use crate::event::NewEvent;

/// What happened to a deal and is not written yet.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    /// Whether the deal itself is new.
    pub is_new: bool,
    /// Whether it stands at another stage, or its stage at another place, than before.
    pub stands_elsewhere: bool,
    /// The events.
    pub events: Vec<NewEvent>,
    /// New completions.
    pub completed: Vec<completion::Model>,
    /// Completions undone.
    pub undone: Vec<completion::Model>,
    /// Completions that count for another action since.
    pub carried: Vec<completion::Model>,
    /// New participants.
    pub joined: Vec<MemberId>,
    /// Participants who left.
    pub left: Vec<MemberId>,
    /// New notes.
    pub notes: Vec<note::Model>,
    /// Notes that were edited or withdrawn.
    pub changed_notes: Vec<note::Model>,
    /// The files of new notes, each note's in their order.
    pub files: Vec<(NoteId, Vec<FileId>)>,
    /// New tasks.
    pub tasks: Vec<task::Model>,
    /// Tasks that changed.
    pub changed_tasks: Vec<task::Model>,
}
