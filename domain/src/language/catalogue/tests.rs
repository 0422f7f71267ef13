//! Both catalogues say the same things, and nothing that is said lacks a text.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// The messages of a language: what is written of each, as it is written.
fn written(language: Language) -> BTreeMap<String, String> {
    let catalogues = match language {
        Language::English => IN_ENGLISH,
        Language::Polish => IN_POLISH,
    };
    let mut found = BTreeMap::<String, String>::new();
    let mut name = String::new();
    let lines = catalogues.iter().flat_map(|text| text.lines());
    for line in lines.filter(|line| !line.starts_with('#')) {
        if let Some((start, rest)) = line.split_once(" = ")
            && line.starts_with(|first: char| first.is_ascii_lowercase())
        {
            name = start.to_owned();
            assert!(found.insert(name.clone(), rest.to_owned()).is_none(), "{name} is there twice");
        } else {
            found.get_mut(&name).unwrap().push_str(&format!("\n{line}"));
        }
    }
    found
}

fn facts(text: &str) -> BTreeSet<String> {
    let after = text.split('$').skip(1);
    let is_name = |letter: char| letter.is_ascii_lowercase() || letter == '_' || letter == '-';
    after.map(|rest| rest.split(|letter| !is_name(letter)).next().unwrap().to_owned()).collect()
}

#[test]
fn every_catalogue_can_be_read() {
    for catalogue in IN_ENGLISH.iter().chain(&IN_POLISH) {
        let read = FluentResource::try_new((*catalogue).to_owned());
        assert!(read.is_ok(), "{:?}", read.err().map(|(_, faults)| faults));
    }
}

#[test]
fn both_languages_say_the_same_with_the_same_facts() {
    let (english, polish) = (written(Language::English), written(Language::Polish));
    assert_eq!(english.keys().collect::<Vec<_>>(), polish.keys().collect::<Vec<_>>());
    for (name, text) in &english {
        assert_eq!(facts(text), facts(&polish[name]), "{name}");
    }
}

/// What is the same in both languages: no words, but signs around what others wrote.
const SAME: [&str; 5] =
    ["change-from-to", "event-with-change", "event-with-reason", "size-gibibytes", "value"];

/// What is written without the words by which it is chosen, and without what files say, which is quoted.
fn said(text: &str) -> String {
    let parts = text.split('[').map(|part| part.split_once(']').map_or(part, |(_, said)| said));
    let all: String = parts.collect();
    let parts = all.split('„').map(|part| part.split_once('”').map_or(part, |(_, said)| said));
    parts.collect()
}

#[test]
fn nothing_in_polish_is_english() {
    let (english, polish) = (written(Language::English), written(Language::Polish));
    for (name, text) in &polish {
        let is_same = SAME.contains(&name.as_str()) || name == "size-mebibytes";
        assert_eq!(*text == english[name], is_same, "{name}");
        for word in ["the", "is", "this", "of", "and", "may", "it", "was", "has", "or"] {
            let text = said(text);
            let mut words = text.split(|letter: char| !letter.is_alphanumeric());
            assert!(!words.any(|one| one == word), "{name}: {word}");
        }
        assert!(
            !text.contains(['“', '\'']) && text.matches('„').count() == text.matches('”').count(),
            "{name}"
        );
    }
}

#[test]
fn numbers_choose_the_forms_of_words() {
    let said = |deals: u64| {
        let facts = [("deals", Fact::Count(deals)), ("stage", Fact::from("Oferta"))];
        let text = text(Language::Polish, "stage-has-deals", &facts);
        text.split_once(" Podaj").unwrap().0.rsplit(' ').take(3).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(said(1), "szansę. otwartą 1");
    assert_eq!(said(3), "szanse. otwarte 3");
    assert_eq!(said(5), "szans. otwartych 5");
    assert_eq!(said(12), "szans. otwartych 12");
    assert_eq!(said(22), "szanse. otwarte 22");
    let many = [("name", Fact::from("Oferta")), ("actions", Fact::Count(0))];
    assert_eq!(text(Language::English, "change-stage-added", &many), "Added the stage “Oferta”");
    let one = [("name", Fact::from("Oferta")), ("actions", Fact::Count(1))];
    let text = |language| text(language, "change-stage-added", &one);
    assert_eq!(text(Language::English), "Added the stage “Oferta” with 1 action");
    assert_eq!(text(Language::Polish), "Dodano etap „Oferta” z 1 działaniem");
}

#[test]
fn what_people_wrote_comes_through_as_it_is() {
    let given = "{ $name } \u{2066}“x”\n{\"a\"}";
    for language in Language::ALL {
        let text = text(language, "name-taken", &[("name", Fact::from(given))]);
        assert!(text.contains(given), "{text}");
        assert!(!text.contains('\u{2068}'), "{text}");
    }
}
