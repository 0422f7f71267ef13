//! What the schema tells of itself, as the edition of September 2025 of the specification says. The library would
//! answer for it by an earlier one; so the schema that the front door checks documents against answers here.

use std::sync::Arc;

use async_graphql::{
    Value, Variables,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
};
use async_graphql_value::Value as Written;

use crate::types::Types;

mod thing;

use thing::{Element, FieldValue, named};

/// The variables of a request that asks for the schema.
#[derive(Clone, Debug)]
pub struct Asked(pub Variables);

/// Counts what an answer takes while it is made.
pub trait Budget {
    /// Counts a value.
    fn count(&self, value: &Value);
    /// Whether nothing is left: what follows does not matter then.
    fn is_spent(&self) -> bool;
}

/// A schema that tells of itself. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Introspection(Arc<Types>);

impl Introspection {
    /// The schema that this SDL describes.
    pub fn of(sdl: &str) -> Self {
        Self(Types::of(sdl))
    }

    /// What `__schema` or `__type` is, in a request with these variables.
    pub fn answer(
        &self,
        field: &Field,
        asked: Option<&Asked>,
        budget: Option<&dyn Budget>,
    ) -> Value {
        let none = Variables::default();
        let variables = asked.map_or(&none, |asked| &asked.0);
        Answer { types: &self.0, variables, budget }.root(field)
    }
}

/// Whether the schema answers a root field of this name.
pub fn asks_schema(name: &str) -> bool {
    matches!(name, "__schema" | "__type")
}

/// An answer in the making.
struct Answer<'a> {
    types: &'a Types,
    variables: &'a Variables,
    budget: Option<&'a dyn Budget>,
}

impl<'a> Answer<'a> {
    fn root(&self, field: &Field) -> Value {
        let thing = match field.name.node.as_str() {
            "__type" => match self.argument(field, "name") {
                Some(Value::String(name)) => named(self.types, &name),
                _ => None,
            },
            _ => Some(Element::Schema),
        };
        thing.map_or(Value::Null, |thing| self.object(&thing, &field.selection_set.node))
    }

    /// The front door has left nothing but fields in a selection of one type.
    fn object(&self, thing: &Element<'a>, set: &SelectionSet) -> Value {
        if self.budget.is_some_and(|budget| budget.is_spent()) {
            return Value::Null;
        }
        let mut object = IndexMap::with_capacity(set.items.len());
        for item in &set.items {
            let Selection::Field(field) = &item.node else { continue };
            let field = &field.node;
            object.insert(field.response_key().node.clone(), self.field(thing, field));
        }
        self.counted(Value::Object(object))
    }

    fn counted(&self, value: Value) -> Value {
        if let Some(budget) = self.budget {
            budget.count(&value);
        }
        value
    }

    fn field(&self, thing: &Element<'a>, field: &Field) -> Value {
        let (name, set) = (field.name.node.as_str(), &field.selection_set.node);
        if name == "__typename" {
            return thing.type_name().into();
        }
        let all = self.argument(field, "includeDeprecated") == Some(Value::Boolean(true));
        match thing.field(self.types, name, all) {
            FieldValue::Plain(value) => self.counted(value),
            FieldValue::One(None) => Value::Null,
            FieldValue::One(Some(one)) => self.object(&one, set),
            FieldValue::Many(many) => many.iter().map(|one| self.object(one, set)).collect(),
        }
    }

    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        match &field.get_argument(name)?.node {
            Written::Variable(variable) => self.variables.get(variable).cloned(),
            written => written.clone().into_const(),
        }
    }
}
