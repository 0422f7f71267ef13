//! Prepared documents, so that a client's own are parsed, validated and merged once.
//!
//! Only valid documents are kept, and only from the second time on that one is asked for, so that documents
//! that come once push nothing out; the least recently used go first. The memory is an estimate, on the
//! high side.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;
use sha2::{Digest, Sha256};

use super::{plan::Plan, variables::Declared};

/// What an entry takes besides.
const BYTES_PER_ENTRY: usize = 2048;
/// No document takes more than this part of all.
const LARGEST_PART: usize = 16;
/// How many documents are remembered that came once.
const SEEN_ONCE: usize = 4096;

/// A document and the operation of it that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The key of this operation of this document.
    pub(crate) fn of(document: &str, operation: Option<&str>) -> Self {
        let mut hash = Sha256::new();
        hash.update(document.len().to_le_bytes());
        hash.update(document);
        hash.update([u8::from(operation.is_some())]);
        hash.update(operation.unwrap_or_default());
        Self(hash.finalize().into())
    }
}

/// What is known of an operation whatever its variables are.
#[derive(Debug)]
pub(crate) struct Outline {
    /// What its document calls it.
    pub name: Option<Arc<str>>,
    /// Its variables.
    pub declared: Vec<Declared>,
    /// Those that decide what is skipped.
    pub deciding: Vec<String>,
    /// How many bytes the document has.
    pub bytes: usize,
}

struct Entry {
    outline: Arc<Outline>,
    plans: LruCache<Vec<bool>, (Arc<Plan>, usize)>,
    bytes: usize,
}

/// What was prepared, within a number of bytes.
pub(crate) struct Cache {
    most: usize,
    inner: Mutex<Inner>,
}

struct Inner {
    entries: LruCache<Key, Entry>,
    seen_once: LruCache<Key, ()>,
    bytes: usize,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache").field("most", &self.most).finish_non_exhaustive()
    }
}

impl Cache {
    /// An empty one of this size.
    pub(crate) fn new(most: usize) -> Self {
        let seen = NonZeroUsize::new(SEEN_ONCE).unwrap_or(NonZeroUsize::MIN);
        let (entries, seen_once) = (LruCache::unbounded(), LruCache::new(seen));
        Self { most, inner: Mutex::new(Inner { entries, seen_once, bytes: 0 }) }
    }

    /// What is known of an operation, if it was kept.
    pub(crate) fn outline(&self, key: &Key) -> Option<Arc<Outline>> {
        self.lock().entries.get(key).map(|entry| Arc::clone(&entry.outline))
    }

    /// What was prepared for this choice of what to skip.
    pub(crate) fn plan(&self, key: &Key, choice: &[bool]) -> Option<Arc<Plan>> {
        let mut inner = self.lock();
        let (plan, _) = inner.entries.get_mut(key)?.plans.get(choice)?;
        Some(Arc::clone(plan))
    }

    /// Keeps what was prepared, if it was asked for before and is not too large.
    pub(crate) fn keep(
        &self,
        key: Key,
        outline: &Arc<Outline>,
        choice: Vec<bool>,
        plan: &Arc<Plan>,
    ) {
        let mut inner = self.lock();
        let known = inner.entries.contains(&key);
        if !known && inner.seen_once.pop(&key).is_none() {
            inner.seen_once.put(key, ());
            return;
        }
        let bytes = BYTES_PER_ENTRY + outline.bytes + plan.size();
        let entry = inner.entries.pop(&key);
        let mut entry = entry.unwrap_or_else(|| Entry {
            outline: Arc::clone(outline),
            plans: LruCache::unbounded(),
            bytes: 0,
        });
        inner.bytes -= entry.bytes;
        entry.keep(choice, plan, bytes, self.most / LARGEST_PART);
        if !entry.plans.is_empty() {
            inner.bytes += entry.bytes;
            inner.entries.put(key, entry);
        }
        inner.shrink(self.most);
    }

    /// How many documents are kept, and how many bytes they are thought to take.
    pub(crate) fn size(&self) -> (usize, usize) {
        let inner = self.lock();
        (inner.entries.len(), inner.bytes)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// The least recently used choices make room: those that come once push out no other document's.
    fn keep(&mut self, choice: Vec<bool>, plan: &Arc<Plan>, bytes: usize, most: usize) {
        if bytes > most {
            return;
        }
        let replaced = self.plans.put(choice, (Arc::clone(plan), bytes));
        self.bytes += bytes;
        self.bytes -= replaced.map_or(0, |(_, bytes)| bytes);
        while self.bytes > most {
            let Some((_, (_, bytes))) = self.plans.pop_lru() else { return };
            self.bytes -= bytes;
        }
    }
}

impl Inner {
    fn shrink(&mut self, most: usize) {
        while self.bytes > most {
            let Some((_, entry)) = self.entries.pop_lru() else { return };
            self.bytes -= entry.bytes;
        }
    }
}
