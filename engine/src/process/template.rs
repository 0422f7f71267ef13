//! The templates that come with the program: processes as files, the same ones in several languages.

use std::sync::LazyLock;

use domain::{language::Message, text::invalid};
use entity::Timestamp;

use super::{change, definition::Definition, file};
use crate::{
    clock::Clock,
    error::{Error, Result},
};

/// A process to begin with.
#[derive(Debug)]
pub struct Template {
    /// What it is called in the API: `livespace/en`.
    pub key: &'static str,
    /// The language of its texts (BCP 47).
    pub language: &'static str,
    /// The file as it is in the repository.
    pub file: &'static str,
    /// What the file says. Its ids mean nothing: each process begun with it gets its own.
    pub definition: Definition,
}

/// Key, language and file of each.
const FILES: [(&str, &str, &str); 4] = [
    ("livespace/en", "en", include_str!("../../../templates/livespace.en.yaml")),
    ("livespace/pl", "pl", include_str!("../../../templates/livespace.pl.yaml")),
    ("meddic/en", "en", include_str!("../../../templates/meddic.en.yaml")),
    ("meddic/pl", "pl", include_str!("../../../templates/meddic.pl.yaml")),
];

/// Read once: they are part of the program.
static ALL: LazyLock<Result<Vec<Template>, String>> =
    LazyLock::new(|| FILES.into_iter().map(read).collect());

/// All templates.
pub fn all() -> Result<&'static [Template]> {
    match &*ALL {
        Ok(all) => Ok(all),
        Err(what) => Err(Error::bug(what.as_str())),
    }
}

/// The template with this key, or a refusal that names those that there are.
pub fn find(key: &str) -> Result<&'static Template> {
    let all = all()?;
    let known = || {
        let keys: Vec<_> = all.iter().map(|template| template.key).collect();
        let reason = Message::of("no-such-template").with("keys", keys.join(", "));
        invalid(reason).at("template").into()
    };
    all.iter().find(|template| template.key == key).ok_or_else(known)
}

impl Template {
    /// Whether its texts are in this language, whatever the region asked for: `pl-PL` is `pl`.
    pub fn speaks(&self, language: &str) -> bool {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        primary.eq_ignore_ascii_case(self.language)
    }
}

/// The template of a file, by the checks that every other process passes too.
fn read((key, language, file): (&'static str, &'static str, &'static str)) -> Parsed {
    let wrong = |flaws: Vec<file::Flaw>| {
        let flaws: Vec<_> = flaws.iter().map(ToString::to_string).collect();
        format!("the template {key} is wrong: {}", flaws.join("; "))
    };
    let parsed = file::parse(file).map_err(wrong)?;
    let nobody = |email: &str| {
        Err(Message::verbatim(format!("a template names no members, and {email} is one")))
    };
    let clock = Clock::fixed(Timestamp::default());
    let given = parsed.resolve(&nobody, &|| clock.new_uuid()).map_err(wrong)?;
    let definition = change::rebuild(&given)
        .map_err(|refusals| format!("the template {key} is refused: {refusals:?}"))?;
    Ok(Template { key, language, file, definition })
}

type Parsed = Result<Template, String>;
