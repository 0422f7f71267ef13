//! The wake-up: it only says "look"; what there is to see is in the table (decision 5).

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::ids::{DealId, MemberId, ProcessId};
use tokio::sync::watch;

/// Below this many entries nobody looks for those that nobody waits for.
const SMALL: usize = 64;

/// Who waits for which deal, process or inbox, for a change of rights, and for the end.
#[derive(Clone, Debug, Default)]
pub struct Bus {
    deals: Waiting<DealId>,
    processes: Waiting<ProcessId>,
    inboxes: Waiting<MemberId>,
    rights: watch::Sender<i64>,
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

    /// A receiver that is told whenever something happens to this deal.
    pub fn deal(&self, deal: DealId) -> watch::Receiver<()> {
        self.deals.receiver(deal)
    }

    /// A receiver that is told whenever this process is saved or something happens to one of its deals.
    pub fn process(&self, process: ProcessId) -> watch::Receiver<()> {
        self.processes.receiver(process)
    }

    /// A receiver that is told whenever something happens to this member's inbox.
    pub fn inbox(&self, member: MemberId) -> watch::Receiver<()> {
        self.inboxes.receiver(member)
    }

    /// Whether anybody waits for an inbox, or did a moment ago.
    pub fn has_inboxes(&self) -> bool {
        !self.inboxes.lock().by_id.is_empty()
    }

    /// Tells everybody that rights have changed, if they have.
    pub fn rights_are(&self, epoch: i64) {
        self.rights.send_if_modified(|known| std::mem::replace(known, epoch) != epoch);
    }

    /// A receiver that is told whenever a role, an activity or a token changes.
    pub fn rights(&self) -> watch::Receiver<i64> {
        self.rights.subscribe()
    }

    /// A receiver that becomes true when the server stops; whoever holds one is waited for.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Tells everybody that the server stops, and waits until they are gone.
    pub async fn stop(&self) {
        self.stopping.send_replace(true);
        self.stopping.closed().await;
    }
}

/// Who waits for things of one kind.
#[derive(Debug)]
struct Waiting<K>(Arc<Mutex<Senders<K>>>);

#[derive(Debug)]
struct Senders<K> {
    by_id: HashMap<K, watch::Sender<()>>,
    sweep_at: usize,
}

impl<K> Clone for Waiting<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K> Default for Waiting<K> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Senders { by_id: HashMap::new(), sweep_at: SMALL })))
    }
}

impl<K: Eq + Hash> Waiting<K> {
    fn wake(&self, id: K) {
        let by_id = &mut self.lock().by_id;
        if let Some(sender) = by_id.get(&id)
            && sender.send(()).is_err()
        {
            by_id.remove(&id);
        }
    }

    fn wake_all(&self) {
        self.lock().by_id.retain(|_, sender| sender.send(()).is_ok());
    }

    fn receiver(&self, id: K) -> watch::Receiver<()> {
        let mut senders = self.lock();
        senders.sweep();
        senders.by_id.entry(id).or_default().subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Senders<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Senders<K> {
    /// Forgets what nobody waits for any more, once there may be as much of it as of the rest.
    fn sweep(&mut self) {
        if self.by_id.len() >= self.sweep_at {
            self.by_id.retain(|_, sender| sender.receiver_count() > 0);
            self.sweep_at = SMALL.max(self.by_id.len() * 2);
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
        let receiver = bus.deal(deal(1));
        bus.wake(deal(1));
        assert!(receiver.has_changed().unwrap());
    }

    #[test]
    fn deals_that_nobody_waits_for_do_not_pile_up() {
        let bus = Bus::default();
        let kept = bus.deal(deal(0));
        for number in 1..10_000 {
            drop(bus.deal(deal(number)));
        }
        assert!(bus.deals.lock().by_id.len() <= SMALL);
        bus.wake(deal(0));
        assert!(kept.has_changed().unwrap());
    }

    #[test]
    fn deals_that_are_waited_for_are_all_kept() {
        let bus = Bus::default();
        let receivers: Vec<_> = (0..1_000).map(|number| bus.deal(deal(number))).collect();
        bus.wake_all();
        assert!(receivers.iter().all(|receiver| receiver.has_changed().unwrap()));
    }

    #[test]
    fn a_process_wakes_its_own_followers_and_all_of_them_can_be_woken() {
        let bus = Bus::default();
        let id = |number| ProcessId::from_uuid(Uuid::from_u128(number));
        let (mut one, other) = (bus.process(id(1)), bus.process(id(2)));
        bus.wake_process(id(1));
        assert!(one.has_changed().unwrap() && !other.has_changed().unwrap());
        one.mark_unchanged();
        bus.wake_processes();
        assert!(one.has_changed().unwrap() && other.has_changed().unwrap());
    }
}
