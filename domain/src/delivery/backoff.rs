//! When what could not be delivered is tried again. Pure.

use chrono::TimeDelta;
use entity::Timestamp;

/// How long to wait between attempts, and when to give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The pause after the first failure; each one after it is twice as long.
    pub first: TimeDelta,
    /// The longest pause.
    pub longest: TimeDelta,
    /// How long something is tried at all, from when it was written or an administrator asked again.
    pub give_up_after: TimeDelta,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: TimeDelta::seconds(30),
            longest: TimeDelta::hours(2),
            give_up_after: TimeDelta::days(3),
        }
    }
}

impl Backoff {
    /// The pause after so many failures (from 1). `jitter` is any number: the pause is between a half and
    /// the whole of what it could be, so that what failed together is not tried together.
    pub fn pause(&self, failures: u32, jitter: u16) -> TimeDelta {
        let doubled = self.first.num_milliseconds() << failures.saturating_sub(1).min(20);
        let whole = doubled.min(self.longest.num_milliseconds());
        TimeDelta::milliseconds(whole / 2 + whole / 2 * i64::from(jitter) / i64::from(u16::MAX))
    }

    /// When what failed now is tried again; none when it is given up.
    pub fn next(
        &self,
        (now, give_up_at): (Timestamp, Timestamp),
        failures: u32,
        jitter: u16,
    ) -> Option<Timestamp> {
        let next = now + self.pause(failures, jitter);
        (next <= give_up_at).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_never_all_the_same() {
        let backoff = Backoff::default();
        let seconds = |failures, jitter| backoff.pause(failures, jitter).num_seconds();
        assert_eq!((seconds(1, 0), seconds(1, u16::MAX)), (15, 30));
        assert_eq!((seconds(2, 0), seconds(2, u16::MAX)), (30, 60));
        assert_eq!((seconds(9, 0), seconds(99, u16::MAX)), (3600, 7200));
        assert!(seconds(3, 1000) < seconds(3, 60_000));
    }

    #[test]
    fn it_is_given_up_after_three_days() {
        let backoff = Backoff::default();
        let now = Timestamp::UNIX_EPOCH;
        let soon = now + TimeDelta::minutes(1);
        assert_eq!(backoff.next((now, soon), 1, u16::MAX), Some(now + TimeDelta::seconds(30)));
        assert_eq!(backoff.next((now, soon), 5, 0), None);
    }
}
