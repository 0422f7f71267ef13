//! Where the schema answers for itself: in the place of the library, which would answer by an earlier edition.

use std::sync::LazyLock;

use async_graphql::{
    Value,
    extensions::{ExtensionContext, ResolveInfo},
};
use gate::introspection::{Asked, Introspection, asks_schema};

use crate::graphql::budget::Budget;

static SCHEMA: LazyLock<Introspection> =
    LazyLock::new(|| Introspection::of(&crate::graphql::sdl()));

/// What `__schema` and `__type` are; none for all other fields.
pub(crate) fn answer(context: &ExtensionContext<'_>, info: &ResolveInfo<'_>) -> Option<Value> {
    let budget = context.data_opt::<Budget>().map(|budget| budget as _);
    asks_schema(info.name).then(|| SCHEMA.answer(info.field, context.data_opt::<Asked>(), budget))
}
