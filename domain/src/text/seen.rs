//! What people see of a text, and what in it would turn or break the line that it stands in.

use icu_properties::{
    CodePointMapData, CodePointSetData, CodePointSetDataBorrowed,
    props::{
        BidiControl, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup,
        NoncharacterCodePoint,
    },
};

const IGNORABLE: CodePointSetDataBorrowed<'static> =
    CodePointSetData::new::<DefaultIgnorableCodePoint>();
const TURNING: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<BidiControl>();
const NO_CHARACTER: CodePointSetDataBorrowed<'static> =
    CodePointSetData::new::<NoncharacterCodePoint>();

/// Letters whose shape is empty, although no property of Unicode tells so: a cell of Braille without dots, a
/// note without a head, and two gaps between hieroglyphs.
const EMPTY: [char; 4] = ['\u{2800}', '\u{1d159}', '\u{13441}', '\u{13442}'];

/// Whether this is room between words, or looks like it.
pub(crate) fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || EMPTY.contains(&letter)
}

/// Whether this is to be left out where it is not understood: it joins, selects or hides, and has no shape.
pub fn is_ignorable(letter: char) -> bool {
    IGNORABLE.contains(letter)
}

/// Whether this turns the direction of writing.
pub fn turns(letter: char) -> bool {
    TURNING.contains(letter)
}

/// Whether this breaks a line, or means something to a terminal.
pub fn breaks(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Whether somebody sees anything of the text. A mark alone is seen only on a letter.
pub fn can_be_seen(text: &str) -> bool {
    text.chars().any(is_seen)
}

fn is_seen(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_graphic();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(letter);
    let is_formatting = GeneralCategoryGroup::Mark.contains(category)
        || matches!(category, GeneralCategory::Format | GeneralCategory::Control);
    !(is_blank(letter) || is_ignorable(letter) || is_formatting || NO_CHARACTER.contains(letter))
}

/// The text on one line that reads as it is written: what breaks it is a space, and what turns it is left
/// out. For texts of people in mail, in the log and on a terminal.
pub fn one_line(text: &str) -> String {
    let kept = text.chars().filter(|letter| !turns(*letter));
    kept.map(|letter| if breaks(letter) { ' ' } else { letter }).collect()
}

/// A text of many lines that reads as it is written: line feeds stay, and so do tabs between columns.
pub fn printable(text: &str) -> String {
    let stays = |letter: char| matches!(letter, '\n' | '\t');
    let kept = text.chars().filter(|letter| !turns(*letter));
    kept.map(|letter| if breaks(letter) && !stays(letter) { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_told_from_what_somebody_sees() {
        for nothing in [
            "",
            " \t\n",
            "\u{200b}",
            "\u{a0}\u{3000}",
            "\u{feff}\u{ad}\u{2060}\u{34f}",
            "\u{115f}\u{1160}\u{3164}\u{ffa0}",
            "\u{fe0f}\u{200d}\u{e0020}",
            "\u{301}\u{20dd}",
            "\u{2800}\u{1d159}\u{13441}\u{13442}",
            "\u{fff9}\u{fffb}",
            "\u{ffff}\u{fdd0}",
            "\u{202e}\u{2066}\u{61c}",
            "\0\u{85}\u{7f}",
        ] {
            assert!(!can_be_seen(nothing), "{nothing:?}");
        }
        for something in [
            "a",
            "❤\u{fe0f}",
            "👩\u{200d}💻",
            "🏻",
            "\u{fffd}",
            "´",
            "1\u{fe0f}\u{20e3}",
            "क",
            "가",
            ".",
            "e\u{301}",
            "\u{e000}",
        ] {
            assert!(can_be_seen(something), "{something:?}");
        }
    }

    #[test]
    fn a_line_is_neither_turned_nor_broken() {
        let given = "a\u{202e}b\u{2028}c\u{85}d\u{b}e\u{c}f\r\ng\u{2069}\u{61c}\u{200f}h\u{1b}[1mi";
        assert_eq!(one_line(given), "ab c d e f  gh [1mi");
        assert_eq!(printable("a\u{202e}\tb\r\nc\u{1b}[2J"), "a\tb \nc [2J");
        assert_eq!(one_line("Łódź ❤\u{fe0f} שלום"), "Łódź ❤\u{fe0f} שלום");
    }
}
