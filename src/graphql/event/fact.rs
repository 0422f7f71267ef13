//! From a row of the log to the type of its event. Each fact is taken apart here and nowhere else, without `..`: a new
//! fact, or something new in one, does not compile before it is said what becomes of it.

use std::sync::Arc;

use entity::event::{self, Fact};

use crate::graphql::{
    event::{close::*, task::*, transfer::*, *},
    view::View,
};

impl DealEvent {
    /// The event of this row, as its own type.
    pub(crate) fn new(view: &View, row: Arc<event::Model>) -> Self {
        let source = Source { view: view.clone(), row: row.clone() };
        match row.fact.clone() {
            Fact::DealCreated { title, visibility, participant_ids: _ } => {
                DealCreated { source, title, visibility: visibility.into() }.into()
            }
            Fact::DealUpdated { changes } => DealUpdated { source, changes }.into(),
            Fact::ParticipantAdded { member_id } => ParticipantAdded { source, member_id }.into(),
            Fact::ParticipantRemoved { member_id } => {
                ParticipantRemoved { source, member_id }.into()
            }
            Fact::DealMoved { to_stage_id, to_stage_name } => {
                DealMoved { source, to_stage_id, to_stage_name }.into()
            }
            Fact::ActionCompleted { completion_id, action, note_id } => {
                ActionCompleted { source, completion_id, action, note_id }.into()
            }
            Fact::CompletionUndone { completion_id, action, comment } => {
                CompletionUndone { source, completion_id, action, comment }.into()
            }
            Fact::NoteAdded { note_id } => NoteAdded { source, note_id }.into(),
            Fact::NoteEdited { note_id } => NoteEdited { source, note_id }.into(),
            Fact::NoteWithdrawn { note_id, author_id } => {
                NoteWithdrawn { source, note_id, author_id }.into()
            }
            Fact::TaskCreated { task } => TaskCreated { source, task }.into(),
            Fact::TaskUpdated { task, changes } => TaskUpdated { source, task, changes }.into(),
            Fact::TaskCompleted { task } => TaskCompleted { source, task }.into(),
            Fact::TaskReopened { task } => TaskReopened { source, task }.into(),
            Fact::TaskDeleted { task } => TaskDeleted { source, task }.into(),
            Fact::DealWon { comment, reason } => DealWon { source, comment, reason }.into(),
            Fact::DealLost { comment, reason } => DealLost { source, comment, reason }.into(),
            Fact::DealOutdated { comment, reason } => {
                DealOutdated { source, comment, reason }.into()
            }
            Fact::DealReopened { dropped_move_to, comment } => {
                DealReopened { source, dropped_move_to, comment }.into()
            }
            Fact::DealProcessChanged {
                from_process_id,
                from_process_name,
                to_process_id,
                to_process_name,
                carried,
                moved_to: _,
                dropped_move_to,
            } => DealProcessChanged {
                source,
                from_process_id,
                from_process_name,
                to_process_id,
                to_process_name,
                carried,
                dropped_move_to,
            }
            .into(),
            Fact::ProgressRecalculated { process_version } => {
                ProgressRecalculated { source, process_version }.into()
            }
        }
    }
}
