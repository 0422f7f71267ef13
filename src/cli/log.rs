//! The log, an entry a line: nothing that people wrote begins another entry, or turns what stands after it.

use std::io::{self, Write};

use domain::text::{breaks, code_point, turns};

/// Writes each entry on one line. `tracing` hands over an entry at a time, with its colours; whatever else would
/// steer a terminal is written out.
#[derive(Debug)]
pub(crate) struct Lines<W>(pub W);

/// Writes each entry as it is: an object on a line, in which nothing is hidden. Whatever would steer a terminal or break
/// a line is in its texts, and is escaped there as JSON has it.
#[derive(Debug)]
pub(crate) struct Objects<W>(pub W);

impl<W: Write> Write for Objects<W> {
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        self.0.write_all(escaped(&String::from_utf8_lossy(entry)).as_bytes())?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A line of JSON, in ASCII where something would be hidden. The line break at its end stays.
fn escaped(object: &str) -> String {
    let mut shown = String::with_capacity(object.len());
    for letter in object.chars() {
        match letter {
            '\n' => shown.push(letter),
            hidden if breaks(hidden) || turns(hidden) => {
                let units = &mut [0; 2];
                for unit in hidden.encode_utf16(units) {
                    shown.push_str(&format!("\\u{unit:04x}"));
                }
            }
            letter => shown.push(letter),
        }
    }
    shown
}

/// What begins a colour.
const ESCAPE: char = '\u{1b}';

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(entry);
        let (line, end) = text.strip_suffix('\n').map_or((&*text, ""), |line| (line, "\n"));
        self.0.write_all(format!("{}{end}", printable(line)).as_bytes())?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Written out, not left out: whoever looks into a log wants to know what was there.
fn printable(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for (at, letter) in line.char_indices() {
        match letter {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push(letter),
            ESCAPE if begins_colour(&line[at..]) => shown.push(letter),
            hidden if breaks(hidden) || turns(hidden) => {
                shown.push_str(&format!("<{}>", code_point(hidden)));
            }
            letter => shown.push(letter),
        }
    }
    shown
}

/// Whether this begins with a colour, such as `ESC[31m`, and not with what moves or clears.
fn begins_colour(text: &str) -> bool {
    let codes = text.strip_prefix("\u{1b}[");
    let end = codes.and_then(|codes| codes.find(|one: char| !one.is_ascii_digit() && one != ';'));
    codes.zip(end).is_some_and(|(codes, end)| codes[end..].starts_with('m'))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_object_is_one_line_and_means_what_people_wrote() {
        let kept = Kept::default();
        let to = kept.clone();
        let log = tracing_subscriber::fmt().json().flatten_event(true);
        let log = log.with_writer(move || Objects(to.clone()));
        let name = "Ann\n{\"level\":\"ERROR\"}\r\u{2028}\u{85}\u{202e}\u{1b}[2J ł end";
        tracing::subscriber::with_default(log.finish(), || {
            tracing::warn!(%name, "a");
            tracing::warn!(name, "second");
        });
        let written = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(written.lines().count(), 2, "{written:?}");
        let hidden = ['\r', '\u{2028}', '\u{85}', '\u{202e}', '\u{1b}'];
        assert!(!written.contains(hidden), "{written:?}");
        for line in written.lines() {
            let object: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(object["name"], name);
        }
    }

    #[test]
    fn an_entry_is_one_line_whatever_people_wrote() {
        let kept = Kept::default();
        let to = kept.clone();
        let log = tracing_subscriber::fmt().with_ansi(true).with_writer(move || Lines(to.clone()));
        let name = "Ann\nERROR forged\r\u{2028}\u{85}\u{202e}\u{1b}[2J end";
        tracing::subscriber::with_default(log.finish(), || {
            tracing::warn!(%name, "a {name} b");
            tracing::warn!(?name, "second");
        });
        let written = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(written.lines().count(), 2, "{written:?}");
        assert!(written.contains("Ann\\nERROR forged<U+000D><U+2028>"), "{written:?}");
        assert!(!written.contains(['\r', '\u{2028}', '\u{85}', '\u{202e}']), "{written:?}");
        assert!(!written.contains("\u{1b}[2J") && written.contains("\u{1b}["), "{written:?}");
    }
}
