//! The links of the pages that people read lead to files and headings that are there.

use std::{collections::BTreeSet, path::Path};

use crate::support::pages::{Page, pages, read, root};

/// The pages, and what stands beside README.md.
fn linking() -> Vec<Page> {
    let beside = [
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "web/README.md",
        "web/explorer/README.md",
    ];
    pages().into_iter().chain(beside.map(|name| read(&root().join(name)))).collect()
}

/// The lines of a page that are no code.
fn prose(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut is_prose = |line: &str| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    };
    text.lines().filter(|line| is_prose(line)).collect()
}

/// Where the links of a page lead to that stay in the repository.
fn links(text: &str) -> Vec<String> {
    let text = prose(text).join("\n");
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let targets = targets.map(|(target, _)| target.to_owned());
    targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:")).collect()
}

/// The names that GitHub gives to the headings of a page.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).into_iter().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|char| char.is_alphanumeric() || " -_".contains(*char));
    kept.map(|char| if char == ' ' { '-' } else { char }).collect::<String>().to_lowercase()
}

/// Whether a link of a page leads to something.
fn leads(page: &Page, link: &str) -> bool {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let folder = root().join(&page.path).parent().map(Path::to_owned).unwrap();
    let text = match file {
        "" => Some(page.text.clone()),
        _ => std::fs::read_to_string(folder.join(file)).ok(),
    };
    match text {
        Some(text) => heading.is_empty() || anchors(&text).contains(heading),
        None => heading.is_empty() && folder.join(file).exists(),
    }
}

#[test]
fn every_link_leads_to_a_file_or_a_heading_that_is_there() {
    let mut wrong = Vec::new();
    for page in linking() {
        let found = links(&page.text).into_iter().filter(|link| !leads(&page, link));
        wrong.extend(found.map(|link| format!("{}: {link}", page.path)));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_readme_leads_to_every_page() {
    let pages = pages();
    let known = links(&pages[0].text);
    let lost: Vec<_> = pages[1..].iter().filter(|page| !known.contains(&page.path)).collect();
    assert!(lost.is_empty(), "{:?}", lost.iter().map(|page| &page.path).collect::<Vec<_>>());
}

#[test]
fn a_link_to_nothing_is_found() {
    let text = "# One thing\n[a](#one-thing) [b](#two) [c](docs/domain.md) [d](docs/nothing.md) [e](docs/domain.md#no)";
    let page = Page { path: "README.md".into(), text: text.into() };
    let wrong: Vec<_> = links(text).into_iter().filter(|link| !leads(&page, link)).collect();
    assert_eq!(wrong, ["#two", "docs/nothing.md", "docs/domain.md#no"]);
}
