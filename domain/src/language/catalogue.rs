//! The texts of each language, read once, and how facts are put into them.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use super::{Fact, Language};

type Texts = FluentBundle<FluentResource>;

const IN_ENGLISH: [&str; 10] = [
    include_str!("en/audit.ftl"),
    include_str!("en/changes.ftl"),
    include_str!("en/events.ftl"),
    include_str!("en/faults.ftl"),
    include_str!("en/files.ftl"),
    include_str!("en/notifications.ftl"),
    include_str!("en/process_files.ftl"),
    include_str!("en/refusals.ftl"),
    include_str!("en/rights.ftl"),
    include_str!("en/values.ftl"),
];
const IN_POLISH: [&str; 10] = [
    include_str!("pl/audit.ftl"),
    include_str!("pl/changes.ftl"),
    include_str!("pl/events.ftl"),
    include_str!("pl/faults.ftl"),
    include_str!("pl/files.ftl"),
    include_str!("pl/notifications.ftl"),
    include_str!("pl/process_files.ftl"),
    include_str!("pl/refusals.ftl"),
    include_str!("pl/rights.ftl"),
    include_str!("pl/values.ftl"),
];

static ENGLISH: LazyLock<Texts> = LazyLock::new(|| read(Language::English, &IN_ENGLISH));
static POLISH: LazyLock<Texts> = LazyLock::new(|| read(Language::Polish, &IN_POLISH));

fn texts(language: Language) -> &'static Texts {
    match language {
        Language::English => &ENGLISH,
        Language::Polish => &POLISH,
    }
}

/// A test reads each catalogue without a fault: what is wrong in one is left out here.
fn read(language: Language, catalogues: &[&str]) -> Texts {
    let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut texts = Texts::new_concurrent(vec![tag]);
    // whoever reads it shows text alone: marks for the direction of writing would be characters too many
    texts.set_use_isolating(false);
    for catalogue in catalogues {
        let read = FluentResource::try_new((*catalogue).to_owned());
        texts.add_resource_overriding(read.unwrap_or_else(|(read, _)| read));
    }
    texts
}

/// The text of this name, with these facts; its name, where there is none, which a test looks for.
pub(super) fn text(language: Language, name: &str, facts: &[(&'static str, Fact)]) -> String {
    let texts = texts(language);
    let Some(pattern) = texts.get_message(name).and_then(|message| message.value()) else {
        return name.to_owned();
    };
    let mut given = FluentArgs::with_capacity(facts.len());
    for (name, fact) in facts {
        given.set(*name, value(language, fact));
    }
    texts.format_pattern(pattern, Some(&given), &mut Vec::new()).into_owned()
}

fn value(language: Language, fact: &Fact) -> FluentValue<'_> {
    match fact {
        Fact::Text(text) => FluentValue::String(Cow::Borrowed(text)),
        Fact::Count(count) => FluentValue::from(*count),
        Fact::Decimal(number) => FluentValue::from(decimal(language, number)),
        Fact::Message(message) => FluentValue::from(message.text(language)),
        Fact::List(all) => {
            let all: Vec<_> = all.iter().map(|one| one.text(language)).collect();
            FluentValue::from(all.join(", "))
        }
    }
}

fn decimal(language: Language, number: &str) -> String {
    match language {
        Language::English => number.to_owned(),
        Language::Polish => number.replace('.', ","),
    }
}

#[cfg(test)]
mod tests;
