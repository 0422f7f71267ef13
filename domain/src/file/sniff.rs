//! What a file is: found in its first bytes, never believed. Pure.

/// How many of the first bytes are looked at.
pub const HEAD: usize = 8 * 1024;

/// What may be uploaded unless the operator says otherwise: documents, images, mail, archives, audio and
/// text.
pub const USUAL: &str = "application/pdf,application/rtf,application/msword,application/vnd.ms-excel,\
application/vnd.ms-powerpoint,application/vnd.ms-outlook,\
application/vnd.openxmlformats-officedocument.*,application/vnd.oasis.opendocument.*,\
application/epub+zip,application/json,application/zip,application/gzip,application/x-tar,\
application/x-7z-compressed,application/vnd.rar,image/*,audio/*,message/rfc822,text/*";

/// What a browser or a computer would run: allowed only where it is named in full.
const RUNS: [&str; 8] = [
    "text/html",
    "text/xml",
    "text/javascript",
    "text/x-shellscript",
    "image/svg+xml",
    "application/xhtml+xml",
    "application/javascript",
    "application/x-executable",
];

/// Endings of names that decide what opens a file once it is saved, and what such a file is.
const ENDINGS: [(&str, &[&str]); 4] = [
    ("text/html", &["html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml", "hta"]),
    ("image/svg+xml", &["svg", "svgz"]),
    ("text/javascript", &["js", "mjs", "jse", "vbs", "vbe", "wsf"]),
    (
        "application/x-executable",
        &[
            "exe", "com", "scr", "dll", "msi", "bat", "cmd", "ps1", "jar", "lnk", "sh", "app",
            "desktop", "reg", "cpl", "pif",
        ],
    ),
];

/// Content types that have several names: how browsers call them, and how they are called here.
const ALIASES: [(&str, &str); 14] = [
    ("application/x-zip-compressed", "application/zip"),
    ("application/x-zip", "application/zip"),
    ("application/x-gzip", "application/gzip"),
    ("application/x-rar-compressed", "application/vnd.rar"),
    ("application/x-pdf", "application/pdf"),
    ("text/rtf", "application/rtf"),
    ("image/jpg", "image/jpeg"),
    ("image/pjpeg", "image/jpeg"),
    ("image/x-icon", "image/vnd.microsoft.icon"),
    ("image/heic", "image/heif"),
    ("audio/mp3", "audio/mpeg"),
    ("audio/wav", "audio/x-wav"),
    ("audio/flac", "audio/x-flac"),
    ("audio/mp4", "audio/m4a"),
];

/// Which content types may be uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Types(Vec<String>);

impl Types {
    /// The types of a list such as `application/pdf,image/*`, or the entry that is none.
    pub fn parse(list: &str) -> Result<Self, String> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let types: Vec<_> = entries.map(str::to_ascii_lowercase).collect();
        match types.iter().find(|entry| plain(entry.trim_end_matches('*')).is_none()) {
            Some(wrong) => Err(wrong.clone()),
            None if types.is_empty() => Err(list.to_owned()),
            None => Ok(Self(types)),
        }
    }

    /// Whether files of this type may be uploaded.
    pub fn allow(&self, content_type: &str) -> bool {
        self.0.iter().any(|entry| match entry.strip_suffix('*') {
            Some(start) => content_type.starts_with(start) && !RUNS.contains(&content_type),
            None => canonical(entry) == canonical(content_type),
        })
    }

    /// Whether files of this name may be uploaded: the type that its ending stands for is allowed.
    pub fn allow_name(&self, name: &str) -> bool {
        // Windows drops what follows the last letter.
        let name = name.trim_end_matches(['.', ' ']);
        let Some((_, ending)) = name.rsplit_once('.') else { return true };
        let ending = ending.trim().to_lowercase();
        let runs = ENDINGS.iter().find(|(_, all)| all.contains(&ending.as_str()));
        runs.is_none_or(|(content_type, _)| self.allow(content_type))
    }
}

