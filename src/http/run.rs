//! The one way in which transports run an operation that passed the front door: with the viewer's data, a
//! time limit, and a panic that stays inside.

use std::panic::AssertUnwindSafe;

use async_graphql::{Executor, Request, Response, ServerError, Value};
use futures_util::{FutureExt, Stream, StreamExt, stream::BoxStream};
use tokio::time::timeout;

use super::Edge;
use crate::{
    auth::{self, Session},
    graphql::{
        context::{OperationCursor, Resume},
        document::Prepared,
        error::{of_request, panicked, timed_out},
        prepare,
    },
};

impl<E: Executor> Edge<E> {
    /// Runs a query or a mutation.
    pub async fn answer(&self, prepared: Prepared, session: Session) -> Response {
        let Prepared { request, cost, .. } = prepared;
        let work = AssertUnwindSafe(self.execute(request, session));
        let response = match timeout(self.settings.limits.operation, work.catch_unwind()).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => fault(panicked()),
            Err(_) => fault(timed_out(self.settings.limits.operation)),
        };
        response.extension("cost", Value::from(cost))
    }

    /// In the member's turn, for whoever the token signs in then (rule 17).
    async fn execute(&self, request: Request, session: Session) -> Response {
        let _turn = self.turns.take(session.member.id).await;
        match auth::renew_if_old(&self.app, session).await {
            Ok(session) => {
                let request = self.equip(request, session).data(OperationCursor::default());
                self.schema.execute(request.data(Resume::default())).await
            }
            Err(error) => fault(of_request(error)),
        }
    }

    /// Runs a subscription: each response tells its place in `extensions.cursor`, and the cost of each in `extensions.cost`.
    pub fn follow(
        &self,
        prepared: Prepared,
        session: Session,
        resume: Resume,
    ) -> BoxStream<'static, Response> {
        let (cursor, cost) = (OperationCursor::default(), prepared.cost);
        let request = self.equip(prepared.request, session).data(cursor.clone()).data(resume);
        let responses = calm(self.schema.execute_stream(request, None));
        let responses = responses.map(move |response| with_cursor(response, &cursor));
        responses.map(move |response| response.extension("cost", Value::from(cost))).boxed()
    }

    fn equip(&self, request: Request, session: Session) -> Request {
        prepare(request, &self.app, session)
    }
}

/// The same responses; one with an error, and no more, where producing them panics.
fn calm(responses: impl Stream<Item = Response>) -> impl Stream<Item = Response> {
    let responses = AssertUnwindSafe(responses).catch_unwind();
    responses.map(|response| response.unwrap_or_else(|_| fault(panicked())))
}

fn fault(error: ServerError) -> Response {
    Response::from_errors(vec![error])
}

/// The place of the result that was just produced.
fn with_cursor(response: Response, cursor: &OperationCursor) -> Response {
    match cursor.take() {
        Some(place) => response.extension("cursor", Value::String(place.to_string())),
        None => response,
    }
}
