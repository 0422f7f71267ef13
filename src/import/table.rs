//! CSV files, plain or compressed: columns by name, and the line of every value.

use std::{
    fs,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use flate2::read::MultiGzDecoder;

use super::fault::Fault;
use crate::text;

/// The longest file once it is uncompressed: it is held in memory.
const SIZE_LIMIT: u64 = 1 << 30;

/// The columns that a file must and may have.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Those that it must have.
    pub required: &'static [&'static str],
    /// Those that it may have.
    pub optional: &'static [&'static str],
}

/// A file with its rows.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// What is wrong with rows that cannot be read.
    pub faults: Vec<Fault>,
    header: Vec<&'static str>,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// The line on which it begins.
    pub line: u64,
    record: StringRecord,
}

impl Table {
    /// Reads a file, or says why that cannot be done.
    pub fn read(path: &Path, columns: Columns) -> Result<Self, Vec<Fault>> {
        let file: Arc<str> = path.display().to_string().into();
        let bytes = contents(path).map_err(|error| vec![unreadable(&file, &error)])?;
        Self::parse(file, &bytes, columns)
    }

    /// Reads the text of a file.
    pub fn parse(file: Arc<str>, bytes: &[u8], columns: Columns) -> Result<Self, Vec<Fault>> {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let mut records = reader.byte_records();
        let Some(Ok(first)) = records.next() else {
            let expected = columns.required.join(",");
            let text =
                format!("This file is empty. Its first line must name the columns: {expected}");
            return Err(vec![Fault::of_file(&file, text)]);
        };
        let header = header(&file, line_of(bytes, &first), &first, columns)?;
        let mut table = Self { file, rows: Vec::new(), faults: Vec::new(), header };
        let mut last = 0;
        for record in records {
            match record {
                Ok(record) => {
                    last = record.position().map_or(0, csv::Position::byte);
                    table.add(line_of(bytes, &record), record);
                }
                Err(error) => table.faults.push(Fault::of_file(&table.file, error.to_string())),
            }
        }
        table.refuse_open_quote(bytes, last);
        Ok(table)
    }

    fn add(&mut self, line: u64, record: ByteRecord) {
        let (found, expected) = (record.len(), self.header.len());
        if found != expected {
            let text = format!(
                "This row has {found} values and the header {expected} columns. Is there a comma or a quote too many or too few?"
            );
            return self.faults.push(Fault::of_row(&self.file, line, text));
        }
        match StringRecord::from_byte_record(record) {
            Ok(record) => self.take(line, record),
            Err(error) => {
                let column = self.header[error.utf8_error().field()];
                let text = "This is not UTF-8. Save the file in that encoding.";
                self.faults.push(Fault::of_value(&self.file, line, column, text));
            }
        }
    }

    /// Values are compared in one form of Unicode, whichever the file has; no database takes NUL.
    fn take(&mut self, line: u64, record: StringRecord) {
        if let Some(index) = record.iter().position(|value| value.contains('\0')) {
            let text = "This value holds the character NUL. Remove it.";
            let fault = Fault::of_value(&self.file, line, self.header[index], text);
            return self.faults.push(fault);
        }
        let record = record.iter().map(text::composed).collect();
        self.rows.push(Row { line, record });
    }

    /// The CSV reader takes everything after a quote that is never closed for one value: without
    /// this, the rest of a file could disappear in a note.
    fn refuse_open_quote(&mut self, bytes: &[u8], last: u64) {
        let start = usize::try_from(last).unwrap_or(usize::MAX);
        let tail = bytes.get(start..).unwrap_or_default();
        let quotes = tail.iter().filter(|byte| **byte == b'"').count();
        if quotes % 2 == 0 {
            return;
        }
        let line = line_at(bytes, start, 0);
        self.rows.retain(|row| row.line < line);
        self.faults.retain(|fault| fault.line < Some(line));
        let text = "A quote (\") is opened here and never closed. Close it; a quote inside a value is written twice.";
        self.faults.push(Fault::of_row(&self.file, line, text));
    }

    /// The value of a column, without spaces around it; empty when the file does not have the column.
    pub fn get<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        let index = self.header.iter().position(|name| *name == column);
        index.and_then(|index| row.record.get(index)).unwrap_or_default().trim()
    }

    /// Something wrong with a value, at the line on which that value begins.
    pub fn fault(&self, row: &Row, column: &str, text: impl Into<String>) -> Fault {
        let before = self.header.iter().take_while(|name| **name != column).count();
        let values = row.record.iter().take(before);
        let breaks: usize = values.map(|value| value.matches('\n').count()).sum();
        let line = row.line + u64::try_from(breaks).unwrap_or(0);
        Fault::of_value(&self.file, line, column, text)
    }
}

/// What a file says, uncompressed if it is compressed, whatever its name.
fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let raw = fs::read(path)?;
    let compressed = raw.starts_with(&[0x1f, 0x8b]) || path.extension().is_some_and(|e| e == "gz");
    if !compressed {
        return Ok(raw);
    }
    let mut bytes = Vec::new();
    let mut reader = MultiGzDecoder::new(raw.as_slice()).take(SIZE_LIMIT + 1);
    reader.read_to_end(&mut bytes).map_err(|error| {
        io::Error::new(error.kind(), format!("it is no complete gzip file ({error})"))
    })?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(io::Error::other("it has more than 1 GiB once uncompressed; split it"));
    }
    Ok(bytes)
}

/// A file that cannot be read.
pub fn unreadable(file: &Arc<str>, error: &io::Error) -> Fault {
    Fault::of_file(file, format!("This file cannot be read: {error}."))
}

/// The CSV reader's position is where it went on reading, which may be at empty lines before.
fn line_of(bytes: &[u8], record: &ByteRecord) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    line_at(bytes, start, position.line())
}

/// The line of the first character at or after a place that ends no line; `line`: that of the place,
/// if it is known.
fn line_at(bytes: &[u8], place: usize, line: u64) -> u64 {
    let newlines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let line = if line > 0 { line } else { 1 + newlines(bytes.get(..place).unwrap_or_default()) };
    let rest = bytes.get(place..).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    line + newlines(&rest[..empty])
}

fn header(
    file: &Arc<str>,
    line: u64,
    record: &ByteRecord,
    columns: Columns,
) -> Result<Vec<&'static str>, Vec<Fault>> {
    let all: Vec<_> = columns.required.iter().chain(columns.optional).copied().collect();
    let (mut header, mut faults) = (Vec::new(), Vec::new());
    for name in record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()) {
        let known = all.iter().find(|column| **column == name);
        match known {
            Some(known) if !header.contains(known) => header.push(*known),
            Some(_) => {
                faults.push(Fault::of_value(file, line, &name, "This column is there twice."))
            }
            None => {
                let text = format!("There is no such column. The columns are: {}.", all.join(", "));
                faults.push(Fault::of_value(file, line, &format!("“{name}”"), text));
            }
        }
    }
    for missing in columns.required.iter().filter(|name| !header.contains(*name)) {
        faults.push(Fault::of_value(file, line, missing, "This column is missing."));
    }
    if faults.is_empty() { Ok(header) } else { Err(faults) }
}