impl Default for Types {
    fn default() -> Self {
        Self(USUAL.split(',').map(str::to_owned).collect())
    }
}

/// A content type without its parameters, in small letters; none if it is not one.
pub fn content_type(given: &str) -> Option<String> {
    let media = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (_, subtype) = media.split_once('/')?;
    let whole = !subtype.is_empty() && !media.contains('*') && media.len() <= 100;
    (whole && plain(&media).is_some()).then_some(media)
}

/// `type/…` of the characters that media types are made of.
fn plain(media: &str) -> Option<()> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/.+-_*".contains(c);
    let (kind, rest) = media.split_once('/')?;
    (!kind.is_empty() && !rest.contains('/') && media.chars().all(allowed)).then_some(())
}

/// Whether a file can be what it was announced as, by its first bytes; otherwise what it looks like
/// instead.
pub fn judge(announced: &str, head: &[u8]) -> Result<(), String> {
    let wanted = canonical(announced);
    if let Some(found) = runs(head) {
        return if wanted == found { Ok(()) } else { Err(found.to_owned()) };
    }
    match infer::get(head).map(|kind| kind.mime_type()) {
        Some(found) if can_be(wanted, found) => Ok(()),
        Some(found) if !(is_text(wanted) && is_markup(found)) => Err(found.to_owned()),
        _ if is_text(wanted) && looks_like_text(head) => Ok(()),
        // Of a kind whose first bytes nobody knows, and by its bytes of no other kind.
        None if !is_text(wanted) && !known(wanted) => Ok(()),
        None if looks_like_text(head) => Err("text/plain".to_owned()),
        _ => Err("something unknown".to_owned()),
    }
}

fn canonical(media: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == media).map_or(media, |(_, name)| name)
}

fn known(wanted: &str) -> bool {
    infer::is_mime_supported(wanted) || wanted.starts_with("image/")
}

/// Containers say little about what is in them: an office document is a ZIP, an old one (or a mail of
/// Outlook) an OLE storage.
fn can_be(wanted: &str, found: &str) -> bool {
    let zipped = ["application/vnd.openxmlformats-officedocument.", "application/vnd.oasis."];
    let old = ["application/vnd.ms-", "application/msword"];
    let any = |of: &[&str]| of.iter().any(|start| wanted.starts_with(start));
    match found {
        _ if canonical(found) == wanted => true,
        "application/zip" => any(&zipped) || wanted == "application/epub+zip",
        "application/msword" | "application/x-ole-storage" => any(&old),
        _ if found.starts_with(zipped[0]) => {
            wanted.starts_with(zipped[0]) || wanted == "application/zip"
        }
        "video/mp4" | "video/x-m4v" => wanted == "audio/m4a",
        "video/webm" => wanted == "audio/webm",
        "audio/opus" => wanted == "audio/ogg",
        _ => false,
    }
}

fn is_text(wanted: &str) -> bool {
    let named = ["application/json", "message/rfc822", "application/xml", "image/svg+xml"];
    wanted.starts_with("text/") || named.contains(&wanted) || RUNS[5..7].contains(&wanted)
}

/// Guesses from a few characters: a mail or a text in Markdown may begin so too.
fn is_markup(found: &str) -> bool {
    found == "text/html" || found == "text/xml"
}

/// What a browser would run, however it was announced: a page, a drawing with scripts, a script.
fn runs(head: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(&head[..head.len().min(1024)]).to_ascii_lowercase();
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\n', '\r', '\u{c}']);
    let begins = |marks: &[&str]| marks.iter().any(|mark| text.starts_with(mark));
    if begins(&["#!"]) {
        return Some("text/x-shellscript");
    }
    let markup = text.starts_with('<');
    if markup && text.contains("<svg") {
        return Some("image/svg+xml");
    }
    let pages = ["<!doctype html", "<html", "<head", "<body", "<script", "<iframe"];
    (markup && pages.iter().any(|mark| text.contains(mark))).then_some("text/html")
}

