//! Subscriptions that outlive faults that pass: the operation begins again from its place, and its client sees
//! nothing of it. Only when that has gone on for too long is it broken off, for the client to come back.

use async_graphql::{Executor, Request, Response, Value};
use engine::{
    auth::{self, Session},
    error::Error,
    trouble,
};
use futures_util::{
    StreamExt,
    future::ready,
    stream::{self, BoxStream},
};
use gate::Prepared;
use tokio::time::{Instant, timeout};

use super::{
    Edge,
    run::{calm, fault},
    spell::Spell,
};
use crate::graphql::{
    self as api,
    context::{OperationCursor, Resume, lasted},
    error::{code, is_code, of_request},
};

/// A fault that should pass did not: there is no last word, and the client is to come back and resume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BrokenOff;

/// What a subscription says: its results, or that it is broken off.
pub(crate) type Answer = Result<Response, BrokenOff>;

/// Runs a subscription: each response tells its place in `extensions.cursor`, and its cost in `extensions.cost`.
pub(crate) fn follow<E: Executor>(
    edge: &Edge<E>,
    prepared: Prepared,
    session: Session,
    resume: Resume,
) -> BoxStream<'static, Answer> {
    let Prepared { request, cost, .. } = prepared;
    let (edge, place) = (edge.clone(), OperationCursor::default());
    let spell = Spell::new(edge.settings.sockets.patience);
    let (running, well, over) = (None, Instant::now(), false);
    let live = Live { edge, request, cost, session, resume, place, spell, running, well, over };
    stream::unfold(live, |mut live| async move { Some((live.next().await?, live)) }).boxed()
}

struct Live<E> {
    edge: Edge<E>,
    request: Request,
    cost: u64,
    session: Session,
    resume: Resume,
    place: OperationCursor,
    spell: Spell,
    /// The run of the operation that goes on now.
    running: Option<BoxStream<'static, Response>>,
    /// When there was a response last; or the beginning.
    well: Instant,
    over: bool,
}

/// Something that passes is in the way, since then.
struct InTheWay(Instant);

impl<E: Executor> Live<E> {
    /// The next response. It is broken off, too, where the server could not read the log for too long: a database
    /// that hangs breaks nothing, and nobody would ever hear of it.
    async fn next(&mut self) -> Option<Answer> {
        let silence = self.edge.app.bus().silence();
        let silence = lasted(silence, self.spell.patience(), Some(self.well));
        let answer = tokio::select! {
            biased;
            answer = self.next_of_all() => answer,
            () = silence => Some(Err(BrokenOff)),
        };
        self.over |= matches!(answer, Some(Err(BrokenOff)));
        self.well = Instant::now();
        answer
    }

    async fn next_of_all(&mut self) -> Option<Answer> {
        while !self.over {
            match self.attempt().await {
                Ok(Some(response)) => return Some(Ok(self.placed(response))),
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
    async fn attempt(&mut self) -> Result<Option<Response>, InTheWay> {
        if self.running.is_none() {
            self.running = Some(self.start().await?);
        }
        let Some(running) = &mut self.running else { return Ok(None) };
        let stuck = self.spell.stuck();
        let response = tokio::select! {
            // First, so that it hears of an item before that is resolved.
            biased;
            () = self.place.overdue(stuck) => {
                trouble::note("a subscription was begun again", &Error::overdue("no answer in time"));
                return Err(InTheWay(Instant::now() - stuck));
            }
            response = running.next() => response,
        };
        match response {
            Some(response) if is_in_the_way(&response) => Err(InTheWay(Instant::now())),
            response => Ok(response),
        }
    }

    /// Begins the operation, for whoever the token signs in now (rule 17).
    async fn start(&mut self) -> Result<BoxStream<'static, Response>, InTheWay> {
        let began = Instant::now();
        let renewed = auth::renew_if_old(&self.edge.app, self.session.clone());
        match timeout(self.spell.stuck(), renewed).await {
            Ok(Ok(session)) => self.session = session,
            Ok(Err(error)) if !error.passes() => {
                return Ok(stream::once(ready(fault(of_request(error)))).boxed());
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
        Ok(calm(self.edge.schema.execute_stream(request, None)).boxed())
    }

    fn placed(&mut self, response: Response) -> Response {
        self.spell.end();
        let response = match self.place.take() {
            Some(place) => response.extension("cursor", Value::String(place)),
            None => response,
        };
        response.extension("cost", Value::from(self.cost))
    }
}

/// Whether something in it could not be done now, and can be later.
fn is_in_the_way(response: &Response) -> bool {
    response.errors.iter().any(|error| is_code(error, code::SERVICE_UNAVAILABLE))
}
