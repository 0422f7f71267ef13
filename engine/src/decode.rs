//! What the bytes of a file say: text in UTF-8, or in UTF-16 as spreadsheets write it. Otherwise what they
//! are, in words. Pure.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// How much is looked at to find out what a file is.
const HEAD: usize = 64 * 1024;

/// The text as UTF-8, without a byte order mark. What is neither UTF-8 nor UTF-16 stays as it is when it
/// seems to be text in an older encoding; otherwise the error says what it is: “an Excel workbook (XLSX)”.
pub(crate) fn utf8(bytes: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    if let Some((encoding, text)) = utf16(bytes) {
        let whole = text.len().is_multiple_of(2);
        let (decoded, broken) = encoding.decode_without_bom_handling(text);
        if broken || !whole {
            return Err("broken text in UTF-16".to_owned());
        }
        return Ok(Cow::Owned(decoded.into_owned().into_bytes()));
    }
    if bytes.starts_with(&[0, 0, 0xfe, 0xff]) || bytes.starts_with(&[0xff, 0xfe, 0, 0]) {
        return Err("text in UTF-32, not in UTF-8".to_owned());
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if std::str::from_utf8(text).is_ok() {
        return Ok(Cow::Borrowed(text));
    }
    match kind(text) {
        Some(kind) => Err(kind.to_owned()),
        None if text.contains(&0) => Err("no text".to_owned()),
        None => Ok(Cow::Borrowed(text)),
    }
}

/// The encoding of a text in UTF-16, and the text without its mark. Without one, every other byte of
/// plain letters is zero.
fn utf16(bytes: &[u8]) -> Option<(&'static Encoding, &[u8])> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => return None,
        [0xff, 0xfe, text @ ..] => return Some((UTF_16LE, text)),
        [0xfe, 0xff, text @ ..] => return Some((UTF_16BE, text)),
        _ => {}
    }
    let pairs: Vec<_> = bytes.chunks_exact(2).take(200).collect();
    let zeros = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    match (zeros(0), zeros(1)) {
        (0, high) if high * 2 > pairs.len() => Some((UTF_16LE, bytes)),
        (high, 0) if high * 2 > pairs.len() => Some((UTF_16BE, bytes)),
        _ => None,
    }
}

/// What is wrong with a text in an older encoding, and what to do.
pub(crate) fn not_utf8(bytes: &[u8]) -> String {
    let encoding = older(bytes);
    format!("This is not UTF-8; it looks like {encoding}. Save the file in UTF-8.")
}

/// The older encoding that a text seems to be in.
fn older(bytes: &[u8]) -> &'static str {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny).name()
}

/// What a file is that is no CSV: found in its first bytes, whatever its name.
pub(crate) fn kind(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.trim_ascii_start();
    if let Some(kind) = of_office(bytes) {
        return Some(kind);
    }
    match start.first() {
        Some(b'{' | b'[') if !start.starts_with(b"{\\rtf") => return Some("JSON"),
        Some(b'<') => return Some("a web page or XML"),
        _ => {}
    }
    let mime = infer::get(bytes)?.mime_type();
    let (family, _) = mime.split_once('/').unwrap_or((mime, ""));
    Some(match (mime, family) {
        ("application/pdf", _) => "a PDF",
        ("application/rtf" | "text/rtf", _) => "a text document (RTF)",
        ("application/gzip", _) => "a gzip file in a gzip file",
        ("application/vnd.sqlite3" | "application/x-sqlite3", _) => "an SQLite database",
        (_, "image") => "a picture",
        (_, "audio" | "video") => "a recording",
        (_, "text") => return None,
        _ => "a file of another kind",
    })
}

/// Documents of office programs, which are archives of files whose names tell what they are.
fn of_office(bytes: &[u8]) -> Option<&'static str> {
    let holds = |word: &[u8]| {
        let (head, tail) = (bytes.len().min(HEAD), bytes.len().saturating_sub(HEAD));
        let within = |part: &[u8]| part.windows(word.len()).any(|found| found == word);
        within(&bytes[..head]) || within(&bytes[tail..])
    };
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let locked = holds(b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0");
        return Some(if locked {
            "an Office document with a password"
        } else {
            "an Office document of the older kind (XLS)"
        });
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let parts: [(&[u8], &str); 6] = [
        (b"xl/workbook.bin", "an Excel workbook (XLSB)"),
        (b"xl/", "an Excel workbook (XLSX)"),
        (b"opendocument.spreadsheet", "a spreadsheet (ODS)"),
        (b".iwa", "a Numbers spreadsheet"),
        (b"word/", "a Word document (DOCX)"),
        (b"opendocument.", "an OpenDocument file"),
    ];
    let found = parts.iter().find(|(part, _)| holds(part));
    Some(found.map_or("a ZIP archive", |(_, kind)| kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let text = "email\tname\r\nżółw@x.example\t“Ż”\r\n";
        for bytes in [wide(text), [vec![0xff, 0xfe], wide(text)].concat()] {
            assert_eq!(utf8(&bytes).unwrap(), text.as_bytes());
        }
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(utf8(&big).unwrap(), text.as_bytes());
        let mut cut = [vec![0xff, 0xfe], wide(text)].concat();
        cut.pop();
        assert_eq!(utf8(&cut).unwrap_err(), "broken text in UTF-16");
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(utf8(b"\xef\xbb\xbfa").unwrap(), &b"a"[..]);
        assert_eq!(utf8(b"").unwrap(), &b""[..]);
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(
            kind(b"PK\x03\x04\x14\0[Content_Types].xml  xl/workbook.xml"),
            Some("an Excel workbook (XLSX)")
        );
        assert_eq!(kind(b"PK\x03\x04\x14\0anything"), Some("a ZIP archive"));
        assert_eq!(kind(b"%PDF-1.7 "), Some("a PDF"));
        assert_eq!(kind(b"<html>"), Some("a web page or XML"));
        assert_eq!(kind(b" {\"a\": 1}"), Some("JSON"));
        assert_eq!(kind(b"email,name,role"), None);
    }

    #[test]
    fn older_encodings_are_named() {
        assert!(
            not_utf8(b"imi\xea i nazwisko, \xb3\xf3d\x9f, \xbf\xf3\xb3ty").contains("windows-1250")
        );
        assert!(not_utf8(b"M\xfcller, Stra\xdfe, sch\xf6n").contains("windows-1252"));
    }
}
