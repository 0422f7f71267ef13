//! Texts as YAML: plain where nobody can take them for anything else, as a block where they have many
//! lines, in quotes otherwise.

use std::fmt::Write;

use crate::text::{breaks, turns};

/// Words that one version of YAML or another takes for something else than text.
const WORDS: [&str; 12] =
    ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity"];

/// A text on one line.
pub(crate) fn inline(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// A text in a list in brackets, where commas and brackets mean something too.
pub fn in_brackets(text: &str) -> String {
    let special = |letter| matches!(letter, ',' | '[' | ']' | '{' | '}');
    if text.contains(special) { quoted(text) } else { inline(text) }
}

/// A text that may have many lines, as the value of a key: `indent` is that of the lines.
///
/// The last line break of a text ends its last line and is no part of it, as the reader has it; so a
/// text that ends with one gets one more.
pub(crate) fn long(text: &str, indent: usize) -> String {
    if !text.contains('\n') {
        return inline(text);
    }
    if !is_block(text) {
        return quoted(&ended(text));
    }
    let mut block = String::from(if text.ends_with('\n') { "|+" } else { "|" });
    for line in text.split('\n') {
        block.push('\n');
        if !line.is_empty() {
            let _ = write!(block, "{:indent$}{line}", "");
        }
    }
    block
}

fn ended(text: &str) -> String {
    if text.ends_with('\n') { format!("{text}\n") } else { text.to_owned() }
}

fn is_plain(text: &str) -> bool {
    let mut letters = text.chars();
    let starts_well = match letters.next() {
        Some(first) if first.is_ascii_digit() => {
            text.contains(' ') && text.contains(char::is_alphabetic)
        }
        Some(first) => first.is_alphabetic(),
        None => false,
    };
    starts_well
        && !text.ends_with(|last: char| last == ':' || last.is_whitespace())
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(is_hidden)
        && !WORDS.contains(&text.to_lowercase().as_str())
}

/// Whether a block can hold it: its first line gives the indentation, and spaces that nobody sees at
/// the end of one would not survive an editor.
fn is_block(text: &str) -> bool {
    let starts_well = text.chars().next().is_some_and(|first| !first.is_whitespace());
    let lines_well = |line: &str| line.is_empty() || !line.trim().is_empty();
    let shown = |letter: char| letter == '\n' || !is_hidden(letter);
    starts_well && text.split('\n').all(lines_well) && text.chars().all(shown)
}

/// What an editor does not show, or shows somewhere else than it is: such a letter is written out.
fn is_hidden(letter: char) -> bool {
    breaks(letter)
        || turns(letter)
        || matches!(letter, '\u{200b}' | '\u{feff}')
        || u32::from(letter) & 0xfffe == 0xfffe
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        let _ = match letter {
            '"' | '\\' => write!(quoted, "\\{letter}"),
            '\n' => quoted.write_str("\\n"),
            '\r' => quoted.write_str("\\r"),
            '\t' => quoted.write_str("\\t"),
            letter if !is_hidden(letter) => quoted.write_char(letter),
            letter if u32::from(letter) < 0x100 => write!(quoted, "\\x{:02x}", u32::from(letter)),
            letter if u32::from(letter) < 0x10000 => write!(quoted, "\\u{:04x}", u32::from(letter)),
            letter => write!(quoted, "\\U{:08x}", u32::from(letter)),
        };
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_only_where_they_are_needed() {
        for plain in
            ["Call", "Łódź", "Ask: why?".trim_end_matches(": why?"), "1. Contact", "C#", "a:b"]
        {
            assert_eq!(inline(plain), plain);
        }
        let needed = [
            "yes",
            "No",
            "NULL",
            "1e3",
            "12",
            "0x1F",
            "2024-01-01",
            "a: b",
            "a #b",
            "a:",
            "- a",
            "? a",
            "",
            " a",
            "a ",
            "*a",
            "&a",
            "!a",
            "%a",
            "@a",
            "`a",
            "|",
            ">",
            "'a'",
            "\"a\"",
            "~",
            ".5",
            "#a",
        ];
        for quoted in needed {
            assert!(inline(quoted).starts_with('"'), "{quoted}");
        }
        assert_eq!(in_brackets("a,b@x.example"), "\"a,b@x.example\"");
    }

    #[test]
    fn many_lines_are_a_block_unless_one_would_change() {
        assert_eq!(long("one\n\n  two", 2), "|\n  one\n\n    two");
        assert_eq!(long("one\n", 2), "|+\n  one\n");
        assert_eq!(long(" one\ntwo", 2), "\" one\\ntwo\"");
        assert_eq!(long("one\n  \ntwo\n", 2), "\"one\\n  \\ntwo\\n\\n\"");
        assert_eq!(long("\n", 2), "\"\\n\\n\"");
    }

    #[test]
    fn what_nobody_sees_is_written_out() {
        assert_eq!(inline("a\u{202e}b\u{7}\u{feff}"), "\"a\\u202eb\\x07\\ufeff\"");
    }
}
