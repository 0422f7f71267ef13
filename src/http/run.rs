//! The one way in which transports run an operation that passed the front door: with the viewer's data, a
//! time limit, and a panic that stays inside.

use std::{panic::AssertUnwindSafe, time::Duration};

use async_graphql::{Executor, Request, Response, ServerError, Value};
use engine::{
    auth::{self, Session},
    error::{Error, Result},
    traces::Traces,
};
use futures_util::{FutureExt, Stream, StreamExt};
use gate::{Asked, Prepared};
use tokio::time::{Instant, timeout};

use super::{Edge, rejection::Rejection};
use crate::{
    graphql::{
        context::{OperationCursor, Resume},
        error::{of_request, panicked, timed_out},
        outcome::{Done, settled},
        prepare,
    },
    language,
    metrics::{Operation, Transport},
};

/// How long the server may still take over a request: signing in and running it count, and the time in which its
/// client sends it does not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    limit: Duration,
    left: Duration,
}

impl Time {
    /// All of it is left.
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, left: limit }
    }

    /// What comes of this within what is left.
    async fn within<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let begun = Instant::now();
        let done = timeout(self.left, work).await;
        self.left = self.left.saturating_sub(begun.elapsed());
        done.ok()
    }

    /// Signs somebody in. What is not known in time is not known now.
    pub(crate) async fn sign_in<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let done = self.within(work).await;
        done.unwrap_or_else(|| {
            Err(Error::overdue("nobody could be signed in within the time limit"))
        })
    }
}

/// An operation that passed the front door, and is counted from then on.
pub(crate) struct Run {
    /// What is run.
    pub prepared: Prepared,
    /// How it goes.
    pub operation: Operation,
}

impl Run {
    /// It is not run, for this reason.
    pub(crate) fn refused(mut self, refusal: Rejection) -> Rejection {
        self.operation.ended(refusal.code);
        refusal
    }
}

impl<E> Edge<E> {
    /// Lets in what somebody asks for, or says everything that is wrong with it.
    pub(crate) fn prepare(
        &self,
        asked: Asked,
        session: &Session,
        transport: Transport,
    ) -> std::result::Result<Run, Vec<ServerError>> {
        let told = (&self.settings.meters, Traces::of(&self.app));
        let mut operation = Operation::start(told, transport, session.member.id);
        match self.door.prepare(asked, session.actor.administers()) {
            Ok(prepared) => {
                operation.is(&prepared);
                Ok(Run { prepared, operation })
            }
            Err(errors) => {
                operation.failed(&errors);
                Err(errors)
            }
        }
    }

    /// All the time that an operation has.
    pub(crate) fn time(&self) -> Time {
        Time::new(self.settings.limits.operation)
    }
}

impl<E: Executor> Edge<E> {
    /// Runs a query or a mutation, in the time that is left.
    pub(crate) async fn answer(&self, run: Run, session: Session, mut time: Time) -> Response {
        language::becomes(language::of(&session.member));
        let Run { prepared: Prepared { request, cost, kind, .. }, mut operation } = run;
        let done = Done::default();
        let work = AssertUnwindSafe(self.execute(request.data(done.clone()), session));
        let response = match time.within(work.catch_unwind()).await {
            Some(Ok(response)) => settled(response, kind, &done),
            Some(Err(_)) => fault(panicked()),
            None => fault(timed_out(time.limit, kind)),
        };
        operation.answered(&response, &done);
        response.extension("cost", Value::from(cost))
    }

    /// In the member's turn, for whoever the token signs in then (rule 17).
    async fn execute(&self, request: Request, session: Session) -> Response {
        let _turn = self.turns.wait(session.member.id).await;
        match auth::renew_if_old(&self.app, session).await {
            Ok(session) => {
                let request = prepare(request, &self.app, session).data(OperationCursor::default());
                self.schema.execute(request.data(Resume::default())).await
            }
            Err(error) => fault(of_request(error)),
        }
    }
}

/// Responses that survive a panic: one with an error, and no more, where producing them panics.
pub(crate) fn calm(responses: impl Stream<Item = Response>) -> impl Stream<Item = Response> {
    let responses = AssertUnwindSafe(responses).catch_unwind();
    responses.map(|response| response.unwrap_or_else(|_| fault(panicked())))
}

/// The response of an operation that did not run.
pub(crate) fn fault(error: ServerError) -> Response {
    Response::from_errors(vec![error])
}
