//! Lines as editors count them: `\r\n`, `\n` and `\r` each end one.

/// Counts lines from the beginning of a text on.
pub(crate) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// At the first line.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of a place, which is not before the last one that was asked for.
    pub(crate) fn at(&mut self, place: usize) -> u64 {
        let place = place.clamp(self.at, self.text.len());
        self.line += breaks(&self.text[self.at..place]);
        // Between the two signs of one line end, the first was counted already.
        let splits = self.text[..place].ends_with(b"\r") && self.text[place..].starts_with(b"\n");
        self.at = place + usize::from(splits);
        self.line
    }
}

/// How many lines end in a text.
pub(crate) fn breaks(text: &[u8]) -> u64 {
    let ends = text.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
    let pairs = text.windows(2).filter(|pair| pair == b"\r\n").count();
    (ends - pairs) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_is_one() {
        let text = b"a\r\nb\rc\n\nd";
        let mut lines = Lines::new(text);
        assert_eq!([0, 2, 3, 5, 7, 8].map(|place| lines.at(place)), [1, 2, 2, 3, 4, 5]);
        assert_eq!(breaks(text), 4);
    }
}
