//! Who writes which table: the store of its noun, and nobody else but for a written reason.

use std::collections::BTreeSet;

use super::{Source, holds, sources, within};

/// Tables that are a part of another noun than the one of their name.
const PARTS: [(&str, &str); 16] = [
    ("action", "process"),
    ("action_performer", "process"),
    ("audit_entry", "audit"),
    ("completion", "deal"),
    ("deal_participant", "deal"),
    ("file_secret", "file"),
    ("inbox", "notification"),
    ("inbox_event", "notification"),
    ("name_keys", "names"),
    ("note", "deal"),
    ("process_version", "process"),
    ("stage", "process"),
    ("token", "member/token"),
    ("webhook_delivery", "webhook"),
    ("webhook_lease", "webhook"),
    ("write_probe", "writing"),
];

/// Tables that somebody else writes than the store of their noun: which, where, and why.
const ELSEWHERE: [(&str, &str, &str); 17] = [
    ("E", "db/rows.rs", "many rows of any table, for stores"),
    ("T", "delivery/store.rs", "what is due, in the table of any channel"),
    ("claimed_id", "tx/claim.rs", "the unit of work claims ids"),
    ("close_reason", "names/store.rs", "the keys of names are made anew for all at once"),
    ("deal", "check/store.rs", "what is derived is made anew, and nothing else of it"),
    ("deal", "names/store.rs", "the keys of names are made anew for all at once"),
    ("deal_text", "check/store.rs", "an index that triggers keep is made anew"),
    ("deal_text_number", "check/store.rs", "an index that triggers keep is made anew"),
    ("event", "event/sequencer.rs", "gives what is committed its place"),
    ("event", "tx/recorded.rs", "the unit of work appends what happened"),
    ("log_secret", "backup/store.rs", "a restored log is another one"),
    ("log_state", "tx.rs", "the unit of work says that rights have changed"),
    ("member", "names/store.rs", "the keys of names are made anew for all at once"),
    ("process", "names/store.rs", "the keys of names are made anew for all at once"),
    ("process_version", "event/sequencer.rs", "gives what is committed its place"),
    (
        "task",
        "deal/store/written.rs",
        "what happens to tasks happens to their deal, and is written with it",
    ),
    (
        "webhook_delivery",
        "deal/store/written.rs",
        "what a withdrawn note said is forgotten with it",
    ),
];

/// The word that ends here.
fn word_before(code: &str) -> &str {
    code.rsplit(|char: char| !(char.is_alphanumeric() || char == '_')).next().unwrap()
}

/// The word that begins here.
fn word_after(code: &str) -> &str {
    code.split(|char: char| !(char.is_alphanumeric() || char == '_')).next().unwrap()
}

/// The module from which a file takes a bare `Entity`.
fn imported(code: &str) -> &str {
    let lists = code.match_indices("::{").map(|(at, list)| (at, &code[at + list.len()..]));
    let mut lists = lists.map(|(at, list)| (at, list.split(['{', '}']).next().unwrap()));
    let found = lists.find(|(_, list)| holds(list, "Entity"));
    word_before(&code[..found.expect("Entity is imported").0])
}

/// What an entity is called, of which this is the path: `deal::Entity`, `Entity`, or a parameter of any.
fn table<'a>(path: &'a str, code: &'a str) -> Option<&'a str> {
    match word_before(path) {
        "Entity" => Some(match path.strip_suffix("::Entity") {
            Some(module) => word_before(module),
            None => imported(code),
        }),
        any @ ("E" | "T") => Some(any),
        _ => None,
    }
}

/// The tables that are written by methods of their entities.
fn by_entity(code: &str) -> impl Iterator<Item = &str> {
    let verbs = ["::insert", "::update", "::delete"];
    let calls = verbs.into_iter().flat_map(|verb| code.match_indices(verb));
    calls.filter_map(|(at, _)| table(&code[..at], code))
}

/// The tables that are written many rows at once.
fn by_rows(code: &str) -> impl Iterator<Item = &str> {
    let calls = ["insert_rows::<", "update_rows::<"];
    let calls = calls.into_iter().flat_map(|call| code.split(call).skip(1)).map(word_after);
    let named = code.split("db::update(").skip(1).filter_map(|rest| rest.split('"').nth(1));
    calls.chain(named)
}

/// The tables that are written by statements which are text.
fn by_text(code: &str) -> impl Iterator<Item = &str> {
    let verbs = ["UPDATE ", "INSERT INTO ", "DELETE FROM "];
    let found = verbs.into_iter().flat_map(|verb| code.split(verb).skip(1)).map(word_after);
    found.filter(|table| !table.is_empty())
}

fn written(source: &Source) -> BTreeSet<&str> {
    let code = &source.code;
    by_entity(code).chain(by_rows(code)).chain(by_text(code)).collect()
}

fn is_its_store(table: &str, file: &str) -> bool {
    let part = PARTS.iter().find(|(part, _)| *part == table);
    let noun = part.map_or(table, |(_, noun)| noun);
    file == format!("{noun}/store.rs") || file.starts_with(&format!("{noun}/store/"))
}

#[test]
fn a_table_is_written_by_the_store_of_its_noun() {
    let (mut tables, mut found) = (BTreeSet::new(), BTreeSet::new());
    let sources = sources();
    for source in sources.iter().filter(|source| within(&source.path, &["engine/src"])) {
        let file = source.path.trim_start_matches("engine/src/");
        tables.extend(written(source));
        let others = written(source).into_iter().filter(|table| !is_its_store(table, file));
        found.extend(others.map(|table| (table, file)));
    }
    assert!(tables.len() > 20, "{tables:?}");
    let written_here = ELSEWHERE.iter().map(|(table, file, _)| (*table, *file)).collect();
    assert_eq!(found, written_here, "a table is written by the store of its noun");
}

#[test]
fn only_stores_have_rows_that_save_themselves() {
    let exceptions = [
        ("engine/src/close_reason/store.rs", "its own rows"),
        ("engine/src/db/rows.rs", "reads the columns of any row, for stores"),
        ("engine/src/deal/store/written.rs", "its own rows"),
        ("engine/src/process/store/written.rs", "its own rows"),
        ("engine/src/webhook/store.rs", "its own rows"),
    ];
    let found = super::naming(&super::PROGRAM, &["ActiveModelTrait"]);
    super::assert_only(&found, &exceptions, "rows are written by the store of their noun");
}
