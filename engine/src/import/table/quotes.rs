//! Quotes that are not where RFC 4180 has them. Readers are lenient and take what follows for one value,
//! so that the rest of a file could disappear in a note.

use super::lines;

/// A quote out of place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misplaced {
    /// Lines between the beginning of the row and the opening quote.
    opened: u64,
    /// Lines between the beginning of the row and the closing quote; none: there is none.
    closed: Option<u64>,
}

impl Misplaced {
    /// The line to look at, and what to do, for a row that begins at this line.
    pub(crate) fn message(&self, row: u64) -> (u64, String) {
        let rule = "a quote inside a value is written twice.";
        let opened = row + self.opened;
        let text = match self.closed.map(|closed| row + closed) {
            None => format!("A quote (\") is opened here and never closed. Close it; {rule}"),
            Some(closed) if closed == opened => {
                format!(
                    "A quote (\") closes here before the value ends. Put the whole value in quotes; {rule}"
                )
            }
            Some(closed) => format!(
                "A quote (\") is opened here and closed in the midst of line {closed}. Close it where it belongs; {rule}"
            ),
        };
        (opened, text)
    }
}

/// The first quote of a row that is never closed, or that closes in the midst of a value.
pub(crate) fn misplaced(row: &[u8], separator: u8) -> Option<Misplaced> {
    let is_end = |byte: u8| byte == separator || matches!(byte, b'\r' | b'\n');
    let mut at = 0;
    while at < row.len() {
        if row[at] == b'"' {
            let close = closing(row, at);
            let opened = lines::breaks(&row[..at]);
            let Some(close) = close else { return Some(Misplaced { opened, closed: None }) };
            if row.get(close + 1).is_some_and(|byte| !is_end(*byte)) {
                let closed = Some(lines::breaks(&row[..close]));
                return Some(Misplaced { opened, closed });
            }
            at = close + 1;
        }
        at += row[at..].iter().position(|byte| is_end(*byte)).unwrap_or(row.len() - at) + 1;
    }
    None
}

/// The place of the quote that closes the one at `open`; two in a row are one that is meant.
fn closing(row: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += row.get(at..)?.iter().position(|byte| *byte == b'"')?;
        if row.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_quotes_around_whole_values_are_in_place() {
        for well in ["a,b", "\"a\",\"b\"\r\n", "\"a\"\"b\",c", "a\"b,5\"", "\"\",\"a\r\nb\"", ""] {
            assert_eq!(misplaced(well.as_bytes(), b','), None, "{well}");
        }
        let never = misplaced(b"a,\"b,c", b',').map(|it| it.closed);
        assert_eq!(never, Some(None));
        let found = misplaced(b"a,\"b\r\nc\"d,e", b',').map(|it| it.message(7));
        let (line, text) = found.unwrap();
        assert!(line == 7 && text.contains("in the midst of line 8"), "{text}");
        assert!(misplaced(b"\"a\" b", b',').is_some());
    }
}
