//! Event streams: the protocol of npm `graphql-sse`, in its mode of distinct connections.
//!
//! An operation has a task of its own, as on a socket: it waits with its next result until the one before
//! is on its way, and ends when the client hangs up. A client that takes nothing at all is cut off by the
//! connection's own limit. The events are written here, because axum's `Sse` leaves out data that is empty, and with it
//! browsers would leave out the end of an operation.

use std::{convert::Infallible, time::Duration};

use async_graphql::{
    Executor, Response as Executed, ServerError, Value, parser::types::OperationType,
};
use axum::{
    body::Body as Bytes,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use engine::{auth::Session, error::Error, trouble};
use futures_util::{
    StreamExt,
    future::ready,
    stream::{self, BoxStream},
};
use gate::Asked;
use tokio::{sync::mpsc, task::JoinSet, time::timeout};

use super::{
    Edge,
    body::Body,
    expiry::expired,
    leaving::Leaving,
    live::{self, Answer, BrokenOff, LiveResult},
    rejection::Rejection,
    run::{Run, Time},
    seats::Seat,
};
use crate::{
    graphql::context::Resume,
    language,
    metrics::{Present, Transport},
    request_id::RequestId,
};

/// Where a client that comes back got to.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// For proxies: pass on what comes when it comes.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Something that keeps a connection alive, and says nothing.
const COMMENT: &str = ":\n\n";
/// The operation is over. Browsers ignore an event without data: hence the empty one.
const COMPLETE: &str = "event: complete\ndata:\n\n";

/// Where the client says it got to.
pub(crate) fn resume(headers: &HeaderMap) -> Resume {
    let place = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
    Resume(place.filter(|place| !place.is_empty()).map(str::to_owned))
}

/// Answers with the events of an operation. What is wrong with it is an event too, as the protocol says.
pub(crate) fn answer<E: Executor>(
    edge: &Edge<E>,
    asked: Asked,
    (session, time): (Session, Time),
    resume: Resume,
    by_get: bool,
) -> Result<Response, Rejection> {
    let run = match edge.prepare(asked, &session, Transport::EventStream) {
        Ok(run) => run,
        Err(errors) => return Ok(of_errors(errors)),
    };
    if by_get && run.prepared.kind == OperationType::Mutation {
        return Err(run.refused(Rejection::only_queries()));
    }
    let live = run.prepared.kind == OperationType::Subscription;
    let seat = if live { edge.seats.take(session.member.id) } else { None };
    if live && seat.is_none() {
        return Err(run.refused(Rejection::no_seat()));
    }
    let (say, to_tell) = mpsc::channel(1);
    let mut task = JoinSet::new();
    let id = RequestId::current().unwrap_or_else(RequestId::fresh);
    let language = language::of(&session.member);
    let told = tell_all(edge.clone(), run, session, (resume, time), say);
    task.spawn(id.scope(language::scope(language, told)));
    let present = live.then(|| edge.settings.meters.stream());
    let telling = Telling { to_tell, _task: task, _seat: seat, _present: present };
    Ok(response(telling.events(edge.settings.sockets.keep_alive)))
}

fn of_errors(errors: Vec<ServerError>) -> Response {
    let events = [next(Executed::from_errors(errors)), COMPLETE.to_owned()];
    response(Bytes::from(events.concat()))
}

fn response(events: Bytes) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_ACCEL_BUFFERING, HeaderValue::from_static("no")),
    ];
    (headers, events).into_response()
}

/// An operation whose events are told. Dropped, because the client has gone, it ends.
struct Telling {
    to_tell: mpsc::Receiver<String>,
    _task: JoinSet<()>,
    _seat: Option<Seat>,
    _present: Option<Present>,
}

impl Telling {
    /// Its events, and comments while there are none.
    fn events(self, keep_alive: Duration) -> Bytes {
        // The first one tells whoever is between that this is how it goes on.
        let first = stream::once(ready(COMMENT.to_owned()));
        let rest = stream::unfold(self, move |mut telling| async move {
            let event = match timeout(keep_alive, telling.to_tell.recv()).await {
                Ok(event) => event?,
                Err(_) => COMMENT.to_owned(),
            };
            Some((event, telling))
        });
        Bytes::from_stream(first.chain(rest).map(Ok::<_, Infallible>))
    }
}

/// Runs the operation until it ends, its token is worth nothing any more, the server stops (which waits for a query or a
/// mutation), or a fault that should pass does not: in the last two there is no last word, and the client comes back.
async fn tell_all<E: Executor>(
    edge: Edge<E>,
    run: Run,
    session: Session,
    (resume, time): (Resume, Time),
    say: mpsc::Sender<String>,
) {
    let mut leaving = Leaving::of(&edge.app);
    let lasts = run.prepared.kind == OperationType::Subscription;
    let viewer = session.clone();
    let last = tokio::select! {
        ended = tell(&edge, run, session, (resume, time), &say) => match ended {
            Ok(()) => COMPLETE.to_owned(),
            Err(BrokenOff) => return,
        },
        error = expired(&edge.app, &viewer, edge.settings.sockets.patience) => match error {
            Error::Unauthenticated => signed_out(),
            error => return trouble::note("nobody could be signed in", &error),
        },
        () = leaving.comes(), if lasts => return,
    };
    let _ = say.send(last).await;
}

async fn tell<E: Executor>(
    edge: &Edge<E>,
    run: Run,
    session: Session,
    (resume, time): (Resume, Time),
    say: &mpsc::Sender<String>,
) -> Result<(), BrokenOff> {
    let mut responses: BoxStream<'_, Answer> = match run.prepared.kind {
        OperationType::Subscription => live::follow(edge, run, session, (resume, None)),
        _ => stream::once(edge.answer(run, session, time))
            .map(|response| Ok(LiveResult::Response(response)))
            .boxed(),
    };
    while let Some(answer) = responses.next().await {
        let (event, is_last) = match answer? {
            LiveResult::Written { cursor, body } => (event(cursor.as_deref(), &body), false),
            // As on a socket: what has no data but errors was the last.
            LiveResult::Response(response) => {
                let is_last = response.data == Value::Null && response.is_err();
                (next(response), is_last)
            }
        };
        if say.send(event).await.is_err() || is_last {
            break;
        }
    }
    Ok(())
}

fn signed_out() -> String {
    let error = Rejection::from(Error::Unauthenticated).error();
    next(Executed::from_errors(vec![error])) + COMPLETE
}

/// A result, and its place if it has one.
fn next(response: Executed) -> String {
    let cursor = match response.extensions.get("cursor") {
        Some(Value::String(cursor)) => Some(cursor.clone()),
        _ => None,
    };
    let body = Body::from(response).to_text().unwrap_or_default();
    event(cursor.as_deref(), &body)
}

fn event(cursor: Option<&str>, body: &str) -> String {
    let place = cursor.map(|cursor| format!("id: {cursor}\n")).unwrap_or_default();
    format!("event: next\n{place}data: {body}\n\n")
}
