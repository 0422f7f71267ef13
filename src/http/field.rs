//! Values of header fields: lists, parameters and quoted texts (RFC 9110, section 5.6).

use std::borrow::Cow;

/// The parts between these separators, without white space around them; a separator within quotes is none.
pub(crate) fn split(text: &str, at: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text.split(move |char| {
        let literal = std::mem::take(&mut escaped);
        quoted ^= char == '"' && !literal;
        escaped = char == '\\' && quoted && !literal;
        char == at && !quoted
    });
    parts.map(trimmed)
}

/// The parts of a list, the last one first. They are told apart from the end, so that nothing that stands
/// further ahead, such as a quote that is never closed, can swallow what was added behind it.
pub(crate) fn from_the_end(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let comma = last_comma(text);
        rest = comma.map(|comma| &text[..comma]);
        Some(trimmed(comma.map_or(text, |comma| &text[comma + 1..])))
    })
}

fn last_comma(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let escaped = |at: usize| bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
    let mut quoted = false;
    (0..bytes.len()).rev().find(|at| {
        quoted ^= bytes[*at] == b'"' && escaped(*at) % 2 == 0;
        bytes[*at] == b',' && !quoted
    })
}

/// A value without the quotes that it may stand in.
pub(crate) fn unquoted(value: &str) -> Cow<'_, str> {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    match inner {
        None => value.into(),
        Some(inner) if !inner.contains('\\') => inner.into(),
        Some(inner) => {
            let mut escaped = false;
            let kept = |char: &char| {
                escaped = *char == '\\' && !escaped;
                !escaped
            };
            inner.chars().filter(kept).collect::<String>().into()
        }
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_within_quotes_separates_nothing() {
        let parts = |text| split(text, ',').collect::<Vec<_>>();
        assert_eq!(parts("a ,\tb,,c"), ["a", "b", "", "c"]);
        assert_eq!(parts(r#"a;x="1,2",b"#), [r#"a;x="1,2""#, "b"]);
        assert_eq!(parts(r#"a;x="\",",b"#), [r#"a;x="\",""#, "b"]);
        assert_eq!(parts(r#"a;x="\\",b"#), [r#"a;x="\\""#, "b"]);
    }

    #[test]
    fn what_stands_ahead_swallows_nothing_that_was_added_behind() {
        let parts = |text| from_the_end(text).collect::<Vec<_>>();
        assert_eq!(parts("a, b ,c"), ["c", "b", "a"]);
        assert_eq!(parts(r#"for="evil, for=a;x="1,2""#)[0], r#"for=a;x="1,2""#);
        assert_eq!(parts(r#"a, x="\",\\""#), [r#"x="\",\\""#, "a"]);
        assert_eq!(parts(""), [""]);
    }

    #[test]
    fn quotes_are_no_part_of_a_value() {
        let values = [r#""a b""#, r#""\"\\""#, "plain", "\""].map(unquoted);
        assert_eq!(values, ["a b", "\"\\", "plain", "\""]);
    }
}
