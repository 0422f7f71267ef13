//! How large an answer may become: it is counted while it is made, and given up when it is too much.
//!
//! The cost that the front door computes counts objects; how long their texts are only the rows tell.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::{
    Context, Response, ServerResult, Value, async_trait,
    extensions::{
        Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo,
    },
};
use engine::page::Page;

use crate::graphql::{contained, error::answer_too_large, introspection};

/// The most bytes that the values of an answer may take: far more than any screen shows.
pub(crate) const LIMIT: usize = 12 * 1024 * 1024;
/// What a field takes besides its name and its text.
const FIELD: usize = 64;

/// What an answer has taken so far; of a subscription, each of its events is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Budget(Arc<AtomicUsize>);

impl Budget {
    /// Counts rows with long texts as they are read: they are kept until all within them is answered,
    /// however much that is. Those beyond the budget are dropped at once.
    pub(crate) fn keep<R>(context: &Context<'_>, page: &mut Page<R>, length: impl Fn(&R) -> usize) {
        let Some(budget) = context.data_opt::<Self>() else { return };
        budget.take(page.rows.iter().map(|(_, row)| length(row)).sum());
        if budget.is_spent() {
            page.rows.clear();
        }
    }

    /// Counts long texts before they are read; false when they are too much, and not to be read.
    pub(crate) fn spend(context: &Context<'_>, bytes: u64) -> bool {
        let Some(budget) = context.data_opt::<Self>() else { return true };
        budget.take(usize::try_from(bytes).unwrap_or(usize::MAX));
        !budget.is_spent()
    }

    fn take(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Whether it is used up: what is still asked for is left out.
    pub(crate) fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) > LIMIT
    }

    /// Nothing of it is taken: the answer begins again.
    pub(crate) fn renew(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// What the schema tells is made without asking the library for each of its fields.
impl gate::introspection::Budget for Budget {
    fn count(&self, value: &Value) {
        self.take(size(value));
    }

    fn is_spent(&self) -> bool {
        Self::is_spent(self)
    }
}

/// Makes each answer keep to its budget, and its errors to their fields; tells the schema. One extension for all of
/// it: each takes its time at every field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounded;

impl ExtensionFactory for Bounded {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Bounded {
    async fn execute(
        &self,
        context: &ExtensionContext<'_>,
        operation: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let Some(budget) = context.data_opt::<Budget>() else {
            return next.run(context, operation).await;
        };
        budget.renew();
        let mut response = next.run(context, operation).await;
        if budget.is_spent() {
            return Response::from_errors(vec![answer_too_large(LIMIT)]);
        }
        response.errors.extend(contained::stopped(context));
        response
    }

    // What is left out when nothing is left does not matter: nothing of that answer is sent.
    async fn resolve(
        &self,
        context: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let budget = context.data_opt::<Budget>();
        if budget.is_some_and(Budget::is_spent) {
            return Ok(Some(Value::Null));
        }
        let value = match introspection::answer(context, &info) {
            Some(value) => Some(value),
            None => contained::resolve(context, info, next).await?,
        };
        if let (Some(budget), Some(value)) = (budget, &value) {
            budget.take(size(value));
        }
        Ok(value)
    }
}

/// The size of a value without those within it, which were counted when they were resolved.
fn size(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.keys().map(|name| FIELD + name.len()).sum(),
        Value::String(text) => text.len(),
        Value::Binary(written) => written.len(),
        Value::List(items) => items.len() * FIELD,
        _ => 0,
    }
}
