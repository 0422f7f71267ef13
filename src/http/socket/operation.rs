//! One operation of a socket, as a stream of what is to be said about it.

use async_graphql::{Executor, Request, Response, Value, parser::types::OperationType};
use entity::ids::TokenId;
use futures_util::{
    StreamExt,
    future::ready,
    stream::{self, BoxStream},
};

use super::{greeting::refused, protocol::Close};
use crate::{
    auth,
    graphql::{
        context::{OperationCursor, Resume},
        prepare,
    },
    http::{
        Edge,
        body::{self, Body, Params},
    },
};

/// What is to be said about an operation.
#[derive(Debug)]
pub enum Step {
    /// A result.
    Next(Body),
    /// It ended, because of these errors.
    Error(Vec<async_graphql::ServerError>),
    /// It ended.
    Complete,
    /// The whole socket ends: its token is worth nothing any more.
    Close(Close),
}

/// Runs an operation for whoever the token signs in now (rule 17).
pub fn run<E: Executor>(
    edge: Edge<E>,
    token: TokenId,
    params: Params,
    resume: Resume,
) -> BoxStream<'static, Step> {
    let begun = async move {
        match auth::renew(&edge.app, token).await {
            Ok(session) => match params.into_request() {
                Ok(request) => execute(&edge.schema, prepare(request, &edge.app, session), resume),
                Err(refusal) => one(Step::Error(vec![refusal.error()])),
            },
            Err(error) => one(Step::Close(refused(error))),
        }
    };
    stream::once(begun).flatten().boxed()
}

fn one(step: Step) -> BoxStream<'static, Step> {
    stream::once(ready(step)).boxed()
}

fn execute<E: Executor>(
    schema: &E,
    mut request: Request,
    resume: Resume,
) -> BoxStream<'static, Step> {
    let cursor = OperationCursor::default();
    let live = body::operation_type(&mut request) == Some(OperationType::Subscription);
    let request = request.data(cursor.clone()).data(resume);
    let responses = schema.execute_stream(request, None);
    let steps = responses.map(move |response| step(with_cursor(response, &cursor), live));
    steps.chain(stream::once(ready(Step::Complete))).boxed()
}

/// The place of the result that was just produced.
fn with_cursor(response: Response, cursor: &OperationCursor) -> Response {
    match cursor.take() {
        Some(place) => response.extension("cursor", Value::String(place.to_string())),
        None => response,
    }
}

/// A request that is wrong, and a fault that ends a subscription, end the operation: `error`. A query
/// that was executed has a result, also one with errors: `next`.
fn step(response: Response, live: bool) -> Step {
    let ended = live && response.data == Value::Null && response.is_err();
    if ended || body::is_request_error(&response) {
        Step::Error(response.errors.into_iter().map(body::coded).collect())
    } else {
        Step::Next(response.into())
    }
}
