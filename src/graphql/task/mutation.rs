//! Making and doing tasks: a resolver reads its input, calls one use case, and answers with the task and
//! its deal.

use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::task::UpdateTask;
use engine::{
    deal::unseen::{Input, with_all},
    error::Result,
    task::{self, CreateTask},
};
use entity::ids::{DealId, TaskId};

use crate::graphql::{
    context::semanticNonNull,
    deal::{Deal, payload::read_deal},
    error::{Field, field},
    id::Ids,
    mutate::{Outcome, marks, perform, setting},
    scalar::Date,
    task::Task,
    user_error::UserError,
};

/// A new task.
#[derive(InputObject)]
pub struct CreateTaskInput {
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
pub struct UpdateTaskInput {
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
pub struct CompleteTaskInput {
    /// The task.
    pub task_id: ID,
}

/// A task that is to be done again.
#[derive(InputObject)]
pub struct ReopenTaskInput {
    /// The task.
    pub task_id: ID,
}

marks! { CreateTask_ UpdateTask_ CompleteTask_ ReopenTask_ }

/// What a change of a task led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "CreateTaskPayload", params(CreateTask_)),
    concrete(name = "UpdateTaskPayload", params(UpdateTask_)),
    concrete(name = "CompleteTaskPayload", params(CompleteTask_)),
    concrete(name = "ReopenTaskPayload", params(ReopenTask_))
)]
pub struct TaskPayload<M: Send + Sync> {
    /// The task as it now is, also when the change was refused; null when it was not found.
    pub task: Option<Task>,
    /// The deal it is about, as it now is; null when the viewer may not see it.
    pub deal: Option<Deal>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    mark: PhantomData<M>,
}

/// Changes of tasks.
#[derive(Default)]
pub struct TaskMutation;

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
    ) -> Field<TaskPayload<CreateTask_>> {
        field(create_task(context, input).await)
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
    ) -> Field<TaskPayload<UpdateTask_>> {
        field(update_task(context, input).await)
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
    ) -> Field<TaskPayload<CompleteTask_>> {
        field(complete_task(context, &input.task_id).await)
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
    ) -> Field<TaskPayload<ReopenTask_>> {
        field(reopen_task(context, &input.task_id).await)
    }
}

async fn create_task(
    context: &Context<'_>,
    input: CreateTaskInput,
) -> Result<TaskPayload<CreateTask_>> {
    let mut ids = Ids::default();
    let command = CreateTask {
        deal_id: ids.one(&input.deal_id, "dealId"),
        new_id: ids.new_id(input.new_id.as_ref()),
        title: input.title,
        description: input.description.unwrap_or_default(),
        assignee_id: ids.maybe(input.assignee_id.as_ref(), "assigneeId"),
        due_on: input.due_on.0,
    };
    let deal = command.deal_id;
    let asked = ids.asked("dealId", command);
    let done = perform(context, asked, |tx, command| {
        Box::pin(async move {
            let done = task::create(tx, command).await;
            with_all(tx, done, Input::CreateTask(command)).await
        })
    });
    let done = done.await?;
    let task = done.value;
    payload(done, task, Some(deal)).await
}

async fn update_task(
    context: &Context<'_>,
    input: UpdateTaskInput,
) -> Result<TaskPayload<UpdateTask_>> {
    let mut ids = Ids::default();
    let id: TaskId = ids.one(&input.task_id, "taskId");
    let command = UpdateTask {
        title: input.title,
        description: setting(input.description, String::new),
        assignee_id: ids.maybe(input.assignee_id.as_ref(), "assigneeId"),
        due_on: input.due_on.map(|day| day.0),
    };
    let asked = ids.asked("taskId", (id, command));
    let done = perform(context, asked, |tx, (id, command)| {
        Box::pin(async move {
            let done = task::update(tx, *id, command).await;
            with_all(tx, done, Input::UpdateTask(command)).await
        })
    });
    payload(done.await?, Some(id), None).await
}

async fn complete_task(context: &Context<'_>, id: &ID) -> Result<TaskPayload<CompleteTask_>> {
    let mut ids = Ids::default();
    let id: TaskId = ids.one(id, "taskId");
    let asked = ids.asked("taskId", id);
    let done = perform(context, asked, |tx, id| Box::pin(task::complete(tx, *id)));
    payload(done.await?, Some(id), None).await
}

async fn reopen_task(context: &Context<'_>, id: &ID) -> Result<TaskPayload<ReopenTask_>> {
    let mut ids = Ids::default();
    let id: TaskId = ids.one(id, "taskId");
    let asked = ids.asked("taskId", id);
    let done = perform(context, asked, |tx, id| Box::pin(task::reopen(tx, *id)));
    payload(done.await?, Some(id), None).await
}

async fn payload<T, M: Send + Sync>(
    done: Outcome<T>,
    task: Option<TaskId>,
    deal: Option<DealId>,
) -> Result<TaskPayload<M>> {
    let row = match task {
        Some(id) => done.view.task(id).await?,
        None => None,
    };
    let deal = deal.or(row.as_ref().map(|row| row.deal_id));
    let deal = read_deal(&done.view, deal).await?;
    let task = row.map(|row| Task::new(&done.view, row));
    Ok(TaskPayload { task, deal, user_errors: done.user_errors, mark: PhantomData })
}
