//! The directions of the code that are not kept by the compiler, read from the sources. Between crates it keeps
//! them: `entity → domain → engine → waypost`, and what each may depend on is written here. Whoever needs an
//! exception writes it down with its reason.

use std::{fs, path::Path};

mod circles;
mod finders;
mod tables;

/// What is compiled into the program.
const PROGRAM: [&str; 5] = ["src", "engine/src", "domain/src", "entity/src", "migration/src"];

/// A file of the sources: its path below the repository, and its code without tests and comments.
struct Source {
    path: String,
    text: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        collect(root, &root.join(folder), &mut found);
    }
    for member in members(root) {
        collect(root, &root.join(member).join("src"), &mut found);
    }
    assert!(found.len() > 80, "the sources are here");
    found
}

/// The crates of the workspace besides the server.
fn members(root: &Path) -> Vec<String> {
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let crates =
        folders.filter(|path| path.join("Cargo.toml").is_file() && path.join("src").is_dir());
    crates.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

/// What a crate depends on, without what only its tests need.
fn dependencies(member: &str) -> Vec<String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(member).join("Cargo.toml");
    let text = fs::read_to_string(manifest).unwrap();
    let lines = text.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split([' ', '.', '=']).next().unwrap().to_owned()).collect()
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
    let places =
        ["engine/src/process", "engine/src/member", "domain/src/process", "domain/src/member"];
    let found = naming(&places, &["crate::deal", "domain::deal", "deal::", "super::deal"]);
    let exceptions = [
        (
            "engine/src/process/save.rs",
            "what a save of a process does to its deals is known where both are",
        ),
        (
            "engine/src/member/store.rs",
            "whoever renames a member locks the deals to which the database copies the name",
        ),
    ];
    assert_only(&found, &exceptions, "deals read processes, never the other way round");
}

