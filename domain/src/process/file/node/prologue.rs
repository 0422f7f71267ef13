//! What may stand before the first document: directives, of which a process needs none.

use super::{At, Flaw};
use crate::language::Message;

/// Directives that would be passed over: all but `%YAML 1.2`, which says what holds anyway.
pub(crate) fn flaws(text: &str) -> Vec<Flaw> {
    let lines = (1..).zip(text.lines());
    let prologue = lines.take_while(|(_, line)| {
        line.trim().is_empty() || line.starts_with('#') || line.starts_with('%')
    });
    let directives = prologue.filter(|(_, line)| line.starts_with('%'));
    directives
        .filter_map(|(line, text)| Some(Flaw::new(At { line, column: 1 }, flaw(text)?)))
        .collect()
}

fn flaw(directive: &str) -> Option<Message> {
    let mut words = directive.split_whitespace();
    match (words.next(), words.next()) {
        (Some("%YAML"), Some("1.2")) => None,
        (Some("%YAML"), _) => Some(Message::of("yaml-version")),
        _ => Some(Message::of("yaml-percent")),
    }
}
