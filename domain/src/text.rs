//! Texts from outside: trimmed, bounded, and compared by a key that is the same on every database.

use crate::{
    language::Message,
    refusal::{Problem, Refusal},
};

mod by_name;
mod escape;
mod key;
mod search;
mod seen;
mod sort;

pub use by_name::ByName;
pub use escape::escaped;
pub use key::{EDITION, composed, key};
pub use search::{search_key, search_person};
pub use seen::{breaks, can_be_seen, is_ignorable, one_line, printable, turns};
pub use sort::sort_key;

/// The longest name, in characters.
pub const NAME_LIMIT: usize = 200;
/// The longest hint, description, note or comment, in characters.
pub const TEXT_LIMIT: usize = 10_000;
/// How much of a text is quoted, in characters.
const LONGEST_QUOTE: usize = 100;

/// At most so many characters of a text; `…` where some are missing.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// A text from outside, quoted in a message: as much of it as helps to find it, with what nobody sees written out.
pub fn quoted(text: &str) -> String {
    format!("“{}”", excerpt(text))
}

/// What is quoted of a text from outside, for a message that has the quotation marks of its language.
pub fn excerpt(text: &str) -> String {
    escaped(&shortened(text, LONGEST_QUOTE)).into_owned()
}

/// A name of 1 to 200 characters after trimming, on one line.
pub fn name(text: &str) -> Result<String, Refusal> {
    line("name", text)
}

/// A name by another word: the noun is what a refusal calls it.
pub fn line(noun: &str, text: &str) -> Result<String, Refusal> {
    let trimmed = composed(text.trim_matches(seen::is_blank));
    let length = trimmed.chars().count();
    if length == 0 {
        return Err(invalid(Message::of("line-empty").choosing("noun", noun)));
    }
    if length > NAME_LIMIT {
        let reason = Message::of("line-too-long").choosing("noun", noun);
        return Err(invalid(reason.with("length", length.to_string())));
    }
    match not_a_line(noun, &trimmed) {
        Some(reason) => Err(invalid(reason)),
        None => Ok(trimmed),
    }
}

/// Why a text is not one line that people can read.
fn not_a_line(noun: &str, text: &str) -> Option<Message> {
    if text.contains(breaks) {
        return Some(Message::of("line-broken").choosing("noun", noun));
    }
    if let Some(turning) = text.chars().find(|letter| turns(*letter)) {
        let reason = Message::of("line-turning").choosing("noun", noun);
        return Some(reason.with("character", code_point(turning)));
    }
    (!can_be_seen(text)).then(|| Message::of("line-unseen").choosing("noun", noun))
}

/// A letter that nobody sees, by its number: `U+200B`.
pub fn code_point(letter: char) -> String {
    format!("U+{:04X}", u32::from(letter))
}

/// A text of at most 10,000 characters; it may be empty and have many lines.
pub fn long(text: &str) -> Result<String, Refusal> {
    let length = text.chars().count();
    if length > TEXT_LIMIT {
        return Err(invalid(Message::of("text-too-long").with("length", length.to_string())));
    }
    if text.contains('\0') {
        return Err(invalid(Message::of("text-with-nul")));
    }
    Ok(text.to_owned())
}

/// A text of 1 to 10,000 characters, of which some can be seen.
pub fn filled(text: &str) -> Result<String, Refusal> {
    if text.trim().is_empty() {
        return Err(invalid(Message::of("text-empty")));
    }
    let text = long(text)?;
    if !can_be_seen(&text) {
        return Err(invalid(Message::of("text-unseen")));
    }
    Ok(text)
}

/// A text to search for: bounded, because SQLite takes no pattern of more than 50,000 bytes.
pub fn search(text: &str) -> Result<String, Refusal> {
    if text.chars().count() > NAME_LIMIT {
        return Err(invalid(Message::of("search-too-long")));
    }
    if text.contains('\0') {
        return Err(invalid(Message::of("search-with-nul")));
    }
    Ok(text.to_owned())
}

/// The refusal of a value, with what a valid one looks like.
pub fn invalid(reason: Message) -> Refusal {
    Problem::Invalid { reason }.refused()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(name("  Call \n").unwrap(), "Call");
        assert!(name(" \t ").is_err());
        assert!(name(&"x".repeat(200)).is_ok());
        assert!(name(&"ł".repeat(201)).is_err());
        for broken in
            ["two\nlines", "a\u{2028}b", "a\u{2029}b", "a\u{85}b", "a\u{b}b", "a\u{c}b", "a\u{7f}b"]
        {
            assert!(reason(name(broken)).contains("one line"), "{broken:?}");
        }
    }

    fn reason<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> String {
        refused.unwrap_err().problem.message(crate::language::Language::English)
    }

    #[test]
    fn names_do_not_turn_and_can_be_seen() {
        let turned = reason(name("Call\u{202e}"));
        assert_eq!(
            turned,
            "A name has no characters that turn the direction of writing; this one has U+202E. Leave it out."
        );
        for turning in ["\u{61c}", "\u{200e}", "\u{200f}", "\u{202a}", "\u{2066}", "\u{2069}"] {
            assert!(reason(name(&format!("a{turning}b"))).contains("turn"), "{turning:?}");
        }
        for unseen in ["\u{200b}", "\u{3164}", "\u{301}", "\u{feff}\u{ad}", "\u{fe0f}\u{200d}"] {
            assert!(reason(name(unseen)).contains("can be seen"), "{unseen:?}");
            assert!(reason(filled(unseen)).contains("can be seen"), "{unseen:?}");
        }
        assert!(reason(name("\u{2800}\u{a0}")).contains("all spaces"));
        for fine in ["❤\u{fe0f}", "👩\u{200d}💻", "שלום", "می\u{200c}خواهم", "क्ष"]
        {
            assert_eq!(name(fine), Ok(fine.to_owned()));
        }
    }

    #[test]
    fn texts_hold_many_lines_but_no_nul() {
        assert!(long("a\n\nb").is_ok());
        assert!(long("a\0b").is_err());
        assert!(long(&"x".repeat(10_001)).is_err());
        assert!(filled(" \n ").is_err());
    }
}
