//! How many tokens a document has, as the specification counts them: white space, commas and comments are
//! none. Counted in one pass before anything is parsed, so that nothing large is ever parsed.

/// The number of tokens; counting stops once there are more than `most`.
pub(crate) fn count(document: &str, most: usize) -> usize {
    let mut rest = document.as_bytes();
    let mut found = 0;
    while let Some(byte) = rest.first() {
        let (length, counts) = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' | 0xEF | 0xBB | 0xBF => (1, false),
            b'#' => (run(rest, |byte| !matches!(byte, b'\n' | b'\r')), false),
            b'"' => (string(rest), true),
            b'.' => (run(rest, |byte| *byte == b'.').min(3), true),
            b'-' | b'0'..=b'9' => (run(rest, is_in_number), true),
            byte if is_in_name(byte) => (run(rest, is_in_name), true),
            _ => (1, true),
        };
        found += usize::from(counts);
        rest = rest.get(length.max(1)..).unwrap_or_default();
        if found > most {
            break;
        }
    }
    found
}

fn is_in_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

fn is_in_number(byte: &u8) -> bool {
    is_in_name(byte) || matches!(byte, b'.' | b'+' | b'-')
}

fn run(rest: &[u8], belongs: impl Fn(&u8) -> bool) -> usize {
    rest.iter().position(|byte| !belongs(byte)).unwrap_or(rest.len())
}

/// The length of the string or block string that begins here; all the rest when it never ends.
fn string(rest: &[u8]) -> usize {
    let (quote, escape): (&[u8], &[u8]) =
        if rest.starts_with(br#"""""#) { (br#"""""#, br#"\""""#) } else { (b"\"", b"\\") };
    let mut at = quote.len();
    while at < rest.len() && !rest[at..].starts_with(quote) {
        let escaped = rest[at..].starts_with(escape);
        at += if escaped { escape.len().max(2) } else { 1 };
    }
    at.saturating_add(quote.len()).min(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_counted_as_the_specification_has_them() {
        for (document, tokens) in [
            ("", 0),
            ("  ,,, \n # a comment { a }\r\n", 0),
            ("{ a b }", 4),
            ("{a(b:-1.5e+3)...F}", 10),
            ("query($a:[ID!]!=[])@x{a}", 19),
            ("{a(b:\"x \\\" y # z\")}", 8),
            ("{a(b:\"\"\"x \\\"\"\" \" y\"\"\")}", 8),
            ("{a(b:\"never ends }}}}", 6),
            ("\u{FEFF}{a}", 3),
        ] {
            assert_eq!(count(document, 100), tokens, "{document}");
        }
    }

    #[test]
    fn counting_stops_beyond_the_most() {
        assert_eq!(count(&"a ".repeat(400_000), 5_000), 5_001);
        assert_eq!(count(&"[".repeat(400_000), 5_000), 5_001);
    }
}
