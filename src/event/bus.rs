//! The wake-up: it only says "look"; what there is to see is in the table (decision 5).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::ids::DealId;
use tokio::sync::watch;

/// Who waits for which deal, and for a change of rights.
#[derive(Clone)]
pub struct Bus {
    deals: Arc<Mutex<HashMap<DealId, watch::Sender<()>>>>,
    rights: watch::Sender<i64>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { deals: Arc::default(), rights: watch::Sender::new(0) }
    }
}

impl Bus {
    /// Wakes whoever waits for this deal.
    pub fn wake(&self, deal: DealId) {
        let mut deals = self.deals();
        if let Some(sender) = deals.get(&deal)
            && sender.send(()).is_err()
        {
            deals.remove(&deal);
        }
    }

    /// Wakes everybody: after a lost connection nobody knows what was missed.
    pub fn wake_all(&self) {
        self.deals().retain(|_, sender| sender.send(()).is_ok());
    }

    /// A receiver that is told whenever something happens to this deal.
    pub fn deal(&self, deal: DealId) -> watch::Receiver<()> {
        self.deals().entry(deal).or_default().subscribe()
    }

    /// Tells everybody that rights have changed, if they have.
    pub fn rights_are(&self, epoch: i64) {
        self.rights.send_if_modified(|known| std::mem::replace(known, epoch) != epoch);
    }

    /// A receiver that is told whenever a role, an activity or a token changes.
    pub fn rights(&self) -> watch::Receiver<i64> {
        self.rights.subscribe()
    }

    fn deals(&self) -> MutexGuard<'_, HashMap<DealId, watch::Sender<()>>> {
        self.deals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
