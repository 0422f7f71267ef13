//! The wake-up: it only says "look"; what there is to see is in the table (decision 5).

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use entity::ids::{DealId, MemberId, ProcessId};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

/// Who waits for which deal, process or inbox, for a change of rights, and for the end.
#[derive(Clone, Debug, Default)]
pub struct Bus {
    deals: Waiting<DealId>,
    processes: Waiting<ProcessId>,
    inboxes: Waiting<MemberId>,
    sequencer: Arc<Notify>,
    rights: watch::Sender<i64>,
    people: Arc<AtomicU64>,
    silent: watch::Sender<Option<Instant>>,
    stopping: watch::Sender<bool>,
}

impl Bus {
    /// Wakes whoever waits for this deal.
    pub fn wake(&self, deal: DealId) {
        self.deals.wake(deal);
    }

    /// Wakes whoever waits for this process or one of its deals.
    pub fn wake_process(&self, process: ProcessId) {
        self.processes.wake(process);
    }

    /// Wakes whoever waits for this member's inbox.
    pub fn wake_inbox(&self, member: MemberId) {
        self.inboxes.wake(member);
    }

    /// Wakes whoever waits for any process.
    pub fn wake_processes(&self) {
        self.processes.wake_all();
    }

    /// Wakes everybody: after a lost connection nobody knows what was missed.
    pub fn wake_all(&self) {
        self.deals.wake_all();
        self.processes.wake_all();
        self.inboxes.wake_all();
    }

    /// What happens to this deal from now on.
    pub fn deal(&self, deal: DealId) -> News {
        self.deals.news(deal)
    }

    /// What happens from now on to this process, by a save or by one of its deals.
    pub fn process(&self, process: ProcessId) -> News {
        self.processes.news(process)
    }

    /// What happens to this member's inbox from now on.
    pub fn inbox(&self, member: MemberId) -> News {
        self.inboxes.news(member)
    }

    /// Whose inboxes somebody waits for.
    pub fn inboxes(&self) -> Vec<MemberId> {
        self.inboxes.lock().keys().copied().collect()
    }

    /// Rows were committed that have no place in the log yet.
    pub fn wake_sequencer(&self) {
        self.sequencer.notify_one();
    }

    /// Returns when rows were committed that have no place in the log yet, also when that was before.
    pub async fn sequencer(&self) {
        self.sequencer.notified().await;
    }

    /// Tells everybody that rights have changed, if they have.
    pub fn rights_are(&self, epoch: i64) {
        if *self.rights.borrow() != epoch {
            self.people_changed();
        }
        self.rights.send_if_modified(|known| std::mem::replace(known, epoch) != epoch);
    }

    /// Members or their tokens are not what they were: what is known of them is to be read again.
    pub fn people_changed(&self) {
        self.people.fetch_add(1, Ordering::SeqCst);
    }

    /// How often members or their tokens have changed, as this server knows it: here at once, by other servers within
    /// half a second.
    pub fn people(&self) -> u64 {
        self.people.load(Ordering::SeqCst)
    }

    /// A receiver that is told whenever a role, an activity or a token changes.
    pub fn rights(&self) -> watch::Receiver<i64> {
        self.rights.subscribe()
    }

    /// Tells everybody since when the log cannot be read: who waits for news waits in vain. None: it can be.
    pub fn log_is_silent(&self, since: Option<Instant>) {
        self.silent.send_if_modified(|known| std::mem::replace(known, since) != since);
    }

    /// Since when the log cannot be read, if it cannot.
    pub fn silence(&self) -> watch::Receiver<Option<Instant>> {
        self.silent.subscribe()
    }

    /// A receiver that becomes true when the server stops; whoever holds one is waited for.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Whether the server stops: nothing new is begun then.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// How many are told when the server stops, and waited for.
    pub fn waited_for(&self) -> usize {
        self.stopping.receiver_count()
    }

    /// Tells everybody that the server stops.
    pub fn begin_to_stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Returns when everybody has gone who is told that the server stops.
    pub async fn all_gone(&self) {
        self.stopping.closed().await;
    }

    /// Tells everybody that the server stops, and waits until they are gone.
    pub async fn stop(&self) {
        self.begin_to_stop();
        self.all_gone().await;
    }
}

/// What one listener is told: that there is something to look at, never what.
pub struct News {
    changed: watch::Receiver<u64>,
    _listener: Box<dyn Send + Sync>,
}

impl News {
    /// Returns when there is something, also when it came before this was asked.
    pub async fn come(&mut self) {
        if self.changed.changed().await.is_err() {
            std::future::pending().await // the sender stays as long as there is a listener
        }
    }

