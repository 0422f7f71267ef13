//! Taking a YAML tree apart: the keys that may be there, the kinds of values, and the words for what
//! is not as it should be.

use std::collections::HashMap;

use super::super::{
    At, Flaw, Located,
    node::{Node, Value},
};
use crate::text;

/// Collects what is wrong.
#[derive(Default)]
pub struct Reader {
    /// Everything found so far.
    pub flaws: Vec<Flaw>,
}

/// The entries of a map that are not taken yet.
pub struct Fields {
    at: At,
    entries: HashMap<String, Node>,
}

impl Fields {
    /// The value of a key; nothing for `key:` without a value too.
    pub fn take(&mut self, key: &str) -> Option<Node> {
        self.entries.remove(key).filter(|node| !matches!(node.value, Value::Null))
    }
}

impl Reader {
    /// Notes something wrong.
    pub fn wrong(&mut self, at: At, text: impl Into<String>) {
        self.flaws.push(Flaw::new(at, text));
    }

    /// The entries of a map; each key that is not known is wrong.
    pub fn fields(&mut self, node: Node, what: &str, known: &[&str]) -> Option<Fields> {
        let Value::Map(entries) = node.value else {
            self.wrong(node.at, format!("Here {what} is needed: a map with {}.", known.join(", ")));
            return None;
        };
        let mut fields = Fields { at: node.at, entries: HashMap::new() };
        for (key, value) in entries {
            if known.contains(&key.value.as_str()) {
                fields.entries.insert(key.value, value);
            } else {
                self.unknown(&key, what, known);
            }
        }
        Some(fields)
    }

    fn unknown(&mut self, key: &Located<String>, what: &str, known: &[&str]) {
        let nearest = known.iter().min_by_key(|one| distance(&key.value, one));
        let advice = match nearest {
            Some(near) if distance(&key.value, near) <= 1 + near.len() / 3 => {
                format!("Did you mean “{near}”?")
            }
            _ => format!("There are: {}.", known.join(", ")),
        };
        self.wrong(key.at, format!("{} is no key of {what}. {advice}", text::quoted(&key.value)));
    }

    /// The value of a key that must be there.
    pub fn required(&mut self, fields: &mut Fields, key: &str) -> Option<Node> {
        let found = fields.take(key);
        if found.is_none() {
            self.wrong(fields.at, format!("“{key}:” is missing here, or has no value."));
        }
        found
    }

    /// The entries of a list that may be left out.
    pub fn list(&mut self, fields: &mut Fields, key: &str) -> Vec<Node> {
        let Some(node) = fields.take(key) else { return Vec::new() };
        match node.value {
            Value::List(nodes) => nodes,
            _ => {
                let advice = "Put each entry on a line of its own, after “- ”, or all in brackets.";
                self.wrong(node.at, format!("{key} is a list. {advice}"));
                Vec::new()
            }
        }
    }

    /// A text.
    pub fn text(&mut self, node: Node) -> Option<String> {
        let found = match node.value {
            Value::Text(text) => return Some(text),
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Whole(_) | Value::Number(_) => "a number",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        };
        let advice = "Put it in quotes if it is meant as text.";
        self.wrong(node.at, format!("A text is needed, and YAML reads this as {found}. {advice}"));
        None
    }

    /// A whole number from 0 to the limit; `what` begins the sentence.
    pub fn whole(&mut self, node: Node, limit: i64, what: &str) -> Option<u16> {
        let given = match node.value {
            Value::Whole(number) if (0..=i128::from(limit)).contains(&number) => {
                return u16::try_from(number).ok();
            }
            Value::Whole(number) => format!(", not {number}"),
            Value::Number(number) if number.abs() > 1e15 => format!(", not {number:e}"),
            Value::Number(number) => format!(", not {number}"),
            Value::Text(text) => format!(", not {}", text::quoted(&text)),
            _ => String::new(),
        };
        self.wrong(node.at, format!("{what} a whole number from 0 to {limit}{given}."));
        None
    }

    /// Names among siblings must differ, whatever their case.
    pub fn unique<'a>(&mut self, names: impl Iterator<Item = &'a Located<String>>) {
        let mut seen: HashMap<String, At> = HashMap::new();
        for name in names {
            let first = *seen.entry(text::key(&name.value)).or_insert(name.at);
            if first != name.at {
                let (name, at, line) = (&name.value, name.at, first.line);
                self.wrong(at, format!("“{name}” is there already in line {line} (upper and lower case count as the same, and so does whatever looks the same). Choose another name."));
            }
        }
    }
}

/// How many letters have to be added, dropped or replaced to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.to_lowercase().chars().take(40).enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (at, candidate) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *candidate);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(row[at] + 1).min(row[at + 1] + 1);
        }
    }
    row[other.len()]
}
