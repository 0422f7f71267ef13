//! The events of tasks: values of then, beside the task as it now is.

#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use async_graphql::{Enum, ID, Object, SimpleObject};
use entity::event::{TaskChange, TaskFact};

use crate::graphql::{
    deal::checklist::Completion,
    error::{Field, maybe},
    event::{
        Source, events,
        state::{DealState, state},
    },
    member::{self, Member},
    scalar::{Date, DateTime},
    task::Task,
};

/// A field of a task that an event changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TaskField {
    /// The title.
    Title,
    /// The description.
    Description,
    /// Who has to do it.
    Assignee,
    /// The day by which it has to be done.
    DueOn,
}

/// A change of one of a task's own fields.
#[derive(SimpleObject)]
pub(crate) struct TaskFieldChange {
    /// Which field.
    pub field: TaskField,
    /// The title or description before, when it changed.
    pub text_before: Option<String>,
    /// The title or description after, when it changed.
    pub text_after: Option<String>,
    /// The id of the assignee before, when it changed.
    pub assignee_id_before: Option<ID>,
    /// The id of the assignee after, when it changed.
    pub assignee_id_after: Option<ID>,
    /// The day before, when it changed.
    pub due_on_before: Option<Date>,
    /// The day after, when it changed.
    pub due_on_after: Option<Date>,
}

fn field_change(change: &TaskChange) -> TaskFieldChange {
    let mut object = TaskFieldChange {
        field: TaskField::Title,
        text_before: None,
        text_after: None,
        assignee_id_before: None,
        assignee_id_after: None,
        due_on_before: None,
        due_on_after: None,
    };
    match change {
        TaskChange::Title { from, to } => {
            (object.text_before, object.text_after) = (Some(from.clone()), Some(to.clone()));
        }
        TaskChange::Description { from, to } => {
            object.field = TaskField::Description;
            (object.text_before, object.text_after) = (Some(from.clone()), Some(to.clone()));
        }
        TaskChange::Assignee { from, to } => {
            object.field = TaskField::Assignee;
            object.assignee_id_before = Some(from.to_string().into());
            object.assignee_id_after = Some(to.to_string().into());
        }
        TaskChange::DueOn { from, to } => {
            object.field = TaskField::DueOn;
            (object.due_on_before, object.due_on_after) = (Some(Date(*from)), Some(Date(*to)));
        }
    }
    object
}

/// Types of events of tasks: what all have in common, and what each has of its own.
macro_rules! task_events {
    ($($(#[doc = $doc:literal])* $name:ident($($field:ident: $type:ty),*) { $($own:item)* })*) => {
        events! {$(
            $(#[doc = $doc])*
            $name(task: TaskFact, $($field: $type),*) {
                /// The task, as it now is; null when it was deleted.
                async fn task(&self) -> Field<Task> {
                    maybe(Task::find(&self.source.view, self.task.task_id).await)
                }

                /// Which task.
                async fn task_id(&self) -> Option<ID> {
                    Some(self.task.task_id.to_string().into())
                }

                /// What there was to do then.
                async fn title(&self) -> Option<&str> {
                    Some(&self.task.title)
                }

                /// Who had to do it then.
                async fn assignee(&self) -> Field<Member> {
                    member::member(&self.source.view, self.task.assignee_id).await
                }

                /// The day by which it had to be done then.
                async fn due_on(&self) -> Option<Date> {
                    Some(Date(self.task.due_on))
                }

                $($own)*
            }
        )*}
    };
}

task_events! {
    /// There is something to do about a deal: a member said so, or an action was done that it follows.
    TaskCreated() {
        /// The completion that it follows, as it now is; null when a member made it.
        async fn completion(&self) -> Field<Completion> {
            maybe(Completion::find(&self.source.view, self.task.completion_id?).await)
        }
    }

    /// Fields of a task changed.
    TaskUpdated(changes: Vec<TaskChange>) {
        /// Which fields, and how.
        async fn task_changes(&self) -> Vec<TaskFieldChange> {
            self.changes.iter().map(field_change).collect()
        }
    }

    /// A task was done.
    TaskCompleted() {}

    /// A task that was done is to be done again.
    TaskReopened() {}

    /// A task was deleted, done or not.
    TaskDeleted() {}
}
