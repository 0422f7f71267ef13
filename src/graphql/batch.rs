//! Rows that the objects of one answer will ask for, loaded together: whoever makes an object says what
//! it will want, and the first to ask loads all of it. Unlike async-graphql's `DataLoader` it waits for
//! no timer, so the number of statements is the same every time.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use engine::error::Result;
use tokio::sync::Mutex as AsyncMutex;

/// Keys in one statement: below the 32,766 parameters that SQLite takes.
const CHUNK: usize = 10_000;

/// The rows of one kind that one answer needs.
pub(crate) struct Batch<K, V> {
    wanted: Mutex<BTreeSet<K>>,
    found: AsyncMutex<HashMap<K, Option<V>>>,
}

impl<K, V> Default for Batch<K, V> {
    fn default() -> Self {
        Self { wanted: Mutex::default(), found: AsyncMutex::default() }
    }
}

impl<K: Ord + Hash + Clone, V: Clone> Batch<K, V> {
    /// These will be asked for: load them with the next one that is.
    pub(crate) fn want(&self, keys: impl IntoIterator<Item = K>) {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).extend(keys);
    }

    /// This is known already.
    pub(crate) fn put(&self, key: K, value: Option<V>) {
        // whoever loads at this moment finds it out for themselves
        if let Ok(mut found) = self.found.try_lock() {
            found.insert(key, value);
        }
    }

    /// The row of this key; `load` is called with all keys wanted by then and not loaded yet.
    pub(crate) async fn get<F>(&self, key: K, load: impl Fn(Vec<K>) -> F) -> Result<Option<V>>
    where
        F: Future<Output = Result<HashMap<K, V>>>,
    {
        self.get_among(usize::MAX, key, load).await
    }

    /// The value of a key, where not all may be loaded at once: at most so many keys. The others stay wanted.
    pub(crate) async fn get_among<F>(
        &self,
        most: usize,
        key: K,
        load: impl Fn(Vec<K>) -> F,
    ) -> Result<Option<V>>
    where
        F: Future<Output = Result<HashMap<K, V>>>,
    {
        let mut found = self.found.lock().await;
        if let Some(value) = found.get(&key) {
            return Ok(value.clone());
        }
        let keys = self.take(key.clone(), most, &found);
        for chunk in keys.chunks(CHUNK) {
            let mut rows = load(chunk.to_vec()).await?;
            found.extend(chunk.iter().map(|key| (key.clone(), rows.remove(key))));
        }
        Ok(found.get(&key).cloned().flatten())
    }

    /// This key, and others that are wanted.
    fn take(&self, key: K, most: usize, found: &HashMap<K, Option<V>>) -> Vec<K> {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.retain(|other| *other != key && !found.contains_key(other));
        let later = wanted.iter().nth(most.saturating_sub(1)).cloned();
        let later = later.map(|first| wanted.split_off(&first)).unwrap_or_default();
        let now = std::mem::replace(&mut *wanted, later);
        std::iter::once(key).chain(now).collect()
    }
}

/// Rows by what they are asked for with.
pub(crate) fn by<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, Arc<V>> {
    rows.into_iter().map(|row| (key(&row), Arc::new(row))).collect()
}
