//! Quantities on the command line: times, sizes, numbers.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr, time::Duration};

/// The longest time that a limit makes sense for.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A time such as `30s` or `2m`: more than nothing, and at most a day.
pub(crate) fn time(flag: &str, text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text.trim()).ok();
    time.filter(|time| !time.is_zero() && *time <= LONGEST).ok_or_else(|| {
        format!("{flag}: “{text}” is no time. Say for example 500ms, 30s or 2m; at most 24h.")
    })
}

/// A size such as `65536`, `64KiB` or `1MiB`, within these bounds in bytes.
pub(crate) fn size(flag: &str, text: &str, bounds: RangeInclusive<usize>) -> Result<usize, String> {
    let trimmed = text.trim();
    let digits = trimmed.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match trimmed[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "kib" => Some(1024),
        "mib" => Some(1024 * 1024),
        _ => None,
    };
    let bytes = digits.trim().parse::<usize>().ok().zip(unit);
    let bytes = bytes.and_then(|(count, unit)| count.checked_mul(unit));
    bytes.filter(|bytes| bounds.contains(bytes)).ok_or_else(|| {
        let (least, most) = (bounds.start(), bounds.end());
        format!("{flag}: “{text}” is no size that can be. Say for example 64KiB; from {least} to {most} bytes.")
    })
}

/// A number within these bounds.
pub(crate) fn number<T: FromStr + PartialOrd + Display>(
    flag: &str,
    text: &str,
    bounds: RangeInclusive<T>,
) -> Result<T, String> {
    let number = text.trim().parse().ok().filter(|number| bounds.contains(number));
    number.ok_or_else(|| {
        let (least, most) = (bounds.start(), bounds.end());
        format!("{flag}: “{text}” is no number that can be. Say one from {least} to {most}.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_have_units_and_bounds() {
        assert_eq!(time("--x", " 1m 30s"), Ok(Duration::from_secs(90)));
        for wrong in ["", "0s", "30", "-1s", "25h", "soon"] {
            assert!(time("--x", wrong).is_err(), "{wrong}");
        }
        assert_eq!(size("--x", "64KiB", 1..=65_536), Ok(65_536));
        assert_eq!(size("--x", "10", 1..=65_536), Ok(10));
        for wrong in ["", "0", "65KiB", "1GB", "99999999999999999999", "18014398509481984KiB"] {
            assert!(size("--x", wrong, 1..=65_536).is_err(), "{wrong}");
        }
        assert_eq!(number("--x", "0", 0..=3), Ok(0));
        let problem = number("--x", "4", 0..=3).unwrap_err();
        assert_eq!(problem, "--x: “4” is no number that can be. Say one from 0 to 3.");
    }
}
