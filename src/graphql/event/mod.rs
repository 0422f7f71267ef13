//! What happened to deals: one type an event, self-contained and immutable.

#![allow(clippy::duplicated_attributes, reason = "fields of an interface may have the same type")]
#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use std::sync::Arc;

use async_graphql::{ID, Interface, Object};
use entity::{
    event::{self, ActionFact, FieldChange},
    ids::{CompletionId, MemberId, NoteId, StageId},
};

use crate::graphql::{
    deal::{Visibility, checklist::Completion},
    error::{Field, maybe},
    event::{
        close::{DealLost, DealOutdated, DealReopened, DealWon},
        state::{DealFieldChange, DealState, field_change, state},
        task::{TaskCompleted, TaskCreated, TaskDeleted, TaskReopened, TaskUpdated},
        transfer::DealProcessChanged,
    },
    member::{self, Member},
    note::Note,
    scalar::DateTime,
    view::View,
};

pub(crate) mod close;
mod fact;
pub(crate) mod loader;
pub(crate) mod state;
pub(crate) mod task;
pub(crate) mod text;
pub(crate) mod transfer;

/// The row behind an event.
#[derive(Clone)]
pub(crate) struct Source {
    /// The view it was read in.
    pub view: View,
    /// The row.
    pub row: Arc<event::Model>,
}

/// Types of events: what all have in common, what each keeps of its own fact, and what it tells of that.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])* $name:ident($($field:ident: $type:ty),* $(,)?) { $($own:item)* }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone)]
        pub(crate) struct $name {
            pub(crate) source: Source,
            $(pub(crate) $field: $type,)*
        }

        $(#[doc = $doc])*
        #[Object]
        impl $name {
            /// The event's id.
            pub(crate) async fn id(&self) -> ID {
                self.source.row.id.to_string().into()
            }

            /// When it happened.
            pub(crate) async fn occurred_at(&self) -> DateTime {
                DateTime(self.source.row.occurred_at)
            }

            /// When it was written here: later than it happened when history was imported.
            pub(crate) async fn recorded_at(&self) -> DateTime {
                DateTime(self.source.row.recorded_at)
            }

            /// Who did it; null when the program did.
            pub(crate) async fn actor(&self) -> Field<Member> {
                member::member(&self.source.view, self.source.row.actor_id?).await
            }

            /// The deal it happened to.
            pub(crate) async fn deal_id(&self) -> ID {
                self.source.row.deal_id.to_string().into()
            }

            /// The deal before; null for its first event.
            pub(crate) async fn before(&self) -> Option<DealState> {
                self.source.row.before.as_ref().map(|before| state(&self.source.view, before))
            }

            /// The deal after.
            pub(crate) async fn after(&self) -> DealState {
                state(&self.source.view, &self.source.row.after)
            }

            /// What happened in a few words, in the viewer's language.
            pub(crate) async fn summary(&self) -> String {
                let Source { view, row } = &self.source;
                crate::graphql::event::text::summary(row, view.language())
            }

            $($own)*
        }
    )*};
}
pub(super) use events;

