//! CSV files as spreadsheets write them, plain or compressed: columns by name, and the line of every value.

use std::{
    collections::HashSet,
    fs,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use domain::text;
use flate2::read::MultiGzDecoder;

use super::fault::Fault;
use crate::decode;

mod header;
mod layout;
mod lines;
mod quotes;

use layout::Layout;
use lines::Lines;

/// The longest file once it is uncompressed: it is held in memory.
const SIZE_LIMIT: u64 = 1 << 30;

/// The columns that a file must and may have.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Those that it must have.
    pub required: &'static [&'static str],
    /// Those that it may have.
    pub optional: &'static [&'static str],
    /// Those whose values may be empty: some programs leave out empty values at the end of a row.
    pub blank: &'static [&'static str],
}

impl Columns {
    /// All of them.
    fn all(self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

/// A file with its rows.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The rows, in order; those in which nothing is written are none.
    pub rows: Vec<Row>,
    /// What is wrong with rows that cannot be read.
    pub faults: Vec<Fault>,
    /// The rows that cannot be read.
    pub unread: Unread,
    header: Vec<Option<&'static str>>,
    separator: u8,
}

/// The values of one line of data, which a quoted value may stretch over several lines of the file.
#[derive(Clone, Debug)]
pub struct Row {
    /// The line on which it begins.
    pub line: u64,
    /// The values that it has in the file.
    found: usize,
    record: StringRecord,
}

/// Rows that cannot be read: how many, and what stands in them, so that what they speak of is not taken
/// for unknown.
#[derive(Clone, Debug, Default)]
pub struct Unread {
    /// How many.
    pub rows: usize,
    /// Whatever could be a value of theirs.
    pub values: HashSet<String>,
}

impl Table {
    /// Reads a file, or says why that cannot be done.
    pub fn read(path: &Path, columns: Columns) -> Result<Self, Vec<Fault>> {
        let file: Arc<str> = path.display().to_string().into();
        let bytes = contents(path).map_err(|error| vec![unreadable(&file, &error)])?;
        Self::parse(file, &bytes, columns)
    }

    /// Reads the content of a file.
    pub fn parse(file: Arc<str>, bytes: &[u8], columns: Columns) -> Result<Self, Vec<Fault>> {
        let no_csv = |kind: String| {
            let text =
                format!("This is {kind}, not CSV. Save it as CSV in UTF-8 (Excel: “CSV UTF-8”).");
            vec![Fault::of_file(&file, text)]
        };
        let text = decode::utf8(bytes).map_err(no_csv)?;
        let Some(layout) = Layout::of(&text, columns) else {
            let expected = columns.required.join(",");
            let reason =
                format!("This file is empty. Its first line must name the columns: {expected}");
            return Err(vec![Fault::of_file(&file, reason)]);
        };
        let line = Lines::new(&text).at(layout.header);
        let header = header::read(&layout, columns).map_err(|wrong| match decode::kind(&text) {
            Some(kind) if wrong.names_none => no_csv(kind.to_owned()),
            _ => wrong.faults(&file, line),
        })?;
        let separator = layout.separator;
        let (rows, faults, unread) = Default::default();
        let mut table = Self { file, rows, faults, unread, header, separator };
        table.fill(&text, layout.rows, columns);
        Ok(table)
    }

