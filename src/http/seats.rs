//! Who may hold how much open: sockets and event streams of each member.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::ids::MemberId;

/// The seats of a server.
#[derive(Clone, Debug)]
pub struct Seats {
    each: usize,
    taken: Arc<Mutex<HashMap<MemberId, usize>>>,
}

/// The seat of a member, until it is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Seats,
    member: MemberId,
}

impl Seats {
    /// So many for each member.
    pub fn new(each: usize) -> Self {
        Self { each, taken: Arc::default() }
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
}
