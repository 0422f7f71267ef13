//! Who follow the same deal or board and ask the same about it. While they rest, one of them looks out for all, and what is written
//! for that one goes round: each of the others is judged (rule 23) and given it, and nobody is woken to look for it.
//!
//! Whoever rests has had everything that was there when the last round began, and who read before a round and comes to
//! rest after it looks again. Some may have more than others: who could not be given something looks alone, and may find
//! what came after. So whoever begins to look out for the others looks at once, and having found nothing sends those to
//! look who are somewhere else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use bytes::Bytes;
use domain::policy::Actor;
use entity::ids::{DealId, ProcessId};
use tokio::sync::Notify;

use super::cursor::FeedCursor;
use crate::auth::{Credential, Session};

mod company;
mod round;

pub(super) use company::{Company, Woken};
pub use round::Round;

/// Takes what is written for its reader.
pub trait Outlet: Send + Sync {
    /// The value of an item; false where there is no room for it now, or this viewer is told it in other words.
    fn put(&self, item: &Written<'_>, viewer: &Session) -> bool;
}

/// An item that is written.
pub struct Written<'a> {
    /// Where its reader is after it.
    pub place: FeedCursor,
    /// By what name clients know that place.
    pub name: &'a str,
    /// What it says.
    pub value: &'a Bytes,
}

/// What somebody asks about what they follow, and what takes it past their feed.
pub struct Asking {
    /// The same for all who ask the same.
    pub what: Asked,
    /// Takes what is written for them.
    pub outlet: Arc<dyn Outlet>,
}

/// What is asked, as a hash.
pub type Asked = [u8; 32];

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Followed {
    /// A deal.
    Deal(DealId),
    /// The board of a process, by whoever sees all its deals.
    Board(ProcessId),
}

impl Followed {
    /// Whether this viewer, who may see what happened, is told the same of it as the others.
    fn is_alike_for(self, viewer: &Actor) -> bool {
        match self {
            Self::Deal(_) => true,
            Self::Board(_) => viewer.leads(),
        }
    }
}

type Key = (Followed, Asked);
type All = Arc<Mutex<HashMap<Key, Weak<Group>>>>;

/// All groups: an entry for each in which somebody is.
#[derive(Default)]
struct Groups(All);

impl Groups {
    fn group(&self, key: Key) -> Arc<Group> {
        let mut all = lock(&self.0);
        if let Some(group) = all.get(&key).and_then(Weak::upgrade) {
            return group;
        }
        let group = Arc::new(Group { key, all: self.0.clone(), state: Mutex::default() });
        all.insert(key, Arc::downgrade(&group));
        group
    }
}

/// Those who follow the same and ask the same.
struct Group {
    key: Key,
    all: All,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How many rounds have begun.
    rounds: u64,
    resting: HashMap<Number, Arc<Reader>>,
    lookout: Lookout,
}

/// Who looks out for those who rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Lookout {
    /// Nobody rests, and the next one who does looks out.
    #[default]
    Nobody,
    /// One of those who rest listens for news.
    Listening(Number),
    /// One of those who rest is to look at once.
    Appointed(Number),
    /// Somebody looks now, and comes back to rest or sends round what there is.
    Looking,
}

/// What tells a reader from others.
type Number = usize;

/// One of those who follow.
struct Reader {
    credential: Credential,
    outlet: Arc<dyn Outlet>,
    here: Mutex<Here>,
    called: Notify,
}

/// Where a reader is.
struct Here {
    place: FeedCursor,
    rests: bool,
}

impl Reader {
    fn number(self: &Arc<Self>) -> Number {
        Arc::as_ptr(self).addr()
    }

    fn here(&self) -> MutexGuard<'_, Here> {
        lock(&self.here)
    }

    /// It has to look by itself.
    fn is_called(&self) {
        self.here().rests = false;
        self.called.notify_one();
    }
}

impl Group {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// How many rounds have begun.
    fn rounds(&self) -> u64 {
        self.state().rounds
    }

    /// The lookout has found nothing for the others.
    fn found_nothing(&self) {
        self.state().lookout = Lookout::Nobody;
    }

    /// Somebody comes to rest who last read when so many rounds had begun; false where they have to look again.
    fn lies_down(&self, reader: &Arc<Reader>, place: FeedCursor, rounds: u64) -> bool {
        let mut state = self.state();
        if state.rounds != rounds {
            state.appoint();
            return false;
        }
        if state.lookout == Lookout::Nobody {
            state.call_those_not_at(place);
            state.lookout = Lookout::Listening(reader.number());
        }
        *reader.here() = Here { place, rests: true };
        state.resting.insert(reader.number(), reader.clone());
        true
    }

    fn lookout(&self) -> Lookout {
        self.state().lookout
    }

    /// The lookout goes to look, if this reader is that.
    fn sets_out(&self, reader: &Arc<Reader>) -> bool {
        let mut state = self.state();
        let is_lookout = state.is_lookout(reader);
        if is_lookout {
            state.resting.remove(&reader.number());
            state.lookout = Lookout::Looking;
        }
        is_lookout
    }

    /// Somebody rests no more.
    fn gets_up(&self, reader: &Arc<Reader>) {
        let mut state = self.state();
        state.resting.remove(&reader.number());
        if state.is_lookout(reader) {
            state.lookout = Lookout::Nobody;
        }
        state.appoint();
    }

    /// A round begins, to those who rest now.
    fn begin_round(&self) -> Vec<Arc<Reader>> {
        let mut state = self.state();
        state.rounds += 1;
        state.resting.values().cloned().collect()
    }

    fn end_round(&self) {
        let mut state = self.state();
        state.lookout = Lookout::Nobody;
        state.appoint();
    }

    fn call(&self, reader: &Arc<Reader>) {
        self.state().resting.remove(&reader.number());
        reader.is_called();
    }

    /// All have to look by themselves, and so has whoever comes to rest without having looked since.
    fn call_all(&self) {
        let mut state = self.state();
        state.rounds += 1;
        state.lookout = Lookout::Nobody;
        state.resting.drain().for_each(|(_, reader)| reader.is_called());
    }
}

impl State {
    fn is_lookout(&self, reader: &Arc<Reader>) -> bool {
        let number = reader.number();
        matches!(self.lookout, Lookout::Listening(one) | Lookout::Appointed(one) if one == number)
    }

    /// Sends one of those who rest to look, if nobody looks out.
    fn appoint(&mut self) {
        if self.lookout != Lookout::Nobody {
            return;
        }
        if let Some((number, reader)) = self.resting.iter().next() {
            self.lookout = Lookout::Appointed(*number);
            reader.called.notify_one();
        }
    }

    /// There is nothing after this place: whoever rests somewhere else has missed something, or has more.
    fn call_those_not_at(&mut self, place: FeedCursor) {
        self.resting.retain(|_, reader| {
            let is_here = reader.here().place == place;
            if !is_here {
                reader.is_called();
            }
            is_here
        });
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let mut all = lock(&self.all);
        if all.get(&self.key).is_some_and(|group| group.strong_count() == 0) {
            all.remove(&self.key);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
