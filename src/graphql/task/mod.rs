//! Tasks: what there is to do about deals until a day.

use std::sync::Arc;

use async_graphql::{Enum, ID, Object, SimpleObject};
use domain::{
    deal::state,
    policy::{self, DealFacts, Subject},
    task::rules,
};
use engine::error::Result;
use entity::{ids::TaskId, task};

use crate::graphql::{
    context::semanticNonNull,
    deal::{Deal, checklist::Completion},
    error::{Field, field, maybe},
    member::{self, Member},
    permission::Permission,
    scalar::{Date, DateTime},
    view::View,
};

pub(crate) mod list;
pub(crate) mod loader;
pub(crate) mod mutation;

/// Whether a task is still to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TaskState {
    /// It is to be done.
    Open,
    /// It was done.
    Done,
}

/// What the viewer may do to a task. Doing what is done already changes nothing.
#[derive(SimpleObject)]
pub(crate) struct TaskPermissions {
    /// `updateTask`.
    pub update: Permission,
    /// `completeTask`.
    pub complete: Permission,
    /// `reopenTask`.
    pub reopen: Permission,
    /// `deleteTask`.
    pub delete: Permission,
}

/// Something to do about a deal until a day.
#[derive(Clone)]
pub(crate) struct Task {
    view: View,
    row: Arc<task::Model>,
}

impl Task {
    /// The task of a row that the viewer may see.
    pub(crate) fn new(view: &View, row: Arc<task::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    /// The task with this id, if the viewer may see it.
    pub(crate) async fn find(view: &View, id: TaskId) -> Result<Option<Self>> {
        Ok(view.task(id).await?.map(|row| Self::new(view, row)))
    }

    async fn read_completion(&self) -> Result<Option<Completion>> {
        let Some(id) = self.row.completion_id else { return Ok(None) };
        Completion::find(&self.view, id).await
    }

    async fn deal_facts(&self) -> Result<Option<DealFacts>> {
        let Some(deal) = self.view.deal(self.row.deal_id).await? else { return Ok(None) };
        let participants = self.view.participants(deal.id).await?;
        let takes_part = participants.iter().any(|id| self.view.actor().is(*id));
        Ok(Some(state::facts(&deal, takes_part)))
    }

    async fn read_permissions(&self) -> Result<TaskPermissions> {
        let facts = rules::facts(&self.row, self.deal_facts().await?);
        let can = |permission| {
            let decided = policy::decide(self.view.actor(), permission, Subject::Task(facts));
            Permission::decided(&self.view, decided, "task", self.row.id)
        };
        Ok(TaskPermissions {
            update: can(policy::Permission::ChangeTasks),
            complete: can(policy::Permission::DoTask),
            reopen: can(policy::Permission::DoTask),
            delete: can(policy::Permission::ChangeTasks),
        })
    }
}

/// Something to do about a deal until a day: made by a member, or following an action that was done.
/// Whoever sees the deal sees it, and so does whoever it is assigned to.
#[Object]
impl Task {
    /// The task's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// The deal it is about; null when the viewer may not see it and only has to do the task.
    async fn deal(&self) -> Field<Deal> {
        maybe(Deal::find(&self.view, self.row.deal_id).await)
    }

    /// What to do.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// More about it (Markdown).
    async fn description(&self) -> &str {
        &self.row.description
    }

    /// Who has to do it.
    #[graphql(directive = semanticNonNull::apply())]
    async fn assignee(&self) -> Field<Member> {
        member::member(&self.view, self.row.assignee_id).await
    }

    /// The day by which it has to be done.
    async fn due_on(&self) -> Date {
        Date(self.row.due_on)
    }

    /// Whether it is still to be done.
    async fn state(&self) -> TaskState {
        if self.row.completed_at.is_some() { TaskState::Done } else { TaskState::Open }
    }

    /// Whether it was to be done before today (in UTC) and is not.
    async fn overdue(&self) -> bool {
        let now = self.view.snapshot().base().clock().now();
        rules::is_overdue(&self.row, now.date_naive())
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }

    /// Who made it, or did the action that it follows; null when the program did.
    async fn created_by(&self) -> Field<Member> {
        member::member(&self.view, self.row.creator_id?).await
    }

    /// The completion that it follows; null when a member made it, and when the viewer may not see the deal.
    async fn completion(&self) -> Field<Completion> {
        maybe(self.read_completion().await)
    }

    /// When it was done; null while open.
    async fn completed_at(&self) -> Option<DateTime> {
        self.row.completed_at.map(DateTime)
    }

    /// Who said that it was done; null while open.
    async fn completed_by(&self) -> Field<Member> {
        member::member(&self.view, self.row.completed_by?).await
    }

    /// What the viewer may do to it.
    #[graphql(directive = semanticNonNull::apply())]
    async fn permissions(&self) -> Field<TaskPermissions> {
        field(self.read_permissions().await)
    }
}
