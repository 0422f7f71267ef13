//! A task: what can be changed about it, and what that makes of it.

use chrono::NaiveDate;
use entity::ids::MemberId;

pub mod rules;

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
