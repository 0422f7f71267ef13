//! A text that has no language yet.

use std::borrow::Cow;

use super::{Language, catalogue};

/// Something to say: the name of its text in the catalogues, and the facts in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    name: Name,
    facts: Vec<(&'static str, Fact)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    /// Of a text in the catalogues.
    Catalogued(&'static str),
    /// The text itself: what others wrote, or what is English for everybody.
    Verbatim(Cow<'static, str>),
}

/// What is put into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// As it is.
    Text(String),
    /// A number that counts something: it chooses the forms of words.
    Count(u64),
    /// A number as people write it with a point or a comma, given with a point.
    Decimal(String),
    /// What is said in the same language.
    Message(Message),
    /// Several of these, one after the other.
    List(Vec<Message>),
}

impl Message {
    /// The text of this name.
    pub const fn of(name: &'static str) -> Self {
        Self { name: Name::Catalogued(name), facts: Vec::new() }
    }

    /// What is said in these words to everybody, whatever they read.
    pub fn verbatim(text: impl Into<Cow<'static, str>>) -> Self {
        Self { name: Name::Verbatim(text.into()), facts: Vec::new() }
    }

    /// This, with a fact under the name by which its text knows it.
    pub fn with(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.facts.push((name, fact.into()));
        self
    }

    /// This, with one of a few words, by which its text chooses what it says: as a name, without spaces.
    pub fn choosing(self, name: &'static str, word: &str) -> Self {
        self.with(name, word.replace("'s", "").replace(' ', "-"))
    }

    /// This, with each text among its facts as this makes it.
    pub fn each_text(self, change: fn(&str) -> String) -> Self {
        let name = match self.name {
            Name::Verbatim(text) => Name::Verbatim(change(&text).into()),
            name @ Name::Catalogued(_) => name,
        };
        let facts = self.facts.into_iter().map(|(name, fact)| (name, fact.each_text(change)));
        Self { name, facts: facts.collect() }
    }

    /// The text, for whoever reads this language.
    pub fn text(&self, language: Language) -> String {
        match &self.name {
            Name::Verbatim(text) => text.clone().into_owned(),
            Name::Catalogued(name) => catalogue::text(language, name, &self.facts),
        }
    }
}

impl Fact {
    fn each_text(self, change: fn(&str) -> String) -> Self {
        match self {
            Self::Text(text) => Self::Text(change(&text)),
            Self::Message(message) => Self::Message(message.each_text(change)),
            Self::List(all) => {
                Self::List(all.into_iter().map(|one| one.each_text(change)).collect())
            }
            number @ (Self::Count(_) | Self::Decimal(_)) => number,
        }
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Fact {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Fact {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Fact {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

/// A number that names something, such as a version: it counts nothing.
impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self::Text(number.to_string())
    }
}

impl From<Message> for Fact {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

impl From<Vec<Message>> for Fact {
    fn from(messages: Vec<Message>) -> Self {
        Self::List(messages)
    }
}
