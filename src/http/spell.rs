//! A spell in which something that passes is in the way of what is live: pauses between attempts, and an end.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// What went well for so long had recovered: the next fault is another one.
const WELL: Duration = Duration::from_secs(1);

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);

/// Attempts that failed one after the other.
#[derive(Debug)]
pub(crate) struct Spell {
    patience: Duration,
    since: Option<Instant>,
    tries: u32,
}

impl Spell {
    /// None so far; one may last so long.
    pub(crate) fn new(patience: Duration) -> Self {
        Self { patience, since: None, tries: 0 }
    }

    /// For how long something may be in the way.
    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// What takes longer than this while nothing is waited for but the database has failed, and is begun again.
    pub(crate) fn stuck(&self) -> Duration {
        self.patience / 3
    }

    /// It went well: the spell is over.
    pub(crate) fn end(&mut self) {
        (self.since, self.tries) = (None, 0);
    }

    /// An attempt failed; `well` says when it had been in good order, if ever. Waits before the next one, or
    /// tells at once that this has gone on for too long.
    pub(crate) async fn wait(&mut self, began: Instant, well: Option<Instant>) -> bool {
        if well.is_some_and(|well| well.elapsed() >= WELL) {
            self.end();
        }
        let since = *self.since.get_or_insert(began);
        let left = self.patience.saturating_sub(since.elapsed());
        if left.is_zero() {
            return false;
        }
        sleep(pause(self.tries).min(left)).await;
        self.tries += 1;
        true
    }
}

/// Longer after each attempt, and never the same for all who met the same fault.
fn pause(tries: u32) -> Duration {
    let longest = (SHORTEST * 2_u32.saturating_pow(tries.min(10))).min(LONGEST);
    let mut jitter = [0; 1];
    let _ = getrandom::fill(&mut jitter);
    longest.mul_f64(0.5 + f64::from(jitter[0]) / 512.0)
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn after_half_a_minute_of_attempts_it_is_given_up() {
        let (mut spell, began) = (Spell::new(PATIENCE), Instant::now());
        let mut attempts = 0;
        while spell.wait(Instant::now(), None).await {
            attempts += 1;
        }
        assert_eq!(began.elapsed(), PATIENCE);
        assert!((15..60).contains(&attempts), "{attempts}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_hung_counts_from_when_it_began_to_hang() {
        let (mut spell, began) = (Spell::new(PATIENCE), Instant::now());
        advance(PATIENCE).await;
        assert!(!spell.wait(began, None).await);
    }

    #[tokio::test(start_paused = true)]
    async fn what_had_recovered_has_all_the_time_again() {
        let mut spell = Spell::new(PATIENCE);
        assert!(spell.wait(Instant::now(), None).await);
        let well = Some(Instant::now());
        advance(PATIENCE * 2).await;
        assert!(spell.wait(Instant::now(), well).await);
        advance(PATIENCE * 2).await;
        assert!(!spell.wait(Instant::now(), Some(Instant::now())).await, "not even a moment");
    }
}
