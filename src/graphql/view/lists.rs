//! The lists of deals that one answer needs: notes, events and tasks. Those of all its deals are read together.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use engine::{
    deal::find as deals,
    error::Result,
    event::find as events,
    page::{Page, Request},
    task::find::{self as tasks, Filter},
};
use entity::{event, ids::DealId, note, task};

use crate::graphql::batch::Batch;
use crate::graphql::view::View;

/// Rows that are read at once, however many deals they are of: their texts may be long.
const ROWS: usize = 250;

/// What was asked for, and what was found for it by deal.
type Batches<K, V> = Mutex<HashMap<K, Arc<Batch<DealId, V>>>>;

/// The first pages of what belongs to deals, and how much there is, by what was asked for.
#[derive(Default)]
pub struct DealLists {
    listed: Mutex<BTreeSet<DealId>>,
    tasks: Batches<(Filter, usize), Page<task::Model>>,
    task_counts: Batches<Filter, u64>,
    notes: Batches<Request, Page<note::Model>>,
    note_counts: Batches<(), u64>,
    events: Batches<Request, Page<event::Model>>,
    event_counts: Batches<(), u64>,
}

impl DealLists {
    /// The lists of this deal may be asked for.
    pub fn list(&self, deal: DealId) {
        lock(&self.listed).insert(deal);
    }

    /// The batch of this key, which wants all deals listed so far.
    fn batch<K: Eq + Hash, V: Clone>(
        &self,
        batches: &Batches<K, V>,
        key: K,
    ) -> Arc<Batch<DealId, V>> {
        let batch = lock(batches).entry(key).or_default().clone();
        batch.want(lock(&self.listed).iter().copied());
        batch
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Of how many deals so many rows each are read at once.
fn deals_at_once(limit: usize) -> usize {
    (ROWS / limit.max(1)).max(1)
}

impl View {
    /// The first tasks of a deal.
    pub async fn tasks_of(
        &self,
        deal: DealId,
        filter: &Filter,
        limit: usize,
    ) -> Result<Page<task::Model>> {
        let lists = &self.0.deal_lists;
        let batch = lists.batch(&lists.tasks, (filter.clone(), limit));
        let load = |ids| async {
            let found = tasks::first_of_deals(&self.0.snapshot, ids, filter, limit).await?;
            self.expect_tasks(found.values().flat_map(|page| page.rows.iter().map(|(_, row)| row)));
            Ok(found)
        };
        Ok(batch.get_among(deals_at_once(limit), deal, load).await?.unwrap_or_default())
    }

    /// How many tasks a deal has.
    pub async fn count_tasks_of(&self, deal: DealId, filter: &Filter) -> Result<u64> {
        let lists = &self.0.deal_lists;
        let batch = lists.batch(&lists.task_counts, filter.clone());
        let load = |ids| tasks::count_of_deals(&self.0.snapshot, ids, filter);
        Ok(batch.get(deal, load).await?.unwrap_or_default())
    }

    /// A page of the notes of a deal; one that goes on after a place is read alone.
    pub async fn notes_of(&self, deal: DealId, page: &Request) -> Result<Page<note::Model>> {
        if page.cursor.is_some() {
            let page = deals::notes_of(&self.0.snapshot, deal, page).await?;
            self.expect_notes(page.rows.iter().map(|(_, row)| row));
            return Ok(page);
        }
        let lists = &self.0.deal_lists;
        let load = |ids| async {
            let found = deals::notes_of_each(&self.0.snapshot, ids, page).await?;
            self.expect_notes(found.values().flat_map(|page| page.rows.iter().map(|(_, row)| row)));
            Ok(found)
        };
        let batch = lists.batch(&lists.notes, page.clone());
        Ok(batch.get_among(deals_at_once(page.limit), deal, load).await?.unwrap_or_default())
    }

    /// How many notes a deal has.
    pub async fn count_notes_of(&self, deal: DealId) -> Result<u64> {
        let lists = &self.0.deal_lists;
        let load = |ids| deals::count_notes(&self.0.snapshot, ids);
        let batch = lists.batch(&lists.note_counts, ());
        Ok(batch.get(deal, load).await?.unwrap_or_default())
    }

    /// A page of the events of a deal; one that goes on after a place is read alone.
    pub async fn events_of(&self, deal: DealId, page: &Request) -> Result<Page<event::Model>> {
        if page.cursor.is_some() {
            let page = events::page(&self.0.snapshot, deal, page).await?;
            self.expect_events(page.rows.iter().map(|(_, row)| row));
            return Ok(page);
        }
        let lists = &self.0.deal_lists;
        let load = |ids| async {
            let found = events::page_of_each(&self.0.snapshot, ids, page).await?;
            self.expect_events(
                found.values().flat_map(|page| page.rows.iter().map(|(_, row)| row)),
            );
            Ok(found)
        };
        let batch = lists.batch(&lists.events, page.clone());
        Ok(batch.get_among(deals_at_once(page.limit), deal, load).await?.unwrap_or_default())
    }

    /// How many events a deal has.
    pub async fn count_events_of(&self, deal: DealId) -> Result<u64> {
        let lists = &self.0.deal_lists;
        let load = |ids| events::count(&self.0.snapshot, ids);
        let batch = lists.batch(&lists.event_counts, ());
        Ok(batch.get(deal, load).await?.unwrap_or_default())
    }
}