    /// Takes the rows from here on.
    fn fill(&mut self, text: &[u8], start: usize, columns: Columns) {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.separator)
            .from_reader(&text[start..]);
        let (mut lines, mut foreign, mut other) = (Lines::new(text), Vec::new(), Vec::new());
        let mut record = ByteRecord::new();
        // What is read from memory cannot fail, and rows of any length are taken.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            let place = |at: u64| start + usize::try_from(at).unwrap_or(usize::MAX - start);
            let begin = record.position().map_or(start, |position| place(position.byte()));
            let end = place(reader.position().byte()).min(text.len());
            let raw = &text[begin..end];
            let begin = begin + raw.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if is_blank(&record) {
                continue;
            }
            let line = lines.at(begin);
            if let Some(reason) = quotes::misplaced(&text[begin..end], self.separator) {
                let (line, text) = reason.message(line);
                self.faults.push(Fault::of_row(&self.file, line, text));
                self.pass_over(raw);
            } else if let Some(separator) = self.other_separator(raw, record.len()) {
                other.push((line, separator));
                self.pass_over(raw);
            } else if let Err(fault) = self.add(line, &record, columns, &mut foreign) {
                self.faults.extend(fault);
                self.pass_over(raw);
            }
        }
        self.tell_separators(&other);
        self.tell_foreign(text, foreign);
    }

    /// What separates the values of a row instead of what separates those of the header, if that is so.
    fn other_separator(&self, raw: &[u8], found: usize) -> Option<u8> {
        let expected = self.header.len();
        let fits = |separator: &u8| layout::count(raw, *separator) == expected;
        (found == 1 && expected > 1).then(|| layout::SEPARATORS.into_iter().find(fits)).flatten()
    }

    /// One program that wrote the header and another that wrote the rows is one cause: told once, where it shows
    /// first.
    fn tell_separators(&mut self, rows: &[(u64, u8)]) {
        let Some((line, separator)) = rows.first().copied() else { return };
        let [here, header] = [separator, self.separator].map(layout::name);
        let mut said = format!(
            "This row has a {here} between its values, and the header a {header}. Write the same in all rows."
        );
        if rows.len() > 1 {
            said += &format!(" (Rows to which this applies: {}.)", rows.len());
        }
        self.faults.push(Fault::of_row(&self.file, line, said));
        self.faults.sort_by_key(|fault| fault.line);
    }

    /// A row that is kept out; what is wrong with it is told unless it is told of the file.
    fn add(
        &mut self,
        line: u64,
        record: &ByteRecord,
        columns: Columns,
        foreign: &mut Vec<(u64, Option<&'static str>)>,
    ) -> Result<(), Option<Fault>> {
        let found = record.len();
        let Some(record) = self.fitted(record, columns) else {
            return Err(Some(self.misfit(line, found)));
        };
        let values = match StringRecord::from_byte_record(record) {
            Ok(values) => values,
            Err(error) => {
                foreign.push((line, self.header[error.utf8_error().field()]));
                return Err(None);
            }
        };
        match self
            .header
            .iter()
            .zip(&values)
            .position(|(name, value)| wrong(*name, value).is_some())
        {
            None => {}
            Some(at) => {
                let (name, text) = (self.header[at], wrong(self.header[at], &values[at]));
                let line = line + breaks(values.iter().take(at));
                let text = text.unwrap_or_default();
                return Err(Some(match name {
                    Some(name) => Fault::of_value(&self.file, line, name, text),
                    None => Fault::of_row(&self.file, line, text),
                }));
            }
        }
        // Values are compared in one form of Unicode, whichever the file has.
        let record = values.iter().map(text::composed).collect();
        self.rows.push(Row { line, found, record });
        Ok(())
    }

    /// The record with as many values as the header has: empty ones at the end may be too many, or
    /// missing.
    fn fitted(&self, record: &ByteRecord, columns: Columns) -> Option<ByteRecord> {
        let (found, expected) = (record.len(), self.header.len());
        let (more, missing) = (record.iter().skip(expected), self.header.iter().skip(found));
        let empty = |name: &Option<&str>| name.is_none_or(|name| columns.blank.contains(&name));
        if !more.into_iter().all(is_empty) || !missing.copied().all(|name| empty(&name)) {
            return None;
        }
        let mut fitted: ByteRecord = record.iter().take(expected).collect();
        (found..expected).for_each(|_| fitted.push_field(b""));
        Some(fitted)
    }

    /// A row that has too many or too few values, which empty ones at its end may hide: then its values
    /// are in the columns of others.
    pub fn shifted(&self, row: &Row) -> Option<Fault> {
        (row.found != self.header.len()).then(|| self.misfit(row.line, row.found))
    }

    fn misfit(&self, line: u64, found: usize) -> Fault {
        let expected = self.header.len();
        let separator = layout::name(self.separator);
        let text = format!(
            "This row has {found} values and the header {expected} columns. Is there a {separator} or a quote too many or too few?"
        );
        Fault::of_row(&self.file, line, text)
    }

    /// One encoding is one cause: it is told once, where it shows first.
    fn tell_foreign(&mut self, text: &[u8], rows: Vec<(u64, Option<&'static str>)>) {
        let Some((line, column)) = rows.first().copied() else { return };
        let mut said = decode::not_utf8(text) + " Excel calls that “CSV UTF-8”.";
        if rows.len() > 1 {
            said += &format!(" (Rows to which this applies: {}.)", rows.len());
        }
        let fault = Fault::of_row(&self.file, line, said);
        self.faults.push(Fault { column: column.map(str::to_owned), ..fault });
        self.faults.sort_by_key(|fault| fault.line);
    }

    fn pass_over(&mut self, raw: &[u8]) {
        self.unread.rows += 1;
        let text = String::from_utf8_lossy(raw);
        // By whatever separates values elsewhere, too: that may be why the row cannot be read.
        let signs = [char::from(self.separator), ',', ';', '\t', '"', '\r', '\n'];
        let values = text.split(signs).map(|value| text::composed(trimmed(value)));
        self.unread.values.extend(values.filter(|it| !it.is_empty()));
    }

    /// The value of a column, without spaces around it; empty when the file does not have the column.
    pub fn get<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        let index = self.header.iter().position(|name| *name == Some(column));
        trimmed(index.and_then(|index| row.record.get(index)).unwrap_or_default())
    }

    /// Something wrong with a value, at the line on which that value begins.
    pub fn fault(&self, row: &Row, column: &str, text: impl Into<String>) -> Fault {
        let before = self.header.iter().take_while(|name| **name != Some(column)).count();
        let line = row.line + breaks(row.record.iter().take(before));
        Fault::of_value(&self.file, line, column, text)
    }
}

