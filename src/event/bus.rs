//! The wake-up: it only says "look"; what there is to see is in the table (decision 5).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::ids::DealId;
use tokio::sync::watch;

/// Below this many entries nobody looks for those that nobody waits for.
const SMALL: usize = 64;

/// Who waits for which deal, for a change of rights, and for the end.
#[derive(Clone, Debug)]
pub struct Bus {
    deals: Arc<Mutex<Waiting>>,
    rights: watch::Sender<i64>,
    stopping: watch::Sender<bool>,
}

#[derive(Debug)]
struct Waiting {
    deals: HashMap<DealId, watch::Sender<()>>,
    sweep_at: usize,
}

impl Default for Bus {
    fn default() -> Self {
        let waiting = Waiting { deals: HashMap::new(), sweep_at: SMALL };
        Self {
            deals: Arc::new(Mutex::new(waiting)),
            rights: watch::Sender::new(0),
            stopping: watch::Sender::new(false),
        }
    }
}

impl Bus {
    /// Wakes whoever waits for this deal.
    pub fn wake(&self, deal: DealId) {
        let deals = &mut self.waiting().deals;
        if let Some(sender) = deals.get(&deal)
            && sender.send(()).is_err()
        {
            deals.remove(&deal);
        }
    }

    /// Wakes everybody: after a lost connection nobody knows what was missed.
    pub fn wake_all(&self) {
        self.waiting().deals.retain(|_, sender| sender.send(()).is_ok());
    }

    /// A receiver that is told whenever something happens to this deal.
    pub fn deal(&self, deal: DealId) -> watch::Receiver<()> {
        let mut waiting = self.waiting();
        waiting.sweep();
        waiting.deals.entry(deal).or_default().subscribe()
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

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.deals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Forgets the deals that nobody waits for any more, once there may be as many of them as others.
    fn sweep(&mut self) {
        if self.deals.len() >= self.sweep_at {
            self.deals.retain(|_, sender| sender.receiver_count() > 0);
            self.sweep_at = SMALL.max(self.deals.len() * 2);
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
        assert!(bus.waiting().deals.len() <= SMALL);
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
}
