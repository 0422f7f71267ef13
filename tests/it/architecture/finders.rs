//! What is read for somebody begins with what they may see: every finder does, or it is written here why not.

use super::{Source, sources};

/// Where a finder begins: with what the viewer may see, or with whether they may look at any of it.
const BEGINNINGS: [&str; 3] = ["visible_to", "seen_deals", "manage"];

/// Files whose rows everybody reads.
const FOR_ALL: [(&str, &str); 3] = [
    ("close_reason", "whoever closes a deal chooses among them"),
    ("member", "who is who is known to all (rule 16)"),
    ("process", "everybody reads all processes (rule 16)"),
];

/// Finders that begin with ids which were seen before, or with the viewer's own.
const ELSEWHERE: [(&str, &str); 15] = [
    ("deal::participants", "asked of deals that the viewer sees"),
    ("deal::done", "asked of deals that the viewer sees"),
    ("deal::notes_of", "asked of a deal that the viewer sees"),
    ("deal::notes_of_each", "asked of deals that the viewer sees"),
    ("deal::count_notes", "asked of deals that the viewer sees"),
    ("deal::used_notes", "asked of notes that the viewer sees"),
    ("event::page", "asked of a deal that the viewer sees"),
    ("event::page_of_each", "asked of deals that the viewer sees"),
    ("event::count", "asked of deals that the viewer sees"),
    ("file::of_notes", "asked of notes that the viewer sees"),
    ("notification::last", "a place in the viewer's own inbox"),
    ("notification::is_known", "a place in the viewer's own inbox"),
    ("notification::after", "where the inbox goes on: what it leads to is read by many()"),
    ("notification::unread_among", "asked of what the inbox of a viewer who sees every deal told"),
    ("notification::versions", "how often something happened to an inbox: whom to wake"),
];

/// A function of a file: its name, whether others call it to read, and all of it.
struct Function<'a> {
    name: &'a str,
    reads: bool,
    text: &'a str,
}

/// The functions of a file, each from its first line on.
fn functions(code: &str) -> Vec<Function<'_>> {
    let starts = code.match_indices("fn ").map(|(at, _)| {
        let line = code[..at].rfind('\n').map_or(0, |end| end + 1);
        (line, at)
    });
    let starts = starts.filter(|(line, at)| !code[*line..*at].starts_with(' '));
    starts.map(|(line, at)| function(&code[line..], at - line)).collect()
}

fn function(text: &str, at: usize) -> Function<'_> {
    let text = text.split_once("\n}").map_or(text, |(text, _)| text);
    let (before, after) = (&text[..at], &text[at + 3..]);
    let name = after.split(['(', '<']).next().unwrap();
    Function { name, reads: before.starts_with("pub") && before.contains("async"), text }
}

/// Those that read and do not begin where they should, neither by themselves nor by another function of the file.
fn blind(code: &str) -> Vec<&str> {
    let mut rest = functions(code);
    let mut known = BEGINNINGS.to_vec();
    loop {
        let begins = |one: &Function| known.iter().any(|name| calls(body(one), name));
        let (seeing, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(begins);
        rest = others;
        if seeing.is_empty() {
            return rest.iter().filter(|one| one.reads).map(|one| one.name).collect();
        }
        known.extend(seeing.iter().map(|one| one.name));
    }
}

fn body<'a>(function: &Function<'a>) -> &'a str {
    function.text.split_once('{').map_or("", |(_, body)| body)
}

/// Whether a function of the file or of its imports is called, and not one of the same name that is somewhere else.
fn calls(body: &str, name: &str) -> bool {
    let other = |char: char| char.is_alphanumeric() || "_:.".contains(char);
    let call = format!("{name}(");
    body.match_indices(&call).any(|(at, _)| !body[..at].ends_with(other))
}

fn noun(source: &Source) -> Option<&str> {
    let file = source.path.strip_prefix("engine/src/")?;
    let roles = ["/find.rs", "/find/alone.rs", "/head.rs"];
    roles.into_iter().find_map(|role| file.strip_suffix(role))
}

#[test]
fn finders_begin_with_what_the_viewer_may_see() {
    let mut found = Vec::new();
    for source in sources() {
        let Some(noun) = noun(&source) else { continue };
        if FOR_ALL.iter().all(|(all, _)| *all != noun) {
            found.extend(blind(&source.code).into_iter().map(|name| format!("{noun}::{name}")));
        }
    }
    found.sort();
    super::assert_only(&found, &ELSEWHERE, "a finder begins with visible_to(actor)");
}

#[test]
fn a_finder_that_looks_at_everything_is_found() {
    let code = "pub async fn many() {\n    listed()\n}\nfn listed() {\n    visible_to(actor)\n}\n\
                pub async fn all() {\n    Entity::find()\n}\npub fn keys() {\n}\n";
    assert_eq!(blind(code), ["all"]);
}