    /// Tells how far the news have come.
    pub(crate) fn moments(&self) -> Moments {
        Moments(self.changed.clone())
    }

    /// Whether there is something that was not looked at.
    pub fn have_come(&self) -> bool {
        self.changed.has_changed().unwrap_or_default()
    }
}

/// How far the news of one thing have come: a number that rises whenever there is something to look at, so that what was
/// read for it holds until then.
#[derive(Clone, Debug)]
pub(crate) struct Moments(watch::Receiver<u64>);

impl Moments {
    /// The last moment so far.
    pub(crate) fn now(&self) -> u64 {
        *self.0.borrow()
    }
}

/// Moments rise over all things: who waits for one anew begins after all that were before.
fn next_moment() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::SeqCst) + 1
}

impl fmt::Debug for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("news")
    }
}

/// Who waits for things of one kind: an entry for each thing that somebody waits for, and none besides.
#[derive(Debug)]
struct Waiting<K>(Arc<Mutex<HashMap<K, Listeners>>>);

#[derive(Debug)]
struct Listeners {
    changed: watch::Sender<u64>,
    count: usize,
}

impl Default for Listeners {
    fn default() -> Self {
        Self { changed: watch::Sender::new(next_moment()), count: 0 }
    }
}

/// A listener's place among the others: left, it is forgotten.
struct Listener<K: Eq + Hash> {
    waiting: Waiting<K>,
    id: K,
}

impl<K> Clone for Waiting<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K> Default for Waiting<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Eq + Hash + Copy + Send + Sync + 'static> Waiting<K> {
    fn news(&self, id: K) -> News {
        let mut all = self.lock();
        let listeners = all.entry(id).or_default();
        listeners.count += 1;
        let changed = listeners.changed.subscribe();
        News { changed, _listener: Box::new(Listener { waiting: self.clone(), id }) }
    }
}

impl<K: Eq + Hash> Waiting<K> {
    fn wake(&self, id: K) {
        if let Some(listeners) = self.lock().get(&id) {
            listeners.changed.send_replace(next_moment());
        }
    }

    fn wake_all(&self) {
        let all = self.lock();
        for listeners in all.values() {
            listeners.changed.send_replace(next_moment());
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Listeners>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Drop for Listener<K> {
    fn drop(&mut self) {
        let mut all = self.waiting.lock();
        if let Some(listeners) = all.get_mut(&self.id) {
            listeners.count -= 1;
            if listeners.count == 0 {
                all.remove(&self.id);
            }
        }
        // What the many took who came at once is given back when they have gone.
        if all.len() < all.capacity() / 4 {
            all.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn deal(number: usize) -> DealId {
        DealId::from_uuid(Uuid::from_u128(number as u128))
    }

    #[test]
    fn a_wake_up_before_anyone_looks_is_not_lost() {
        let bus = Bus::default();
        let news = bus.deal(deal(1));
        bus.wake(deal(1));
        assert!(news.have_come());
    }

    #[test]
    fn whoever_leaves_is_forgotten_at_once() {
        let bus = Bus::default();
        let kept = bus.deal(deal(0));
        let left: Vec<_> = (0..10_000).map(|number| bus.deal(deal(number))).collect();
        assert_eq!(bus.deals.lock().len(), 10_000);
        drop(left);
        assert_eq!(bus.deals.lock().len(), 1);
        assert!(bus.deals.lock().capacity() < 100);
        bus.wake(deal(0));
        assert!(kept.have_come());
        drop(kept);
        assert!(bus.deals.lock().is_empty());
        let member = MemberId::from_uuid(Uuid::nil());
        let inbox = bus.inbox(member);
        assert_eq!(bus.inboxes(), [member]);
        drop(inbox);
        drop(bus.process(ProcessId::from_uuid(Uuid::nil())));
        assert!(bus.inboxes().is_empty() && bus.processes.lock().is_empty());
    }

    #[test]
    fn deals_that_are_waited_for_are_all_kept() {
        let bus = Bus::default();
        let news: Vec<_> = (0..1_000).map(|number| bus.deal(deal(number))).collect();
        bus.wake_all();
        assert!(news.iter().all(News::have_come));
    }

    #[test]
    fn a_process_wakes_its_own_followers_and_all_of_them_can_be_woken() {
        let bus = Bus::default();
        let id = |number| ProcessId::from_uuid(Uuid::from_u128(number));
        let (one, other) = (bus.process(id(1)), bus.process(id(2)));
        bus.wake_process(id(1));
        assert!(one.have_come() && !other.have_come());
        bus.wake_processes();
        assert!(one.have_come() && other.have_come());
    }
}
