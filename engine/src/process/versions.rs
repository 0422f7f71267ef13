//! The versions of processes that are kept parsed.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::process::version::Version;
use entity::ids::ProcessId;
use lru::LruCache;

use crate::{base::Base, tx::Tx};

/// How much memory the versions take that are kept parsed, in bytes: every save of a process makes another one.
const MOST: usize = 16 * 1024 * 1024;

/// Process versions never change, so each is read and parsed once while it is in use; those that were used
/// longest ago go first.
#[derive(Clone)]
pub struct Versions {
    kept: Arc<Mutex<Kept>>,
    open: Option<Open>,
}

/// Versions that were saved in an open transaction, and of which processes that is so: nobody else may know them yet.
#[derive(Clone)]
struct Open {
    saved: BTreeSet<ProcessId>,
    versions: Saved,
}

/// The versions that a transaction has saved.
type Saved = Arc<Mutex<HashMap<Key, Arc<Version>>>>;

type Key = (ProcessId, i64);

struct Kept {
    versions: LruCache<Key, Arc<Version>>,
    bytes: usize,
}

impl Default for Versions {
    fn default() -> Self {
        let kept = Kept { versions: LruCache::unbounded(), bytes: 0 };
        Self { kept: Arc::new(Mutex::new(kept)), open: None }
    }
}

impl Versions {
    /// Those that this program keeps.
    pub fn of(base: &Base) -> &Self {
        base.part()
    }

    /// Those that a unit of work sees: with what was saved in its transaction.
    pub fn of_unit(tx: &Tx) -> Self {
        let saved = tx.saved().clone();
        let open =
            (!saved.is_empty()).then(|| Open { saved, versions: tx.part::<Saved>().clone() });
        Self { open, ..Self::of(tx.base()).clone() }
    }

    /// The version, if it was read before.
    pub fn get(&self, process: ProcessId, number: i64) -> Option<Arc<Version>> {
        let key = (process, number);
        let open = self.open_of(process).and_then(|open| lock(&open.versions).get(&key).cloned());
        open.or_else(|| lock(&self.kept).versions.get(&key).cloned())
    }

    /// Keeps a version that was read from the database or saved there: until the end of the transaction, where it may
    /// still be rolled back.
    pub fn keep(&self, version: Version) -> Arc<Version> {
        let version = Arc::new(version);
        self.know(version.clone());
        version
    }

    /// Keeps a version that is known already.
    pub fn know(&self, version: Arc<Version>) {
        match self.open_of(version.process_id) {
            Some(open) => {
                lock(&open.versions).insert((version.process_id, version.number), version);
            }
            None => lock(&self.kept).put(version),
        }
    }

    fn open_of(&self, process: ProcessId) -> Option<&Open> {
        self.open.as_ref().filter(|open| open.saved.contains(&process))
    }
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Kept {
    fn put(&mut self, version: Arc<Version>) {
        self.bytes += version.size();
        let before = self.versions.put((version.process_id, version.number), version);
        self.bytes -= before.map_or(0, |before| before.size());
        while self.bytes > MOST {
            let Some((_, oldest)) = self.versions.pop_lru() else { return };
            self.bytes -= oldest.size();
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::process::definition::Definition;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn however_often_a_process_is_saved_what_is_kept_of_it_stays_within_its_bytes() {
        let (versions, process) = (Versions::default(), ProcessId::from_uuid(Uuid::nil()));
        let definition =
            Definition { description: "x".repeat(512 * 1024), ..Definition::default() };
        for number in 0..200 {
            versions.keep(Version::new(process, number, definition.clone()));
        }
        assert!(lock(&versions.kept).bytes <= MOST && lock(&versions.kept).versions.len() == 31);
        assert!(versions.get(process, 199).is_some() && versions.get(process, 0).is_none());
        versions.keep(Version::new(process, 199, definition));
        assert_eq!(lock(&versions.kept).versions.len(), 31, "the same again takes no more");
    }
}
