//! What the schema tells of itself, as the edition of September 2025 of the specification says. The library would
//! answer for it by an earlier one; so the schema that the front door checks documents against answers here.

use std::sync::{Arc, LazyLock};

use async_graphql::{
    Value, Variables,
    extensions::{ExtensionContext, ResolveInfo},
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
};
use async_graphql_value::Value as Written;

use super::{budget::Budget, document::types::Types};

mod edition;
mod thing;

pub use edition::complete;
use thing::{Thing, Told, named};

/// The variables of a request that asks for the schema.
#[derive(Clone, Debug)]
pub struct Asked(pub Variables);

static TYPES: LazyLock<Arc<Types>> = LazyLock::new(|| Types::of(&super::sdl()));

/// What `__schema` and `__type` are; none for all other fields.
pub fn answer(context: &ExtensionContext<'_>, info: &ResolveInfo<'_>) -> Option<Value> {
    if !matches!(info.name, "__schema" | "__type") {
        return None;
    }
    let none = Variables::default();
    let variables = context.data_opt::<Asked>().map_or(&none, |asked| &asked.0);
    let answer = Answer { types: &TYPES, variables, budget: context.data_opt::<Budget>() };
    Some(answer.root(info.field))
}

/// An answer in the making.
struct Answer<'a> {
    types: &'a Types,
    variables: &'a Variables,
    budget: Option<&'a Budget>,
}

impl<'a> Answer<'a> {
    fn root(&self, field: &Field) -> Value {
        let thing = match field.name.node.as_str() {
            "__type" => match self.argument(field, "name") {
                Some(Value::String(name)) => named(self.types, &name),
                _ => None,
            },
            _ => Some(Thing::Schema),
        };
        thing.map_or(Value::Null, |thing| self.object(&thing, &field.selection_set.node))
    }

    /// The front door has left nothing but fields in a selection of one type.
    fn object(&self, thing: &Thing<'a>, set: &SelectionSet) -> Value {
        if self.budget.is_some_and(Budget::is_spent) {
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

    fn field(&self, thing: &Thing<'a>, field: &Field) -> Value {
        let (name, set) = (field.name.node.as_str(), &field.selection_set.node);
        if name == "__typename" {
            return thing.type_name().into();
        }
        let all = self.argument(field, "includeDeprecated") == Some(Value::Boolean(true));
        match thing.field(self.types, name, all) {
            Told::Plain(value) => self.counted(value),
            Told::One(None) => Value::Null,
            Told::One(Some(one)) => self.object(&one, set),
            Told::Many(many) => many.iter().map(|one| self.object(one, set)).collect(),
        }
    }

    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        match &field.get_argument(name)?.node {
            Written::Variable(variable) => self.variables.get(variable).cloned(),
            written => written.clone().into_const(),
        }
    }
}
