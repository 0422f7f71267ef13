//! The directions of the code, read from the sources: `main → cli, http → graphql → use cases → tx, policy,
//! error, clock → entity`. Whoever needs an exception writes it down here with its reason.

use std::{fs, path::Path};

/// A file of the sources: its path below the repository, and its code without tests and comments.
struct Source {
    path: String,
    text: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "entity/src", "gate/src", "migration/src", "tests"] {
        collect(root, &root.join(folder), &mut found);
    }
    assert!(found.len() > 80, "the sources are here");
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.push(Source { path, code: code(&text), text });
        }
    }
}

/// What is compiled into the program, without comments.
fn code(text: &str) -> String {
    let program = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = program.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The files of these folders (or the files themselves) whose code holds one of these words.
fn naming(places: &[&str], words: &[&str]) -> Vec<String> {
    let named = |source: &Source| words.iter().any(|word| holds(&source.code, word));
    let all = sources().into_iter().filter(|source| within(&source.path, places));
    let mut found: Vec<_> = all.filter(named).map(|source| source.path).collect();
    found.sort();
    found
}

fn within(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path == *place || path.starts_with(&format!("{place}/")))
}

/// Whether a word is there as a whole: `deal::` is no part of `ideal::`, and `App` none of `Applied`.
fn holds(code: &str, word: &str) -> bool {
    let inside = |char: char| char.is_alphanumeric() || char == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = word.starts_with(inside) && code[..at].ends_with(inside);
        let after = word.ends_with(inside) && code[at + word.len()..].starts_with(inside);
        !before && !after
    })
}

/// What a rule says, and the files that may break it for a written reason: no more, and no fewer.
fn assert_only(found: &[String], exceptions: &[(&str, &str)], rule: &str) {
    let mut allowed: Vec<_> = exceptions.iter().map(|(path, _)| (*path).to_owned()).collect();
    allowed.sort();
    assert_eq!(found, allowed, "{rule}");
}

#[test]
fn the_edge_knows_no_database() {
    let found = naming(&["src/graphql", "src/http"], &["sea_orm"]);
    assert_only(&found, &[], "graphql and http call use cases and finders");
}

#[test]
fn processes_and_members_never_know_deals() {
    let found = naming(&["src/process", "src/member"], &["crate::deal", "deal::", "super::deal"]);
    assert_only(&found, &[], "deals read processes, and configure.rs knows both");
}

#[test]
fn use_cases_never_know_the_edge() {
    let inner = [
        "src/process",
        "src/member",
        "src/deal",
        "src/task",
        "src/close_reason",
        "src/event",
        "src/notification",
        "src/mail",
        "src/file",
        "src/token",
        "src/names",
        "src/email.rs",
        "src/text.rs",
        "src/text",
        "src/configure.rs",
        "src/apply.rs",
        "src/app.rs",
        "src/tx.rs",
        "src/db.rs",
        "src/db",
        "src/writing",
        "src/policy.rs",
        "src/refusal.rs",
        "src/page.rs",
        "src/auth.rs",
    ];
    let found =
        naming(&inner, &["crate::graphql", "crate::http", "crate::cli", "async_graphql", "axum"]);
    assert_only(&found, &[], "the edge calls use cases, never the other way round");
}

#[test]
fn graphql_never_knows_its_transport() {
    let found = naming(&["src/graphql"], &["crate::http", "axum"]);
    assert_only(&found, &[], "http calls graphql, never the other way round");
}

#[test]
fn decisions_are_pure() {
    let pure = [
        "src/deal/rules.rs",
        "src/deal/follow_up.rs",
        "src/task/rules.rs",
        "src/close_reason/rules.rs",
        "src/deal/mapping.rs",
        "src/deal/recipients.rs",
        "src/deal/progress.rs",
        "src/deal/state.rs",
        "src/deal/money.rs",
        "src/member/rules.rs",
        "src/process/change.rs",
        "src/process/definition.rs",
        "src/process/check.rs",
        "src/process/file/matching.rs",
        "src/process/file/matching/actions.rs",
        "src/process/file/place.rs",
        "src/process/file/write.rs",
        "src/process/version.rs",
        "src/event/sight.rs",
        "src/notification/text.rs",
        "src/mail/backoff.rs",
        "src/mail/compose.rs",
        "src/file/sign.rs",
        "src/file/sniff.rs",
        "src/db/fault.rs",
        "src/policy.rs",
        "src/refusal.rs",
        "src/text.rs",
        "src/text/by_name.rs",
        "src/text/key.rs",
        "src/text/seen.rs",
        "src/email.rs",
    ];
    let paths: Vec<_> = sources().into_iter().map(|source| source.path).collect();
    for path in pure {
        assert!(
            paths.iter().any(|known| known == path),
            "{path} is gone: say here where its rules are"
        );
    }
    let words =
        ["async", ".await", "ConnectionTrait", "EntityTrait", "Tx", "App", "Snapshot", "Clock"];
    assert_only(&naming(&pure, &words), &[], "decisions get values and give values");
}

