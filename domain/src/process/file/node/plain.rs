//! What an unquoted word of YAML means, by the core schema of YAML 1.2.2: nothing, yes or no, a number,
//! or text. The words of YAML 1.1 (`yes`, `off`) are text.

use granit_parser::ScalarStyle;

use super::Value;

/// Whether a word can mean something else than itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotes, on the line.
    Plain,
    /// In quotes, or as a block: text, whatever it says.
    Quoted,
}

impl From<ScalarStyle> for Style {
    fn from(style: ScalarStyle) -> Self {
        if style == ScalarStyle::Plain { Self::Plain } else { Self::Quoted }
    }
}

/// What is written, as what it means.
pub(crate) fn value(written: String, style: Style) -> Value {
    if style == Style::Quoted {
        return Value::Text(written);
    }
    match written.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null(written),
        "true" | "True" | "TRUE" => Value::Bool(true, written),
        "false" | "False" | "FALSE" => Value::Bool(false, written),
        text if is_number(text) => Value::Number(written),
        _ => Value::Text(written),
    }
}

fn is_number(text: &str) -> bool {
    let digits =
        |text: &str, radix| !text.is_empty() && text.chars().all(|letter| letter.is_digit(radix));
    if let Some(digits_after) = text.strip_prefix("0x") {
        return digits(digits_after, 16);
    }
    if let Some(digits_after) = text.strip_prefix("0o") {
        return digits(digits_after, 8);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let special = [".inf", ".Inf", ".INF"];
    special.contains(&unsigned) || [".nan", ".NaN", ".NAN"].contains(&text) || is_decimal(unsigned)
}

/// Digits, with a point among them and an exponent after them where there is one.
fn is_decimal(text: &str) -> bool {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (text, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    let some = !whole.is_empty() || !fraction.is_empty();
    some && all_digits(whole) && all_digits(fraction) && exponent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_what_yaml_1_2_says() {
        let number = |text: &str| matches!(value(text.into(), Style::Plain), Value::Number(_));
        for text in
            ["0", "010", "-1", "+5", "1e2", "0x1F", "0o7", ".5", "5.", "1.5E-3", "-.inf", ".nan"]
        {
            assert!(number(text), "{text}");
        }
        for text in
            ["1_000", "12:30", "0b1", "1e", ".", "e5", "-", "2024-01-01", "1,5", "0x", "--1"]
        {
            assert!(!number(text), "{text}");
        }
        for text in ["yes", "No", "on", "off", "y"] {
            assert!(matches!(value(text.into(), Style::Plain), Value::Text(_)), "{text}");
        }
        assert!(matches!(value("12".into(), Style::Quoted), Value::Text(_)));
    }
}
