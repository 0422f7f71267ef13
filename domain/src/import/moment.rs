//! Times as spreadsheets of any locale write them: `2011-10-12 08:30`, `12.10.2011`, `10/25/2011 8:30 AM`.
//! What could be two days is refused unless it was said which comes first, never guessed. Pure.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};

use crate::text::quoted;

/// What is first in dates such as `10/12/2011`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// The day: it is the 10th of December.
    DayFirst,
    /// The month: it is the 12th of October.
    MonthFirst,
}

/// How a file means what a value alone does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conventions {
    /// What is first in dates that could be two days; none: such are refused.
    pub date_order: Option<DateOrder>,
    /// The offset of times that have none; none: UTC.
    pub offset: Option<FixedOffset>,
}

/// A time that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time.
    pub at: DateTime<Utc>,
    /// Whether it said nothing of an offset.
    pub is_local: bool,
}

const EXAMPLE: &str = "Write it as 2026-03-01 09:30, or with an offset: 2026-03-01T09:30:00+01:00.";

/// The time, or what is wrong with how it is written.
pub fn parse(given: &str, conventions: Conventions) -> Result<Moment, String> {
    if given.is_empty() {
        return Err(format!("A time is needed here. {EXAMPLE}"));
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(given) {
        return Ok(Moment { at: time.to_utc(), is_local: false });
    }
    let words: Vec<_> = given.split_whitespace().collect();
    let text = words.join(" ");
    let unclear = || unclear(given);
    let (date, rest) = date(&text, conventions.date_order, given)?;
    let rest = rest.trim_start_matches([',', 'T', 't']).trim_start();
    let (time, rest) =
        if rest.is_empty() { (NaiveTime::MIN, "") } else { time(rest).ok_or_else(unclear)? };
    let said = if rest.is_empty() { None } else { Some(offset(rest).ok_or_else(unclear)?) };
    let offset = said.or(conventions.offset).unwrap_or_else(|| Utc.fix());
    let at = placed(date.and_time(time), offset).ok_or_else(unclear)?;
    Ok(Moment { at, is_local: said.is_none() })
}

fn placed(time: NaiveDateTime, offset: FixedOffset) -> Option<DateTime<Utc>> {
    offset.from_local_datetime(&time).single().map(|time| time.to_utc())
}

fn unclear(given: &str) -> String {
    let is_count = given.parse::<f64>().is_ok_and(|days| (10_000.0..100_000.0).contains(&days));
    let given = quoted(given);
    if is_count {
        return format!(
            "{given} is how a spreadsheet counts days. Format the column as a date, and save the file again."
        );
    }
    format!("{given} is not a time. {EXAMPLE}")
}

/// The day at the beginning of a text, and the rest.
fn date<'a>(
    text: &'a str,
    order: Option<DateOrder>,
    given: &str,
) -> Result<(NaiveDate, &'a str), String> {
    let (parts, sign, rest) = parts(text).ok_or_else(|| unclear(given))?;
    let [first, second, third] = parts;
    let given = || quoted(given);
    if first.len() != 4 && third.len() != 4 {
        return Err(format!("{} has no year of four digits. {EXAMPLE}", given()));
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(u32::MAX);
    let (year, month, day) = if first.len() == 4 {
        (first, number(second), number(third))
    } else {
        let (first, second) = (number(first), number(second));
        let day_first = match (sign, order) {
            ('.', _) | (_, Some(DateOrder::DayFirst)) => true,
            (_, Some(DateOrder::MonthFirst)) => false,
            _ if first == second || first > 12 => true,
            _ if second > 12 => false,
            _ => return Err(two_days(&given(), third, first, second)),
        };
        if day_first { (third, second, first) } else { (third, first, second) }
    };
    let year = year.parse().unwrap_or(i32::MAX);
    let day = NaiveDate::from_ymd_opt(year, month, day);
    Ok((day.ok_or_else(|| format!("There is no day {}. {EXAMPLE}", given()))?, rest))
}

fn two_days(given: &str, year: &str, first: u32, second: u32) -> String {
    format!(
        "{given} may be {year}-{second:02}-{first:02} or {year}-{first:02}-{second:02}. Write it in this form, or say which comes first with --date-order."
    )
}

/// Three numbers with one sign between them, after which there may be a space (`12. 10. 2011`).
fn parts(text: &str) -> Option<([&str; 3], char, &str)> {
    let (first, rest) = digits(text)?;
    let sign = rest.chars().next().filter(|sign| matches!(sign, '-' | '/' | '.'))?;
    let (second, rest) = digits(rest[1..].trim_start())?;
    let (third, rest) = digits(rest.strip_prefix(sign)?.trim_start())?;
    let rest = if sign == '.' { rest.strip_prefix('.').unwrap_or(rest) } else { rest };
    let is_end = !rest.starts_with(|next: char| !matches!(next, ' ' | 'T' | 't' | ','));
    is_end.then_some(([first, second, third], sign, rest))
}

/// One to four digits at the beginning of a text, and the rest.
fn digits(text: &str) -> Option<(&str, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=4).contains(&count).then(|| text.split_at(count))
}

/// `8:30`, `08:30:15.5`, `08.30`, `8:30 PM`, and the rest.
fn time(text: &str) -> Option<(NaiveTime, &str)> {
    let (hour, rest) = digits(text)?;
    let sign = rest.chars().next().filter(|sign| matches!(sign, ':' | '.'))?;
    let (minute, rest) = digits(&rest[1..])?;
    let (second, rest) = match rest.strip_prefix(sign) {
        Some(rest) => digits(rest)?,
        None => ("0", rest),
    };
    let (milli, rest) = fraction(rest)?;
    if hour.len() > 2 || minute.len() != 2 || second.len() > 2 {
        return None;
    }
    let (hour, rest) = half(hour.parse().ok()?, rest.trim_start())?;
    let time =
        NaiveTime::from_hms_milli_opt(hour, minute.parse().ok()?, second.parse().ok()?, milli);
    Some((time?, rest))
}

