//! What is cited is there: each rule in `docs/domain.md`, each decision in `docs/architecture.md`.

use std::{collections::BTreeSet, fs, path::Path};

use crate::support::pages::{Page, read, root};

type Numbers = BTreeSet<u32>;

/// Folders of what is built or fetched, and not written here.
const SKIPPED: [&str; 6] =
    ["target", "node_modules", "dist", "__generated__", "corpus", "artifacts"];

/// How the names of files end that people write.
const WRITTEN: [&str; 11] =
    ["rs", "md", "graphql", "js", "jsx", "ts", "tsx", "py", "html", "toml", "yaml"];

/// Everything that is written in the repository.
fn written() -> Vec<Page> {
    let mut found = Vec::new();
    collect(root(), &mut found);
    assert!(found.len() > 300, "the sources are here");
    found
}

fn collect(folder: &Path, found: &mut Vec<Page>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() && !SKIPPED.contains(&&*name) && !name.starts_with('.') {
            collect(&path, found);
        } else if path.extension().is_some_and(|end| WRITTEN.iter().any(|it| end == *it)) {
            found.push(read(&path));
        }
    }
}

/// The text in one line, without what begins the lines of comments; `rule_16` in a name is `rule 16`.
fn in_one_line(text: &str) -> String {
    let marks = |char: char| char.is_whitespace() || "/!#*-".contains(char);
    let lines = text.lines().map(|line| line.trim_start_matches(marks));
    lines.collect::<Vec<_>>().join(" ").replace('_', " ").to_lowercase()
}

/// The numbers that follow a word, as `rule 17`, `rules 12, 14 and 16` and `rules 19 to 23` have them.
fn cited(text: &str, word: &str) -> Numbers {
    let text = in_one_line(text);
    let words: Vec<_> = text.split_whitespace().collect();
    let begins = |it: &str| {
        let bare = it.trim_start_matches(|char: char| !char.is_alphanumeric());
        bare == word || bare.strip_suffix('s') == Some(word)
    };
    let places = (0..words.len()).filter(|at| begins(words[*at]));
    places.flat_map(|at| listed(&words[at + 1..])).collect()
}

/// The numbers at the beginning of these words, up to the first word that does not go on with the list.
fn listed(words: &[&str]) -> Numbers {
    let (mut all, mut from) = (Numbers::new(), None);
    for word in words {
        if *word == "to" {
            from = all.last().copied();
        } else if let Some((number, rest)) = number(word) {
            all.extend(from.take().unwrap_or(number)..=number);
            if !["", ","].contains(&rest) {
                break;
            }
        } else if !["and", "or"].contains(word) {
            break;
        }
    }
    all
}

/// The number that a word begins with, and what follows it.
fn number(word: &str) -> Option<(u32, &str)> {
    let end = word.find(|char: char| !char.is_ascii_digit()).unwrap_or(word.len());
    let (digits, rest) = word.split_at(end);
    let number = digits.parse().ok()?;
    (!rest.starts_with(char::is_alphanumeric)).then_some((number, rest))
}

/// The numbers of a list on a page, below this heading: its items begin with a name in bold.
fn numbered(page: &str, heading: &str) -> Numbers {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let hashes = |line: &str| line.len() - line.trim_start_matches('#').len();
    let below = text.lines().skip_while(|line| *line != heading).skip(1);
    let below = below.take_while(|line| !(1..=hashes(heading)).contains(&hashes(line)));
    let items = below.filter_map(|line| line.split_once(". **"));
    let all: Numbers = items.filter_map(|(number, _)| number.parse().ok()).collect();
    assert!(all.iter().copied().eq(1..=all.len() as u32), "numbered without gaps: {all:?}");
    all
}

/// Where a number is cited that is not there.
fn missing(all: &[Page], word: &str, known: &Numbers) -> Vec<String> {
    let wrong =
        |page: &Page| cited(&page.text, word).difference(known).copied().collect::<Vec<_>>();
    let wrong = all.iter().map(|page| (page, wrong(page)));
    wrong
        .filter(|(_, numbers)| !numbers.is_empty())
        .map(|(page, numbers)| format!("{}: {word} {numbers:?}", page.path))
        .collect()
}

#[test]
fn every_rule_and_decision_that_is_cited_is_there() {
    let all = written();
    let rules = numbered("docs/domain.md", "# The rules");
    let decisions = numbered("docs/architecture.md", "## The decisions");
    for (word, known, least) in [("rule", &rules, 20), ("decision", &decisions, 5)] {
        let found: Numbers = all.iter().flat_map(|page| cited(&page.text, word)).collect();
        assert!(found.len() >= least, "citations are found: {found:?}");
        assert_eq!(missing(&all, word, known), Vec::<String>::new());
    }
}

#[test]
fn citations_are_found_however_they_are_written() {
    for (text, expected) in [
        ("what may be done (rule 16).", &[16][..]),
        ("// Rule 16, and 14 for reopening", &[14, 16]),
        ("/// as it now is (rules 12, 14 and 16);", &[12, 14, 16]),
        ("//! nothing is (rules 19 to 23). The faults", &[19, 20, 21, 22, 23]),
        ("/// as it was before (rule\n    /// 17). Then", &[17]),
        ("fn the_policy_is_what_rule_16_says() {", &[16]),
        ("one rule engine, 15 of them", &[]),
        ("the rule 9.", &[9]),
    ] {
        assert_eq!(cited(text, "rule").into_iter().collect::<Vec<_>>(), expected, "{text}");
    }
}

#[test]
fn a_number_that_is_not_there_is_told_with_its_place() {
    let page = Page { path: "src/some.rs".into(), text: "/// (rules 2 and 3)".into() };
    assert_eq!(missing(&[page], "rule", &Numbers::from([1, 2])), ["src/some.rs: rule [3]"]);
}
