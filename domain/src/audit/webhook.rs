//! What of a webhook was changed, a sentence each.

use entity::audit_entry::{Change, Part};

use crate::language::{Fact, Message};

/// What was changed, and what it was and is where that may be told.
pub(super) fn changed(change: &Change) -> Message {
    let (before, after) = (&change.before, &change.after);
    let told = |given: &[String]| given.first().cloned().unwrap_or_else(|| "?".to_owned());
    let one = |name| Message::of(name).with("before", told(before)).with("after", told(after));
    let chosen = |name, each: fn(&str) -> Message| {
        Message::of(name).with("before", all(before, each)).with("after", all(after, each))
    };
    match change.part {
        Part::Name => one("audit-webhook-name"),
        Part::Origin => one("audit-webhook-origin"),
        Part::Path => one("audit-webhook-path"),
        Part::Member => one("audit-webhook-member"),
        Part::Document => Message::of(document(before.is_empty(), after.is_empty())),
        Part::Processes => chosen("audit-webhook-processes", quoted),
        Part::Events => chosen("audit-webhook-events", |code| Message::verbatim(code.to_owned())),
        Part::State if after.is_empty() => Message::of("audit-webhook-paused"),
        Part::State => Message::of("audit-webhook-resumed"),
    }
}

fn document(had_none: bool, has_none: bool) -> &'static str {
    match (had_none, has_none) {
        (true, _) => "audit-webhook-document-added",
        (_, true) => "audit-webhook-document-removed",
        (false, false) => "audit-webhook-document-changed",
    }
}

/// These, or all there are where none is named.
fn all(given: &[String], each: fn(&str) -> Message) -> Fact {
    match given {
        [] => Message::of("audit-webhook-all").into(),
        given => given.iter().map(|one| each(one)).collect::<Vec<_>>().into(),
    }
}

fn quoted(name: &str) -> Message {
    Message::of("quoted").with("name", name)
}
