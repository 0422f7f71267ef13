//! The tasks that one answer needs.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use entity::{
    ids::{DealId, TaskId},
    task,
};

use super::{Batch, View, by};
use crate::{
    error::Result,
    page::Page,
    task::find::{self, Filter},
};

/// What was asked for, and what was found for it by deal.
type Batches<K, V> = Mutex<HashMap<K, Arc<Batch<DealId, V>>>>;

/// The first tasks of deals and how many there are, by what was asked for: those of all deals of the answer
/// are read with the first.
#[derive(Default)]
pub struct DealTasks {
    listed: Mutex<BTreeSet<DealId>>,
    pages: Batches<(Filter, usize), Page<task::Model>>,
    counts: Batches<Filter, u64>,
}

impl DealTasks {
    /// The tasks of these deals may be asked for.
    pub fn list(&self, deal: DealId) {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner).insert(deal);
    }

    /// The batch of this key, which wants all deals listed so far.
    fn batch<K: Eq + Hash, V: Clone>(
        &self,
        batches: &Batches<K, V>,
        key: K,
    ) -> Arc<Batch<DealId, V>> {
        let mut batches = batches.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = batches.entry(key).or_default().clone();
        batch.want(self.listed.lock().unwrap_or_else(PoisonError::into_inner).iter().copied());
        batch
    }
}

impl View {
    /// The first tasks of a deal; those of all other deals of the answer are read with them.
    pub async fn tasks_of(
        &self,
        deal: DealId,
        filter: &Filter,
        limit: usize,
    ) -> Result<Page<task::Model>> {
        let tasks = &self.0.deal_tasks;
        let batch = tasks.batch(&tasks.pages, (filter.clone(), limit));
        let load = |ids| async {
            let found = find::first_of_deals(&self.0.snapshot, ids, filter, limit).await?;
            self.expect_tasks(found.values().flat_map(|page| page.rows.iter().map(|(_, row)| row)));
            Ok(found)
        };
        Ok(batch.get(deal, load).await?.unwrap_or_default())
    }

    /// How many tasks a deal has; those of all other deals of the answer are counted with them.
    pub async fn count_tasks_of(&self, deal: DealId, filter: &Filter) -> Result<u64> {
        let tasks = &self.0.deal_tasks;
        let batch = tasks.batch(&tasks.counts, filter.clone());
        let load = |ids| find::count_of_deals(&self.0.snapshot, ids, filter);
        Ok(batch.get(deal, load).await?.unwrap_or_default())
    }

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
