//! When a socket or an event stream has to go, where the server stops: not all of them in one moment, because their
//! clients come back at once, to the servers that are left.

use std::time::Duration;

use engine::{app::App, bus::Bus};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// How much later each goes than the one before, where there are few.
const EACH: Duration = Duration::from_millis(50);
/// When the last one goes, however many there are.
const LAST: Duration = Duration::from_secs(5);

/// One who has to go when the server stops; as long as there is one, it is waited for.
pub(crate) struct Leaving {
    stopping: watch::Receiver<bool>,
    bus: Bus,
    at: Option<Instant>,
}

impl Leaving {
    /// One more of those that this server waits for.
    pub(crate) fn of(app: &App) -> Self {
        Self { stopping: app.bus().stopping(), bus: app.bus().clone(), at: None }
    }

    /// Whether the server stops.
    pub(crate) fn has_begun(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Returns as soon as the server stops.
    pub(crate) async fn begins(&mut self) {
        if self.stopping.wait_for(|stopping| *stopping).await.is_err() {
            std::future::pending().await // the bus lives as long as this does
        }
    }

    /// Returns when it is time to go. Asked again, it is the same moment.
    pub(crate) async fn comes(&mut self) {
        self.begins().await;
        let wait = || window(self.bus.waited_for()).mul_f64(chance());
        let at = *self.at.get_or_insert_with(|| Instant::now() + wait());
        sleep_until(at).await;
    }
}

/// The time over which so many go.
fn window(count: usize) -> Duration {
    EACH.saturating_mul(u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX)).min(LAST)
}

/// A number from 0 to 1, any of them as likely as any other.
fn chance() -> f64 {
    let mut bytes = [0; 4];
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn gone(bus: Bus) -> Duration {
        let mut leaving = Leaving { stopping: bus.stopping(), bus, at: None };
        let begun = Instant::now();
        leaving.comes().await;
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn one_goes_at_once_and_many_are_spread_over_the_whole_time() {
        let bus = Bus::default();
        let alone = tokio::spawn(gone(bus.clone()));
        tokio::task::yield_now().await;
        bus.begin_to_stop();
        assert!(alone.await.unwrap() <= Duration::from_millis(1));

        let bus = Bus::default();
        let many: Vec<_> = (0..1_000).map(|_| tokio::spawn(gone(bus.clone()))).collect();
        while bus.waited_for() < many.len() {
            tokio::task::yield_now().await;
        }
        bus.begin_to_stop();
        let mut in_each = [0; 5];
        for one in many {
            let after = one.await.unwrap();
            assert!(after <= LAST, "{after:?}");
            in_each[usize::try_from(after.as_secs()).unwrap().min(4)] += 1;
        }
        assert!(in_each.iter().all(|count| (100..300).contains(count)), "{in_each:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_asks_again_is_told_the_same_moment() {
        let bus = Bus::default();
        let _others: Vec<_> = (0..200).map(|_| bus.stopping()).collect();
        let mut leaving = Leaving { stopping: bus.stopping(), bus: bus.clone(), at: None };
        bus.begin_to_stop();
        let _ = tokio::time::timeout(Duration::ZERO, leaving.comes()).await;
        let at = leaving.at;
        leaving.comes().await;
        assert_eq!(leaving.at, at);
    }
}
