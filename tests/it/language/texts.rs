//! Whatever the sources say has a text in the catalogues, and each text is said somewhere.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn all_sources() -> String {
    let mut found = Vec::new();
    for folder in ["domain/src", "engine/src", "src"] {
        sources(&root().join(folder), &mut found);
    }
    found.into_iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The names of the messages.
fn catalogued() -> BTreeSet<String> {
    let folder = root().join("domain/src/language/en");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts: String = files.map(|path| fs::read_to_string(path).unwrap()).collect();
    let is_name = |line: &&str| line.starts_with(|first: char| first.is_ascii_lowercase());
    let names = texts.lines().filter(is_name).filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// What names of messages begin with that are chosen before the message is made.
const KINDS: [&str; 11] = [
    "audit",
    "event-deal",
    "event-task",
    "evidence",
    "field",
    "may",
    "notification",
    "performers",
    "setting",
    "unfit",
    "yaml",
];

#[test]
fn every_text_is_said_and_whatever_is_said_has_a_text() {
    let (sources, known) = (all_sources(), catalogued());
    for name in &known {
        assert!(sources.contains(&format!("\"{name}\"")), "nobody says {name}");
    }
    for said in sources.split("Message::of(\"").skip(1) {
        let name = said.split('"').next().unwrap();
        assert!(known.contains(name), "there is no text for {name}");
    }
    for kind in KINDS {
        for said in sources.split(&format!("\"{kind}-")).skip(1) {
            let name = format!("{kind}-{}", said.split('"').next().unwrap());
            assert!(known.contains(&name), "there is no text for {name}");
        }
    }
}
