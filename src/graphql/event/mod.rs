//! What happened to deals: one type an event, self-contained and immutable.

#![allow(clippy::duplicated_attributes, reason = "fields of an interface may have the same type")]
#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use std::sync::Arc;

use async_graphql::{ID, Interface, Object};
use entity::{
    event,
    event::{ActionFact, Fact},
};

use crate::graphql::{
    deal::{Visibility, checklist::Completion},
    error::{Field, maybe},
    event::{
        close::{DealLost, DealOutdated, DealReopened, DealWon},
        state::{DealFieldChange, DealState, field_change, state},
        task::{TaskCompleted, TaskCreated, TaskReopened, TaskUpdated},
        transfer::DealProcessChanged,
    },
    member::{self, Member},
    note::Note,
    scalar::DateTime,
    view::View,
};

pub(crate) mod close;
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

impl Source {
    fn action(&self) -> Option<&ActionFact> {
        match &self.row.fact {
            Fact::ActionCompleted { action, .. } | Fact::CompletionUndone { action, .. } => {
                Some(action)
            }
            _ => None,
        }
    }

    async fn completion(&self) -> Field<Completion> {
        let (Fact::ActionCompleted { completion_id: id, .. }
        | Fact::CompletionUndone { completion_id: id, .. }) = &self.row.fact
        else {
            return None;
        };
        let row = self.view.completion(*id).await;
        maybe(row.map(|row| row.map(|row| Completion::new(&self.view, row))))
    }

    async fn note(&self) -> Field<Note> {
        let id = match &self.row.fact {
            Fact::ActionCompleted { note_id, .. } => (*note_id)?,
            Fact::NoteAdded { note_id } => *note_id,
            _ => return None,
        };
        let row = self.view.note(id).await;
        maybe(row.map(|row| row.map(|row| Note::new(&self.view, row))))
    }

    async fn member(&self) -> Field<Member> {
        match &self.row.fact {
            Fact::ParticipantAdded { member_id } | Fact::ParticipantRemoved { member_id } => {
                member::member(&self.view, *member_id).await
            }
            _ => None,
        }
    }
}

