//! What many ask at the same moment is read once: by the first of them, for all.

use std::{
    hash::Hash,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use lru::LruCache;
use tokio::sync::OnceCell;

use crate::error::Result;

/// How many are kept of each kind: what is asked for now, by all who follow something.
const KEPT: NonZeroUsize = NonZeroUsize::new(1024).unwrap();
/// How many rows they have together: a page of a backlog has very many.
const ROWS: usize = 4096;

/// Something that was read: how many rows it has.
pub(crate) trait Rows {
    /// How many.
    fn rows(&self) -> usize;
}

/// What was read of one kind, by what it is and by the moment at which it was asked for: whatever number rises as soon as
/// it may have changed. What was read for an earlier moment is read again.
pub(crate) struct Once<K: Hash + Eq, V>(Mutex<Kept<K, V>>);

/// What is kept, each with its rows as far as they are counted.
struct Kept<K: Hash + Eq, V> {
    reads: LruCache<K, (Arc<Read<V>>, usize)>,
    rows: usize,
}

struct Read<V> {
    moment: u64,
    value: OnceCell<V>,
    is_counted: AtomicBool,
}

impl<K: Hash + Eq, V> Default for Once<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Kept { reads: LruCache::new(KEPT), rows: 0 }))
    }
}

impl<K: Hash + Eq, V> Kept<K, V> {
    fn put(&mut self, key: K, read: Arc<Read<V>>) {
        if let Some((_, (_, rows))) = self.reads.push(key, (read, 0)) {
            self.rows -= rows;
        }
    }

    /// It has so many rows; those that were not asked for the longest make room.
    fn count(&mut self, key: &K, read: &Arc<Read<V>>, more: usize) {
        let Some((known, rows)) = self.reads.peek_mut(key) else { return };
        if !Arc::ptr_eq(known, read) {
            return;
        }
        *rows += more;
        self.rows += more;
        while self.rows > ROWS {
            let Some((_, (_, rows))) = self.reads.pop_lru() else { return };
            self.rows -= rows;
        }
    }
}

impl<K: Hash + Eq + Copy, V: Clone + Rows> Once<K, V> {
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
        let value = slot.value.get_or_try_init(|| Box::pin(read())).await.cloned()?;
        if !slot.is_counted.swap(true, Ordering::SeqCst) {
            self.lock().count(&key, &slot, value.rows());
        }
        Ok(value)
    }

    fn slot(&self, key: K, moment: u64) -> Arc<Read<V>> {
        let mut kept = self.lock();
        match kept.reads.get(&key) {
            // whoever comes late with an earlier moment may have what is newer
            Some((read, _)) if read.moment >= moment => read.clone(),
            _ => {
                let (value, is_counted) = (OnceCell::new(), AtomicBool::new(false));
                let read = Arc::new(Read { moment, value, is_counted });
                kept.put(key, read.clone());
                read
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    impl Rows for usize {
        fn rows(&self) -> usize {
            *self
        }
    }

    #[tokio::test]
    async fn many_rows_are_not_kept_for_long() {
        let once = Once::default();
        for (key, rows) in [(1, ROWS / 2), (2, ROWS / 2), (1, 7), (3, 1), (4, 2 * ROWS), (5, 3)] {
            let found = once.get(key, Some(1), || async { Ok(rows) }).await.unwrap();
            assert_eq!(found, if (key, rows) == (1, 7) { ROWS / 2 } else { rows });
            let kept: usize = once.lock().reads.iter().map(|(_, (_, rows))| rows).sum();
            assert!(kept <= ROWS && kept == once.lock().rows, "{kept}");
        }
        assert_eq!(once.get(5, Some(2), || async { Ok(4) }).await.unwrap(), 4);
        assert_eq!(once.lock().rows, 4);
    }

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
