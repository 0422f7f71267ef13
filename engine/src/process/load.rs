//! A file from the disk, for the command line: as much of it as a process can have, and no more.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use domain::{
    language::Message,
    process::file::{At, Flaw, Located, ProcessFile, SIZE_LIMIT, emails, parse, too_large},
};

use crate::decode;

/// Why a file gives no process.
#[derive(Debug)]
pub enum Unusable {
    /// It cannot be read.
    Unreadable(io::Error),
    /// Something in it is wrong; and the addresses of members that it names all the same.
    Wrong(Vec<Flaw>, Vec<Located<String>>),
}

/// Reads a file; one that is far too large is refused before it is read.
pub fn load(path: &Path) -> Result<ProcessFile, Unusable> {
    let file = File::open(path).map_err(Unusable::Unreadable)?;
    let known = file.metadata().map_err(Unusable::Unreadable)?.len();
    if known > SIZE_LIMIT as u64 {
        return Err(Unusable::Wrong(vec![too_large()], Vec::new()));
    }
    load_from(file)
}

/// Reads a file that comes from elsewhere, such as stdin.
pub fn load_from(source: impl Read) -> Result<ProcessFile, Unusable> {
    let mut bytes = Vec::new();
    let read = source.take(SIZE_LIMIT as u64 + 1).read_to_end(&mut bytes);
    read.map_err(Unusable::Unreadable)?;
    let text = text(&bytes).map_err(|flaw| Unusable::Wrong(vec![flaw], Vec::new()))?;
    parse(&text).map_err(|flaws| Unusable::Wrong(flaws, emails(&text)))
}

/// The text of a file, or what it is instead.
fn text(bytes: &[u8]) -> Result<String, Flaw> {
    let start = At { line: 1, column: 1 };
    let of_file = |what: String| {
        let text =
            format!("This is {what}, and a process is a text in YAML. Is it the right file?");
        Flaw::new(start, Message::verbatim(text))
    };
    let bytes = decode::utf8(bytes).map_err(of_file)?;
    String::from_utf8(bytes.into_owned()).map_err(|error| not_text(&error))
}

/// Where a file stops being UTF-8.
fn not_text(error: &std::string::FromUtf8Error) -> Flaw {
    let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let text = String::from_utf8_lossy(valid);
    let line = text.matches('\n').count() as u64 + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() as u64 + 1;
    Flaw::new(At { line, column }, Message::verbatim(decode::not_utf8(error.as_bytes())))
}
