//! YAML as a tree in which every value knows its line and column, so that whatever is wrong with it
//! can be said at the right place, and all of it at once.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{
    DuplicateKeyPolicy, Location, Options, Spanned, UserMessageFormatter, budget, options,
    options::MergeKeyPolicy,
};

use super::{At, Flaw, Located, SIZE_LIMIT};

/// Values in a file, those that anchors repeat included: a bomb is stopped long before it explodes.
const NODE_LIMIT: usize = 100_000;

/// A value and where it is.
#[derive(Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it begins.
    pub at: At,
}

/// What YAML can say.
#[derive(Debug)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Whole(i128),
    /// Another number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with their values, in order.
    Map(Vec<(Located<String>, Node)>),
}

/// The tree of a text, or the first place where it is no YAML.
pub fn parse(text: &str) -> Result<Node, Flaw> {
    let parsed = serde_saphyr::from_str_with_options(text, limits());
    parsed.map_err(|error| tab(text).unwrap_or_else(|| flaw(&error)))
}

/// A tab in the indentation, which people cannot see and the parser notices elsewhere.
fn tab(text: &str) -> Option<Flaw> {
    let mut lines = (1..).zip(text.lines());
    lines.find_map(|(line, text)| {
        let column = 1 + text.chars().take_while(|letter| *letter == ' ').count() as u64;
        let reason = "This is not valid YAML: a line is indented with spaces, and here is a tab.";
        let content = text.trim();
        let is_tab = text.trim_start_matches(' ').starts_with('\t') && !content.is_empty();
        is_tab.then(|| Flaw::new(At { line, column }, reason))
    })
}

fn limits() -> Options {
    options! {
        budget: budget! {
            max_events: NODE_LIMIT * 4,
            max_nodes: NODE_LIMIT,
            max_documents: 1,
            max_depth: 32,
            max_aliases: 1000,
            max_anchors: 1000,
            max_total_scalar_bytes: SIZE_LIMIT,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: NODE_LIMIT },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        with_snippet: false,
    }
}

fn flaw(error: &serde_saphyr::Error) -> Flaw {
    let at = error.location().map_or(At { line: 1, column: 1 }, At::from);
    let mut text = error.render_with_formatter(&UserMessageFormatter);
    if let Some(end) = text.find(" at line ") {
        text.truncate(end); // the place comes before the text already
    }
    Flaw::new(at, format!("This is not valid YAML: {text}."))
}

impl From<Location> for At {
    fn from(location: Location) -> Self {
        Self { line: location.line(), column: location.column() }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = Spanned::<Value>::deserialize(deserializer)?;
        Ok(Self { value: found.value, at: found.referenced.into() })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Whole(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Whole(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Whole(value))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::Whole(value.try_into().unwrap_or(i128::MAX)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<Value, E> {
        Err(E::custom("binary values have no place here"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Value::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            if entries.len() > 1000 {
                return Err(A::Error::custom("there are too many keys here"));
            }
            let at = key.referenced.into();
            entries.push((Located { value: key.value, at }, map.next_value()?));
        }
        Ok(Value::Map(entries))
    }
}
