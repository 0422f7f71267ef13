//! The tasks that one answer needs: by their ids, and those of deals.

use std::sync::Arc;

use engine::{
    error::Result,
    page::Page,
    task::find::{self, Filter},
};
use entity::{
    ids::{DealId, TaskId},
    task,
};

use crate::graphql::{
    batch::{Batch, by},
    deal::loader::{ByDeal, deals_at_once},
    view::View,
};

#[derive(Default)]
struct Rows {
    tasks: Batch<TaskId, Arc<task::Model>>,
    of_deals: ByDeal<(Filter, usize), Page<task::Model>>,
    counts: ByDeal<Filter, u64>,
}

/// Whatever this id names will be asked for, if it is of a task.
pub(crate) fn expect_id(view: &View, id: &str) {
    view.expect_task_ids(id.parse().ok());
}

impl View {
    /// These tasks will be asked for.
    pub(crate) fn expect_task_ids(&self, ids: impl IntoIterator<Item = TaskId>) {
        self.rows::<Rows>().tasks.want(ids);
    }

    /// Says which rows these tasks will need.
    pub(crate) fn expect_tasks<'a>(&self, rows: impl Iterator<Item = &'a task::Model>) {
        for row in rows {
            self.expect_members([row.assignee_id]);
            self.expect_members(row.creator_id.into_iter().chain(row.completed_by));
            self.expect_deal_ids([row.deal_id]);
            self.expect_completions(row.completion_id);
        }
    }

    /// A task, if the viewer may see it.
    pub(crate) async fn task(&self, id: TaskId) -> Result<Option<Arc<task::Model>>> {
        let load = |ids| async {
            let rows = find::many(self.snapshot(), ids).await?;
            self.expect_tasks(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().tasks.get(id, load).await
    }

    /// The first tasks of a deal.
    pub(crate) async fn tasks_of(
        &self,
        deal: DealId,
        filter: &Filter,
        limit: usize,
    ) -> Result<Page<task::Model>> {
        let batch = self.rows::<Rows>().of_deals.batch(self, (filter.clone(), limit));
        let load = |ids| async {
            let found = find::first_of_deals(self.snapshot(), ids, filter, limit).await?;
            self.expect_tasks(found.values().flat_map(|page| page.rows.iter().map(|(_, row)| row)));
            Ok(found)
        };
        Ok(batch.get_among(deals_at_once(limit), deal, load).await?.unwrap_or_default())
    }

    /// How many tasks a deal has.
    pub(crate) async fn count_tasks_of(&self, deal: DealId, filter: &Filter) -> Result<u64> {
        let batch = self.rows::<Rows>().counts.batch(self, filter.clone());
        let load = |ids| find::count_of_deals(self.snapshot(), ids, filter);
        Ok(batch.get(deal, load).await?.unwrap_or_default())
    }
}
