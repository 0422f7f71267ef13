//! Taking a YAML tree apart: the keys that may be there, the kinds of values, and the words for what
//! is not as it should be.

use std::collections::HashMap;

use super::super::{
    At, Flaw, Located,
    node::{Node, Value},
};
use crate::{language::Message, text};

/// Collects what is wrong.
#[derive(Default)]
pub(crate) struct Reader {
    /// Everything found so far.
    pub flaws: Vec<Flaw>,
    /// Every address that was met.
    pub emails: Vec<Located<String>>,
}

/// The entries of a map that are not taken yet.
pub(crate) struct Fields {
    at: At,
    entries: HashMap<String, Node>,
}

impl Fields {
    /// The value of a key, unless it is told already that it is none.
    pub(crate) fn take(&mut self, key: &str) -> Option<Node> {
        self.entries.remove(key).filter(|node| !matches!(node.value, Value::Rejected))
    }

    fn is_rejected(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|node| matches!(node.value, Value::Rejected))
    }
}

impl Reader {
    /// Notes something wrong.
    pub(crate) fn wrong(&mut self, at: At, reason: Message) {
        self.flaws.push(Flaw::new(at, reason));
    }

    /// The entries of a map; each key that is not known is wrong.
    pub(crate) fn fields(&mut self, node: Node, what: &str, known: &[&str]) -> Option<Fields> {
        let entries = match node.value {
            Value::Map(entries) => entries,
            Value::Rejected => return None,
            _ => {
                let needed = Message::of("yaml-map-needed").choosing("what", what);
                self.wrong(node.at, needed.with("keys", known.join(", ")));
                return None;
            }
        };
        let mut fields = Fields { at: node.at, entries: HashMap::new() };
        for (key, value) in entries {
            if known.contains(&key.value.as_str()) {
                let value = self.given(&key, value);
                fields.entries.insert(key.value, value);
            } else {
                self.unknown(&key, what, known);
            }
        }
        Some(fields)
    }

    /// A key without a value says nothing, and may have lost what it said.
    fn given(&mut self, key: &Located<String>, node: Node) -> Node {
        let Value::Null(written) = &node.value else { return node };
        let reason = match written.as_str() {
            "" => Message::of("yaml-no-value"),
            written => Message::of("yaml-null-value").with("written", written),
        };
        self.wrong(key.at, reason.with("key", &key.value));
        Node { value: Value::Rejected, at: node.at }
    }

    fn unknown(&mut self, key: &Located<String>, what: &str, known: &[&str]) {
        let nearest = known.iter().min_by_key(|one| distance(&key.value, one));
        let advice = match nearest {
            Some(near) if distance(&key.value, near) <= 1 + near.len() / 3 => {
                Message::of("yaml-key-near").with("near", *near)
            }
            _ => Message::of("yaml-keys-known").with("keys", known.join(", ")),
        };
        let unknown = Message::of("yaml-key-unknown").with("key", text::excerpt(&key.value));
        self.wrong(key.at, unknown.choosing("what", what).with("advice", advice));
    }

    /// The value of a key that must be there.
    pub(crate) fn required(&mut self, fields: &mut Fields, key: &str) -> Option<Node> {
        let is_rejected = fields.is_rejected(key);
        let found = fields.take(key);
        if found.is_none() && !is_rejected {
            self.wrong(fields.at, Message::of("yaml-key-missing").with("key", key));
        }
        found
    }

    /// The entries of a list that may be left out.
    pub(crate) fn list(&mut self, fields: &mut Fields, key: &str) -> Vec<Node> {
        let Some(node) = fields.take(key) else { return Vec::new() };
        match node.value {
            Value::List(nodes) => {
                nodes.into_iter().filter(|node| !matches!(node.value, Value::Rejected)).collect()
            }
            other => {
                let needed = Message::of("yaml-list-needed").with("key", key);
                self.wrong(node.at, needed.with("given", given(&other)));
                Vec::new()
            }
        }
    }

    /// What is written, where it is text; otherwise that is told, and there is none.
    pub(crate) fn text(&mut self, node: Node) -> Option<String> {
        let found = match node.value {
            Value::Text(text) => return Some(text),
            Value::Rejected => return None,
            Value::Null(written) if written.is_empty() => Message::of("yaml-found-nothing"),
            Value::Null(written) => Message::of("yaml-found-null").with("written", written),
            Value::Bool(value, written) => Message::of("yaml-found-bool")
                .with("written", written)
                .with("value", value.to_string()),
            Value::Number(written) => Message::of("yaml-found-number").with("written", written),
            Value::List(_) => Message::of("yaml-found-list"),
            Value::Map(_) => Message::of("yaml-found-map"),
        };
        self.wrong(node.at, Message::of("yaml-text-needed").with("found", found));
        None
    }

    /// Yes or no; `key` begins the sentence.
    pub(crate) fn yes_or_no(&mut self, node: Node, key: &str) -> Option<bool> {
        let Value::Bool(value, _) = node.value else {
            let needed = Message::of("yaml-bool-needed").with("key", key);
            self.wrong(node.at, needed.with("given", given(&node.value)));
            return None;
        };
        Some(value)
    }

    /// A whole number from 0 to the limit, in plain digits: another notation would be read as one number
    /// by one version of YAML and as another by the next. `what` is the key.
    pub(crate) fn whole(&mut self, node: Node, limit: i64, what: &str) -> Option<u16> {
        if let Value::Number(written) = &node.value
            && is_plain(written)
            && let Some(number) = written.parse().ok().filter(|number| i64::from(*number) <= limit)
        {
            return Some(number);
        }
        let advice = match &node.value {
            Value::Number(written) if !is_common(written) => Message::of("yaml-plain-digits"),
            _ => Message::verbatim(""),
        };
        let needed = Message::of("yaml-whole-needed").with("what", what).with("limit", limit);
        self.wrong(node.at, needed.with("given", given(&node.value)).with("advice", advice));
        None
    }

    /// Names among siblings must differ, whatever their case.
    pub(crate) fn unique<'a>(&mut self, names: impl Iterator<Item = &'a Located<String>>) {
        let mut seen: HashMap<String, At> = HashMap::new();
        for name in names {
            let first = *seen.entry(text::key(&name.value)).or_insert(name.at);
            if first != name.at {
                let twice = Message::of("yaml-name-twice").with("name", &name.value);
                self.wrong(name.at, twice.with("line", first.line.to_string()));
            }
        }
    }
}

/// What is there instead of a value, as it is written.
pub(crate) fn given(value: &Value) -> Message {
    match value {
        Value::Null(written) | Value::Bool(_, written) | Value::Number(written) => {
            Message::of("yaml-given").with("written", written)
        }
        Value::Text(text) => Message::of("yaml-given-text").with("text", text::excerpt(text)),
        Value::List(_) => Message::of("yaml-given-list"),
        Value::Map(_) => Message::of("yaml-given-map"),
        Value::Rejected => Message::verbatim(""),
    }
}

/// Digits that everybody reads alike: `010` is 8 to some and 10 to others.
fn is_plain(written: &str) -> bool {
    let digits = written.bytes().all(|byte| byte.is_ascii_digit());
    digits && (written.len() == 1 || !written.starts_with('0'))
}

/// A number as people write it, though none that is wanted: `-1`, `1.5`.
fn is_common(written: &str) -> bool {
    let unsigned = written.strip_prefix('-').unwrap_or(written);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    is_plain(whole) && !whole.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit())
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
