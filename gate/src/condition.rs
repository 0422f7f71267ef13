//! `@skip` and `@include`: decided once for a request, before anything is merged.

use std::collections::{BTreeSet, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name,
    executable::{DirectiveList, Operation, Selection, SelectionSet, Value},
};
use async_graphql::{Value as Constant, Variables};

/// The variables that decide what is in the answer, in order.
pub(crate) fn variables(document: &ExecutableDocument, operation: &Operation) -> Vec<String> {
    let mut walk = Walk { document, seen: HashSet::new(), found: BTreeSet::new() };
    walk.set(&operation.selection_set);
    walk.found.into_iter().map(ToString::to_string).collect()
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    seen: HashSet<&'a Name>,
    found: BTreeSet<&'a Name>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            self.found.extend(
                conditions(selection.directives()).filter_map(|(_, value)| value.as_variable()),
            );
            match selection {
                Selection::Field(field) => self.set(&field.selection_set),
                Selection::InlineFragment(inline) => self.set(&inline.selection_set),
                Selection::FragmentSpread(spread) => self.fragment(&spread.fragment_name),
            }
        }
    }

    fn fragment(&mut self, name: &'a Name) {
        let fragment = self.document.fragments.get(name);
        if let Some(fragment) = fragment.filter(|_| self.seen.insert(name)) {
            self.set(&fragment.selection_set);
        }
    }
}

/// Whether each condition includes when true, and what it depends on.
fn conditions(directives: &DirectiveList) -> impl Iterator<Item = (bool, &Value)> {
    directives.iter().filter_map(|directive| {
        let includes = match directive.name.as_str() {
            "include" => true,
            "skip" => false,
            _ => return None,
        };
        Some((includes, &**directive.specified_argument_by_name("if")?))
    })
}

/// The values of the variables that decide, in their order. One that is null decides nothing: it is told
/// as an error before.
pub(crate) fn choice(names: &[String], values: &Variables) -> Vec<bool> {
    let is_true = |name: &String| values.get(name.as_str()) == Some(&Constant::Boolean(true));
    names.iter().map(is_true).collect()
}

/// What is in the answer, for one choice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chosen<'a> {
    /// The variables that decide.
    pub names: &'a [String],
    /// Their values.
    pub values: &'a [bool],
}

impl Chosen<'_> {
    /// Whether a selection with these directives is in the answer.
    pub(crate) fn includes(&self, directives: &DirectiveList) -> bool {
        conditions(directives).all(|(includes, value)| self.value(value) == includes)
    }

    fn value(&self, value: &Value) -> bool {
        match value {
            Value::Boolean(value) => *value,
            Value::Variable(name) => {
                let mut known = self.names.iter().zip(self.values);
                known.any(|(known, value)| known == name.as_str() && *value)
            }
            _ => false,
        }
    }
}
