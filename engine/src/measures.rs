//! What is counted at work, for whoever watches a server: numbers that cost an addition each. What they are called and
//! how they are told is the edge's.

use std::sync::atomic::{AtomicI64, Ordering};

use prometheus_client::metrics::{counter::Counter, gauge::Gauge, histogram::Histogram};

use crate::base::Base;

/// How many units of work a turn has, at most, in each class of them.
const UNITS: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
/// How far the log was followed before anybody has looked.
const NOWHERE: i64 = -1;

/// What one program has counted since it began.
#[derive(Debug)]
pub struct Measures {
    /// Units of work that wait for their turn.
    pub waiting: Gauge,
    /// How many units of work each turn had.
    pub turns: Histogram,
    /// Units of work that had a transaction of their own.
    pub alone: Counter,
    /// How often a unit of work lost a race, and was tried again.
    pub retries: Counter,
    /// Fragments of answers that were kept, and given again.
    pub kept_hits: Counter,
    /// Fragments of answers that were made, because nothing was kept.
    pub kept_misses: Counter,
    /// How many bytes the kept fragments have.
    pub kept_bytes: Gauge,
    followed: AtomicI64,
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            waiting: Gauge::default(),
            turns: Histogram::new(UNITS),
            alone: Counter::default(),
            retries: Counter::default(),
            kept_hits: Counter::default(),
            kept_misses: Counter::default(),
            kept_bytes: Gauge::default(),
            followed: AtomicI64::new(NOWHERE),
        }
    }
}

impl Measures {
    /// Those of this program.
    pub fn of(base: &Base) -> &Self {
        base.part()
    }

    /// The log was followed up to this position: whoever waits here was told of all before it.
    pub(crate) fn follow(&self, position: i64) {
        self.followed.store(position, Ordering::Relaxed);
    }

    /// Up to which position the log was followed; none before the first look.
    pub(crate) fn followed(&self) -> Option<i64> {
        let position = self.followed.load(Ordering::Relaxed);
        (position != NOWHERE).then_some(position)
    }
}