/// Types of events: what all have in common, and what each has of its own.
macro_rules! events {
    ($($(#[doc = $doc:literal])* $name:ident { $($own:item)* })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone)]
        pub(crate) struct $name(pub(crate) Source);

        $(#[doc = $doc])*
        #[Object]
        impl $name {
            /// The event's id.
            pub(crate) async fn id(&self) -> ID {
                self.0.row.id.to_string().into()
            }

            /// When it happened.
            pub(crate) async fn occurred_at(&self) -> DateTime {
                DateTime(self.0.row.occurred_at)
            }

            /// When it was written here: later than it happened when history was imported.
            pub(crate) async fn recorded_at(&self) -> DateTime {
                DateTime(self.0.row.recorded_at)
            }

            /// Who did it; null when the program did.
            pub(crate) async fn actor(&self) -> Field<Member> {
                member::member(&self.0.view, self.0.row.actor_id?).await
            }

            /// The deal it happened to.
            pub(crate) async fn deal_id(&self) -> ID {
                self.0.row.deal_id.to_string().into()
            }

            /// The deal before; null for its first event.
            pub(crate) async fn before(&self) -> Option<DealState> {
                self.0.row.before.as_ref().map(|before| state(&self.0.view, before))
            }

            /// The deal after.
            pub(crate) async fn after(&self) -> DealState {
                state(&self.0.view, &self.0.row.after)
            }

            /// What happened, in a few words of English.
            pub(crate) async fn summary(&self) -> String {
                crate::graphql::event::text::summary(&self.0.row)
            }

            $($own)*
        }
    )*};
}
pub(super) use events;

events! {
    /// A deal began.
    DealCreated {
        /// What it was called.
        async fn title(&self) -> Option<&str> {
            match &self.0.row.fact {
                Fact::DealCreated { title, .. } => Some(title),
                _ => None,
            }
        }

        /// Which salespeople saw it from the start.
        async fn visibility(&self) -> Option<Visibility> {
            match &self.0.row.fact {
                Fact::DealCreated { visibility, .. } => Some((*visibility).into()),
                _ => None,
            }
        }
    }

    /// Fields of a deal changed.
    DealUpdated {
        /// Which fields, and how.
        async fn changes(&self) -> Vec<DealFieldChange> {
            match &self.0.row.fact {
                Fact::DealUpdated { changes } => changes.iter().map(field_change).collect(),
                _ => Vec::new(),
            }
        }
    }

    /// A member takes part in a deal from now on.
    ParticipantAdded {
        /// Who.
        async fn member(&self) -> Field<Member> {
            self.0.member().await
        }
    }

    /// A member no longer takes part in a deal.
    ParticipantRemoved {
        /// Who.
        async fn member(&self) -> Field<Member> {
            self.0.member().await
        }
    }

    /// A deal was moved to a stage by hand.
    DealMoved {
        /// Where to; null: to no stage.
        async fn to_stage_id(&self) -> Option<ID> {
            match &self.0.row.fact {
                Fact::DealMoved { to_stage_id, .. } => to_stage_id.map(|id| id.to_string().into()),
                _ => None,
            }
        }

        /// What that stage was called then.
        async fn to_stage_name(&self) -> Option<&str> {
            match &self.0.row.fact {
                Fact::DealMoved { to_stage_name, .. } => to_stage_name.as_deref(),
                _ => None,
            }
        }
    }

    /// An action was done.
    ActionCompleted {
        /// Which action.
        async fn action_id(&self) -> Option<ID> {
            self.0.action().map(|action| action.action_id.to_string().into())
        }

        /// What it was called then.
        async fn action_name(&self) -> Option<&str> {
            self.0.action().map(|action| action.action_name.as_str())
        }

        /// Its stage then.
        async fn stage_id(&self) -> Option<ID> {
            self.0.action().map(|action| action.stage_id.to_string().into())
        }

        /// What that stage was called then.
        async fn stage_name(&self) -> Option<&str> {
            self.0.action().map(|action| action.stage_name.as_str())
        }

        /// The completion, as it now is.
        async fn completion(&self) -> Field<Completion> {
            self.0.completion().await
        }

        /// The note given as evidence.
        async fn note(&self) -> Field<Note> {
            self.0.note().await
        }
    }

    /// A completion was undone.
    CompletionUndone {
        /// Which action.
        async fn action_id(&self) -> Option<ID> {
            self.0.action().map(|action| action.action_id.to_string().into())
        }

        /// What it was called then.
        async fn action_name(&self) -> Option<&str> {
            self.0.action().map(|action| action.action_name.as_str())
        }

        /// The completion, as it now is.
        async fn completion(&self) -> Field<Completion> {
            self.0.completion().await
        }
    }

    /// A note was added to a deal.
    NoteAdded {
        /// The note.
        async fn note(&self) -> Field<Note> {
            self.0.note().await
        }
    }

    /// The process was saved, and with it the deal's stage or progress changed.
    ProgressRecalculated {
        /// The number of the process version that did it.
        async fn process_version(&self) -> Option<i64> {
            match &self.0.row.fact {
                Fact::ProgressRecalculated { process_version } => Some(*process_version),
                _ => None,
            }
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
    field(name = "summary", ty = "String", desc = "What happened, in a few words of English.")
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
    /// Reopened.
    Reopened(DealReopened),
    /// Another process.
    ProcessChanged(DealProcessChanged),
    /// Recalculated.
    Recalculated(ProgressRecalculated),
}

impl DealEvent {
    /// The event of this row, as its own type.
    pub(crate) fn new(view: &View, row: Arc<event::Model>) -> Self {
        let source = Source { view: view.clone(), row: row.clone() };
        match &row.fact {
            Fact::DealCreated { .. } => Self::Created(DealCreated(source)),
            Fact::DealUpdated { .. } => Self::Updated(DealUpdated(source)),
            Fact::ParticipantAdded { .. } => Self::ParticipantAdded(ParticipantAdded(source)),
            Fact::ParticipantRemoved { .. } => Self::ParticipantRemoved(ParticipantRemoved(source)),
            Fact::DealMoved { .. } => Self::Moved(DealMoved(source)),
            Fact::ActionCompleted { .. } => Self::ActionCompleted(ActionCompleted(source)),
            Fact::CompletionUndone { .. } => Self::CompletionUndone(CompletionUndone(source)),
            Fact::NoteAdded { .. } => Self::NoteAdded(NoteAdded(source)),
            Fact::TaskCreated { .. } => Self::TaskCreated(TaskCreated(source)),
            Fact::TaskUpdated { .. } => Self::TaskUpdated(TaskUpdated(source)),
            Fact::TaskCompleted { .. } => Self::TaskCompleted(TaskCompleted(source)),
            Fact::TaskReopened { .. } => Self::TaskReopened(TaskReopened(source)),
            Fact::DealWon { .. } => Self::Won(DealWon(source)),
            Fact::DealLost { .. } => Self::Lost(DealLost(source)),
            Fact::DealOutdated { .. } => Self::Outdated(DealOutdated(source)),
            Fact::DealReopened { .. } => Self::Reopened(DealReopened(source)),
            Fact::DealProcessChanged { .. } => Self::ProcessChanged(DealProcessChanged(source)),
            Fact::ProgressRecalculated { .. } => Self::Recalculated(ProgressRecalculated(source)),
        }
    }
}
