//! What there is to do about deals: the use cases. They work on closed deals too: a task is no action.

use domain::{
    deal::rules::DealOperation,
    policy::{self, Denial, Grant, Permission, Subject},
    refusal::Problem,
    text,
};
use entity::{
    event::Fact,
    ids::{DealId, TaskId},
    task,
};

use crate::{
    command::Command,
    deal::{
        self, Held, assign,
        unseen::{Input, with_all},
    },
    error::{Error, Problems, Result, both},
    tx::{Claim, Tx},
};

pub mod find;
mod store;

pub use domain::task::{CreateTask, UpdateTask as TaskFields, rules};

use rules::Changed;

impl Command for CreateTask {
    type Output = TaskId;

    async fn run(&self, tx: &mut Tx) -> Result<TaskId> {
        let done = create(tx, self).await;
        with_all(tx, done, Input::CreateTask(self)).await
    }
}

/// Makes a task for a deal.
async fn create(tx: &mut Tx, command: &CreateTask) -> Result<TaskId> {
    let mut held = deal::hold(tx, command.deal_id).await?;
    let mut problems = Problems::default();
    let grant = problems.take(held.authorize(tx, DealOperation::CreateTask))?;
    let id = match problems.take(tx.claim(command.new_id, command).await)? {
        Some(Claim::Repeated(id)) => return problems.check().map(|()| id),
        Some(Claim::Fresh(id)) => id,
        None => tx.new_id(), // it is refused, and all else is told too
    };
    let row = problems.take(new_row(tx, &held, id, command).await)?;
    let (row, grant) = problems.settle(row.zip(grant))?;
    let event = held.happen(tx, Fact::TaskCreated { task: rules::fact(&row) });
    held.deal.pending.tasks.push(row.clone());
    held.save(tx, &grant).await?;
    assign::notify_assignees(tx, &held.deal, &[(row, event)]).await?;
    Ok(id)
}

async fn new_row(tx: &Tx, held: &Held, id: TaskId, command: &CreateTask) -> Result<task::Model> {
    let mut problems = Problems::default();
    let title = problems.take(title(&command.title))?;
    let description = problems.take(description(&command.description))?;
    let assignee_id = command.assignee_id.or(tx.actor().member_id());
    let assignee_id = assignee_id.ok_or_else(|| Error::bug("the system has nothing to do"))?;
    problems.take(assign::require(tx, &held.deal, assignee_id).await)?;
    problems.check()?;
    Ok(task::Model {
        id,
        deal_id: command.deal_id,
        title: title.unwrap_or_default(),
        description: description.unwrap_or_default(),
        assignee_id,
        due_on: command.due_on,
        creator_id: tx.actor().member_id(),
        completion_id: None,
        action_id: None,
        follow_up: None,
        created_at: tx.now(),
        updated_at: tx.now(),
        completed_at: None,
        completed_by: None,
        deleted_at: None,
    })
}

fn title(given: &str) -> Result<String> {
    text::line("title", given).map_err(|refusal| refusal.at("title").into())
}

fn description(given: &str) -> Result<String> {
    text::long(given).map_err(|refusal| refusal.at("description").into())
}

/// Changing fields of a task.
#[derive(Clone, Debug)]
pub struct UpdateTask {
    /// The task.
    pub task_id: TaskId,
    /// What is new.
    pub fields: TaskFields,
}

impl Command for UpdateTask {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let done = update(tx, self.task_id, &self.fields).await;
        with_all(tx, done, Input::UpdateTask(&self.fields)).await
    }
}

/// Changes fields of a task, open or done; what is the same already changes nothing.
async fn update(tx: &mut Tx, id: TaskId, command: &TaskFields) -> Result<()> {
    let (mut held, before) = hold_task(tx, id).await?;
    let grant = grant(tx, &held, &before, Permission::ChangeTasks);
    let (grant, wanted) = both(grant, wanted(tx, &held, &before, command).await)?;
    let Some(Changed { row, changes }) = rules::changed(&before, wanted, tx.now()) else {
        return Ok(());
    };
    let task = rules::fact(&row);
    let event = held.happen(tx, Fact::TaskUpdated { task, changes });
    held.deal.pending.changed_tasks.push(row.clone());
    held.save(tx, &grant).await?;
    if row.assignee_id != before.assignee_id && row.completed_at.is_none() {
        assign::notify_assignees(tx, &held.deal, &[(row, event)]).await?;
    }
    Ok(())
}

/// The fields that are asked for, checked; or everything that is wrong with them.
async fn wanted(
    tx: &Tx,
    held: &Held,
    before: &task::Model,
    command: &TaskFields,
) -> Result<TaskFields> {
    let mut problems = Problems::default();
    let new_title = command.title.as_deref().filter(|title| *title != before.title);
    let new_title = problems.take(new_title.map(title).transpose())?;
    let new_description = command.description.as_deref().map(description).transpose();
    let new_description = problems.take(new_description)?;
    let assignee_id = command.assignee_id.filter(|id| *id != before.assignee_id);
    if let Some(member) = assignee_id {
        problems.take(assign::require(tx, &held.deal, member).await)?;
    }
    problems.check()?;
    let (title, description) = (new_title.flatten(), new_description.flatten());
    Ok(TaskFields { title, description, assignee_id, due_on: command.due_on })
}

