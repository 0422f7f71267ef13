//! One operation of a socket, as a stream of what is to be said about it.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_graphql::{Executor, Response, ServerError, Value, parser::types::OperationType};
use engine::{
    auth::{self, Session},
    error::Error,
};
use futures_util::{
    Stream, StreamExt,
    future::ready,
    stream::{self, BoxStream},
};
use gate::Asked;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{greeting::refused, protocol::Close};
use crate::{
    graphql::{
        context::Resume,
        error::{of_request, panicked, presentable},
        outcome::{Done, settled},
    },
    http::{
        Edge,
        body::{self, Body},
        live::{self, Answer, BrokenOff, LiveResult, Sink},
        run::{Run, Time, fault},
    },
    metrics::Transport,
};

/// How many operations of one socket begin at once; for queries and mutations it takes until their answer is
/// being written. The others wait, and cost nothing yet: of who reads nothing, few answers are kept.
pub(crate) const ANSWERS_AT_ONCE: usize = 4;

/// What is to be said about an operation.
#[derive(Debug)]
pub(crate) enum Step {
    /// A result, as it is written: a tree of values takes several times as much while it waits.
    Next(String),
    /// It ended, because of these errors.
    Error(Vec<ServerError>),
    /// It ended.
    Complete,
    /// The whole socket ends: its token is worth nothing any more.
    Close(Close),
}

/// Runs an operation for whoever the viewer's token signs in now (rule 17), in its turn among those of its
/// socket. It says whether it goes on until somebody ends it. What goes past it, the sink takes.
pub(crate) fn run<E: Executor>(
    edge: Edge<E>,
    viewer: Session,
    asked: Asked,
    way: (Resume, Sink),
    (turns, lasts): (Arc<Semaphore>, Arc<AtomicBool>),
) -> BoxStream<'static, Step> {
    let begun = async move {
        // Before rights are judged: they may change while it waits.
        let turn = turns.acquire_owned().await.ok();
        let mut time = edge.time();
        match time.sign_in(auth::renew(&edge.app, &viewer.credential)).await {
            Ok(session) => match edge.prepare(asked, &session, Transport::Socket) {
                Ok(run) if run.prepared.kind == OperationType::Subscription => {
                    lasts.store(true, Ordering::Relaxed);
                    follow(&edge, run, session, way)
                }
                Ok(run) => Box::pin(answer(&edge, run, session, (turn, time))).await,
                Err(errors) => one(failed(errors)),
            },
            Err(error) if error.passes() => in_vain(&edge, viewer, asked, (way, &lasts), error),
            Err(error) => one(Step::Close(refused(error))),
        }
    };
    // Boxed, so that what only beginning takes is given back while it goes on.
    calm(stream::once(Box::pin(begun)).flatten()).boxed()
}

/// Nobody can be signed in now, which passes: a subscription waits for that, and nothing else does.
fn in_vain<E: Executor>(
    edge: &Edge<E>,
    viewer: Session,
    asked: Asked,
    (way, lasts): ((Resume, Sink), &AtomicBool),
    error: Error,
) -> BoxStream<'static, Step> {
    match edge.prepare(asked, &viewer, Transport::Socket) {
        // It signs the viewer in anew before it says anything.
        Ok(run) if run.prepared.kind == OperationType::Subscription => {
            lasts.store(true, Ordering::Relaxed);
            follow(edge, run, viewer, way)
        }
        Ok(Run { prepared, mut operation }) => {
            let nothing = settled(fault(of_request(error)), prepared.kind, &Done::default());
            operation.failed(&nothing.errors);
            one(failed(nothing.errors))
        }
        Err(errors) => one(failed(errors)),
    }
}

/// Steps that survive a panic: an error, and no more, where finding them panics.
fn calm(steps: impl Stream<Item = Step>) -> impl Stream<Item = Step> {
    let steps = AssertUnwindSafe(steps).catch_unwind();
    steps.map(|step| step.unwrap_or_else(|_| failed(vec![panicked()])))
}

fn one(step: Step) -> BoxStream<'static, Step> {
    stream::once(ready(step)).boxed()
}

fn follow<E: Executor>(
    edge: &Edge<E>,
    run: Run,
    session: Session,
    (resume, sink): (Resume, Sink),
) -> BoxStream<'static, Step> {
    let responses = live::follow(edge, run, session, (resume, Some(sink)));
    responses.map(of_live).chain(one(Step::Complete)).boxed()
}

/// Its turn is over when the answer has been taken to be written: only then is the next step asked for.
async fn answer<E: Executor>(
    edge: &Edge<E>,
    run: Run,
    session: Session,
    (turn, time): (Option<OwnedSemaphorePermit>, Time),
) -> BoxStream<'static, Step> {
    let answer = step(edge.answer(run, session, time).await, false);
    let complete = async move {
        drop(turn);
        Step::Complete
    };
    one(answer).chain(stream::once(complete)).boxed()
}

/// `error` would be final, and make the client forget its place: what is broken off closes the socket instead.
fn of_live(answer: Answer) -> Step {
    match answer {
        Ok(LiveResult::Response(response)) => step(response, true),
        Ok(LiveResult::Written { body, .. }) => Step::Next(body),
        Err(BrokenOff) => Step::Close(Close::UNAVAILABLE),
    }
}

/// A request that is wrong, and a fault that ends a subscription, end the operation: `error`. A query
/// that was executed has a result, also one with errors: `next`.
fn step(response: Response, live: bool) -> Step {
    let ended = live && response.data == Value::Null && response.is_err();
    if ended || body::is_request_error(&response) {
        failed(response.errors)
    } else {
        let written = Body::from(response).to_text();
        written.map_or_else(|_| Step::Close(Close::FAULT), Step::Next)
    }
}

fn failed(errors: Vec<ServerError>) -> Step {
    Step::Error(presentable(errors))
}