/// Milliseconds after a point or comma.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return Some((0, text)) };
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at(count);
    let milli: String = digits.chars().chain("000".chars()).take(3).collect();
    if digits.is_empty() { None } else { Some((milli.parse().ok()?, rest)) }
}

/// The hour of the day, where a half of it is named.
fn half(hour: u32, rest: &str) -> Option<(u32, &str)> {
    let word = rest.split([' ', '+']).next().unwrap_or_default();
    let after = match word.replace('.', "").to_ascii_lowercase().as_str() {
        "am" => 0,
        "pm" => 12,
        _ => return Some((hour, rest)),
    };
    (1..=12).contains(&hour).then(|| (hour % 12 + after, rest[word.len()..].trim_start()))
}

/// `Z`, `UTC`, `+01:00`, `+0100`, `-05`.
pub fn offset(text: &str) -> Option<FixedOffset> {
    if ["z", "utc", "gmt"].contains(&text.to_ascii_lowercase().as_str()) {
        return Some(Utc.fix());
    }
    let (sign, rest) = match text.chars().next()? {
        '+' => (1, &text[1..]),
        '-' => (-1, &text[1..]),
        '\u{2212}' => (-1, &text['\u{2212}'.len_utf8()..]),
        _ => return None,
    };
    let digits = rest.replace(':', "");
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let fits = (0..=14).contains(&hours) && (0..60).contains(&minutes);
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60)).filter(|_| fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &str) -> Result<String, String> {
        parse(given, Conventions::default()).map(|moment| {
            let local = if moment.is_local { " local" } else { "" };
            format!("{}{local}", moment.at.format("%Y-%m-%d %H:%M:%S%.3f"))
        })
    }

    #[test]
    fn times_of_every_locale_are_read() {
        let cases = [
            ("2011-10-12T08:30:00+02:00", "2011-10-12 06:30:00.000"),
            ("2011-10-12T08:30:00Z", "2011-10-12 08:30:00.000"),
            ("2011-10-12 08:30:00 UTC", "2011-10-12 08:30:00.000"),
            ("2011-10-12 08:30 +0200", "2011-10-12 06:30:00.000"),
            ("2011-10-12 08:30", "2011-10-12 08:30:00.000 local"),
            ("2011-10-12T08:30:15.25", "2011-10-12 08:30:15.250 local"),
            ("2011-10-12", "2011-10-12 00:00:00.000 local"),
            ("2011/10/2 8:30", "2011-10-02 08:30:00.000 local"),
            ("12.10.2011", "2011-10-12 00:00:00.000 local"),
            ("12.10.2011 08:30", "2011-10-12 08:30:00.000 local"),
            ("12. 10. 2011 8:30:15", "2011-10-12 08:30:15.000 local"),
            ("2011. 10. 12. 8:30", "2011-10-12 08:30:00.000 local"),
            ("12.10.2011 08.30", "2011-10-12 08:30:00.000 local"),
            ("25/12/2011 08:30", "2011-12-25 08:30:00.000 local"),
            ("12/25/2011 8:30 PM", "2011-12-25 20:30:00.000 local"),
            ("12/25/2011, 12:05:00\u{202f}a.m.", "2011-12-25 00:05:00.000 local"),
            ("10/10/2011", "2011-10-10 00:00:00.000 local"),
            ("25-12-2011", "2011-12-25 00:00:00.000 local"),
        ];
        for (given, expected) in cases {
            assert_eq!(read(given).as_deref(), Ok(expected), "{given}");
        }
    }

    #[test]
    fn what_could_be_two_days_is_refused_unless_it_is_said() {
        let said = "“10/12/2011” may be 2011-12-10 or 2011-10-12. Write it in this form, or say which comes first with --date-order.";
        assert_eq!(read("10/12/2011").unwrap_err(), said);
        assert!(read("1-2-2011 08:30").unwrap_err().contains("may be 2011-02-01 or 2011-01-02"));
        let with = |order, given| {
            let conventions = Conventions { date_order: Some(order), ..Conventions::default() };
            parse(given, conventions).map(|moment| moment.at.format("%m-%d").to_string())
        };
        assert_eq!(with(DateOrder::DayFirst, "10/12/2011").unwrap(), "12-10");
        assert_eq!(with(DateOrder::MonthFirst, "10/12/2011").unwrap(), "10-12");
        assert!(with(DateOrder::MonthFirst, "25/12/2011").unwrap_err().contains("no day"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for given in [
            "soon",
            "2011-10",
            "10:30",
            "2011-10-12 25:00",
            "2011-10-12 08:30 CET",
            "12-Oct-2011",
            "2011-10-12 8",
            "2011-10-12 13:00 PM",
            "20111012",
        ] {
            assert!(read(given).unwrap_err().contains("is not a time"), "{given}");
        }
        assert!(read("12.10.11").unwrap_err().contains("no year of four digits"));
        assert!(read("2011-02-30").unwrap_err().contains("There is no day"));
        assert!(read("40828.354").unwrap_err().contains("how a spreadsheet counts days"));
        assert!(read("").unwrap_err().contains("A time is needed"));
    }

    #[test]
    fn a_time_without_an_offset_has_the_one_that_is_said() {
        let offset = offset("+01:00");
        let conventions = Conventions { offset, ..Conventions::default() };
        let at = parse("12.10.2011 08:30", conventions).unwrap().at;
        assert_eq!(at.format("%H:%M").to_string(), "07:30");
    }
}
