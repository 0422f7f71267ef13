//! Where in a document something is: line and column, counted in characters, from one.

use apollo_compiler::parser::SourceSpan;
use async_graphql::Pos;

/// The lines of a document.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// How many characters begin before each stride of bytes: a line may be as long as the document.
    counted: Vec<usize>,
}

const STRIDE: usize = 1024;

impl<'a> Lines<'a> {
    /// The lines of this document; `\n`, `\r` and both together end one.
    pub(crate) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: &usize| match bytes[*at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let after = (0..bytes.len()).filter(ends).map(|at| at + 1);
        let strides = bytes.chunks(STRIDE).scan(0, |before, stride| {
            *before += characters(stride);
            Some(*before)
        });
        let counted = std::iter::once(0).chain(strides).collect();
        Self { text, starts: std::iter::once(0).chain(after).collect(), counted }
    }

    /// The document.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// The place this many bytes into the document.
    pub(crate) fn at(&self, offset: usize) -> Pos {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts[line - 1];
        Pos { line, column: self.before(offset).saturating_sub(self.before(start)) + 1 }
    }

    /// How many characters begin before this byte.
    fn before(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let offset = offset.min(bytes.len());
        let counted = self.counted.get(offset / STRIDE).copied().unwrap_or_default();
        counted + characters(&bytes[offset / STRIDE * STRIDE..offset])
    }

    /// Where something begins; the beginning of the document, if nobody knows.
    pub(crate) fn of(&self, span: Option<SourceSpan>) -> Pos {
        self.at(span.map_or(0, |span| span.offset()))
    }
}

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_in_characters_from_one() {
        let text = "{ ż\r\n  a\rb\nc";
        let lines = Lines::new(text);
        for (what, line, column) in
            [("{", 1, 1), ("ż", 1, 3), ("a", 2, 3), ("b", 3, 1), ("c", 4, 1)]
        {
            assert_eq!(
                lines.at(text.find(what).unwrap_or_default()),
                Pos { line, column },
                "{what}"
            );
        }
        assert_eq!(lines.at(text.len()), Pos { line: 4, column: 2 });
        let long = "ż".repeat(5_000);
        assert_eq!(Lines::new(&long).at(9_000), Pos { line: 1, column: 4_501 });
        assert_eq!(Lines::new("").of(None), Pos { line: 1, column: 1 });
    }
}
