//! YAML as a tree in which every value knows its line and column, so that whatever is wrong with it
//! can be said at the right place, and all of it at once.
//!
//! Nothing that is written is dropped: what a tree cannot hold is a flaw.

use std::collections::HashMap;

use granit_parser::{Event, Marker, Parser, Span, StrInput, Tag};

use super::{At, Flaw, Located, SIZE_LIMIT};
use crate::{language::Message, text::excerpt};

mod plain;
mod prologue;
mod wrong;

use plain::Style;

/// Values in a file, those that anchors repeat included: a bomb is stopped long before it explodes.
const NODE_LIMIT: usize = 100_000;
/// Lists and maps within one another.
const DEPTH_LIMIT: usize = 32;

/// A value and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The value.
    pub value: Value,
    /// Where it begins.
    pub at: At,
}

/// What YAML can say. What is neither text, list nor map is kept as it is written, to tell it so.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing: `~`, `null`, or nothing written at all.
    Null(String),
    /// Yes or no.
    Bool(bool, String),
    /// A number.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with their values, in order; each key once.
    Map(Vec<(Located<String>, Node)>),
    /// Something wrong, of which a flaw tells already.
    Rejected,
}

/// The tree of a text, as far as it can be built, and what is wrong with its writing. Where it is no
/// YAML, there is none: the last flaw is the first place where it is not.
pub(crate) fn parse(text: &str) -> Result<(Node, Vec<Flaw>), Vec<Flaw>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let flaws = prologue::flaws(text);
    let events = Parser::new_from_str_with_options(text, options());
    let (anchors, nodes, bytes) = Default::default();
    let mut builder = Builder { events, flaws, anchors, nodes, bytes };
    match builder.documents() {
        Ok(root) => Ok((root, builder.flaws)),
        Err(wrong) => {
            builder.flaws.push(wrong::tab(text).unwrap_or(wrong));
            Err(builder.flaws)
        }
    }
}

fn options() -> granit_parser::Options {
    let mut options = granit_parser::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEPTH_LIMIT,
        block_nesting_limit: DEPTH_LIMIT,
    };
    options.set_emit_comments(false);
    options
}

impl From<&Marker> for At {
    fn from(marker: &Marker) -> Self {
        Self { line: marker.line() as u64, column: marker.col() as u64 + 1 }
    }
}

/// What an anchor names: a value that aliases repeat, and how much that is.
struct Anchored {
    node: Node,
    nodes: usize,
    bytes: usize,
}

struct Builder<'a> {
    events: Parser<'a, StrInput<'a>>,
    flaws: Vec<Flaw>,
    anchors: HashMap<usize, Anchored>,
    nodes: usize,
    bytes: usize,
}

