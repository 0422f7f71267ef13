//! Amounts as spreadsheets of any locale write them: `1234.5`, `1 234,50`, `1.234.567,8`, `1'234.50`. What
//! could be two amounts is refused, never guessed. Pure.

use rust_decimal::Decimal;

use crate::text::quoted;

/// The amount, or what is wrong with how it is written.
pub fn parse(given: &str) -> Result<Decimal, String> {
    let unclear = || format!("{} is not an amount, such as 20000 or 1234.50.", quoted(given));
    let (sign, digits) = signed(given);
    let Some(number) = plain(&digits) else {
        let core = digits.trim_matches(|letter: char| !letter.is_ascii_digit());
        let is_word = |letter: char| letter.is_alphabetic() || !letter.is_ascii();
        let is_money = digits.starts_with('$') || digits.contains(is_word);
        let has_more = is_money && core.len() < digits.len() && plain(core).is_some();
        let more = format!(
            "{} has more in it than an amount. Leave the currency to its own column.",
            quoted(given)
        );
        return Err(if has_more { more } else { unclear() });
    };
    let number = match number {
        Number::Clear(number) => number,
        Number::Either { thousands, decimals } => {
            let given = quoted(given);
            return Err(format!(
                "{given} may mean {thousands} or {decimals}. Write {thousands}, or {decimals}0."
            ));
        }
    };
    Decimal::from_str_exact(&format!("{sign}{number}")).map_err(|_| unclear())
}

/// What digits and signs say.
enum Number {
    /// One amount, as `1234.50`.
    Clear(String),
    /// The one sign in it may separate thousands or decimals.
    Either { thousands: String, decimals: String },
}

/// The sign, and the rest with one kind of space and of apostrophe.
fn signed(given: &str) -> (&'static str, String) {
    let one = |letter: char| match letter {
        letter if letter.is_whitespace() => ' ',
        '’' | 'ʼ' => '\'',
        '\u{2212}' | '\u{2012}' | '\u{2013}' => '-',
        letter => letter,
    };
    let text: String = given.trim().chars().map(one).collect();
    match text.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start().to_owned()),
        None => ("", text.strip_prefix('+').unwrap_or(&text).to_owned()),
    }
}

fn plain(text: &str) -> Option<Number> {
    let is_sign = |letter: char| matches!(letter, '.' | ',' | ' ' | '\'');
    if !text.chars().all(|letter| letter.is_ascii_digit() || is_sign(letter)) {
        return None;
    }
    let Some(last) = text.rfind(is_sign) else {
        return (!text.is_empty()).then(|| Number::Clear(text.to_owned()));
    };
    let (before, after) = (&text[..last], &text[last + 1..]);
    let sign = text[last..].chars().next()?;
    let other = before.chars().find(|letter| is_sign(*letter));
    match other {
        // The last sign is another one than those before it: it separates the decimals.
        Some(other) if other != sign && matches!(sign, '.' | ',') => {
            Some(Number::Clear(format!("{}.{}", grouped(before, other)?, digits(after)?)))
        }
        Some(_) => grouped(text, sign).map(Number::Clear),
        None if matches!(sign, ' ' | '\'') => grouped(text, sign).map(Number::Clear),
        None if before.is_empty() => Some(Number::Clear(format!("0.{}", digits(after)?))),
        None => {
            let decimals = format!("{before}.{}", digits(after)?);
            let could_be_thousands = before != "0" && grouped(text, sign).is_some();
            Some(if could_be_thousands {
                Number::Either { thousands: format!("{before}{after}"), decimals }
            } else {
                Number::Clear(decimals)
            })
        }
    }
}

fn digits(text: &str) -> Option<&str> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then_some(text)
}

/// The digits of groups that one sign separates: of three, and in India of two before the last one.
fn grouped(text: &str, sign: char) -> Option<String> {
    let groups: Option<Vec<_>> = text.split(sign).map(digits).collect();
    let groups = groups?;
    let (first, rest) = groups.split_first()?;
    let (last, middle) = rest.split_last()?;
    let threes = first.len() <= 3 && middle.iter().all(|group| group.len() == 3);
    let twos = first.len() <= 2 && middle.iter().all(|group| group.len() == 2) && sign == ',';
    (last.len() == 3 && (threes || twos)).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_every_locale_are_read() {
        let cases = [
            ("20000", "20000"),
            ("1234.50", "1234.50"),
            ("1234,50", "1234.50"),
            ("0,125", "0.125"),
            ("1234,567", "1234.567"),
            (".5", "0.5"),
            ("1 234,50", "1234.50"),
            ("1\u{a0}234,50", "1234.50"),
            ("1\u{202f}234\u{202f}567,8", "1234567.8"),
            ("1 234", "1234"),
            ("1.234.567", "1234567"),
            ("1.234.567,89", "1234567.89"),
            ("1,234.50", "1234.50"),
            ("1,234,567", "1234567"),
            ("12,34,567.8", "1234567.8"),
            ("1'234.50", "1234.50"),
            ("1’234’567", "1234567"),
            ("-1,5", "-1.5"),
            ("\u{2212}20", "-20"),
            ("0,00", "0.00"),
        ];
        for (given, expected) in cases {
            assert_eq!(parse(given).map(|it| it.to_string()).as_deref(), Ok(expected), "{given}");
        }
    }

    #[test]
    fn what_could_be_two_amounts_is_refused() {
        for given in ["1,234", "1.234", "123,456", "1.000"] {
            assert!(parse(given).unwrap_err().contains("may mean"), "{given}");
        }
        let said = "“1,234” may mean 1234 or 1.234. Write 1234, or 1.2340.";
        assert_eq!(parse("1,234").unwrap_err(), said);
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for given in [
            "",
            "a lot",
            "1e3",
            "1,23E+05",
            "#N/A",
            "12 34",
            "1,2,3",
            "1.2.3",
            "1 234 5",
            "1,",
            "(5)",
            "--1",
            "1.234,567,8",
            "1 234'567",
            "99999999999999999999999999999999",
        ] {
            assert!(parse(given).unwrap_err().contains("is not an amount"), "{given}");
        }
        for given in ["1 234,50 zł", "€1,234.50", "$ 5", "20000 EUR"] {
            assert!(parse(given).unwrap_err().contains("currency"), "{given}");
        }
    }
}
