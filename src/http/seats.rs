//! How much of a member goes on at once: sockets and event streams, of which one too many is refused; and operations,
//! of which one too many waits, so that whoever asks for a lot keeps nobody else from the connections to the database.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::ids::MemberId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many operations run, of the eight connections that read SQLite and the sixteen to PostgreSQL.
pub(crate) const OPERATIONS: usize = 6;

/// The seats of those members who hold one now, or wait for one.
#[derive(Clone, Debug)]
pub(crate) struct Seats {
    each: usize,
    taken: Arc<Mutex<HashMap<MemberId, Asking>>>,
}

/// A member who asks: how many of theirs hold a seat or wait.
#[derive(Debug)]
struct Asking {
    free: Arc<Semaphore>,
    count: usize,
}

/// The seat of a member, until it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    // In this order: the seat is free before its member may be forgotten.
    _permit: Option<OwnedSemaphorePermit>,
    _place: Attendance,
}

/// A place among those of a member who hold a seat or wait.
#[derive(Debug)]
struct Attendance {
    seats: Seats,
    member: MemberId,
}

impl Seats {
    /// So many for each member.
    pub(crate) fn new(each: usize) -> Self {
        Self { each: each.min(Semaphore::MAX_PERMITS), taken: Arc::default() }
    }

    /// A seat for this member, if they may have one more.
    pub(crate) fn take(&self, member: MemberId) -> Option<Seat> {
        let (free, place) = self.come(member);
        let permit = free.try_acquire_owned().ok()?;
        Some(Seat { _permit: Some(permit), _place: place })
    }

    /// Waits for a seat of this member.
    pub(crate) async fn wait(&self, member: MemberId) -> Seat {
        let (free, place) = self.come(member);
        let permit = free.acquire_owned().await.ok();
        Seat { _permit: permit, _place: place }
    }

    fn come(&self, member: MemberId) -> (Arc<Semaphore>, Attendance) {
        let mut taken = self.lock();
        let fresh = || Asking { free: Arc::new(Semaphore::new(self.each)), count: 0 };
        let asking = taken.entry(member).or_insert_with(fresh);
        asking.count += 1;
        (asking.free.clone(), Attendance { seats: self.clone(), member })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<MemberId, Asking>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        if let Entry::Occupied(mut asking) = self.seats.lock().entry(self.member) {
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

    fn member(number: u128) -> MemberId {
        MemberId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_seat_is_free_again_when_it_is_left_and_nothing_is_kept_of_it() {
        let seats = Seats::new(2);
        let (one, other) = (member(1), member(2));
        let first = seats.take(one).unwrap();
        let second = seats.take(one).unwrap();
        assert!(seats.take(one).is_none());
        assert!(seats.take(other).is_some());
        drop(first);
        drop(seats.take(one).unwrap());
        drop(second);
        assert!(seats.lock().is_empty());
    }

    #[tokio::test]
    async fn so_many_run_the_next_waits_and_whoever_leaves_is_forgotten() {
        let turns = Seats::new(OPERATIONS);
        let member = member(0);
        let mut running = Vec::new();
        for _ in 0..OPERATIONS {
            running.push(turns.wait(member).await);
        }
        let mut next = Box::pin(turns.wait(member));
        assert!((&mut next).now_or_never().is_none());
        drop(running.pop());
        let next = next.await;
        drop((running, next));
        assert!(turns.lock().is_empty());
    }

    #[tokio::test]
    async fn whoever_gives_up_waiting_is_forgotten_too() {
        let turns = Seats::new(OPERATIONS);
        let mut running = Vec::new();
        for _ in 0..OPERATIONS {
            running.push(turns.wait(member(0)).await);
        }
        assert!(turns.wait(member(0)).now_or_never().is_none());
        for number in 1..1_000 {
            drop(turns.wait(member(number)).await);
        }
        assert_eq!(turns.lock().len(), 1);
        drop(running);
        assert!(turns.lock().is_empty());
    }
}
