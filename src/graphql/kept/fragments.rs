//! The fragments of one server: those not used for longest go first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use engine::measures::Measures;
use entity::ids::{DealId, ProcessId};
use lru::LruCache;
use prometheus_client::metrics::{counter::Counter, gauge::Gauge};

use super::{State, Viewer, selection::Key};

/// How many bytes are kept, with what tells them apart.
const MOST: usize = 64 * 1024 * 1024;
/// What a fragment takes besides its bytes.
const EACH: usize = 256;

/// What a fragment is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// A deal.
    Deal(DealId),
    /// A process.
    Process(ProcessId),
}

/// What tells a fragment from others: what was selected, of what, for whom. Of each the latest is kept.
pub(super) type Name = (Key, Subject, Option<Viewer>);

/// The fragments of one server: cheap to clone.
#[derive(Clone)]
pub(crate) struct Fragments(Arc<Mutex<Kept>>, Counted);

/// How often something was kept, and how much is.
#[derive(Clone, Default)]
struct Counted {
    hits: Counter,
    misses: Counter,
    bytes: Gauge,
}

struct Kept {
    all: LruCache<Name, (State, Bytes)>,
    selections: HashMap<Key, usize>,
    size: usize,
}

impl Default for Fragments {
    fn default() -> Self {
        // Its bytes are its limit: a limit of its length takes the whole table's room from the beginning.
        let (all, selections) = (LruCache::unbounded(), HashMap::new());
        let kept = Kept { all, selections, size: 0 };
        Self(Arc::new(Mutex::new(kept)), Counted::default())
    }
}

impl Fragments {
    /// None yet; what becomes of them is counted here.
    pub(crate) fn counted(measures: &Measures) -> Self {
        let (hits, misses) = (measures.kept_hits.clone(), measures.kept_misses.clone());
        let counted = Counted { hits, misses, bytes: measures.kept_bytes.clone() };
        Self(Self::default().0, counted)
    }

    /// Something is made, because it was not kept.
    pub(super) fn miss(&self) {
        self.1.misses.inc();
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was selected of an object in this state, if it is kept.
    pub(super) fn get(&self, key: Key, state: &State) -> Option<Bytes> {
        let mut kept = self.lock();
        let (known, bytes) = kept.all.get(&state.name(key))?;
        let found = (known == state).then(|| bytes.clone());
        drop(kept);
        if found.is_some() {
            self.1.hits.inc();
        }
        found
    }

    /// Whether something is kept under this name, in whatever state.
    pub(super) fn has(&self, name: &Name) -> bool {
        self.lock().all.contains(name)
    }

    /// Whether anything is kept of which this was selected.
    pub(super) fn knows(&self, key: &Key) -> bool {
        self.lock().selections.contains_key(key)
    }

    pub(super) fn keep(&self, key: Key, state: State, bytes: Bytes) {
        let mut kept = self.lock();
        kept.put(state.name(key), (state, bytes));
        self.1.bytes.set(kept.size.try_into().unwrap_or(i64::MAX));
    }
}

impl Kept {
    fn put(&mut self, name: Name, kept: (State, Bytes)) {
        self.size += kept.1.len() + EACH;
        *self.selections.entry(name.0).or_default() += 1;
        if let Some(old) = self.all.push(name, kept) {
            self.dropped(&old);
        }
        while self.size > MOST {
            let Some(old) = self.all.pop_lru() else { return };
            self.dropped(&old);
        }
    }

    fn dropped(&mut self, ((key, ..), (_, bytes)): &(Name, (State, Bytes))) {
        self.size -= bytes.len() + EACH;
        if let Some(count) = self.selections.get_mut(key) {
            *count -= 1;
            if *count == 0 {
                self.selections.remove(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn state(process: u128, version: i64) -> State {
        let process = (ProcessId::from_uuid(Uuid::from_u128(process)), version);
        State { deal: None, process, people: 0, viewer: None }
    }

    #[test]
    fn the_latest_of_each_object_is_kept_as_long_as_it_is_the_same() {
        let fragments = Fragments::default();
        fragments.keep([1; 32], state(1, 1), Bytes::from_static(b"1"));
        fragments.keep([1; 32], state(1, 2), Bytes::from_static(b"2"));
        assert_eq!(fragments.get([1; 32], &state(1, 1)), None);
        assert_eq!(fragments.get([1; 32], &state(1, 2)), Some(Bytes::from_static(b"2")));
        assert_eq!(fragments.get([2; 32], &state(1, 2)), None);
        assert!(fragments.knows(&[1; 32]) && !fragments.knows(&[2; 32]));
        assert_eq!(fragments.lock().size, 1 + EACH);
    }

    #[test]
    fn what_is_kept_stays_within_its_bytes() {
        let fragments = Fragments::default();
        for process in 0..200 {
            let bytes = Bytes::from(vec![b' '; MOST / 100]);
            fragments.keep([u8::from(process % 2 == 0); 32], state(process, 1), bytes);
        }
        assert!(fragments.lock().size <= MOST && fragments.lock().all.len() == 99);
        let counted: usize = fragments.lock().selections.values().sum();
        assert_eq!(counted, 99);
    }
}
