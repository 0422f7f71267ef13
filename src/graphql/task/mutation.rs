//! Making and doing tasks: a resolver reads its input, calls one use case, and answers with the task and
//! its deal.

use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use engine::{
    error::Result,
    task::{CompleteTask, CreateTask, DeleteTask, ReopenTask, TaskFields, UpdateTask},
};
use entity::ids::{DealId, TaskId};

use crate::graphql::{
    context::semanticNonNull,
    deal::{Deal, payload::read_deal},
    error::Field,
    input::InputReader,
    mutate::{MutationInput, Outcome, mutate, setting},
    scalar::Date,
    task::Task,
    user_error::UserError,
    view::View,
};

/// A new task.
#[derive(InputObject)]
pub(crate) struct CreateTaskInput {
    /// The deal it is about, open or closed.
    pub deal_id: ID,
    /// An id made by the client (`task_…`): the same call again answers with what is there.
    pub new_id: Option<ID>,
    /// What to do: 1 to 200 characters.
    pub title: String,
    /// More about it (Markdown): at most 10,000 characters.
    pub description: Option<String>,
    /// Who has to do it: an active member who may see the deal; you when left out.
    pub assignee_id: Option<ID>,
    /// The day by which it has to be done.
    pub due_on: Date,
}

/// New fields for a task. What is left out stays as it is; `null` makes it the default.
#[derive(InputObject)]
pub(crate) struct UpdateTaskInput {
    /// The task.
    pub task_id: ID,
    /// What to do: 1 to 200 characters.
    pub title: Option<String>,
    /// More about it (Markdown): at most 10,000 characters; `null`: nothing.
    pub description: MaybeUndefined<String>,
    /// Who has to do it: an active member who may see the deal.
    pub assignee_id: Option<ID>,
    /// The day by which it has to be done.
    pub due_on: Option<Date>,
}

/// A task that was done.
#[derive(InputObject)]
pub(crate) struct CompleteTaskInput {
    /// The task.
    pub task_id: ID,
}

/// A task that is to be done again.
#[derive(InputObject)]
pub(crate) struct ReopenTaskInput {
    /// The task.
    pub task_id: ID,
}

/// A task to delete.
#[derive(InputObject)]
pub(crate) struct DeleteTaskInput {
    /// The task.
    pub task_id: ID,
}

/// What deleting a task led to.
#[derive(SimpleObject)]
pub(crate) struct DeleteTaskPayload {
    /// The task as it now is when it was refused; null once it is deleted, and when it was not found.
    pub task: Option<Task>,
    /// The id of the task that is gone; null when it was refused.
    pub deleted_task_id: Option<ID>,
    /// The deal it was about, as it now is; null when the viewer may not see it.
    pub deal: Option<Deal>,
    /// Why it was not deleted; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// What a change of a task led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "CreateTaskPayload", params(CreateTaskInput)),
    concrete(name = "UpdateTaskPayload", params(UpdateTaskInput)),
    concrete(name = "CompleteTaskPayload", params(CompleteTaskInput)),
    concrete(name = "ReopenTaskPayload", params(ReopenTaskInput))
)]
pub(crate) struct TaskPayload<I: Send + Sync> {
    /// The task as it now is, also when the change was refused; null when it was not found.
    pub task: Option<Task>,
    /// The deal it is about, as it now is; null when the viewer may not see it.
    pub deal: Option<Deal>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    of: PhantomData<I>,
}

/// Changes of tasks.
#[derive(Default)]
pub(crate) struct TaskMutation;

/// Changes of tasks: each is an event of the deal. Tasks are no actions: they change neither stage nor
/// progress, and a closed deal takes them too.
#[Object]
impl TaskMutation {
    /// Makes a task for a deal, open or closed. Whoever may change the deal. The assignee is notified.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `MEMBER_INACTIVE`,
    /// `MEMBER_CANNOT_SEE_DEAL`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn create_task(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new task.")] input: CreateTaskInput,
    ) -> Field<TaskPayload<CreateTaskInput>> {
        mutate(context, input).await
    }

    /// Changes title, description, assignee or day of a task. Whoever may change the deal. A new assignee is
    /// notified.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `MEMBER_INACTIVE`,
    /// `MEMBER_CANNOT_SEE_DEAL`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_task(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateTaskInput,
    ) -> Field<TaskPayload<UpdateTaskInput>> {
        mutate(context, input).await
    }

    /// Says that a task is done. Its assignee, and whoever may change the deal. Done already, it changes
    /// nothing.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn complete_task(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which task.")] input: CompleteTaskInput,
    ) -> Field<TaskPayload<CompleteTaskInput>> {
        mutate(context, input).await
    }

    /// Says that a task is to be done again. Its assignee, and whoever may change the deal. Open already, it
    /// changes nothing.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn reopen_task(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which task.")] input: ReopenTaskInput,
    ) -> Field<TaskPayload<ReopenTaskInput>> {
        mutate(context, input).await
    }

    /// Deletes a task, open or done. Whoever may change the deal. The history goes on telling of it, and what members were
    /// told of it stays in their inboxes, without the task. Deleted already, it changes nothing.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn delete_task(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which task.")] input: DeleteTaskInput,
    ) -> Field<DeleteTaskPayload> {
        mutate(context, input).await
    }
}

