//! How a file is laid out: what separates its values, and where its header is. Excel writes semicolons
//! where a comma is the decimal sign, tabs as “Unicode text”, and may say so in a line `sep=;`.

use csv::{ByteRecord, ReaderBuilder};

use super::{Columns, header, is_blank};

/// What separates values where no `sep=` says another sign.
pub(super) const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The layout of a file.
pub(crate) struct Layout {
    /// What separates values.
    pub separator: u8,
    /// Where the header begins.
    pub header: usize,
    /// Where the rows begin.
    pub rows: usize,
    /// What the header says.
    pub names: Vec<String>,
}

impl Layout {
    /// The layout by which most columns are known; none when nothing is written in the file.
    pub(crate) fn of(text: &[u8], columns: Columns) -> Option<Self> {
        let (start, declared) = declared(text);
        if text[start..].iter().all(|byte| is_nothing(*byte)) {
            return None;
        }
        // The last of several equals is taken: what the file says, else the comma.
        let candidates = SEPARATORS.into_iter().rev().chain(declared);
        let layouts = candidates.filter_map(|separator| Self::with(text, start, separator));
        layouts.max_by_key(|layout| {
            let known = layout.names.iter().filter(|name| header::known(name, columns).is_some());
            (known.count(), layout.names.len())
        })
    }

    /// The layout if this separates the values.
    fn with(text: &[u8], start: usize, separator: u8) -> Option<Self> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text.get(start..)?);
        let mut record = ByteRecord::new();
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            if is_blank(&record) {
                continue;
            }
            let place = |at: u64| start + usize::try_from(at).unwrap_or(usize::MAX - start);
            let begin = record.position().map_or(start, |position| place(position.byte()));
            let empty =
                text[begin..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let rows = place(reader.position().byte());
            let names = record.iter().map(|name| String::from_utf8_lossy(name).into_owned());
            return Some(Self { separator, header: begin + empty, rows, names: names.collect() });
        }
        None
    }
}

/// What separates values or is around them: a file of nothing else is empty, whichever of them it has.
fn is_nothing(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'"' | 0x1a)
}

/// Where the file begins after a line `sep=;`, and what that says. A program that does not know the line
/// keeps it as a row of its own, perhaps in quotes and with separators after it.
fn declared(text: &[u8]) -> (usize, Option<u8>) {
    let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(text.len());
    let line = text[..end].strip_prefix(b"\"").unwrap_or(&text[..end]);
    let (Some(key), Some(sign)) = (line.get(..4), line.get(4)) else { return (0, None) };
    let rest = line.get(5..).unwrap_or_default();
    let alone = rest.iter().all(|byte| matches!(byte, b'"' | b',' | b';' | b'\t' | b' '));
    if !key.eq_ignore_ascii_case(b"sep=") || !alone || !sign.is_ascii() {
        return (0, None);
    }
    (end, (!matches!(sign, b'"' | b'\r' | b'\n')).then_some(*sign))
}

/// How many values the first row of this has, if this separates them.
pub(super) fn count(text: &[u8], separator: u8) -> usize {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text);
    let mut record = ByteRecord::new();
    if reader.read_byte_record(&mut record).unwrap_or(false) { record.len() } else { 0 }
}

/// What people call a separator.
pub(crate) fn name(separator: u8) -> String {
    match separator {
        b',' => "comma".to_owned(),
        b';' => "semicolon".to_owned(),
        b'\t' => "tab".to_owned(),
        other => format!("“{}”", char::from(other)),
    }
}
