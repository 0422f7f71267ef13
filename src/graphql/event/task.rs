//! The events of tasks: values of then, beside the task as it now is.

#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use async_graphql::{Enum, ID, Object, SimpleObject};
use entity::event::{Fact, TaskChange, TaskFact};

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
    let mut shown = TaskFieldChange {
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
            (shown.text_before, shown.text_after) = (Some(from.clone()), Some(to.clone()));
        }
        TaskChange::Description { from, to } => {
            shown.field = TaskField::Description;
            (shown.text_before, shown.text_after) = (Some(from.clone()), Some(to.clone()));
        }
        TaskChange::Assignee { from, to } => {
            shown.field = TaskField::Assignee;
            shown.assignee_id_before = Some(from.to_string().into());
            shown.assignee_id_after = Some(to.to_string().into());
        }
        TaskChange::DueOn { from, to } => {
            shown.field = TaskField::DueOn;
            (shown.due_on_before, shown.due_on_after) = (Some(Date(*from)), Some(Date(*to)));
        }
    }
    shown
}

impl Source {
    fn task_fact(&self) -> Option<&TaskFact> {
        self.row.fact.task()
    }

    async fn task(&self) -> Field<Task> {
        maybe(Task::find(&self.view, self.task_fact()?.task_id).await)
    }

    fn task_id(&self) -> Option<ID> {
        self.task_fact().map(|task| task.task_id.to_string().into())
    }

    fn task_title(&self) -> Option<&str> {
        self.task_fact().map(|task| task.title.as_str())
    }

    async fn assignee(&self) -> Field<Member> {
        member::member(&self.view, self.task_fact()?.assignee_id).await
    }

    fn due_on(&self) -> Option<Date> {
        self.task_fact().map(|task| Date(task.due_on))
    }

    async fn followed(&self) -> Field<Completion> {
        let row = self.view.completion(self.task_fact()?.completion_id?).await;
        maybe(row.map(|row| row.map(|row| Completion::new(&self.view, row))))
    }
}

/// Types of events of tasks: what all have in common.
macro_rules! task_events {
    ($($(#[doc = $doc:literal])* $name:ident { $($own:item)* })*) => {
        events! {$(
            $(#[doc = $doc])*
            $name {
                /// The task, as it now is.
                async fn task(&self) -> Field<Task> {
                    self.0.task().await
                }

                /// Which task.
                async fn task_id(&self) -> Option<ID> {
                    self.0.task_id()
                }

                /// What there was to do then.
                async fn title(&self) -> Option<&str> {
                    self.0.task_title()
                }

                /// Who had to do it then.
                async fn assignee(&self) -> Field<Member> {
                    self.0.assignee().await
                }

                /// The day by which it had to be done then.
                async fn due_on(&self) -> Option<Date> {
                    self.0.due_on()
                }

                $($own)*
            }
        )*}
    };
}

task_events! {
    /// There is something to do about a deal: a member said so, or an action was done that it follows.
    TaskCreated {
        /// The completion that it follows, as it now is; null when a member made it.
        async fn completion(&self) -> Field<Completion> {
            self.0.followed().await
        }
    }

    /// Fields of a task changed.
    TaskUpdated {
        /// Which fields, and how.
        async fn task_changes(&self) -> Vec<TaskFieldChange> {
            match &self.0.row.fact {
                Fact::TaskUpdated { changes, .. } => changes.iter().map(field_change).collect(),
                _ => Vec::new(),
            }
        }
    }

    /// A task was done.
    TaskCompleted {}

    /// A task that was done is to be done again.
    TaskReopened {}
}
