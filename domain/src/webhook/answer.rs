//! What the answer of an endpoint means.

use chrono::{DateTime, TimeDelta};
use entity::Timestamp;

/// The longest that an endpoint may ask to be left alone.
const LONGEST: TimeDelta = TimeDelta::hours(24);

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing: the endpoint has it.
    Taken,
    /// This is tried again, for this reason; whatever else is sent there may be taken.
    Refused(String),
    /// The endpoint is away or busy: it is left alone, for this reason, until this moment if it said one.
    Busy(String, Option<Timestamp>),
    /// Nothing is sent there any more.
    Gone,
}

/// What an answer of this status means, with the value of its header `Retry-After`.
pub fn meaning(status: u16, retry_after: Option<&str>, now: Timestamp) -> Meaning {
    match status {
        200..=299 => Meaning::Taken,
        410 => Meaning::Gone,
        300..=399 => Meaning::Busy(
            format!(
                "the endpoint redirects ({status}), and redirects are not followed: give the webhook the URL that it leads to"
            ),
            None,
        ),
        _ => later(status, retry_after.and_then(|text| moment(text, now))),
    }
}

/// Too many requests, and what gateways say of whoever is behind them, are about the endpoint; so is whatever says when
/// to come again. All else may be about the one event.
fn later(status: u16, until: Option<Timestamp>) -> Meaning {
    let reason = format!("the endpoint answered {status}");
    match (status, until) {
        (429 | 502..=504, _) | (_, Some(_)) => Meaning::Busy(reason, until),
        _ => Meaning::Refused(reason),
    }
}

/// In seconds from now, or a date of HTTP.
fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    let at = match text.parse::<u32>() {
        Ok(seconds) => now + TimeDelta::seconds(i64::from(seconds)),
        Err(_) => DateTime::parse_from_rfc2822(text).ok()?.to_utc(),
    };
    Some(at.min(now + LONGEST)).filter(|at| *at > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_success_is_taken_and_only_410_is_for_ever() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(meaning(204, None, now), Meaning::Taken);
        assert_eq!(meaning(410, None, now), Meaning::Gone);
        for status in [301, 429, 502, 503, 504] {
            assert!(matches!(meaning(status, None, now), Meaning::Busy(_, None)), "{status}");
        }
        for status in [400, 401, 404, 500] {
            assert!(matches!(meaning(status, None, now), Meaning::Refused(_)), "{status}");
            assert!(matches!(meaning(status, Some("9"), now), Meaning::Busy(_, Some(_))));
        }
    }

    #[test]
    fn an_endpoint_may_say_when_to_come_again_within_a_day() {
        let now = Timestamp::UNIX_EPOCH;
        let until = |text| match meaning(429, Some(text), now) {
            Meaning::Busy(_, until) => until.map(|at| (at - now).num_seconds()),
            other => panic!("{other:?}"),
        };
        assert_eq!(until(" 120 "), Some(120));
        assert_eq!(until("Thu, 01 Jan 1970 00:02:00 GMT"), Some(120));
        assert_eq!(until("4000000000"), Some(86_400));
        for nothing in ["0", "soon", "-5", "Wed, 31 Dec 1969 00:02:00 GMT"] {
            assert_eq!(until(nothing), None, "{nothing}");
        }
    }
}
