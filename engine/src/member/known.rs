//! The members as this server knows them, as long as people do not change.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::{ids::MemberId, member};

use crate::base::Base;

/// More are not kept.
const MOST: usize = 10_000;

/// The members that were read since people last changed, as far as this server knows.
#[derive(Clone, Default)]
pub struct Known(Arc<Mutex<Rows>>);

#[derive(Default)]
struct Rows {
    people: u64,
    rows: HashMap<MemberId, Arc<member::Model>>,
}

impl Known {
    /// Those that this program knows.
    pub fn of(base: &Base) -> &Self {
        base.part()
    }

    /// A member as they were when people had changed so often, if they were read then.
    pub fn get(&self, people: u64, id: MemberId) -> Option<Arc<member::Model>> {
        let known = self.lock();
        (known.people == people).then(|| known.rows.get(&id).cloned())?
    }

    /// These were read after people had changed so often.
    pub fn keep(&self, people: u64, rows: impl Iterator<Item = Arc<member::Model>>) {
        let mut known = self.lock();
        if known.people > people {
            return;
        }
        if known.people < people || known.rows.len() > MOST {
            known.rows.clear();
        }
        known.people = people;
        known.rows.extend(rows.map(|row| (row.id, row)));
    }

    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
