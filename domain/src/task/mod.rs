//! A task: what it is made of, what can be changed about it, and what that makes of it.

use chrono::NaiveDate;
use entity::ids::{DealId, MemberId, TaskId};
use serde::Serialize;

pub mod rules;

/// A new task.
#[derive(Clone, Debug, Serialize)]
pub struct CreateTask {
    /// The deal it is about.
    pub deal_id: DealId,
    /// The id that the client made.
    pub new_id: Option<TaskId>,
    /// What to do.
    pub title: String,
    /// More about it.
    pub description: String,
    /// Who has to do it; none: whoever makes it.
    pub assignee_id: Option<MemberId>,
    /// The day by which it has to be done.
    pub due_on: NaiveDate,
}

/// New fields for a task; those left out stay as they are.
#[derive(Clone, Debug, Default)]
pub struct UpdateTask {
    /// What to do.
    pub title: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// Who has to do it.
    pub assignee_id: Option<MemberId>,
    /// The day by which it has to be done.
    pub due_on: Option<NaiveDate>,
}
