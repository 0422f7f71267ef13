//! Texts from outside: trimmed, bounded, and compared by a key that is the same on every database.

use unicode_normalization::UnicodeNormalization;

use crate::{
    error::Result,
    refusal::{Problem, Refusal},
};

/// The longest name, in characters.
pub const NAME_LIMIT: usize = 200;
/// The longest hint, description, note or comment, in characters.
pub const TEXT_LIMIT: usize = 10_000;
/// How much of a text is quoted, in characters.
const LONGEST_QUOTE: usize = 100;

/// How a text is compared and searched: Unicode NFC in lower case, so that `ŁÓDŹ` is `łódź`.
pub fn key(text: &str) -> String {
    text.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// At most so many characters of a text; `…` where some are missing.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// A text from outside, quoted in a message: as much of it as helps to find it.
pub fn quoted(text: &str) -> String {
    format!("“{}”", shortened(text, LONGEST_QUOTE))
}

/// A name of 1 to 200 characters after trimming, on one line.
pub fn name(text: &str) -> Result<String, Refusal> {
    line("name", text)
}

/// A name by another word: the noun is what a refusal calls it.
pub fn line(noun: &str, text: &str) -> Result<String, Refusal> {
    let trimmed: String = text.trim().nfc().collect();
    let length = trimmed.chars().count();
    if length == 0 {
        let reason = format!("A {noun} is needed: 1 to 200 characters that are not all spaces.");
        return Err(invalid(reason));
    }
    if length > NAME_LIMIT {
        return Err(invalid(format!(
            "A {noun} has at most 200 characters; this one has {length}."
        )));
    }
    if trimmed.chars().any(char::is_control) {
        return Err(invalid(format!("A {noun} is one line of text, without control characters.")));
    }
    Ok(trimmed)
}

/// A text of at most 10,000 characters; it may be empty and have many lines.
pub fn long(text: &str) -> Result<String, Refusal> {
    let length = text.chars().count();
    if length > TEXT_LIMIT {
        let reason = format!("A text has at most 10,000 characters; this one has {length}.");
        return Err(invalid(reason));
    }
    if text.contains('\0') {
        return Err(invalid("A text cannot hold the character NUL."));
    }
    Ok(text.to_owned())
}

/// A text of 1 to 10,000 characters that are not all spaces.
pub fn filled(text: &str) -> Result<String, Refusal> {
    if text.trim().is_empty() {
        return Err(invalid("A text is needed: 1 to 10,000 characters that are not all spaces."));
    }
    long(text)
}

/// A text to search for: bounded, because SQLite takes no pattern of more than 50,000 bytes.
pub fn search(text: &str) -> Result<String, Refusal> {
    if text.chars().count() > NAME_LIMIT {
        return Err(invalid("A text to search for has at most 200 characters."));
    }
    if text.contains('\0') {
        return Err(invalid("A text to search for cannot hold the character NUL."));
    }
    Ok(text.to_owned())
}

/// The refusal of a value, with what a valid one looks like.
pub fn invalid(reason: impl Into<String>) -> Refusal {
    Problem::Invalid { reason: reason.into() }.refused()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_case_and_composition_beyond_ascii() {
        assert_eq!(key("ŁÓDŹ"), key("łódź"));
        assert_eq!(key("Cafe\u{301}"), key("CAFÉ"));
        assert_ne!(key("Łódź"), key("Lodz"));
    }

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(name("  Call \n").unwrap(), "Call");
        assert!(name(" \t ").is_err());
        assert!(name(&"x".repeat(200)).is_ok());
        assert!(name(&"ł".repeat(201)).is_err());
        assert!(name("two\nlines").is_err());
    }

    #[test]
    fn texts_hold_many_lines_but_no_nul() {
        assert!(long("a\n\nb").is_ok());
        assert!(long("a\0b").is_err());
        assert!(long(&"x".repeat(10_001)).is_err());
        assert!(filled(" \n ").is_err());
    }
}
