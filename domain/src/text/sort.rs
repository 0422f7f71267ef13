//! In which order texts come in lists: that of the language, on every database alike.

use super::{key, search_key};

/// The letters that the language has besides those of ASCII, each with the letter that it comes after, and what it is
/// written with: `ź` comes after all that begins with `z`, and `ż` after that.
const LETTERS: [(char, char, char); 9] = [
    ('ą', 'a', NEXT),
    ('ć', 'c', NEXT),
    ('ę', 'e', NEXT),
    ('ł', 'l', NEXT),
    ('ń', 'n', NEXT),
    ('ó', 'o', NEXT),
    ('ś', 's', NEXT),
    ('ź', 'z', NEXT),
    ('ż', 'z', LAST),
];

/// After every character that has a meaning.
const NEXT: char = '\u{10fffc}';
/// After that.
const LAST: char = '\u{10fffd}';
/// Before every character that a text of one line has: so a text comes before those that begin with it.
const END: char = '\u{1}';

/// A key by whose bytes texts are sorted as the language sorts them, whatever their case: `l`, `łz`, `m`. Letters that it
/// does not know come with those that they look like; other scripts are in the order that Unicode has them in. It ends with
/// the text itself, so that texts which differ have different keys, and one order.
pub fn sort_key(text: &str) -> String {
    let mut sorted = String::with_capacity(2 * text.len() + 1);
    key(text).chars().for_each(|letter| push(&mut sorted, letter));
    sorted.push(END);
    sorted.push_str(text);
    sorted
}

fn push(sorted: &mut String, letter: char) {
    if letter.is_ascii() {
        sorted.push(letter);
    } else if let Some((_, base, place)) = LETTERS.iter().find(|(own, ..)| *own == letter) {
        sorted.extend([*base, *place]);
    } else {
        sorted.push_str(&search_key(letter.encode_utf8(&mut [0; 4])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mut texts: Vec<&str>) -> Vec<&str> {
        texts.sort_by_key(|text| sort_key(text));
        texts
    }

    #[test]
    fn letters_come_as_the_language_has_them() {
        let alphabet = "a ą b c ć d e ę f g h i j k l ł m n ń o ó p r s ś t u w y z ź ż";
        let alphabet: Vec<_> = alphabet.split(' ').collect();
        assert_eq!(sorted(alphabet.iter().rev().copied().collect()), alphabet);
        let cities =
            ["100 km", "Łęczyca", "Lublin", "Łódź", "lwów", "Mława", "Zamość", "Żagań", "Źródła"];
        let expected =
            ["100 km", "Lublin", "lwów", "Łęczyca", "Łódź", "Mława", "Zamość", "Źródła", "Żagań"];
        assert_eq!(sorted(cities.to_vec()), expected);
        let twins = sorted(vec!["Łódź", "Lód", "Lo\u{301}c"]);
        assert_eq!(twins, ["Lo\u{301}c", "Lód", "Łódź"], "however a letter is written");
    }

    #[test]
    fn letters_that_the_language_does_not_know_come_with_those_that_they_look_like() {
        let names =
            vec!["Zoe", "Émile", "eva", "Ärger", "arg", "Øst", "Ошо", "Ёлка", "Ива", "Ægir", "Ad"];
        let expected =
            ["Ad", "Ægir", "arg", "Ärger", "Émile", "eva", "Øst", "Zoe", "Ёлка", "Ива", "Ошо"];
        assert_eq!(sorted(names), expected);
    }

    #[test]
    fn a_text_comes_before_what_begins_with_it_and_case_decides_last() {
        assert_eq!(
            sorted(vec!["b", "ab", "b a", "a b", "a", ""]),
            ["", "a", "a b", "ab", "b", "b a"]
        );
        assert_eq!(sorted(vec!["ada b", "Ada c", "Ada", "ada"]), ["Ada", "ada", "ada b", "Ada c"]);
    }

    /// Keys are stored: whoever changes them raises the edition.
    #[test]
    fn keys_are_those_of_this_edition() {
        assert_eq!(crate::text::EDITION, 1, "the keys below are those of edition 1");
        assert_eq!(sort_key("Łza"), "l\u{10fffc}za\u{1}Łza");
    }
}
