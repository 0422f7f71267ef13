//! How texts are compared: two that look the same have one key.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;

use super::seen::{is_blank, is_ignorable};

/// Stored with the keys in the database. Raised by one whenever [`key`], or a key by which texts are searched or sorted,
/// is another one for some text, by a change here or by newer data of Unicode: the next start then makes all stored keys anew.
pub const EDITION: i32 = 1;

/// How often a text is folded at most. Folding a folded text changes nothing, apart from a few letters that
/// come together only when something between them is gone: those need a second time.
const ROUNDS: usize = 4;

/// How a text is compared and searched, on every database alike: compatibility forms, case, what nobody sees
/// and the width of spaces make no difference (`NFKC_Casefold` of Unicode). So `ŁÓDŹ` is `łódź`.
pub fn key(text: &str) -> String {
    if text.is_ascii() {
        return spaced(&text.to_ascii_lowercase());
    }
    let mut key = folded(text);
    for _ in 1..ROUNDS {
        let next = folded(&key);
        if next == key {
            break;
        }
        key = next;
    }
    key
}

/// The text with its letters composed (Unicode NFC): how texts from outside are kept.
pub fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// Normalised before case too: some marks become letters when their case is folded, and their order counts.
fn folded(text: &str) -> String {
    let compatible = ComposingNormalizerBorrowed::new_nfkc();
    let shown: String = text.chars().filter(|letter| !is_ignorable(*letter)).collect();
    let normal = compatible.normalize(&shown);
    spaced(&compatible.normalize(&CaseMapper::new().fold_string(&normal)))
}

/// One space where there is any room, and none around the text.
fn spaced(text: &str) -> String {
    let words: Vec<_> = text.split(is_blank).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::can_be_seen;

    const NFD: icu_normalizer::DecomposingNormalizerBorrowed<'static> =
        icu_normalizer::DecomposingNormalizerBorrowed::new_nfd();
    const NFKD: icu_normalizer::DecomposingNormalizerBorrowed<'static> =
        icu_normalizer::DecomposingNormalizerBorrowed::new_nfkd();

    #[test]
    fn texts_that_look_the_same_have_one_key() {
        for (one, other) in [
            ("ŁÓDŹ", "łódź"),
            ("Cafe\u{301}", "CAFÉ"),
            ("STRASSE", "Straße"),
            ("Straße", "STRAẞE"),
            ("ΟΔΟΣ", "οδος"),
            ("Ｓａｌｅｓ", "sales"),
            ("ﬁnal oﬀer", "Final offer"),
            ("Call\u{200b}", "Call"),
            ("\u{feff}Ca\u{ad}ll", "Call"),
            ("Ca\u{2060}ll\u{fe0f}", "call"),
            ("First\u{a0}call", "first call"),
            (" First \t \u{3000}call\u{2800}", "First call"),
            ("ﻻ", "لا"),
            ("e\u{200b}\u{301}", "é"),
            ("❤\u{fe0f}", "❤"),
            ("Á\u{3164}", "á"),
            ("가", "\u{1100}\u{1161}"),
            ("㎏", "KG"),
            ("Ⅳ", "iv"),
        ] {
            assert_eq!(key(one), key(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn texts_that_look_different_have_different_keys() {
        for (one, other) in [
            ("Łódź", "Lodz"),
            ("Call", "Ca ll"),
            ("ı", "i"),
            ("Call", "Call!"),
            ("👍", "👍🏽"),
            ("Ω", "O"),
        ] {
            assert_ne!(key(one), key(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn a_text_of_which_nothing_is_seen_has_no_key() {
        for nothing in ["", " ", "\u{200b}", "\u{3164}\u{ffa0}", "\u{2800}\u{ad}\u{fe0f}\u{200d}"] {
            assert_eq!(key(nothing), "", "{nothing:?}");
        }
    }

    /// Every letter that Unicode has given a meaning to.
    fn letters() -> impl Iterator<Item = char> {
        ('\0'..='\u{3ffff}').chain('\u{e0000}'..='\u{e0fff}')
    }

    #[test]
    fn the_key_of_a_key_is_itself_for_every_letter() {
        for letter in letters() {
            for text in [letter.to_string(), format!("a{letter}\u{345}\u{301}")] {
                let once = key(&text);
                assert_eq!(folded(&once), once, "{text:?}");
            }
        }
    }

    /// Stored keys are made anew only when the edition is raised: whoever changes a key has to raise it.
    #[test]
    fn keys_are_those_of_this_edition() {
        assert_eq!(EDITION, 1, "the keys below are those of edition 1");
        for (text, expected) in [
            ("Straße", "strasse"),
            ("Ｓａｌｅｓ", "sales"),
            ("ﬁ", "fi"),
            ("İ", "i\u{307}"),
            ("ς", "σ"),
            ("㎏", "kg"),
            ("Ⅳ", "iv"),
            ("Ł", "ł"),
            ("a\u{a0}\u{200b} B", "a b"),
        ] {
            assert_eq!(key(text), expected);
        }
    }

    fn text() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(vec![
            '\u{200b}', '\u{200d}', '\u{fe0f}', '\u{301}', '\u{345}', '\u{3164}', '\u{2800}', ' ',
            '\u{a0}', 'ß', 'ẞ', 'İ', 'ı', 'Σ', 'ς', 'Ł', 'ﬁ', '´', '가', '\u{1161}', '\u{11a8}',
            'ﷺ', 'ᾴ', '\u{ad}', '❤',
        ]);
        prop::collection::vec(prop_oneof![odd, any::<char>()], 0..12)
            .prop_map(|letters| letters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn a_key_is_stable_and_the_same_for_every_form_of_a_text(text in text()) {
            let of = key(&text);
            prop_assert_eq!(&key(&of), &of);
            prop_assert_eq!(key(&composed(&text)), of.clone());
            prop_assert_eq!(key(&NFD.normalize(&text)), of.clone());
            prop_assert_eq!(key(&NFKD.normalize(&text)), of.clone());
            prop_assert_eq!(key(&format!(" {text}\u{200b} ")), of.clone());
            prop_assert!(!can_be_seen(&text) || !of.is_empty());
        }
    }
}
