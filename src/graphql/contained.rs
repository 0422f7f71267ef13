//! An error stops at the nearest field that may be null, as the specification says. The library lets one about a
//! field's own arguments null whatever the field is in, and tells it in its own words: here it is the field's alone,
//! and in ours.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{
    Name, PathSegment, QueryPathNode, QueryPathSegment, ServerError, ServerResult, Value,
    extensions::{ExtensionContext, NextResolve, ResolveInfo},
    parser::types::Field,
    registry::{MetaType, Registry},
};
use async_graphql_value::Value as Written;
use gate::Nulls;

use crate::graphql::error::{has_code, wrong_input};

/// The errors that stopped at a field of the answer in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errors(Arc<Mutex<Vec<ServerError>>>);

impl Errors {
    fn push(&self, error: ServerError) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(error);
    }

    /// Whether there is none so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Those so far: of an answer that begins again they are nobody's.
    pub(crate) fn take(&self) -> Vec<ServerError> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The errors that stopped at a field of this answer.
pub(crate) fn stopped(context: &ExtensionContext<'_>) -> Vec<ServerError> {
    context.data_opt::<Errors>().map(Errors::take).unwrap_or_default()
}

/// Resolves a field; an error goes no further than it must.
pub(crate) async fn resolve(
    context: &ExtensionContext<'_>,
    info: ResolveInfo<'_>,
    next: NextResolve<'_>,
) -> ServerResult<Option<Value>> {
    let (parent, ty, field, place) =
        (info.parent_type, info.return_type, info.field, info.path_node);
    let mut error = match next.run(context, info).await {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if !has_code(&error) {
        error = wrong_input(&error, &what_is_wrong(context, parent, field));
        error.path = path(place);
    }
    match context.data_opt::<Errors>() {
        Some(errors) if !ty.ends_with('!') => {
            errors.push(error);
            Ok(Some(Value::Null))
        }
        _ => Err(error),
    }
}

fn path(place: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let mut path: Vec<_> =
        std::iter::once(place).chain(place.parents()).map(|node| segment(&node.segment)).collect();
    path.reverse();
    path
}

fn segment(segment: &QueryPathSegment<'_>) -> PathSegment {
    match segment {
        QueryPathSegment::Index(at) => PathSegment::Index(*at),
        QueryPathSegment::Name(name) => PathSegment::Field((*name).to_owned()),
    }
}

/// The front door has checked all values, but for variables that are null where they may be left out only.
fn what_is_wrong(context: &ExtensionContext<'_>, parent: &str, field: &Field) -> String {
    let registry = &context.schema_env.registry;
    let definition = registry.types.get(parent).and_then(|ty| ty.field_by_name(&field.name.node));
    let nulls = context.data_opt::<Nulls>();
    let found = definition.zip(nulls).and_then(|(definition, nulls)| {
        let search = Search { registry, nulls };
        field.arguments.iter().find_map(|(name, value)| {
            let ty = &definition.args.get(name.node.as_str())?.ty;
            search.within(ty, &value.node, name.node.to_string())
        })
    });
    let name = &field.name.node;
    match found {
        Some((place, variable)) => format!(
            "`{place}` of `{name}` must not be null, and the variable `${variable}` is. Leave it out, or give it another value."
        ),
        None => format!(
            "An argument of `{name}` has a value that it does not take. Check its arguments."
        ),
    }
}

/// Looks for a null where there must be none.
struct Search<'a> {
    registry: &'a Registry,
    nulls: &'a Nulls,
}

impl Search<'_> {
    /// The place below the argument, and the variable that is null.
    fn within(&self, ty: &str, value: &Written, place: String) -> Option<(String, Name)> {
        match value {
            Written::Variable(name) => {
                let wrong = ty.ends_with('!') && self.nulls.has(name);
                wrong.then(|| (place, name.clone()))
            }
            Written::List(items) => {
                let ty = ty.trim_end_matches('!');
                let item = ty.strip_prefix('[').and_then(|ty| ty.strip_suffix(']')).unwrap_or(ty);
                items
                    .iter()
                    .enumerate()
                    .find_map(|(at, value)| self.within(item, value, format!("{place}.{at}")))
            }
            Written::Object(fields) => {
                let bare = ty.trim_matches(['[', ']', '!']);
                let Some(MetaType::InputObject { input_fields, .. }) =
                    self.registry.types.get(bare)
                else {
                    return None;
                };
                fields.iter().find_map(|(name, value)| {
                    let ty = &input_fields.get(name.as_str())?.ty;
                    self.within(ty, value, format!("{place}.{name}"))
                })
            }
            _ => None,
        }
    }
}
