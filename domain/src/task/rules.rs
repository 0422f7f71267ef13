//! What a change makes of a task, and what events tell of it. Pure.

use chrono::NaiveDate;
use entity::{
    Timestamp,
    event::{TaskChange, TaskFact},
    ids::MemberId,
    task,
};

use super::UpdateTask;
use crate::policy::{DealFacts, TaskFacts};

/// A task with new fields, and what is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The task after it.
    pub row: task::Model,
    /// Which fields, and how.
    pub changes: Vec<TaskChange>,
}

/// The task with these fields; none when it has them already.
pub fn changed(before: &task::Model, wanted: UpdateTask, at: Timestamp) -> Option<Changed> {
    let mut row = before.clone();
    let mut changes = Vec::new();
    if let Some((from, to)) = replace(&mut row.title, wanted.title) {
        changes.push(TaskChange::Title { from, to });
    }
    if let Some((from, to)) = replace(&mut row.description, wanted.description) {
        changes.push(TaskChange::Description { from, to });
    }
    if let Some((from, to)) = replace(&mut row.assignee_id, wanted.assignee_id) {
        changes.push(TaskChange::Assignee { from, to });
    }
    if let Some((from, to)) = replace(&mut row.due_on, wanted.due_on) {
        changes.push(TaskChange::DueOn { from, to });
    }
    row.updated_at = at;
    (!changes.is_empty()).then_some(Changed { row, changes })
}

fn replace<T: Clone + PartialEq>(field: &mut T, to: Option<T>) -> Option<(T, T)> {
    let to = to.filter(|to| to != field)?;
    Some((std::mem::replace(field, to.clone()), to))
}

/// The task after it was done.
pub fn done(row: task::Model, by: Option<MemberId>, at: Timestamp) -> task::Model {
    task::Model { completed_at: Some(at), completed_by: by, updated_at: at, ..row }
}

/// The task that is to be done again.
pub fn open_again(row: task::Model, at: Timestamp) -> task::Model {
    task::Model { completed_at: None, completed_by: None, updated_at: at, ..row }
}

/// The task that nobody has to do any more, nor finds.
pub fn deleted(row: task::Model, at: Timestamp) -> task::Model {
    task::Model { deleted_at: Some(at), updated_at: at, ..row }
}

/// Whether a task was not done by its day.
pub fn is_overdue(row: &task::Model, today: NaiveDate) -> bool {
    row.completed_at.is_none() && row.due_on < today
}

/// A task as events tell of it.
pub fn fact(row: &task::Model) -> TaskFact {
    TaskFact {
        task_id: row.id,
        title: row.title.clone(),
        assignee_id: row.assignee_id,
        due_on: row.due_on,
        completion_id: row.completion_id,
    }
}

/// What the policy needs to know of a task; the deal is left out where the actor may not see it.
pub fn facts(row: &task::Model, deal: Option<DealFacts>) -> TaskFacts {
    TaskFacts { deal_id: row.deal_id, deal, assignee_id: row.assignee_id }
}