events! {
    /// A deal began.
    DealCreated(title: String, visibility: Visibility) {
        /// What it was called.
        async fn title(&self) -> Option<&str> {
            Some(&self.title)
        }

        /// Which salespeople saw it from the start.
        async fn visibility(&self) -> Option<Visibility> {
            Some(self.visibility)
        }
    }

    /// Fields of a deal changed.
    DealUpdated(changes: Vec<FieldChange>) {
        /// Which fields, and how.
        async fn changes(&self) -> Vec<DealFieldChange> {
            self.changes.iter().map(field_change).collect()
        }
    }

    /// A member takes part in a deal from now on.
    ParticipantAdded(member_id: MemberId) {
        /// Who.
        async fn member(&self) -> Field<Member> {
            member::member(&self.source.view, self.member_id).await
        }
    }

    /// A member no longer takes part in a deal.
    ParticipantRemoved(member_id: MemberId) {
        /// Who.
        async fn member(&self) -> Field<Member> {
            member::member(&self.source.view, self.member_id).await
        }
    }

    /// A deal was moved to a stage by hand.
    DealMoved(to_stage_id: Option<StageId>, to_stage_name: Option<String>) {
        /// Where to; null: to no stage.
        async fn to_stage_id(&self) -> Option<ID> {
            self.to_stage_id.map(|id| id.to_string().into())
        }

        /// What that stage was called then.
        async fn to_stage_name(&self) -> Option<&str> {
            self.to_stage_name.as_deref()
        }
    }

    /// An action was done.
    ActionCompleted(completion_id: CompletionId, action: ActionFact, note_id: Option<NoteId>) {
        /// Which action.
        async fn action_id(&self) -> Option<ID> {
            Some(self.action.action_id.to_string().into())
        }

        /// What it was called then.
        async fn action_name(&self) -> Option<&str> {
            Some(&self.action.action_name)
        }

        /// Its stage then.
        async fn stage_id(&self) -> Option<ID> {
            Some(self.action.stage_id.to_string().into())
        }

        /// What that stage was called then.
        async fn stage_name(&self) -> Option<&str> {
            Some(&self.action.stage_name)
        }

        /// The completion, as it now is.
        async fn completion(&self) -> Field<Completion> {
            maybe(Completion::find(&self.source.view, self.completion_id).await)
        }

        /// The note given as evidence; null where none was, and when it was withdrawn after the completion was undone.
        async fn note(&self) -> Field<Note> {
            maybe(Note::find(&self.source.view, self.note_id?).await)
        }
    }

    /// A completion was undone.
    CompletionUndone(completion_id: CompletionId, action: ActionFact, comment: Option<String>) {
        /// What was said on undoing.
        async fn comment(&self) -> Option<&str> {
            self.comment.as_deref()
        }

        /// Which action.
        async fn action_id(&self) -> Option<ID> {
            Some(self.action.action_id.to_string().into())
        }

        /// What it was called then.
        async fn action_name(&self) -> Option<&str> {
            Some(&self.action.action_name)
        }

        /// The completion, as it now is.
        async fn completion(&self) -> Field<Completion> {
            maybe(Completion::find(&self.source.view, self.completion_id).await)
        }
    }

    /// A note was added to a deal.
    NoteAdded(note_id: NoteId) {
        /// The note as it now is; null when it was withdrawn since.
        async fn note(&self) -> Field<Note> {
            maybe(Note::find(&self.source.view, self.note_id).await)
        }
    }

    /// The text of a note was changed. What it said before is nowhere kept.
    NoteEdited(note_id: NoteId) {
        /// The note as it now is; null when it was withdrawn since.
        async fn note(&self) -> Field<Note> {
            maybe(Note::find(&self.source.view, self.note_id).await)
        }
    }

    /// A note was withdrawn, with its files. What it said is nowhere kept.
    NoteWithdrawn(note_id: NoteId, author_id: MemberId) {
        /// Which note: it is no longer found.
        async fn note_id(&self) -> Option<ID> {
            Some(self.note_id.to_string().into())
        }

        /// Who had written it.
        async fn author(&self) -> Field<Member> {
            member::member(&self.source.view, self.author_id).await
        }
    }

    /// The process was saved, and with it the deal's stage or progress changed.
    ProgressRecalculated(process_version: i64) {
        /// The number of the process version that did it.
        async fn process_version(&self) -> Option<i64> {
            Some(self.process_version)
        }
    }
}

/// Something that happened to a deal: past, immutable, and complete in itself. More kinds may come.
#[derive(Clone, Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "The event's id."),
    field(name = "occurred_at", ty = "DateTime", desc = "When it happened."),
    field(
        name = "recorded_at",
        ty = "DateTime",
        desc = "When it was written here: later than it happened when history was imported."
    ),
    field(name = "actor", ty = "Field<Member>", desc = "Who did it; null when the program did."),
    field(name = "deal_id", ty = "ID", desc = "The deal it happened to."),
    field(
        name = "before",
        ty = "Option<DealState>",
        desc = "The deal before; null for its first event."
    ),
    field(name = "after", ty = "DealState", desc = "The deal after."),
    field(
        name = "summary",
        ty = "String",
        desc = "What happened in a few words, in the viewer's language."
    )
)]
pub(crate) enum DealEvent {
    /// It began.
    Created(DealCreated),
    /// Fields changed.
    Updated(DealUpdated),
    /// Somebody takes part.
    ParticipantAdded(ParticipantAdded),
    /// Somebody left.
    ParticipantRemoved(ParticipantRemoved),
    /// Moved by hand.
    Moved(DealMoved),
    /// Something was done.
    ActionCompleted(ActionCompleted),
    /// Something was undone.
    CompletionUndone(CompletionUndone),
    /// A note.
    NoteAdded(NoteAdded),
    /// A note was edited.
    NoteEdited(NoteEdited),
    /// A note was withdrawn.
    NoteWithdrawn(NoteWithdrawn),
    /// Won.
    Won(DealWon),
    /// Lost.
    Lost(DealLost),
    /// Outdated.
    Outdated(DealOutdated),
    /// Something to do.
    TaskCreated(TaskCreated),
    /// A task changed.
    TaskUpdated(TaskUpdated),
    /// A task was done.
    TaskCompleted(TaskCompleted),
    /// A task is to be done again.
    TaskReopened(TaskReopened),
    /// A task was deleted.
    TaskDeleted(TaskDeleted),
    /// Reopened.
    Reopened(DealReopened),
    /// Another process.
    ProcessChanged(DealProcessChanged),
    /// Recalculated.
    Recalculated(ProgressRecalculated),
}
