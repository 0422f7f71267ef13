//! What the log is told of faults that pass: a line when one begins and one now and then while it lasts, and
//! never one for each request that met it.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::error::Error;

/// A fault that nobody met for so long is over: the next one is another.
const OVER: Duration = Duration::from_secs(10);
/// How often the log is reminded of a fault that lasts.
const REMINDER: Duration = Duration::from_secs(60);

static KNOWN: LazyLock<Lines> = LazyLock::new(Lines::default);

/// Notes in the log that this was kept from happening, unless a line said so just now. What is no fault that
/// passes has a line of its own, each time.
pub fn note(what: &str, error: &Error) {
    let Some(kind) = kind(error) else {
        return tracing::error!(target: "waypost::trouble", %error, "{what}");
    };
    if let Some(unsaid) = KNOWN.line(kind, Instant::now()) {
        tracing::error!(target: "waypost::trouble", cause = %error, unsaid, "{what}: {kind}; whoever asks is told to try again");
    }
}

/// What faults that pass have in common; none for one that does not pass.
fn kind(error: &Error) -> Option<&'static str> {
    match error {
        Error::Unsure(_) => Some("a connection broke during a commit"),
        Error::Unavailable(_) => Some("the database or the disk does not let it happen now"),
        error if error.passes() => Some("the database is busy"),
        _ => None,
    }
}

/// What the log was told of each kind of fault.
#[derive(Debug, Default)]
struct Lines(Mutex<HashMap<&'static str, Spell>>);

#[derive(Debug)]
struct Spell {
    met: Instant,
    logged: Instant,
    unsaid: u64,
}

impl Lines {
    /// How often it was met and not told since the last line, if there is to be a line now.
    fn line(&self, kind: &'static str, now: Instant) -> Option<u64> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(spell) = known.get_mut(kind) else {
            known.insert(kind, Spell { met: now, logged: now, unsaid: 0 });
            return Some(0);
        };
        let is_news = now - spell.met >= OVER || now - spell.logged >= REMINDER;
        spell.met = now;
        if !is_news {
            spell.unsaid += 1;
            return None;
        }
        spell.logged = now;
        Some(std::mem::take(&mut spell.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(lines: &Lines, begin: Instant, kind: &'static str, second: u64) -> Option<u64> {
        lines.line(kind, begin + Duration::from_secs(second))
    }

    #[test]
    fn a_fault_that_hundreds_meet_is_one_line() {
        let (lines, now) = (Lines::default(), Instant::now());
        assert_eq!(lines.line("a", now), Some(0));
        for _ in 0..156 {
            assert_eq!(lines.line("a", now), None);
        }
        assert_eq!(lines.line("b", now), Some(0), "another fault is another line");
        assert_eq!(line(&lines, now, "a", 10), Some(156), "and so is the same one later");
    }

    #[test]
    fn a_fault_that_lasts_is_told_once_a_minute() {
        let (lines, now) = (Lines::default(), Instant::now());
        let seconds: Vec<_> =
            (0..130).filter(|second| line(&lines, now, "a", *second).is_some()).collect();
        assert_eq!(seconds, [0, 60, 120]);
    }

    #[test]
    fn what_does_not_pass_is_told_each_time() {
        assert_eq!(kind(&Error::bug("x")), None);
        assert!(kind(&Error::Busy).is_some() && kind(&Error::overdue("x")).is_some());
    }
}
