//! The lists of deals that one answer needs: notes, events and tasks. Those of all its deals are read together.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::ids::DealId;

use crate::graphql::{batch::Batch, view::View};

/// Rows that are read at once, however many deals they are of: their texts may be long.
const ROWS: usize = 250;

/// The deals whose lists may be asked for.
#[derive(Default)]
struct Listed(Mutex<BTreeSet<DealId>>);

/// What was asked for, and what was found for it by deal.
pub(crate) struct ByDeal<K, V>(Mutex<HashMap<K, Arc<Batch<DealId, V>>>>);

impl<K, V> Default for ByDeal<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> ByDeal<K, V> {
    /// The batch of this key, which wants all deals listed so far.
    pub(crate) fn batch(&self, view: &View, key: K) -> Arc<Batch<DealId, V>> {
        let batch = lock(&self.0).entry(key).or_default().clone();
        batch.want(lock(&view.rows::<Listed>().0).iter().copied());
        batch
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Of how many deals so many rows each are read at once.
pub(crate) fn deals_at_once(limit: usize) -> usize {
    (ROWS / limit.max(1)).max(1)
}

impl View {
    /// The lists of this deal may be asked for.
    pub(crate) fn expect_lists_of(&self, deal: DealId) {
        lock(&self.rows::<Listed>().0).insert(deal);
    }
}
