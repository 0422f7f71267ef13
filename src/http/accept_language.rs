//! Which language a client asks for (RFC 9110, section 12.5.4), of those that there are texts in.

use std::cmp::Reverse;

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};
use domain::language::Language;

use super::{accept::weight, field::split};

/// What it asks for most, with whatever region; English where it asks for nothing that there is.
pub(crate) fn asked(headers: &HeaderMap) -> Language {
    let values = headers.get_all(ACCEPT_LANGUAGE).iter();
    let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    let entries = values.iter().flat_map(|value| split(value, ','));
    best(entries).unwrap_or_default()
}

/// What such a text asks for most; nothing where it asks for nothing that there is.
pub(crate) fn asked_in(text: &str) -> Option<Language> {
    best(split(text, ','))
}

fn best<'a>(entries: impl Iterator<Item = &'a str>) -> Option<Language> {
    let known = entries.filter_map(range).filter(|(weight, _)| *weight > 0);
    // of those that it likes alike the first
    known.min_by_key(|(weight, _)| Reverse(*weight)).map(|(_, language)| language)
}

/// How much it likes a language of ours. Who takes any gets English.
fn range(entry: &str) -> Option<(u16, Language)> {
    let mut parts = split(entry, ';');
    let tag = parts.next()?.trim();
    let language = if tag == "*" { Language::English } else { Language::of_tag(tag)? };
    Some((weight(parts)?, language))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_language_that_is_liked_best_is_taken_of_those_that_there_are() {
        use Language::{English, Polish};
        for (header, expected) in [
            ("pl", Polish),
            ("PL-pl", Polish),
            ("pl-Latn-PL;q=0.2", Polish),
            ("pl, en", Polish),
            ("en, pl", English),
            ("en;q=0.1, pl", Polish),
            ("en-GB, en;q=0.9, pl;q=0.8", English),
            ("de, fr;q=0.9, pl;q=0.1", Polish),
            ("de", English),
            ("pl;q=0", English),
            ("pl;q=0, *", English),
            ("*, pl;q=0.5", English),
            ("*;q=0.1, pl;q=0.5", Polish),
            ("pl;q=2, en;q=x", English),
            ("plx", English),
            ("", English),
            (";;,,q=1", English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(header));
            assert_eq!(asked(&headers), expected, "{header}");
        }
        assert_eq!(asked(&HeaderMap::new()), English);
        let mut two = HeaderMap::new();
        two.append(ACCEPT_LANGUAGE, HeaderValue::from_static("de"));
        two.append(ACCEPT_LANGUAGE, HeaderValue::from_static("pl"));
        assert_eq!(asked(&two), Polish);
    }
}
