//! Who may hold how much open: sockets and event streams of each member, and sockets of strangers.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::ids::MemberId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The seats of a server.
#[derive(Clone, Debug)]
pub struct Seats {
    each: usize,
    taken: Arc<Mutex<HashMap<MemberId, usize>>>,
    strangers: Arc<Semaphore>,
}

/// The seat of a member, until it is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Seats,
    member: MemberId,
}

impl Seats {
    /// So many for each member, and so many for those who have not said yet who they are.
    pub fn new(each: usize, strangers: usize) -> Self {
        let strangers = Arc::new(Semaphore::new(strangers.min(Semaphore::MAX_PERMITS)));
        Self { each, taken: Arc::default(), strangers }
    }

    /// A seat for this member, if they may have one more.
    pub fn take(&self, member: MemberId) -> Option<Seat> {
        let mut taken = self.lock();
        if taken.get(&member).is_some_and(|mine| *mine >= self.each) {
            return None;
        }
        *taken.entry(member).or_default() += 1;
        Some(Seat { seats: self.clone(), member })
    }

    /// A place for somebody who has not said yet who they are.
    pub fn wait(&self) -> Option<OwnedSemaphorePermit> {
        self.strangers.clone().try_acquire_owned().ok()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<MemberId, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Entry::Occupied(mut taken) = self.seats.lock().entry(self.member) {
            *taken.get_mut() -= 1;
            if *taken.get() == 0 {
                taken.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn member(number: u128) -> MemberId {
        MemberId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_seat_is_free_again_when_it_is_left_and_nothing_is_kept_of_it() {
        let seats = Seats::new(2, 1);
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

    #[test]
    fn strangers_wait_only_so_many_at_once() {
        let seats = Seats::new(2, 1);
        let waiting = seats.wait();
        assert!(waiting.is_some() && seats.wait().is_none());
        drop(waiting);
        assert!(seats.wait().is_some());
    }
}
