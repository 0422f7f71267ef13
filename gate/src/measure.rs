//! How much an operation asks for: each fragment is counted once and multiplied, never walked twice, so
//! that fragments that double forty times are counted at once.

use std::collections::HashMap;

use apollo_compiler::{
    ExecutableDocument, Name,
    executable::{DirectiveList, Operation, Selection, SelectionSet},
};
use async_graphql::ServerError;

use super::limits::{Settings, too_complex, too_large};

/// How deeply selections may be within one another, of whatever kind: beyond what any limit of depth allows.
const DEEPEST: usize = 200;
/// The longest alias, in bytes: it comes back as often as its field does.
const LONGEST_ALIAS: usize = 200;

/// How much a selection set holds, its fragments expanded.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measure {
    selections: usize,
    depth: usize,
    aliases: usize,
    directives: usize,
    roots: usize,
    alias: usize,
}

/// What is wrong with the size of the operations of a document, and how many selections were looked at.
pub(crate) fn check(document: &ExecutableDocument, limits: &Settings) -> (Vec<ServerError>, usize) {
    let mut meter = Meter { document, known: HashMap::new(), nested: 0, visited: 0 };
    let operations = document.operations.iter().map(|operation| meter.operation(operation));
    let (mut most, mut all) = (Measure::default(), 0_usize);
    for operation in operations {
        all = all.saturating_add(operation.selections);
        most = most.or(operation);
    }
    let bounds = [
        (most.depth, limits.depth, "levels of fields"),
        (most.aliases, limits.aliases, "aliases"),
        (most.directives, limits.directives, "directives"),
        (most.roots, limits.root_fields, "fields at its root"),
        (most.selections, limits.selections, "selections"),
    ];
    let beyond = bounds.into_iter().filter(|(found, limit, _)| found > limit);
    let mut errors: Vec<_> =
        beyond.map(|(_, limit, measure)| too_complex(measure, limit)).collect();
    if most.alias > LONGEST_ALIAS {
        errors.push(too_large("bytes in an alias", LONGEST_ALIAS));
    }
    if all > limits.visits() {
        errors.push(too_large("selections in all its operations", limits.visits()));
    }
    (errors, meter.visited)
}

struct Meter<'a> {
    document: &'a ExecutableDocument,
    /// Nothing while it is being measured: a fragment within itself is told by the validation.
    known: HashMap<&'a Name, Measure>,
    nested: usize,
    visited: usize,
}

impl<'a> Meter<'a> {
    fn operation(&mut self, operation: &'a Operation) -> Measure {
        let variables = operation.variables.iter().map(|variable| variable.directives.len());
        let directives = operation.directives.len() + variables.sum::<usize>();
        Measure { directives, ..Measure::default() }.and(self.set(&operation.selection_set))
    }

    fn set(&mut self, set: &'a SelectionSet) -> Measure {
        if self.nested >= DEEPEST {
            return Measure { depth: usize::MAX, ..Measure::default() };
        }
        self.nested += 1;
        let selections = set.selections.iter();
        let sum = selections.fold(Measure::default(), |sum, one| sum.and(self.selection(one)));
        self.nested -= 1;
        sum
    }

    fn selection(&mut self, selection: &'a Selection) -> Measure {
        self.visited += 1;
        match selection {
            Selection::Field(field) => {
                let inside = self.set(&field.selection_set);
                let depth = inside.depth.saturating_add(1);
                let aliases = usize::from(field.alias.is_some());
                let alias = field.alias.as_ref().map_or(0, |alias| alias.len());
                let own = Measure { aliases, alias, ..one(&field.directives) };
                Measure { depth, roots: 1, ..own.and(inside) }
            }
            Selection::InlineFragment(inline) => {
                one(&inline.directives).and(self.set(&inline.selection_set))
            }
            Selection::FragmentSpread(spread) => {
                let inside = self.fragment(&spread.fragment_name);
                one(&spread.directives).and(inside)
            }
        }
    }

    fn fragment(&mut self, name: &'a Name) -> Measure {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let Some(fragment) = self.document.fragments.get(name) else { return Measure::default() };
        self.known.insert(name, Measure::default());
        let inside = self.set(&fragment.selection_set);
        let directives = fragment.directives.len();
        let measure = Measure { directives, ..Measure::default() }.and(inside);
        self.known.insert(name, measure);
        measure
    }
}

/// A selection with nothing in it.
fn one(directives: &DirectiveList) -> Measure {
    Measure { selections: 1, directives: directives.len(), ..Measure::default() }
}

impl Measure {
    fn and(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            depth: self.depth.max(other.depth),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            roots: self.roots.saturating_add(other.roots),
            alias: self.alias.max(other.alias),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            selections: self.selections.max(other.selections),
            depth: self.depth.max(other.depth),
            aliases: self.aliases.max(other.aliases),
            directives: self.directives.max(other.directives),
            roots: self.roots.max(other.roots),
            alias: self.alias.max(other.alias),
        }
    }
}
