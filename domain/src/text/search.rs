//! How texts are searched: as they are compared, and without what stands above, below and through letters.

use std::borrow::Cow;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::{
    CodePointMapData,
    props::{GeneralCategory, Script},
};

use super::key;

/// How a text is searched, and how what is searched for is: its [`key`] without diacritics. So `lodz` finds `Łódź`. A
/// text that has been through this stays as it is.
pub fn search_key(text: &str) -> String {
    let key = key(text);
    if key.is_ascii() {
        return key;
    }
    let letters = DecomposingNormalizerBorrowed::new_nfd();
    let bare: String = letters.normalize(&key).chars().filter(|letter| !is_mark(*letter)).collect();
    let plain: Vec<_> = bare.chars().map(plain).collect();
    // Letters of other scripts were taken apart, too. Composed, they may be others than the key had, and are folded again.
    super::key(&ComposingNormalizerBorrowed::new_nfc().normalize(&plain.concat()))
}

/// How a person is searched, by name and by address: no text that is searched for holds the line break between them. It
/// ends with the address as it is compared, so that another address makes another key.
pub fn search_person(name: &str, email_key: &str) -> String {
    format!("{}\n{}\n{email_key}", search_key(name), search_key(email_key))
}

/// Whether this is a mark on letters of whatever script. Those that one script alone has are letters to its readers, as
/// the vowels of Hindi are.
fn is_mark(letter: char) -> bool {
    CodePointMapData::<GeneralCategory>::new().get(letter) == GeneralCategory::NonspacingMark
        && CodePointMapData::<Script>::new().get(letter) == Script::Inherited
}

/// A letter with a stroke, or of two joined, as people write it who do not have it. Unicode takes none of these apart.
fn plain(letter: char) -> Cow<'static, str> {
    Cow::Borrowed(match letter {
        'ł' | 'ƚ' | 'ɫ' | 'ⱡ' => "l",
        'ø' | 'ɵ' => "o",
        'đ' | 'ð' | 'ɖ' => "d",
        'ħ' | 'ⱨ' => "h",
        'ı' | 'ɨ' => "i",
        'ŧ' | 'ⱦ' => "t",
        'ƀ' => "b",
        'ȼ' => "c",
        'ɇ' => "e",
        'ǥ' => "g",
        'ɉ' => "j",
        'ɍ' => "r",
        'ʉ' => "u",
        'ɏ' => "y",
        'ƶ' => "z",
        'ⱥ' => "a",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        other => return Cow::Owned(other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn diacritics_make_no_difference() {
        for (text, expected) in [
            ("Łódź", "lodz"),
            ("ZAŻÓŁĆ GĘŚLĄ JAŹŃ", "zazolc gesla jazn"),
            ("Straße", "strasse"),
            ("Ærøskøbing", "aeroskobing"),
            ("Þórður", "thordur"),
            ("Đà Nẵng", "da nang"),
            ("İstanbul Iğdır", "istanbul igdir"),
            ("Œuvre", "oeuvre"),
            ("Ħamrun", "hamrun"),
            ("Ǿ", "o"),
            ("Ёлка", "елка"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
            ("e\u{200b}\u{301}", "e"),
        ] {
            assert_eq!(search_key(text), expected, "{text}");
        }
    }

    #[test]
    fn letters_of_other_scripts_stay() {
        for text in ["한글", "日本", "हिन्दी", "עברית", "ไทย"] {
            assert_eq!(search_key(text), key(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_made_to_be_searched_stays_as_it_is(text in ".{0,12}") {
            let once = search_key(&text);
            prop_assert_eq!(search_key(&once), once.clone());
            prop_assert_eq!(search_key(&key(&text)), once);
        }
    }
}