/// Saying that a task is done.
#[derive(Clone, Copy, Debug)]
pub struct CompleteTask {
    /// The task.
    pub task_id: TaskId,
}

impl Command for CompleteTask {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        complete(tx, self.task_id).await
    }
}

/// Says that a task is done. Done already, nothing happens.
async fn complete(tx: &mut Tx, id: TaskId) -> Result<()> {
    let (held, row) = hold_task(tx, id).await?;
    let grant = grant(tx, &held, &row, Permission::DoTask)?;
    if row.completed_at.is_some() {
        return Ok(());
    }
    let fact = Fact::TaskCompleted { task: rules::fact(&row) };
    let row = rules::done(row, tx.actor().member_id(), tx.now());
    change(tx, held, &grant, fact, row).await
}

/// Saying that a task is to be done again.
#[derive(Clone, Copy, Debug)]
pub struct ReopenTask {
    /// The task.
    pub task_id: TaskId,
}

impl Command for ReopenTask {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        reopen(tx, self.task_id).await
    }
}

/// Says that a task is to be done again. Open already, nothing happens.
async fn reopen(tx: &mut Tx, id: TaskId) -> Result<()> {
    let (held, row) = hold_task(tx, id).await?;
    let grant = grant(tx, &held, &row, Permission::DoTask)?;
    if row.completed_at.is_none() {
        return Ok(());
    }
    let fact = Fact::TaskReopened { task: rules::fact(&row) };
    let row = rules::open_again(row, tx.now());
    change(tx, held, &grant, fact, row).await
}

/// Deleting a task.
#[derive(Clone, Copy, Debug)]
pub struct DeleteTask {
    /// The task.
    pub task_id: TaskId,
}

impl Command for DeleteTask {
    type Output = DealId;

    async fn run(&self, tx: &mut Tx) -> Result<DealId> {
        delete(tx, self.task_id).await
    }
}

/// Deletes a task, open or done. Deleted already, nothing happens.
async fn delete(tx: &mut Tx, id: TaskId) -> Result<DealId> {
    let (held, row) = hold_any_task(tx, id).await?;
    let (deal_id, is_gone) = (row.deal_id, row.deleted_at.is_some());
    let grant = grant(tx, &held, &row, Permission::ChangeTasks);
    if is_gone {
        return grant.map(|_| deal_id).map_err(|_| unseen(id));
    }
    let fact = Fact::TaskDeleted { task: rules::fact(&row) };
    let row = rules::deleted(row, tx.now());
    change(tx, held, &grant?, fact, row).await?;
    Ok(deal_id)
}

async fn change(
    tx: &mut Tx,
    mut held: Held,
    grant: &Grant,
    fact: Fact,
    row: task::Model,
) -> Result<()> {
    held.happen(tx, fact);
    held.deal.pending.changed_tasks.push(row);
    held.save(tx, grant).await
}

/// A task under the lock of its deal, through which all its changes go. One that the actor may not see
/// is not found, nor is one that was deleted.
async fn hold_task(tx: &Tx, id: TaskId) -> Result<(Held, task::Model)> {
    let (held, row) = hold_any_task(tx, id).await?;
    if row.deleted_at.is_some() { Err(unseen(id)) } else { Ok((held, row)) }
}

async fn hold_any_task(tx: &Tx, id: TaskId) -> Result<(Held, task::Model)> {
    let found = store::find(tx.conn(), id).await?.ok_or_else(|| unseen(id))?;
    let held = deal::hold_unseen(tx, found.deal_id, None).await?;
    let row = store::find(tx.conn(), id).await?.ok_or_else(|| unseen(id))?;
    policy::require(tx.actor(), Permission::SeeTask, subject(tx, &held, &row))
        .map_err(|_| unseen(id))?;
    Ok((held, row))
}

fn unseen(id: TaskId) -> Error {
    Problem::NotFound { kind: "task" }.at("taskId").about(id).into()
}

fn subject(tx: &Tx, held: &Held, row: &task::Model) -> Subject {
    Subject::Task(rules::facts(row, Some(held.deal.facts(tx.actor()))))
}

fn grant(tx: &Tx, held: &Held, row: &task::Model, permission: Permission) -> Result<Grant> {
    let subject = subject(tx, held, row);
    if let Err(Denial::Forbidden(who_may)) = policy::decide(tx.actor(), permission, subject) {
        return Err(Problem::Forbidden { who_may }.refused().about(row.id).into());
    }
    Ok(policy::require(tx.actor(), permission, subject)?)
}
