//! The versions of processes that are kept parsed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::process::version::Version;
use entity::ids::ProcessId;
use lru::LruCache;

use crate::base::Base;

/// How much memory the versions take that are kept parsed, in bytes: every save of a process makes another one.
const MOST: usize = 16 * 1024 * 1024;

/// Process versions never change, so each is read and parsed once while it is in use; those that were used
/// longest ago go first.
#[derive(Clone)]
pub struct Versions(Arc<Mutex<Kept>>);

struct Kept {
    versions: LruCache<(ProcessId, i64), Arc<Version>>,
    bytes: usize,
}

impl Default for Versions {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Kept { versions: LruCache::unbounded(), bytes: 0 })))
    }
}

impl Versions {
    /// Those that this program keeps.
    pub fn of(base: &Base) -> &Self {
        base.part()
    }

    /// The version, if it was read before.
    pub fn get(&self, process: ProcessId, number: i64) -> Option<Arc<Version>> {
        self.lock().versions.get(&(process, number)).cloned()
    }

    /// Keeps a version that was read from the database: never one that may still be rolled back.
    pub fn keep(&self, version: Version) -> Arc<Version> {
        let version = Arc::new(version);
        self.know(version.clone());
        version
    }

    /// Keeps a version that was committed.
    pub fn know(&self, version: Arc<Version>) {
        self.lock().put(version);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        assert!(versions.lock().bytes <= MOST && versions.lock().versions.len() == 31);
        assert!(versions.get(process, 199).is_some() && versions.get(process, 0).is_none());
        versions.keep(Version::new(process, 199, definition));
        assert_eq!(versions.lock().versions.len(), 31, "the same again takes no more");
    }
}
