//! What many ask at the same moment is read once: by the first of them, for all.

use std::{
    hash::Hash,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;
use tokio::sync::OnceCell;

use crate::error::Result;

/// How much is kept of each kind: what is asked for now, by all who follow something.
const KEPT: NonZeroUsize = NonZeroUsize::new(1024).unwrap();

/// What was read of one kind, by what it is and by the moment at which it was asked for: whatever number rises as soon as
/// it may have changed. What was read for an earlier moment is read again.
pub(crate) struct Once<K, V>(Mutex<LruCache<K, Arc<Read<V>>>>);

struct Read<V> {
    moment: u64,
    value: OnceCell<V>,
}

impl<K: Hash + Eq, V> Default for Once<K, V> {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl<K: Hash + Eq, V: Clone> Once<K, V> {
    /// What is read at this moment: by `read`, unless somebody has asked for it since the moment came. Whoever asks while
    /// it is read waits for that; if it fails, or is given up, the next one reads. Without a moment it is read for whoever
    /// asks alone. Reading takes its memory when it begins, and not of all who might.
    pub(crate) async fn get<F>(
        &self,
        key: K,
        moment: Option<u64>,
        read: impl FnOnce() -> F,
    ) -> Result<V>
    where
        F: Future<Output = Result<V>>,
    {
        let Some(moment) = moment else { return Box::pin(read()).await };
        let slot = self.slot(key, moment);
        slot.value.get_or_try_init(|| Box::pin(read())).await.cloned()
    }

    fn slot(&self, key: K, moment: u64) -> Arc<Read<V>> {
        let mut kept = self.lock();
        match kept.get(&key) {
            // whoever comes late with an earlier moment may have what is newer
            Some(read) if read.moment >= moment => read.clone(),
            _ => {
                let read = Arc::new(Read { moment, value: OnceCell::new() });
                kept.put(key, read.clone());
                read
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<K, Arc<Read<V>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn what_is_asked_for_again_is_read_again_only_at_a_later_moment() {
        let (once, reads) = (Once::default(), Cell::new(0));
        let read = || async {
            reads.set(reads.get() + 1);
            Ok(reads.get())
        };
        for (key, moment, found) in
            [(1, 5, 1), (1, 5, 1), (1, 4, 1), (2, 5, 2), (1, 6, 3), (1, 6, 3)]
        {
            assert_eq!(once.get(key, Some(moment), read).await.unwrap(), found);
        }
        assert_eq!(once.get(1, None, read).await.unwrap(), 4);
        assert_eq!(once.get(1, Some(6), read).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn what_failed_is_read_by_the_next() {
        let once = Once::default();
        let failed = once.get(1, Some(1), || async { Err(crate::error::Error::Again) }).await;
        assert!(failed.is_err());
        assert_eq!(once.get(1, Some(1), || async { Ok(7) }).await.unwrap(), 7);
    }
}
