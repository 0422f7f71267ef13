//! Subscriptions that outlive faults that pass: the operation begins again from its place, and its client sees
//! nothing of it. Only when that has gone on for too long is it broken off, for the client to come back.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_graphql::{Executor, Request, Response, Value};
use engine::{
    auth::{self, Session},
    error::Error,
    trouble,
};
use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, ready},
    stream::{self, BoxStream},
};
use gate::Prepared;
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

use super::{
    Edge,
    run::{Run, fault},
    spell::Spell,
};
use crate::{
    graphql::{
        self as api,
        context::{OperationCursor, Outlet, Resume, WrittenItem, lasted},
        error::{code, is_code, of_request},
    },
    metrics::Operation,
};

mod running;

use running::{Came, Running};

/// A fault that should pass did not: there is no last word, and the client is to come back and resume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BrokenOff;

/// What a subscription says: its results, or that it is broken off.
pub(crate) type Answer = Result<LiveResult, BrokenOff>;

/// A result of a subscription.
#[derive(Debug)]
pub(crate) enum LiveResult {
    /// As the executor gives it.
    Response(Response),
    /// Written, as it was for others.
    Written {
        /// The place of the item.
        cursor: Option<String>,
        /// The body.
        body: String,
    },
}

/// Runs a subscription: each response tells its place in `extensions.cursor`, and its cost in `extensions.cost`.
pub(crate) fn follow<E: Executor>(
    edge: &Edge<E>,
    run: Run,
    session: Session,
    (resume, sink): (Resume, Option<Sink>),
) -> BoxStream<'static, Answer> {
    let Run { prepared: Prepared { request, cost, .. }, operation } = run;
    let (edge, well) = (edge.clone(), Well::now());
    let outlet = sink.map(|sink| outlet(sink, cost, (operation.gives(), well.clone())));
    let place = OperationCursor::with_lane(outlet);
    let spell = Spell::new(edge.settings.sockets.patience);
    let silence = silence(edge.app.bus().silence(), spell.patience(), well.clone());
    let (running, silence, over) = (None, Some(silence.boxed()), false);
    let live = Live {
        edge,
        request,
        cost,
        session,
        resume,
        place,
        spell,
        silence,
        running,
        well,
        over,
        operation,
    };
    // boxed, for it is moved for each response
    let live = Box::new(live);
    stream::unfold(live, |mut live| async move { Some((live.next().await?, live)) }).boxed()
}

/// Takes the body of a result that is written, if there is room for it now; after all that was taken before.
pub(crate) type Sink = Box<dyn Fn(String) -> bool + Send + Sync>;