/// What is wrong with a value of a column, whatever the column means.
fn wrong(column: Option<&str>, value: &str) -> Option<&'static str> {
    if value.contains('\0') {
        return Some("This value holds the character NUL. Remove it.");
    }
    let stray = column.is_none() && !trimmed(value).is_empty();
    stray.then_some("A value stands here in a column that has no name in the header. Name the column, or remove the value.")
}

/// Lines that end within these values.
fn breaks<'a>(values: impl Iterator<Item = &'a str>) -> u64 {
    values.map(|value| lines::breaks(value.as_bytes())).sum()
}

/// Without what nobody sees at both ends: spaces of all kinds, byte order marks in the midst of a file,
/// and the sign by which DOS ended one.
pub(crate) fn trimmed(value: &str) -> &str {
    value.trim_matches(|letter: char| {
        letter.is_whitespace() || matches!(letter, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{1a}')
    })
}

/// In older encodings, a space that does not break is this byte.
const NO_BREAK: u8 = 0xa0;

fn is_empty(value: &[u8]) -> bool {
    match std::str::from_utf8(value) {
        Ok(value) => trimmed(value).is_empty(),
        Err(_) => value.iter().all(|byte| byte.is_ascii_whitespace() || *byte == NO_BREAK),
    }
}

/// Whether nothing is written in a row: spreadsheets leave such rows around the data.
fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(is_empty)
}

/// What a file says, uncompressed if it is compressed, whatever its name.
fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let raw = fs::read(path)?;
    if !raw.starts_with(&[0x1f, 0x8b]) {
        return Ok(raw);
    }
    let mut bytes = Vec::new();
    let mut reader = MultiGzDecoder::new(raw.as_slice()).take(SIZE_LIMIT + 1);
    reader.read_to_end(&mut bytes).map_err(|error| {
        io::Error::new(error.kind(), "it is no complete gzip file; make or fetch it again")
    })?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(io::Error::other("it has more than 1 GiB once uncompressed; split it"));
    }
    Ok(bytes)
}

/// A file that cannot be read.
pub(crate) fn unreadable(file: &Arc<str>, error: &io::Error) -> Fault {
    Fault::of_file(file, format!("This file cannot be read: {error}."))
}
