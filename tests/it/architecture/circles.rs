//! The modules of a crate take from each other in one direction: who knows whom is read from the sources.

use std::collections::{BTreeMap, BTreeSet};

use super::{Source, sources};

/// The names of modules that a source takes something from.
fn used(code: &str) -> BTreeSet<String> {
    let name = |text: &str| text.trim().split("::").next().unwrap_or_default().to_owned();
    let end = |char: char| !(char.is_alphanumeric() || char == '_');
    let paths = code.split("crate::").skip(1);
    paths
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(list) => outermost(list).split(',').map(name).collect(),
            None => vec![rest.split(end).next().unwrap_or_default().to_owned()],
        })
        .collect()
}

/// What stands in a list of imports, without the lists in it.
fn outermost(list: &str) -> String {
    let mut depth = 1;
    let mut text = String::new();
    for char in list.chars() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            other if depth == 1 => text.push(other),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    text
}

/// The modules of a crate, each with those that it takes something from.
fn graph(sources: &[Source], root: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let Some(path) = source.path.strip_prefix(root) else { continue };
        let module = path.split('/').next().unwrap().trim_end_matches(".rs");
        if module != "lib" {
            graph.entry(module.to_owned()).or_default().extend(used(&source.code));
        }
    }
    let modules: BTreeSet<_> = graph.keys().cloned().collect();
    for (module, used) in &mut graph {
        used.retain(|other| other != module && modules.contains(other));
    }
    graph
}

/// The modules from which a way along what they take leads back to them.
fn in_a_circle(graph: &BTreeMap<String, BTreeSet<String>>) -> Vec<&str> {
    let leads_back = |start: &&String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![*start]);
        while let Some(used) = next.pop().and_then(|module| graph.get(module)) {
            next.extend(used.iter().filter(|module| seen.insert(*module)));
        }
        seen.contains(*start)
    };
    graph.keys().filter(leads_back).map(String::as_str).collect()
}

#[test]
fn modules_take_from_each_other_in_one_direction() {
    let sources = sources();
    let circles = |root| in_a_circle(&graph(&sources, root)).join(" ");
    assert_eq!(circles("domain/src/"), "");
    assert_eq!(circles("gate/src/"), "");
    // A save lets deals follow (process/save.rs).
    assert_eq!(circles("engine/src/"), "deal process");
}

/// What every noun of the API stands on: nothing of it may know a noun.
const COMMON: [&str; 13] = [
    "batch",
    "budget",
    "connection",
    "contained",
    "context",
    "error",
    "input",
    "money",
    "outcome",
    "permission",
    "scalar",
    "view",
    "written",
];

#[test]
fn what_all_nouns_of_the_api_stand_on_knows_none_of_them() {
    let sources = sources();
    let inside =
        || sources.iter().filter_map(|one| Some((one.path.strip_prefix("src/graphql/")?, one)));
    let folders = inside().filter_map(|(path, _)| path.split_once('/')).map(|(folder, _)| folder);
    let nouns: BTreeSet<_> = folders.filter(|folder| !COMMON.contains(folder)).collect();
    assert!(nouns.contains("deal"));
    for common in COMMON {
        let file = format!("{common}.rs");
        let (_, source) = inside().find(|(path, _)| *path == file).unwrap();
        let known = used(&source.code.replace("crate::graphql::", "crate::"));
        let known: Vec<_> = known.iter().filter(|name| nouns.contains(name.as_str())).collect();
        assert!(known.is_empty(), "{common} knows {known:?}");
    }
}