#[test]
fn only_the_unit_of_work_begins_and_commits() {
    let words = [
        "begin_with_options",
        "begin_write",
        "begin_read",
        "Tx::begin",
        ".commit()",
        ".rollback()",
        "TransactionTrait",
    ];
    let exceptions = [
        ("src/app.rs", "owns every unit of work"),
        ("src/tx.rs", "is the unit of work"),
        ("src/tx/snapshot.rs", "is the view of one moment"),
        ("src/db.rs", "opens the connections that units of work begin on"),
        ("src/db/unit.rs", "is the transaction that a unit of work runs in"),
        (
            "src/event/sequencer.rs",
            "numbers events that are committed: no unit of work, and no decision",
        ),
    ];
    assert_only(
        &naming(&["src"], &words),
        &exceptions,
        "App::write and App::read own transactions",
    );
}

#[test]
fn only_stores_and_finders_query() {
    let words = [
        "EntityTrait",
        "QueryFilter",
        "QuerySelect",
        "ModelTrait",
        "Statement",
        "query_one",
        "execute_raw",
    ];
    let found = naming(&["src"], &words);
    let role = |path: &String| {
        let file = path.rsplit('/').next().unwrap();
        !["store.rs", "find.rs", "board.rs"].contains(&file)
    };
    let found: Vec<_> = found.into_iter().filter(role).collect();
    let exceptions = [
        ("src/auth.rs", "reads the token and its member, before there is an actor to read for"),
        ("src/db/layer.rs", "names what is asked of the database, for tests that have it fail"),
        ("src/db/live.rs", "runs what stores ask, on one connection"),
        ("src/db/outcome.rs", "asks what became of a commit"),
        ("src/db/pool.rs", "runs what stores ask, outside a transaction"),
        ("src/db/unit.rs", "runs what stores ask, in a transaction"),
        ("src/event/sequencer.rs", "one statement: it numbers committed events"),
        ("src/page.rs", "adds a page to any query; it runs none"),
        ("src/tx.rs", "locks, claims ids, appends events: what a unit of work is"),
    ];
    assert_only(&found, &exceptions, "only stores and finders query");
}

#[test]
fn only_the_clock_reads_the_time_and_makes_ids() {
    let words = ["Utc::now", "SystemTime::now", "Uuid::new_v4", "Uuid::now_v7", "Uuid::new_v7"];
    let exceptions = [("src/clock.rs", "is the clock")];
    assert_only(
        &naming(&["src", "entity/src", "migration/src"], &words),
        &exceptions,
        "time is a parameter",
    );
}

#[test]
fn only_the_policy_makes_grants() {
    let exceptions = [("src/policy.rs", "is the policy: the struct, and require() that makes it")];
    assert_only(&naming(&["src"], &["Grant {"]), &exceptions, "policy::require is the only maker");
}

#[test]
fn documents_are_prepared_by_nothing_but_their_text() {
    let server =
        ["waypost", "entity", "sea_orm", "axum", "tokio", "std::time", "std::fs", "std::env"];
    assert_only(&naming(&["gate/src"], &server), &[], "text and variables in, an operation out");
}

#[test]
fn tables_depend_on_nothing_of_ours() {
    let found = naming(&["entity/src", "migration/src"], &["waypost", "async_graphql"]);
    assert_only(&found, &[], "entity and migration stand alone");
    let found = naming(&["migration/src"], &["entity::", "use entity"]);
    assert_only(&found, &[], "what a migration does must not change with the entities");
}

#[test]
fn every_file_says_in_its_first_line_what_it_is_for() {
    let silent = sources().into_iter().filter(|source| !source.text.starts_with("//! "));
    let silent: Vec<_> = silent.map(|source| source.path).collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn files_stay_short_enough_to_read() {
    let long = sources().into_iter().filter(|source| source.text.lines().count() > 400);
    let mut long: Vec<_> = long.map(|source| source.path).collect();
    long.sort();
    let exceptions = [(
        "src/graphql/process_mutation.rs",
        "a documented line or two for each of twelve mutations",
    )];
    let allowed: Vec<_> = exceptions.iter().map(|(path, _)| *path).collect();
    let more: Vec<_> = long.iter().filter(|path| !allowed.contains(&path.as_str())).collect();
    assert!(more.is_empty(), "longer than 400 lines: {more:?}");
}
