//! What units of work ask before they decide. One that runs alone asks the database; those that share a turn ask all at
//! once: whoever asks for what is not known yet says so, stops, and is run again when it is.

use std::{
    any::Any,
    collections::{BTreeSet, HashMap},
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;

use super::Tx;
use crate::error::{Error, Result};

/// A kind of thing that is asked for by a key, and read for many keys with as many statements as for one.
pub(crate) trait Question: Send + Sync + 'static {
    /// What it is asked for with.
    type Key: Ord + Hash + Clone + Send + Sync;
    /// What is known of it.
    type Answer: Clone + Send + Sync;

    /// Locks what has to stay as it is, and reads it. What there is not is left out.
    fn answer(
        tx: &Tx,
        keys: Vec<Self::Key>,
    ) -> impl Future<Output = Result<HashMap<Self::Key, Self::Answer>>> + Send;
}

/// What was asked in one turn, and what is known of it.
#[derive(Default)]
pub(crate) struct Answers(Mutex<Vec<Box<dyn AnyShelf>>>);

/// Questions of one kind.
struct Shelf<Q: Question> {
    wanted: BTreeSet<Q::Key>,
    found: HashMap<Q::Key, Option<Q::Answer>>,
}

trait AnyShelf: Any + Send {
    fn is_wanting(&self) -> bool;
    fn load<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, Result<()>>;
}

impl<Q: Question> AnyShelf for Shelf<Q> {
    fn is_wanting(&self) -> bool {
        !self.wanted.is_empty()
    }

    fn load<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let keys: Vec<_> = std::mem::take(&mut self.wanted).into_iter().collect();
            let mut found = Q::answer(tx, keys.clone()).await?;
            self.found.extend(keys.into_iter().map(|key| (key.clone(), found.remove(&key))));
            Ok(())
        })
    }
}

impl Answers {
    /// This will be asked.
    pub(crate) fn want<Q: Question>(&self, key: Q::Key) {
        with_shelf::<Q, _>(&mut self.lock(), |shelf| {
            if !shelf.found.contains_key(&key) {
                shelf.wanted.insert(key);
            }
        });
    }

    /// It is so from now on, as far as this turn knows.
    pub(crate) fn put<Q: Question>(&self, key: Q::Key, answer: Q::Answer) {
        with_shelf::<Q, _>(&mut self.lock(), |shelf| shelf.found.insert(key, Some(answer)));
    }

    /// What is known of all of these; none where something is not known yet, which is wanted then.
    pub(super) fn find<Q: Question>(&self, keys: &[Q::Key]) -> Option<HashMap<Q::Key, Q::Answer>> {
        with_shelf::<Q, _>(&mut self.lock(), |shelf| {
            let unknown = keys.iter().filter(|key| !shelf.found.contains_key(key));
            shelf.wanted.extend(unknown.cloned());
            if shelf.is_wanting() {
                return None;
            }
            let known = |key: &Q::Key| Some((key.clone(), shelf.found.get(key)?.clone()?));
            Some(keys.iter().filter_map(known).collect())
        })
    }

    /// Reads what is wanted: whether that was anything.
    pub(crate) async fn load(&self, tx: &Tx) -> Result<bool> {
        let mut shelves = std::mem::take(&mut *self.lock());
        let mut any = false;
        for shelf in shelves.iter_mut().filter(|shelf| shelf.is_wanting()) {
            shelf.load(tx).await?;
            any = true;
        }
        *self.lock() = shelves;
        Ok(any)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Box<dyn AnyShelf>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// There are a few kinds of questions: to go through their shelves takes less than to hash the name of one.
fn with_shelf<Q: Question, T>(
    shelves: &mut Vec<Box<dyn AnyShelf>>,
    work: impl FnOnce(&mut Shelf<Q>) -> T,
) -> T {
    for shelf in shelves.iter_mut() {
        let shelf: &mut dyn Any = &mut **shelf;
        if let Some(shelf) = shelf.downcast_mut() {
            return work(shelf);
        }
    }
    let mut shelf = Shelf::<Q> { wanted: BTreeSet::new(), found: HashMap::new() };
    let done = work(&mut shelf);
    shelves.push(Box::new(shelf));
    done
}

impl Tx {
    /// What is known under this key, locked where it has to stay as it is; none where there is nothing.
    pub(crate) async fn ask<Q: Question>(&self, key: Q::Key) -> Result<Option<Q::Answer>> {
        Ok(self.ask_all::<Q>(vec![key.clone()]).await?.remove(&key))
    }

    /// What is known under these keys; what there is not is left out.
    pub(crate) async fn ask_all<Q: Question>(
        &self,
        keys: Vec<Q::Key>,
    ) -> Result<HashMap<Q::Key, Q::Answer>> {
        let Some(share) = &self.share else { return Q::answer(self, keys).await };
        share.answers.find::<Q>(&keys).ok_or_else(|| {
            share.is_waiting.set();
            Error::Again
        })
    }
}