#[test]
fn each_crate_depends_on_those_before_it() {
    let ours = ["entity", "migration", "domain", "engine", "gate", "waypost"];
    let of = |member| {
        let all = dependencies(member).into_iter();
        all.filter(|name| ours.contains(&name.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(of("entity"), Vec::<String>::new());
    assert_eq!(
        of("migration"),
        Vec::<String>::new(),
        "what a migration does must not change with the entities"
    );
    assert_eq!(of("domain"), ["entity"]);
    assert_eq!(of("engine"), ["domain", "entity", "migration"]);
}

#[test]
fn use_cases_know_no_wire() {
    let edge = ["async-graphql", "axum", "hyper", "tower", "tower-http", "clap"];
    let known = dependencies("engine").into_iter().filter(|name| edge.contains(&name.as_str()));
    assert_eq!(known.collect::<Vec<_>>(), Vec::<String>::new(), "the edge calls use cases");
}

#[test]
fn graphql_never_knows_its_transport() {
    let found = naming(&["src/graphql"], &["crate::http", "axum"]);
    assert_only(&found, &[], "http calls graphql, never the other way round");
}

#[test]
fn decisions_are_pure() {
    let ways = ["tokio", "futures-util", "sqlx", "sea-orm", "async-graphql", "axum", "getrandom"];
    let known = dependencies("domain").into_iter().filter(|name| ways.contains(&name.as_str()));
    assert_eq!(known.collect::<Vec<_>>(), Vec::<String>::new(), "decisions wait for nothing");
    let words =
        ["async", ".await", "Utc::now", "SystemTime", "Instant", "std::fs", "std::env", "tracing"];
    let found = naming(&["domain/src"], &words);
    assert_only(&found, &[], "decisions get values and give values");
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
        ("engine/src/app.rs", "owns every unit of work"),
        ("engine/src/app/series.rs", "is the transaction of many units of work, one by one"),
        ("engine/src/app/turn.rs", "is the transaction that many units of work share"),
        ("engine/src/tx.rs", "is the unit of work"),
        ("engine/src/tx/snapshot.rs", "is the view of one moment"),
        ("engine/src/db.rs", "opens the connections that units of work begin on"),
        (
            "engine/src/db/migrate.rs",
            "is the transaction in which the schema is brought up to date",
        ),
        ("engine/src/db/unit.rs", "is the transaction that a unit of work runs in"),
        ("engine/src/db/whole.rs", "is the transaction in which a whole database is made"),
        (
            "engine/src/event/sequencer.rs",
            "numbers events that are committed: no unit of work, and no decision",
        ),
    ];
    assert_only(
        &naming(&PROGRAM, &words),
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
    let found = naming(&PROGRAM, &words);
    let role = |path: &String| {
        let file = path.rsplit('/').next().unwrap();
        !["store.rs", "find.rs", "head.rs", "titled.rs", "board.rs"].contains(&file)
    };
    let found: Vec<_> = found.into_iter().filter(role).collect();
    let exceptions = [
        (
            "engine/src/auth.rs",
            "reads the token and its member, before there is an actor to read for",
        ),
        (
            "engine/src/db/layer.rs",
            "names what is asked of the database, for tests that have it fail",
        ),
        ("engine/src/db/live.rs", "runs what stores ask, on one connection"),
        ("engine/src/db/outcome.rs", "asks what became of a commit"),
        ("engine/src/db/pool.rs", "runs what stores ask, outside a transaction"),
        ("engine/src/db/rows.rs", "writes many rows of any table, for stores"),
        ("engine/src/db/unit.rs", "runs what stores ask, in a transaction"),
        ("engine/src/db/whole.rs", "runs what stores ask, where a whole database is made"),
        ("engine/src/deal/find/alone.rs", "is a part of the finder of deals"),
        ("engine/src/deal/find/filter.rs", "the conditions of the finder of deals"),
        (
            "engine/src/deal/find/participant.rs",
            "the orders of the finder of deals by who takes part",
        ),
        ("engine/src/deal/store/written.rs", "is a part of the store of deals"),
        ("engine/src/process/store/written.rs", "is a part of the store of processes"),
        ("engine/src/tx/claim.rs", "is the part of the unit of work that claims ids"),
        ("engine/src/event/sequencer.rs", "one statement: it numbers committed events"),
        ("engine/src/page.rs", "adds a page to any query; it runs none"),
        ("engine/src/tx.rs", "locks, claims ids, appends events: what a unit of work is"),
        ("engine/src/visible.rs", "where finders begin; it runs none"),
    ];
    assert_only(&found, &exceptions, "only stores and finders query");
}

#[test]
fn only_the_clock_reads_the_time_and_makes_ids() {
    let words = ["Utc::now", "SystemTime::now", "Uuid::new_v4", "Uuid::now_v7", "Uuid::new_v7"];
    let exceptions = [("engine/src/clock.rs", "is the clock")];
    assert_only(&naming(&PROGRAM, &words), &exceptions, "time is a parameter");
}

#[test]
fn only_the_policy_makes_grants() {
    let exceptions =
        [("domain/src/policy.rs", "is the policy: the struct, and require() that makes it")];
    assert_only(&naming(&PROGRAM, &["Grant {"]), &exceptions, "policy::require is the only maker");
}

#[test]
fn whoever_filters_the_log_by_the_name_of_the_program_sees_all_of_it() {
    let engine = sources().into_iter().filter(|source| within(&source.path, &["engine/src"]));
    let calls = |source: &Source| {
        let calls = source.code.split("tracing::").skip(1).filter_map(|rest| rest.split_once("!("));
        let named = |(_, rest): (&str, &str)| rest.trim_start().starts_with("target: \"waypost::");
        calls.filter(|call| !named(*call)).count()
    };
    let silent = engine.filter(|source| calls(source) > 0).map(|source| source.path);
    assert_eq!(silent.collect::<Vec<_>>(), Vec::<String>::new(), "say target: \"waypost::…\"");
}

#[test]
fn documents_are_prepared_by_nothing_but_their_text() {
    let server =
        ["waypost", "entity", "sea_orm", "axum", "tokio", "std::time", "std::fs", "std::env"];
    assert_only(&naming(&["gate/src"], &server), &[], "text and variables in, an operation out");
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
    let long: Vec<_> = long.map(|source| source.path).collect();
    assert_eq!(long, Vec::<String>::new(), "longer than 400 lines");
}
