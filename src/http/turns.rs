//! How many operations of a member run at once: whoever asks for a lot waits, and keeps nobody else from the
//! connections to the database.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::ids::MemberId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many, of the eight connections that read SQLite and the sixteen to PostgreSQL.
pub const AT_ONCE: usize = 6;

/// The turns of the members who run something now, or wait to.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<HashMap<MemberId, Asking>>>);

/// A member who asks: how many of their operations run or wait.
#[derive(Debug)]
struct Asking {
    turns: Arc<Semaphore>,
    count: usize,
}

/// A turn of a member, until it is dropped.
#[derive(Debug)]
pub struct Turn {
    // In this order: the turn is free before its member may be forgotten.
    _permit: Option<OwnedSemaphorePermit>,
    _place: Place,
}

/// An operation's place among those of its member.
#[derive(Debug)]
struct Place {
    all: Turns,
    member: MemberId,
}

impl Turns {
    /// Waits for a turn of this member, which ends when it is dropped.
    pub async fn take(&self, member: MemberId) -> Turn {
        let (turns, place) = self.come(member);
        let permit = turns.acquire_owned().await.ok();
        Turn { _permit: permit, _place: place }
    }

    fn come(&self, member: MemberId) -> (Arc<Semaphore>, Place) {
        let mut all = self.lock();
        let fresh = || Asking { turns: Arc::new(Semaphore::new(AT_ONCE)), count: 0 };
        let asking = all.entry(member).or_insert_with(fresh);
        asking.count += 1;
        (asking.turns.clone(), Place { all: self.clone(), member })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<MemberId, Asking>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Entry::Occupied(mut asking) = self.all.lock().entry(self.member) {
            asking.get_mut().count -= 1;
            if asking.get().count == 0 {
                asking.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn so_many_run_the_next_waits_and_whoever_leaves_is_forgotten() {
        let turns = Turns::default();
        let member = MemberId::from_uuid(Uuid::nil());
        let mut running = Vec::new();
        for _ in 0..AT_ONCE {
            running.push(turns.take(member).await);
        }
        let mut next = Box::pin(turns.take(member));
        assert!((&mut next).now_or_never().is_none());
        drop(running.pop());
        let next = next.await;
        drop((running, next));
        assert!(turns.lock().is_empty());
    }

    #[tokio::test]
    async fn whoever_gives_up_waiting_is_forgotten_too() {
        let turns = Turns::default();
        let member = |number| MemberId::from_uuid(Uuid::from_u128(number));
        let mut running = Vec::new();
        for _ in 0..AT_ONCE {
            running.push(turns.take(member(0)).await);
        }
        assert!(turns.take(member(0)).now_or_never().is_none());
        for number in 1..1_000 {
            drop(turns.take(member(number)).await);
        }
        assert_eq!(turns.lock().len(), 1);
        drop(running);
        assert!(turns.lock().is_empty());
    }
}
