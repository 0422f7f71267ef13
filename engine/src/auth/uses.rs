//! When tokens were used, noted in memory: no request waits for it or fails with it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DurationRound, TimeDelta};
use entity::{Timestamp, ids::TokenId, token};

use crate::base::Base;

/// The minutes in which tokens were used, as far as they are not written yet.
#[derive(Debug, Default)]
pub struct Uses(Mutex<BTreeMap<TokenId, Timestamp>>);

impl Uses {
    /// Those that this program noted.
    pub fn of(base: &Base) -> &Self {
        base.part()
    }

    /// A token signs somebody in now; noted at most once a minute.
    pub(super) fn note(&self, token: &token::Model, now: Timestamp) {
        let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        if token.last_used_at.is_none_or(|known| known < minute) {
            self.put(BTreeMap::from([(token.id, minute)]));
        }
    }

    /// Notes these, in whatever order they come.
    pub(crate) fn put(&self, uses: BTreeMap<TokenId, Timestamp>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, minute) in uses {
            let known = known.entry(id).or_insert(minute);
            *known = minute.max(*known);
        }
    }

    /// What was noted, and is forgotten here.
    pub(crate) fn take(&self) -> BTreeMap<TokenId, Timestamp> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