/// What goes past the feed of an operation, while that rests.
fn outlet(
    sink: Sink,
    cost: u64,
    (gives, well): (impl Fn() + Send + Sync + 'static, Well),
) -> Outlet {
    Box::new(move |item, cursor| {
        let is_taken = sink(written(item, Some(cursor), cost));
        if is_taken {
            gives();
            well.is_now();
        }
        is_taken
    })
}

struct Live<E> {
    edge: Edge<E>,
    request: Request,
    cost: u64,
    session: Session,
    resume: Resume,
    place: OperationCursor,
    spell: Spell,
    /// Ends where the server cannot read the log for too long.
    silence: Option<BoxFuture<'static, ()>>,
    /// The run of the operation that goes on now.
    running: Option<Running>,
    /// When there was a response last; or the beginning.
    well: Well,
    over: bool,
    operation: Operation,
}

/// When all was well last.
#[derive(Clone)]
struct Well(Arc<Mutex<Instant>>);

impl Well {
    fn now() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn is_now(&self) {
        *self.lock() = Instant::now();
    }

    fn since(&self) -> Instant {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns when the log could not be read for so long, and nothing came meanwhile.
async fn silence(mut since: watch::Receiver<Option<Instant>>, patience: Duration, well: Well) {
    loop {
        let from = well.since();
        lasted(&mut since, patience, Some(from)).await;
        if well.since() == from {
            return;
        }
    }
}

/// Something that passes is in the way, since then.
struct InTheWay(Instant);

impl<E: Executor> Live<E> {
    /// The next response. It is broken off, too, where the server could not read the log for too long: a database
    /// that hangs breaks nothing, and nobody would ever hear of it.
    async fn next(&mut self) -> Option<Answer> {
        // It is taken out and put back, and goes on waiting: to begin that again for each response takes longer than these.
        let mut silence = self.silence.take()?;
        let answer = tokio::select! {
            biased;
            answer = self.next_of_all() => answer,
            () = &mut silence => Some(Err(BrokenOff)),
        };
        self.silence = Some(silence);
        if matches!(answer, Some(Err(BrokenOff))) {
            self.over = true;
            self.operation.broken_off();
        }
        self.well.is_now();
        answer
    }

    async fn next_of_all(&mut self) -> Option<Answer> {
        while !self.over {
            match self.attempt().await {
                Ok(Some(came)) => return Some(Ok(self.result(came))),
                Ok(None) => self.over = true,
                Err(InTheWay(since)) => {
                    self.running = None;
                    let well = self.place.give_up();
                    if !self.spell.wait(since, well).await {
                        return Some(Err(BrokenOff));
                    }
                }
            }
        }
        None
    }

    /// The next response, if it is one; none at the end.
    async fn attempt(&mut self) -> Result<Option<Came>, InTheWay> {
        if self.running.is_none() {
            // boxed: of all that is polled for each response, its beginning would be the largest part
            self.running = Some(Box::pin(self.start()).await?);
        }
        let Some(running) = &mut self.running else { return Ok(None) };
        let stuck = self.spell.stuck();
        match running.next(&self.place, stuck).await {
            Some(Came::Overdue) => {
                trouble::note(
                    "a subscription was begun again",
                    &Error::overdue("no answer in time"),
                );
                Err(InTheWay(Instant::now() - stuck))
            }
            Some(Came::Response(response)) if is_in_the_way(&response) => {
                Err(InTheWay(Instant::now()))
            }
            came => Ok(came),
        }
    }

    /// Begins the operation, for whoever the token signs in now (rule 17).
    async fn start(&mut self) -> Result<Running, InTheWay> {
        let began = Instant::now();
        let renewed = auth::renew_if_old(&self.edge.app, self.session.clone());
        match timeout(self.spell.stuck(), renewed).await {
            Ok(Ok(session)) => self.session = session,
            Ok(Err(error)) if !error.passes() => {
                return Ok(Running::new(stream::once(ready(fault(of_request(error))))));
            }
            failed => {
                let error =
                    failed.map_or_else(|_| Some(Error::overdue("no answer in time")), Result::err);
                error.inspect(|error| trouble::note("nobody could be signed in", error));
                return Err(InTheWay(began));
            }
        }
        let request = api::again(&mut self.request);
        let request = api::prepare(request, &self.edge.app, self.session.clone());
        let request = request.data(self.place.clone()).data(self.resume.clone());
        Ok(Running::new(self.edge.schema.execute_stream(request, None)))
    }

    fn result(&mut self, came: Came) -> LiveResult {
        self.spell.end();
        let cursor = self.place.take();
        match came {
            Came::Written(item) => {
                self.operation.gave();
                let body = written(&item, cursor.as_deref(), self.cost);
                LiveResult::Written { cursor, body }
            }
            Came::Response(response) => {
                self.operation.gave_response(&response);
                LiveResult::Response(self.placed(response, cursor))
            }
            Came::Overdue => LiveResult::Response(Response::default()),
        }
    }

    fn placed(&self, response: Response, cursor: Option<String>) -> Response {
        let response = match cursor {
            Some(cursor) => response.extension("cursor", Value::String(cursor)),
            None => response,
        };
        response.extension("cost", Value::from(self.cost))
    }
}

/// The body of a result of which the one field is written: as it would be if it were written now.
fn written(item: &WrittenItem, cursor: Option<&str>, cost: u64) -> String {
    let value = String::from_utf8_lossy(&item.value);
    let cursor = cursor.map(|cursor| format!(",\"cursor\":\"{cursor}\"")).unwrap_or_default();
    let key = &item.key;
    format!("{{\"data\":{{\"{key}\":{value}}},\"extensions\":{{\"cost\":{cost}{cursor}}}}}")
}

/// Whether something in it could not be done now, and can be later.
fn is_in_the_way(response: &Response) -> bool {
    response.errors.iter().any(|error| is_code(error, code::SERVICE_UNAVAILABLE))
}