impl MutationInput for DeleteTaskInput {
    type Command = DeleteTask;
    type Payload = DeleteTaskPayload;
    const SUBJECT: &'static str = "taskId";

    fn read(self, reader: &mut InputReader) -> DeleteTask {
        DeleteTask { task_id: reader.id(&self.task_id, "taskId") }
    }

    async fn answer(done: Outcome<DeleteTask>) -> Result<DeleteTaskPayload> {
        let id = done.command.task_id;
        let (task, deal) = read(&done.view, Some(id), done.value).await?;
        let deleted_task_id = done.value.map(|_| id.to_string().into());
        Ok(DeleteTaskPayload { task, deleted_task_id, deal, user_errors: done.user_errors })
    }
}

impl MutationInput for CreateTaskInput {
    type Command = CreateTask;
    type Payload = TaskPayload<Self>;
    const SUBJECT: &'static str = "dealId";

    fn read(self, reader: &mut InputReader) -> CreateTask {
        CreateTask {
            deal_id: reader.id(&self.deal_id, "dealId"),
            new_id: reader.new_id(self.new_id.as_ref()),
            title: self.title,
            description: self.description.unwrap_or_default(),
            assignee_id: reader.optional_id(self.assignee_id.as_ref(), "assigneeId"),
            due_on: self.due_on.0,
        }
    }

    async fn answer(done: Outcome<CreateTask>) -> Result<TaskPayload<Self>> {
        let deal = done.command.deal_id;
        payload(&done.view, done.value, Some(deal), done.user_errors).await
    }
}

impl MutationInput for UpdateTaskInput {
    type Command = UpdateTask;
    type Payload = TaskPayload<Self>;
    const SUBJECT: &'static str = "taskId";

    fn read(self, reader: &mut InputReader) -> UpdateTask {
        let task_id = reader.id(&self.task_id, "taskId");
        let fields = TaskFields {
            title: self.title,
            description: setting(self.description, String::new),
            assignee_id: reader.optional_id(self.assignee_id.as_ref(), "assigneeId"),
            due_on: self.due_on.map(|day| day.0),
        };
        UpdateTask { task_id, fields }
    }

    async fn answer(done: Outcome<UpdateTask>) -> Result<TaskPayload<Self>> {
        payload(&done.view, Some(done.command.task_id), None, done.user_errors).await
    }
}

impl MutationInput for CompleteTaskInput {
    type Command = CompleteTask;
    type Payload = TaskPayload<Self>;
    const SUBJECT: &'static str = "taskId";

    fn read(self, reader: &mut InputReader) -> CompleteTask {
        CompleteTask { task_id: reader.id(&self.task_id, "taskId") }
    }

    async fn answer(done: Outcome<CompleteTask>) -> Result<TaskPayload<Self>> {
        payload(&done.view, Some(done.command.task_id), None, done.user_errors).await
    }
}

impl MutationInput for ReopenTaskInput {
    type Command = ReopenTask;
    type Payload = TaskPayload<Self>;
    const SUBJECT: &'static str = "taskId";

    fn read(self, reader: &mut InputReader) -> ReopenTask {
        ReopenTask { task_id: reader.id(&self.task_id, "taskId") }
    }

    async fn answer(done: Outcome<ReopenTask>) -> Result<TaskPayload<Self>> {
        payload(&done.view, Some(done.command.task_id), None, done.user_errors).await
    }
}

async fn payload<I: Send + Sync>(
    view: &View,
    task: Option<TaskId>,
    deal: Option<DealId>,
    user_errors: Vec<UserError>,
) -> Result<TaskPayload<I>> {
    let (task, deal) = read(view, task, deal).await?;
    Ok(TaskPayload { task, deal, user_errors, of: PhantomData })
}

/// The task and its deal.
async fn read(
    view: &View,
    task: Option<TaskId>,
    deal: Option<DealId>,
) -> Result<(Option<Task>, Option<Deal>)> {
    let row = match task {
        Some(id) => view.task(id).await?,
        None => None,
    };
    let deal = deal.or(row.as_ref().map(|row| row.deal_id));
    let deal = read_deal(view, deal).await?;
    Ok((row.map(|row| Task::new(view, row)), deal))
}