/// No byte that no text has; UTF-16 says so by its first two.
fn looks_like_text(head: &[u8]) -> bool {
    let wide = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    let odd = |byte: &u8| matches!(byte, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    wide || !head.iter().any(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0";
    const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0, 0, 0];

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (announced, head) in [
            ("image/png", PNG),
            ("application/pdf", b"%PDF-1.7\n"),
            ("application/x-zip-compressed", ZIP),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP),
            ("application/vnd.oasis.opendocument.text", ZIP),
            ("application/vnd.ms-outlook", OLE),
            ("application/vnd.ms-excel", OLE),
            ("image/jpg", &[0xFF, 0xD8, 0xFF, 0xE0, 0]),
            ("text/plain", "Zażółć gęślą jaźń".as_bytes()),
            ("text/csv", b"a;b\r\n\xb9;2\r\n"),
            ("text/plain", b"\xff\xfea\0b\0"),
            ("text/markdown", b"<!-- a note --> # Title"),
            ("application/json", b"{}"),
            ("message/rfc822", b"From: ann@example.org\r\n\r\nHello"),
            ("application/x-of-our-own", b"\0\x01\x02"),
        ] {
            assert_eq!(judge(announced, head), Ok(()), "{announced}");
        }
    }

    #[test]
    fn a_file_that_is_something_else_is_told_from_what_it_should_be() {
        for (announced, head, found) in [
            ("image/png", &b"<!DOCTYPE html><html>"[..], "text/html"),
            ("image/png", b"  <HTML><body>", "text/html"),
            ("text/plain", b"\xef\xbb\xbf <html><script>alert(1)</script>", "text/html"),
            ("image/png", b"<?xml version='1.0'?><svg onload='x'/>", "image/svg+xml"),
            ("text/plain", b"#!/bin/sh\nrm -rf /", "text/x-shellscript"),
            ("image/png", b"hello", "text/plain"),
            ("image/png", b"\0\x01\x02", "something unknown"),
            ("image/png", b"GIF89a", "image/gif"),
            ("application/pdf", b"MZ\x90\0", "application/vnd.microsoft.portable-executable"),
            ("text/plain", b"\x7fELF\x02\x01\x01", "something unknown"),
            ("text/plain", PNG, "image/png"),
            ("text/csv", b"a\0b", "something unknown"),
            ("application/vnd.ms-excel", ZIP, "application/zip"),
        ] {
            assert_eq!(judge(announced, head), Err(found.to_owned()), "{announced}: {head:?}");
        }
        assert!(judge("image/png", b"").is_err());
    }

    #[test]
    fn what_runs_is_allowed_only_by_its_full_name() {
        let usual = Types::default();
        for right in ["image/png", "application/pdf", "text/csv", "audio/x-wav", "message/rfc822"] {
            assert!(usual.allow(right), "{right}");
        }
        for wrong in ["text/html", "image/svg+xml", "text/javascript", "video/mp4", "a/b"] {
            assert!(!usual.allow(wrong), "{wrong}");
        }
        assert!(Types::parse("text/html").unwrap().allow("text/html"));
        assert!(!Types::parse("*/*").is_ok_and(|all| all.allow("text/html")));
        for (name, allowed) in [
            ("a.PDF", true),
            ("a", true),
            ("a.html", false),
            ("a.pdf.EXE", false),
            ("a.svg ", false),
        ] {
            assert_eq!(usual.allow_name(name), allowed, "{name}");
        }
        assert!(Types::parse("text/html").unwrap().allow_name("a.html"));
        for wrong in ["", "pdf", "a b/c", "/", "a/b/c"] {
            assert!(Types::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_content_type_is_read_without_its_parameters() {
        assert_eq!(content_type("Text/Plain; charset=utf-8").as_deref(), Some("text/plain"));
        for wrong in ["", "png", "image/", "/png", "image/*", "a\nb/c", "a/b\r\nX: y", "ż/ł"] {
            assert_eq!(content_type(wrong), None, "{wrong}");
        }
        assert_eq!(content_type(&format!("a/{}", "b".repeat(99))), None);
    }
}
