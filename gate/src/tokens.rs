//! The tokens of a document, as the specification has them: white space, commas and comments are none. Counted in
//! one pass before anything is parsed, so that nothing large is ever parsed.

/// The number of tokens; counting stops once there are more than `most`.
pub(crate) fn count(document: &str, most: usize) -> usize {
    tokens(document).take(most.saturating_add(1)).count()
}

/// What stands between an opening and its closing bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    /// Selections.
    Fields,
    /// Names, each with a value: arguments, variables, the fields of an object.
    Pairs,
    /// Values or types.
    Items,
}

/// Where the first name stands whose value is missing: that of an argument, or of a field of an object. The parser
/// leaves such a name out in silence, and what runs would not be what was asked for. The document can be parsed.
pub(crate) fn without_value(document: &str) -> Option<usize> {
    let (mut open, mut before, mut name) = (Vec::new(), &b""[..], None);
    for (at, token) in tokens(document) {
        if name.is_some() && token != b":" {
            return name;
        }
        let within = open.last().copied().unwrap_or(Between::Fields);
        name = (within == Between::Pairs && is_key(token, before)).then_some(at);
        match token {
            b"{" if within == Between::Fields => open.push(Between::Fields),
            b"{" | b"(" => open.push(Between::Pairs),
            b"[" => open.push(Between::Items),
            b"}" | b")" | b"]" => drop(open.pop()),
            _ => {}
        }
        before = token;
    }
    name
}

/// Whether a token is a name, and neither a value, nor a type, nor that of a variable or a directive.
fn is_key(token: &[u8], before: &[u8]) -> bool {
    let is_name = token.first().is_some_and(|byte| is_in_name(byte) && !byte.is_ascii_digit());
    is_name && !matches!(before, b":" | b"$" | b"=" | b"@")
}

/// The tokens that count, each with the place of its first byte.
fn tokens(document: &str) -> impl Iterator<Item = (usize, &[u8])> {
    let (bytes, mut at) = (document.as_bytes(), 0);
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(at..)?;
            let (length, counts) = measure(rest)?;
            let (begin, end) = (at, (at + length.max(1)).min(bytes.len()));
            at = end;
            if counts {
                return Some((begin, bytes.get(begin..end)?));
            }
        }
    })
}

/// How long the token is that begins here, and whether it counts; none at the end.
fn measure(rest: &[u8]) -> Option<(usize, bool)> {
    Some(match rest.first()? {
        b' ' | b'\t' | b'\n' | b'\r' | b',' | 0xEF | 0xBB | 0xBF => (1, false),
        b'#' => (run(rest, |byte| !matches!(byte, b'\n' | b'\r')), false),
        b'"' => (string(rest), true),
        b'.' => (run(rest, |byte| *byte == b'.').min(3), true),
        b'-' | b'0'..=b'9' => (run(rest, is_in_number), true),
        byte if is_in_name(byte) => (run(rest, is_in_name), true),
        _ => (1, true),
    })
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
    #[test]
    fn a_name_without_its_value_is_found() {
        for (document, at) in [
            ("{a(b)}", Some(3)),
            ("{a(b:1 c)}", Some(7)),
            ("{a(b:{c})}", Some(6)),
            ("{a(b:[{c:1 d}])}", Some(11)),
            ("{a @skip(if)}", Some(9)),
            ("{a(b:{c:{d:X e}})}", Some(13)),
            ("query($a:I={b}){a}", Some(12)),
            ("{a(b:$c d:X e:[F G]){b{c}}}", None),
            (
                "query Q($a:[ID!]!=[X] @x(y:Z) $b:I={c:D}){a:b(c:{d:{}}) @e {...F ... on G{h}}}",
                None,
            ),
            ("fragment F on G @x(a:1){b}", None),
        ] {
            assert_eq!(without_value(document), at, "{document}");
        }
    }
}
