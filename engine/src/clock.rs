//! The only place that reads the time and makes ids from it; fixed in tests.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, Utc};
use entity::{
    Timestamp,
    ids::{Id, Kind},
};
use uuid::{ContextV7, Uuid};

/// Tells the time, to the millisecond, and makes ids that sort by it.
#[derive(Clone)]
pub struct Clock {
    source: Source,
    ids: Arc<Mutex<ContextV7>>,
}

#[derive(Clone)]
enum Source {
    System,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The clock of this machine.
    pub fn system() -> Self {
        Self::from(Source::System)
    }

    /// A clock that stands still until it is set.
    pub fn fixed(at: Timestamp) -> Self {
        Self::from(Source::Fixed(Arc::new(AtomicI64::new(at.timestamp_millis()))))
    }

    fn from(source: Source) -> Self {
        Self { source, ids: Arc::new(Mutex::new(ContextV7::new())) }
    }

    /// Sets a fixed clock; the clock of the machine takes no orders.
    pub fn set(&self, at: Timestamp) {
        if let Source::Fixed(millis) = &self.source {
            millis.store(at.timestamp_millis(), Ordering::SeqCst);
        }
    }

    /// The moment that it is.
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
    pub fn now(&self) -> Timestamp {
        match &self.source {
            Source::System => to_millis(Utc::now()),
            Source::Fixed(millis) => {
                DateTime::from_timestamp_millis(millis.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// A new id; within one server, later ids sort after earlier ones.
    pub fn new_id<K: Kind>(&self) -> Id<K> {
        Id::from_uuid(self.new_uuid())
    }

    /// The number of a new id, before it is said of what.
    pub fn new_uuid(&self) -> Uuid {
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let context = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let time = uuid::Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos());
        Uuid::new_v7(time)
    }
}

/// The moment to the millisecond: what both databases keep and give back unchanged.
pub fn to_millis(at: Timestamp) -> Timestamp {
    at.trunc_subsecs(3)
}
