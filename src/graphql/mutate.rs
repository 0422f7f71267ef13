//! What every mutation does the same way: one unit of work, then a fresh view for the payload.

use std::sync::Arc;

use async_graphql::{Context, MaybeUndefined};
use domain::{policy::Actor, refusal::Refusal};
use engine::{
    app::App,
    auth::Session,
    error::{Error, Result},
    tx::Tx,
};
use futures_util::future::BoxFuture;

use crate::graphql::{
    id::Asked, outcome::Done, refused::user_errors, user_error::UserError, view::View,
};

/// What a unit of work led to, and the view in which its payload is read.
pub struct Outcome<T> {
    /// A view from after the commit.
    pub view: View,
    /// The result, unless it was refused.
    pub value: Option<T>,
    /// Every reason why it was refused.
    pub user_errors: Vec<UserError>,
}

/// Runs a unit of work for whoever is signed in. A refusal is an outcome; a fault is an error.
pub async fn perform<C, T, F>(context: &Context<'_>, asked: Asked<C>, work: F) -> Result<Outcome<T>>
where
    C: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'a> Fn(&'a mut Tx, &'a C) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
{
    let app = app(context)?;
    let session = context.data_opt::<Session>().ok_or(Error::Unauthenticated)?;
    let result = perform_as(app, &session.actor, asked, work).await;
    let view = View::new(app, session);
    match result {
        Ok(value) => {
            Done::note(context);
            Ok(Outcome { view, value: Some(value), user_errors: Vec::new() })
        }
        Err(Error::Refused(refusals)) => Ok(refused(view, refusals)),
        Err(other) => Err(other),
    }
}

/// Runs a unit of work for this actor. Where the input was wrong it is judged too, so that everything is told at
/// once, and then nothing is done.
pub async fn perform_as<C, T, F>(app: &App, actor: &Actor, asked: Asked<C>, work: F) -> Result<T>
where
    C: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'a> Fn(&'a mut Tx, &'a C) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
{
    let work = Arc::new(work);
    app.write(actor.clone(), asked, move |tx, asked| judge(tx, asked, Arc::clone(&work))).await
}

fn judge<'a, C, T, F>(tx: &'a mut Tx, asked: &'a Asked<C>, work: Arc<F>) -> BoxFuture<'a, Result<T>>
where
    C: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'b> Fn(&'b mut Tx, &'b C) -> BoxFuture<'b, Result<T>> + Send + Sync + 'static,
{
    if asked.is_wrong() {
        tx.refuse();
    }
    Box::pin(async move { asked.judged(work(tx, &asked.command).await) })
}

fn refused<T>(view: View, refusals: Vec<Refusal>) -> Outcome<T> {
    let user_errors = user_errors(&view, refusals);
    Outcome { view, value: None, user_errors }
}

/// The application behind the schema.
pub fn app<'a>(context: &Context<'a>) -> Result<&'a App> {
    context.data_opt::<App>().ok_or_else(|| Error::bug("the schema has no application"))
}

/// A setting: left out it stays as it is, `null` makes it the default.
pub fn setting<T>(given: MaybeUndefined<T>, default: impl FnOnce() -> T) -> Option<T> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(default()),
        MaybeUndefined::Value(value) => Some(value),
    }
}

/// A field that can be emptied: left out it stays as it is, `null` empties it.
pub fn nullable<T>(given: MaybeUndefined<T>) -> Option<Option<T>> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// Types that stand for mutations, so that payloads of one shape have a name for each.
macro_rules! marks {
    ($($name:ident)*) => {$(
        #[doc = concat!("Names the payload of `", stringify!($name), "`.")]
        pub struct $name;
    )*};
}
pub(super) use marks;
