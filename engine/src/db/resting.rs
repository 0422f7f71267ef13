//! Connections that rest between two uses. The pool below asks each whether it is alive when it is taken and again when it
//! is given back: two turns of another thread on SQLite, two ways to the server on PostgreSQL, which cost as much as what is
//! then asked. One that was used a moment ago is taken as it is; where a server has ended it meanwhile, its first step tells.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::sqlx;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::live::Wire;

/// How long a connection rests until it goes back to the pool, which looks after those that are idle.
const FRESH: Duration = Duration::from_secs(1);
/// How long one that is always in use stays away from the pool, which ends those that are old.
const AWAY: Duration = Duration::from_secs(300);

/// The connections of one pool that rest, the last one used last.
#[derive(Debug)]
pub(super) struct Resting {
    most: u32,
    seats: Arc<Semaphore>,
    /// None when the pool is closed.
    wires: Mutex<Option<Vec<Rest>>>,
    came: Notify,
}

/// A connection that rests.
#[derive(Debug)]
struct Rest {
    since: Instant,
    taken: Taken,
}

/// A connection, and since when the pool has not seen it.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) since: Instant,
    pub(super) wire: Wire,
}

impl Taken {
    /// From the pool, at this moment.
    pub(super) fn now(wire: Wire) -> Self {
        Self { since: Instant::now(), wire }
    }
}

impl Resting {
    /// For as many as may be in use at once.
    pub(super) fn new(most: u32) -> Self {
        let seats = Arc::new(Semaphore::new(most as usize));
        Self { most, seats, wires: Mutex::new(Some(Vec::new())), came: Notify::new() }
    }

    /// How many may be in use at once.
    pub(super) fn most(&self) -> u32 {
        self.most
    }

    /// How many are in use.
    pub(super) fn used(&self) -> u64 {
        u64::from(self.most).saturating_sub(self.seats.available_permits() as u64)
    }

    /// The right to use one, in the order in which they ask.
    pub(super) async fn seat(
        &self,
        patience: Duration,
    ) -> Result<OwnedSemaphorePermit, sqlx::Error> {
        if let Ok(seat) = self.seats.clone().try_acquire_owned() {
            return Ok(seat);
        }
        let seat = timeout(patience, self.seats.clone().acquire_owned()).await;
        seat.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)
    }

    /// One that was used a moment ago.
    pub(super) fn take(&self) -> Option<Taken> {
        let mut wires = self.lock();
        let last = wires.as_mut()?.pop()?;
        if last.since.elapsed() < FRESH {
            return Some(last.taken);
        }
        let older = wires.as_mut().map(std::mem::take);
        drop(wires);
        drop((last, older));
        None
    }

    /// When one comes to rest.
    pub(super) async fn came(&self) {
        self.came.notified().await;
    }

    /// It rests from now on. Those that have rested long, or were away for long, go back to the pool.
    pub(super) fn put(&self, taken: Taken) {
        if taken.since.elapsed() >= AWAY {
            return;
        }
        let mut wires = self.lock();
        let Some(resting) = wires.as_mut() else {
            drop(wires);
            return;
        };
        let long = resting.partition_point(|rest| rest.since.elapsed() >= FRESH);
        let old: Vec<_> = resting.drain(..long).collect();
        resting.push(Rest { since: Instant::now(), taken });
        drop(wires);
        drop(old);
        self.came.notify_one();
    }

    /// All go back to the pool, which asks each whether it is alive.
    pub(super) fn clear(&self) {
        let wires = self.lock().as_mut().map(std::mem::take);
        drop(wires);
    }

    /// All go back to the pool, and nobody gets one any more.
    pub(super) fn close(&self) {
        self.seats.close();
        let wires = self.lock().take();
        drop(wires);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Rest>>> {
        self.wires.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// There may be no runtime any more that could give them back.
impl Drop for Resting {
    fn drop(&mut self) {
        let wires = self.lock().take().unwrap_or_default();
        wires.into_iter().for_each(|rest| rest.taken.wire.cut());
    }
}
