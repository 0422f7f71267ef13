//! What the compiler does not check of the values in a document: `@oneOf`, our scalars, names given twice, and
//! variables within lists and input objects.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::InputValueDefinition,
    executable::{Field, Operation, Selection, SelectionSet, Type, Value, VariableDefinition},
    schema::InputObjectType,
};
use async_graphql::ServerError;

use super::{fault::invalid, literal, position::Lines, types::Types};
use crate::CheckScalar;

/// What is wrong with the values of this operation.
pub(crate) fn check(
    types: &Types,
    check_scalar: CheckScalar,
    document: &ExecutableDocument,
    operation: &Operation,
    lines: &Lines<'_>,
) -> Vec<ServerError> {
    let variables = &operation.variables;
    let seen = HashSet::new();
    let errors = Vec::new();
    let mut check = Check { types, check_scalar, document, variables, lines, seen, errors };
    for variable in variables {
        if let Some(default) = &variable.default_value {
            check.value(&variable.ty, default);
        }
    }
    check.set(&operation.selection_set);
    check.errors
}

struct Check<'a> {
    types: &'a Types,
    check_scalar: CheckScalar,
    document: &'a ExecutableDocument,
    variables: &'a [Node<VariableDefinition>],
    lines: &'a Lines<'a>,
    seen: HashSet<&'a Name>,
    errors: Vec<ServerError>,
}

impl<'a> Check<'a> {
    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => self.field(field),
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

    fn field(&mut self, field: &'a Node<Field>) {
        for argument in &field.arguments {
            if let Some(definition) = field.definition.argument_by_name(&argument.name) {
                self.variable(&definition.ty, definition.default_value.is_some(), &argument.value);
                self.value(&definition.ty, &argument.value);
            }
        }
        self.set(&field.selection_set);
    }

    fn value(&mut self, ty: &Type, value: &Node<Value>) {
        match &**value {
            Value::List(items) if ty.is_list() => {
                for item in items {
                    self.variable(ty.item_type(), false, item);
                    self.value(ty.item_type(), item);
                }
            }
            Value::Variable(_) | Value::Null => {}
            Value::Object(fields) => match self.types.input(ty.inner_named_type()) {
                Some(input) => self.object(input, fields, value),
                None => self.scalar(ty.inner_named_type(), value),
            },
            _ => self.scalar(ty.inner_named_type(), value),
        }
    }

    /// A number that is too large is told when the plan is made.
    fn scalar(&mut self, name: &Name, value: &Node<Value>) {
        if let Ok(constant) = literal::constant(value, self.lines)
            && let Err(why) = (self.check_scalar)(name, &constant)
        {
            self.wrong(why.to_owned(), value);
        }
    }

    fn object(
        &mut self,
        input: &InputObjectType,
        fields: &[(Name, Node<Value>)],
        object: &Node<Value>,
    ) {
        let mut given = HashSet::new();
        for (name, value) in fields {
            if !given.insert(name) {
                self.wrong(format!("The input field `{name}` is given twice."), value);
            }
            if let Some(definition) = input.fields.get(name) {
                self.variable(&definition.ty, definition.default_value.is_some(), value);
                self.value(&definition.ty, value);
            }
        }
        if is_one_of(input) {
            self.one_of(input, fields, object);
        }
    }

    fn one_of(
        &mut self,
        input: &InputObjectType,
        fields: &[(Name, Node<Value>)],
        object: &Node<Value>,
    ) {
        let [(name, value)] = fields else {
            return self.wrong(exactly_one(&input.name), object);
        };
        let nullable = value.as_variable().and_then(|name| self.definition(name));
        if value.is_null() || nullable.is_some_and(|variable| !variable.ty.is_non_null()) {
            self.wrong(format!("`{}.{name}` must not be null.", input.name), value);
        }
    }

    /// A variable must be usable wherever it stands.
    fn variable(&mut self, ty: &Type, has_default: bool, value: &Node<Value>) {
        let definition = value.as_variable().and_then(|name| self.definition(name));
        let Some(definition) = definition else { return };
        if !fits(definition, ty, has_default) {
            let (name, given) = (&definition.name, &definition.ty);
            let message = format!(
                "The variable `${name}` of type `{given}` cannot be used where `{ty}` is expected."
            );
            self.wrong(message, value);
        }
    }

    fn definition(&self, name: &Name) -> Option<&'a Node<VariableDefinition>> {
        self.variables.iter().find(|variable| variable.name == *name)
    }

    fn wrong(&mut self, message: String, value: &Node<Value>) {
        self.errors.push(invalid(message, self.lines.of(value.location())));
    }
}

fn fits(variable: &VariableDefinition, ty: &Type, has_default: bool) -> bool {
    let defaults = has_default || variable.default_value.as_ref().is_some_and(|one| !one.is_null());
    if ty.is_non_null() && !variable.ty.is_non_null() && defaults {
        return variable.ty.is_assignable_to(&ty.clone().nullable());
    }
    variable.ty.is_assignable_to(ty)
}

/// Whether exactly one of its fields is to be given.
pub(crate) fn is_one_of(input: &InputObjectType) -> bool {
    input.directives.has("oneOf")
}

/// What is said where not exactly one is given.
pub(crate) fn exactly_one(name: &str) -> String {
    format!("Give exactly one field of `{name}`.")
}

/// Whether two fields were given the same arguments: the compiler takes `[1]` and `[1, 2]` for the same.
pub(crate) fn same_arguments(one: &Field, other: &Field) -> bool {
    let is_there = |argument: &Node<apollo_compiler::executable::Argument>| {
        let mut there = other.arguments.iter();
        there.any(|there| there.name == argument.name && same(&argument.value, &there.value))
    };
    one.arguments.len() == other.arguments.len() && one.arguments.iter().all(is_there)
}

fn same(one: &Value, other: &Value) -> bool {
    if std::ptr::eq(one, other) {
        return true;
    }
    match (one, other) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let is_there = |(name, value): &(Name, Node<Value>)| {
                other.iter().any(|(there, other)| there == name && same(value, other))
            };
            one.len() == other.len() && one.iter().all(is_there)
        }
        (one, other) => one == other,
    }
}

/// What a field of an input object takes when it is not given.
pub(crate) fn may_be_missing(definition: &InputValueDefinition) -> bool {
    !definition.ty.is_non_null() || definition.default_value.is_some()
}