impl<'a> Builder<'a> {
    /// The one document. Empty ones around it, as a `---` at the end makes one, say nothing.
    fn documents(&mut self) -> Result<Node, Flaw> {
        let mut root: Option<Node> = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::DocumentStart(..) => {
                    let first = self.next()?;
                    if is_nothing(&first) {
                        continue;
                    }
                    if root.is_some() {
                        self.wrong(&span, Message::of("yaml-second-document"));
                        break;
                    }
                    root = Some(self.node(first)?);
                }
                Event::StreamEnd => break,
                _ => {}
            }
        }
        let nothing = Node { value: Value::Null(String::new()), at: At { line: 1, column: 1 } };
        Ok(root.unwrap_or(nothing))
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Flaw> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(wrong::flaw(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn wrong(&mut self, span: &Span, reason: Message) {
        self.flaws.push(Flaw::new((&span.start).into(), reason));
    }

    fn node(&mut self, (event, span): (Event<'a>, Span)) -> Result<Node, Flaw> {
        let at = At::from(&span.start);
        let (nodes, bytes) = (self.nodes, self.bytes);
        let (anchor, tag) = (event.anchor_id(), event.tag().cloned());
        let value = match event {
            Event::Scalar(text, style, ..) => self.scalar(text.into_owned(), style.into(), &span),
            Event::SequenceStart(..) => self.list()?,
            Event::MappingStart(..) => self.map()?,
            Event::Alias(id) => self.alias(id, &span)?,
            Event::UnresolvedAlias(name) => self.unresolved(&name, &span),
            _ => Value::Rejected,
        };
        self.count(1, 0, at)?;
        let value = match tag {
            Some(tag) => tagged(&tag, value, &span).unwrap_or_else(|flaw| {
                self.flaws.push(flaw);
                Value::Rejected
            }),
            None => value,
        };
        let node = Node { value, at };
        if let Some(id) = anchor {
            let (nodes, bytes) = (self.nodes - nodes, self.bytes - bytes);
            self.anchors.insert(id, Anchored { node: node.clone(), nodes, bytes });
        }
        Ok(node)
    }

    fn scalar(&mut self, text: String, style: Style, span: &Span) -> Value {
        self.bytes += text.len();
        if style == Style::Plain && span.is_empty() {
            return Value::Null(String::new());
        }
        plain::value(text, style)
    }

    fn list(&mut self) -> Result<Value, Flaw> {
        let mut nodes = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::List(nodes)),
                event => nodes.push(self.node(event)?),
            }
        }
    }

    fn map(&mut self) -> Result<Value, Flaw> {
        let (mut entries, mut seen) = (Vec::new(), HashMap::new());
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(Value::Map(entries));
            }
            let key = self.key((event, span))?;
            let event = self.next()?;
            let value = self.node(event)?;
            let Some(key) = key else { continue };
            match seen.insert(key.value.clone(), key.at) {
                None => entries.push((key, value)),
                Some(first) => {
                    seen.insert(key.value.clone(), first);
                    let twice = Message::of("yaml-key-twice").with("key", excerpt(&key.value));
                    let twice = twice.with("line", first.line.to_string());
                    self.flaws.push(Flaw::new(key.at, twice));
                }
            }
        }
    }

    /// A key, unless it is none that a map of a process can have.
    fn key(&mut self, (event, span): (Event<'a>, Span)) -> Result<Option<Located<String>>, Flaw> {
        let at = At::from(&span.start);
        match &event {
            Event::Scalar(text, ..)
                if event.tag().is_none() && !span.is_empty() && text != "<<" =>
            {
                let value = text.clone().into_owned();
                self.node((event, span))?;
                return Ok(Some(Located { value, at }));
            }
            Event::Scalar(text, ..) if text == "<<" => {
                self.wrong(&span, Message::of("yaml-merge-key"));
            }
            Event::Scalar(..) if span.is_empty() => self.wrong(&span, Message::of("yaml-no-key")),
            _ => self.wrong(&span, Message::of("yaml-key-no-word")),
        }
        let flaws = self.flaws.len();
        self.node((event, span))?;
        self.flaws.truncate(flaws);
        Ok(None)
    }

    /// What an alias repeats, at the place of the alias.
    fn alias(&mut self, id: usize, span: &Span) -> Result<Value, Flaw> {
        let at = At::from(&span.start);
        let Some(anchored) = self.anchors.get(&id) else {
            self.wrong(span, Message::of("yaml-endless"));
            return Ok(Value::Rejected);
        };
        let (node, nodes, bytes) = (anchored.node.clone(), anchored.nodes, anchored.bytes);
        self.count(nodes, bytes, at)?;
        Ok(moved(node, at).value)
    }

    fn unresolved(&mut self, name: &str, span: &Span) -> Value {
        self.wrong(span, Message::of("yaml-alias-unknown").with("name", excerpt(name)));
        Value::Rejected
    }

    fn count(&mut self, nodes: usize, bytes: usize, at: At) -> Result<(), Flaw> {
        self.nodes += nodes;
        self.bytes += bytes;
        if self.nodes > NODE_LIMIT || self.bytes > SIZE_LIMIT {
            return Err(Flaw::new(at, Message::of("yaml-too-much")));
        }
        Ok(())
    }
}

fn is_nothing((event, span): &(Event<'_>, Span)) -> bool {
    let plain = event.anchor_id().is_none() && event.tag().is_none();
    matches!(event, Event::Scalar(..)) && span.is_empty() && plain
}

/// The value with a tag; only those of YAML itself mean anything, and only where they fit.
fn tagged(tag: &Tag, value: Value, span: &Span) -> Result<Value, Flaw> {
    let suffix = tag.core_suffix().unwrap_or_default();
    match (suffix, value) {
        ("str", Value::Null(text) | Value::Bool(_, text) | Value::Number(text)) => {
            Ok(Value::Text(text))
        }
        ("str", value @ Value::Text(_))
        | ("seq", value @ Value::List(_))
        | ("map", value @ Value::Map(_))
        | ("int" | "float", value @ Value::Number(_))
        | ("bool", value @ Value::Bool(..))
        | ("null", value @ Value::Null(_))
        | (_, value @ Value::Rejected) => Ok(value),
        _ => {
            let at = span.tag_start.as_ref().unwrap_or(&span.start);
            Err(Flaw::new(at.into(), Message::of("yaml-tag-unknown")))
        }
    }
}

/// A copy at another place: two copies must not look like one.
fn moved(mut node: Node, at: At) -> Node {
    node.at = at;
    node.value = match node.value {
        Value::List(nodes) => Value::List(nodes.into_iter().map(|node| moved(node, at)).collect()),
        Value::Map(entries) => {
            let entries = entries.into_iter();
            let entries = entries
                .map(|(key, node)| (Located { value: key.value, at }, moved(node, at)))
                .collect();
            Value::Map(entries)
        }
        value => value,
    };
    node
}
