//! The tasks that one answer needs.

use std::sync::Arc;

use engine::{error::Result, task::find};
use entity::{ids::TaskId, task};

use crate::graphql::view::{View, by};

impl View {
    /// Says which rows these tasks will need.
    pub fn expect_tasks<'a>(&self, rows: impl Iterator<Item = &'a task::Model>) {
        for row in rows {
            self.0.members.want([row.assignee_id]);
            self.0.members.want(row.creator_id.into_iter().chain(row.completed_by));
            self.0.deals.want([row.deal_id]);
            self.0.completions.want(row.completion_id);
        }
    }

    /// A task, if the viewer may see it.
    pub async fn task(&self, id: TaskId) -> Result<Option<Arc<task::Model>>> {
        let load = |ids| async {
            let rows = find::many(&self.0.snapshot, ids).await?;
            self.expect_tasks(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.0.tasks.get(id, load).await
    }
}
