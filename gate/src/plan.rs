//! An operation that passed the front door, ready to run any number of times.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    Name, Positioned, Request, Variables,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType,
        Selection, SelectionSet, Type, VariableDefinition,
    },
};
use async_graphql_value::Value;

use super::{
    cost::{Inside, Terms},
    introspection,
    merge::Merged,
    nulls::Nulls,
    variables::Declared,
};

/// One operation, without fragments, directives and what they skip.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What it is.
    pub kind: OperationType,
    /// Its one root field; none where it has several.
    pub field: Option<Arc<str>>,
    operation: Positioned<OperationDefinition>,
    cost: Inside,
    size: usize,
}

impl Plan {
    /// The operation of these selections, which take so many bytes.
    pub(crate) fn new(
        kind: OperationType,
        declared: &[Declared],
        merged: Merged,
        size: usize,
    ) -> Self {
        let set = SelectionSet { items: merged.items };
        let operation = OperationDefinition {
            ty: kind,
            variable_definitions: declared.iter().filter_map(definition).collect(),
            directives: Vec::new(),
            selection_set: Positioned::new(set, Default::default()),
        };
        let operation = Positioned::new(operation, Default::default());
        let plan = Self { kind, field: None, operation, cost: merged.cost, size };
        Self { field: plan.only_field(), ..plan }
    }

    /// Every object has the name of its type, so that says nothing of what is asked for.
    fn only_field(&self) -> Option<Arc<str>> {
        let mut names = self.root_fields().filter(|name| *name != "__typename");
        let first = names.next()?;
        names.all(|name| name == first).then(|| first.into())
    }

    /// What it costs on these terms.
    pub(crate) fn cost(&self, terms: Terms<'_>) -> u64 {
        self.cost.total(terms)
    }

    /// How many bytes it takes in memory, estimated on the high side.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Whether it asks for nothing but the schema.
    pub(crate) fn is_introspection(&self) -> bool {
        self.root_fields().all(|name| name.starts_with("__"))
    }

    /// The names of its root fields.
    pub(crate) fn root_fields(&self) -> impl Iterator<Item = &str> {
        let items = self.operation.node.selection_set.node.items.iter();
        items.filter_map(|item| match &item.node {
            Selection::Field(field) => Some(field.node.name.node.as_str()),
            _ => None,
        })
    }

    /// The request that runs it with these variables.
    pub(crate) fn request(&self, values: Variables) -> Request {
        let mut operation = self.operation.clone();
        let missing = |variable: &Positioned<VariableDefinition>| {
            !values.contains_key(&variable.node.name.node)
        };
        if operation.node.variable_definitions.iter().any(missing) {
            leave_out(&mut operation.node.selection_set.node, &values);
        }
        let operations = DocumentOperations::Single(operation);
        let mut request = Request::new("").data(Nulls::of(&values));
        if self.root_fields().any(introspection::asks_schema) {
            request = request.data(introspection::Asked(values.clone()));
        }
        request = request.variables(values);
        request.set_parsed_query(ExecutableDocument { operations, fragments: HashMap::new() });
        request
    }
}

fn definition(declared: &Declared) -> Option<Positioned<VariableDefinition>> {
    let positioned = |name| Positioned::new(name, declared.place);
    let definition = VariableDefinition {
        name: positioned(declared.name.clone()),
        var_type: Positioned::new(Type::new(&declared.ty.to_string())?, declared.place),
        directives: Vec::new(),
        default_value: None,
    };
    Some(Positioned::new(definition, declared.place))
}

/// An argument or an input field whose variable is not given is as if it were not written: the library
/// would take it for null, which means something else.
fn leave_out(set: &mut SelectionSet, values: &Variables) {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => leave_out_of(&mut field.node, values),
            Selection::InlineFragment(fragment) => {
                leave_out(&mut fragment.node.selection_set.node, values);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn leave_out_of(field: &mut Field, values: &Variables) {
    field.arguments.retain(|(_, value)| is_given(&value.node, values));
    for (_, value) in &mut field.arguments {
        prune(&mut value.node, values);
    }
    leave_out(&mut field.selection_set.node, values);
}

fn is_given(value: &Value, values: &Variables) -> bool {
    !matches!(value, Value::Variable(name) if !values.contains_key(name))
}

/// In a list, one that is not given is null.
fn prune(value: &mut Value, values: &Variables) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_: &Name, value| is_given(value, values));
            fields.values_mut().for_each(|value| prune(value, values));
        }
        Value::List(items) => items.iter_mut().for_each(|value| prune(value, values)),
        _ => {}
    }
}
