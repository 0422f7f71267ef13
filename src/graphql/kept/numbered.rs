//! Objects as far as they were read: of one that is kept, no more than its numbers.

use std::{borrow::Cow, sync::PoisonError};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value,
    parser::types::Field, registry::Registry,
};
use engine::error::{Error, Result};

use super::{Held, State, held_for, slot};
use crate::graphql::{budget::Budget, contained::Errors, error::to_graphql, view::View};

/// An object whose numbers tell whether it is what is kept.
pub(crate) trait Numbered: OutputType + Sized {
    /// Its numbers.
    type Head: Clone + Send + Sync;
    /// What its type is called.
    const TYPE: &'static str;

    /// What it is now, as its numbers tell it, and who looks, if that is asked: none where more must be read to know.
    fn state_of(view: &View, head: &Self::Head, is_viewed: bool) -> Option<State>;

    /// It will be read whole.
    fn expect(view: &View, head: &Self::Head);

    /// All of it, with all that are expected; none if it went away since its numbers were read.
    fn whole(view: &View, head: &Self::Head) -> impl Future<Output = Result<Option<Self>>> + Send;
}

/// An object, as far as it was read.
#[derive(Clone)]
pub(crate) enum AsRead<T: Numbered> {
    /// All of it.
    Whole(T),
    /// Its numbers.
    Head(View, T::Head),
    /// What was selected of it, which was kept.
    Held(Held),
    /// All of it, read at a moment of its own, with its numbers.
    Alone(View, T::Head, T),
}

/// What is kept of it, if that is all that was selected.
async fn kept<T: Numbered>(
    context: &ContextSelectionSet<'_>,
    view: &View,
    head: &T::Head,
) -> Option<Value> {
    let state = async |is_viewed| T::state_of(view, head, is_viewed);
    slot(context, T::TYPE, state).await?.kept()
}

impl<T: Numbered> OutputType for AsRead<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        context: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        // What reads is boxed: where a list is all kept, as most are, no room is made for what it would have taken.
        match self {
            Self::Whole(object) => Box::pin(object.resolve(context, field)).await,
            Self::Alone(view, head, object) => {
                Box::pin(at_one_moment(context, field, (view, head, object))).await
            }
            Self::Held(held) => held_for(context, T::TYPE, held).ok_or_else(|| missing(field)),
            Self::Head(view, head) => match kept::<T>(context, view, head).await {
                Some(value) => Ok(value),
                None => Box::pin(read::<T>(context, field, view, head)).await,
            },
        }
    }
}

/// What is selected of an object that was read at a moment of its own. Where more had to be read for it, and so at
/// another moment, all is read again at one.
async fn at_one_moment<T: Numbered>(
    context: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
    (view, head, object): (&View, &T::Head, &T),
) -> ServerResult<Value> {
    let value = object.resolve(context, field).await;
    if !view.is_of_two_moments() {
        return value;
    }
    begin_again(context);
    view.snapshot().give_back().await;
    read::<T>(context, field, &view.afresh(), head).await
}

/// The answer is made of this one field: what it came to so far is forgotten.
fn begin_again(context: &ContextSelectionSet<'_>) {
    context.data_opt::<Budget>().inspect(|budget| budget.renew());
    context.data_opt::<Errors>().inspect(|errors| drop(errors.take()));
    context.query_env.errors.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

fn missing(field: &Positioned<Field>) -> ServerError {
    let bug = Error::bug("something else is selected of an object of a list than was held for it");
    to_graphql(bug).into_server_error(field.pos)
}

/// What is selected of an object that is not kept.
async fn read<T: Numbered>(
    context: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
    view: &View,
    head: &T::Head,
) -> ServerResult<Value> {
    T::expect(view, head);
    // the others of the list say first whether they are wanted, too: all are read with one statement
    tokio::task::yield_now().await;
    match T::whole(view, head).await {
        Ok(Some(object)) => object.resolve(context, field).await,
        Ok(None) => Ok(Value::Null),
        Err(error) => Err(to_graphql(error).into_server_error(field.pos)),
    }
}
