//! The run of a subscription. Its first poll goes to the executor, which begins it and leaves its feed here; from then on
//! the feed is asked, and the executor only for what it has to resolve: what is written already passes none of its layers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    task::{Context, Poll, ready},
    time::Duration,
};

use async_graphql::Response;
use futures_util::{
    Stream, StreamExt,
    future::poll_fn,
    stream::{self, BoxStream},
};
use tokio::time::sleep_until;

use crate::{
    graphql::{
        context::{Lane, OperationCursor, Passed, WrittenItem},
        error::panicked,
    },
    http::run::{calm, fault},
};

/// The run of an operation that goes on now.
pub(super) struct Running {
    responses: BoxStream<'static, Response>,
    lane: Option<Lane>,
    /// Whether the executor has an item to resolve.
    is_resolving: bool,
}

/// What comes of the run of an operation.
pub(super) enum Came {
    /// A response.
    Response(Response),
    /// An item that is written already.
    Written(WrittenItem),
    /// Nothing, for too long.
    Overdue,
}

impl Running {
    /// The run that gives these responses.
    pub(super) fn new(responses: impl Stream<Item = Response> + Send + 'static) -> Self {
        Self { responses: calm(responses).boxed(), lane: None, is_resolving: false }
    }

    /// What comes next; none at its end. What is to come soon has this long.
    pub(super) async fn next(&mut self, place: &OperationCursor, limit: Duration) -> Option<Came> {
        let mut overdue = None;
        poll_fn(|context| {
            if let Poll::Ready(came) = self.poll(context, place) {
                return Poll::Ready(came);
            }
            // Most of the time nothing is to come soon, and no timer runs.
            let Some(since) = place.busy() else {
                overdue = None;
                return Poll::Pending;
            };
            let timer = overdue.get_or_insert_with(|| Box::pin(sleep_until(since + limit)));
            timer.as_mut().reset(since + limit);
            timer.as_mut().poll(context).map(|()| Some(Came::Overdue))
        })
        .await
    }

    fn poll(&mut self, context: &mut Context<'_>, place: &OperationCursor) -> Poll<Option<Came>> {
        loop {
            match &mut self.lane {
                Some(lane) if !self.is_resolving => {
                    match ready!(poll_calmly(lane, context)) {
                        Ok(Some(Passed::Written(item))) => {
                            return Poll::Ready(Some(Came::Written(item)));
                        }
                        Ok(Some(Passed::ToResolve)) => self.is_resolving = true,
                        // The executor knows it too, for nothing more comes to it.
                        Ok(None) => self.lane = None,
                        Err(_) => return Poll::Ready(Some(self.fall())),
                    }
                }
                _ => {
                    if let Poll::Ready(response) = self.responses.poll_next_unpin(context) {
                        self.is_resolving = false;
                        return Poll::Ready(response.map(Came::Response));
                    }
                    if self.lane.is_some() {
                        return Poll::Pending;
                    }
                    self.lane = Some(ready!(place.take_lane().map_or(Poll::Pending, Poll::Ready)));
                }
            }
        }
    }

    /// The feed panicked: there is an error, and no more.
    fn fall(&mut self) -> Came {
        (self.lane, self.responses) = (None, stream::empty().boxed());
        Came::Response(fault(panicked()))
    }
}

/// It panicked.
struct Fallen;

fn poll_calmly(lane: &mut Lane, context: &mut Context<'_>) -> Poll<Result<Option<Passed>, Fallen>> {
    match catch_unwind(AssertUnwindSafe(|| lane.poll_next_unpin(context))) {
        Ok(polled) => polled.map(Ok),
        Err(_) => Poll::Ready(Err(Fallen)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use async_graphql::Value;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn written(text: &'static str) -> Passed {
        Passed::Written(WrittenItem { key: Arc::from("item"), value: text.as_bytes().into() })
    }

    /// A run whose executor begins with the feed and then resolves what it is given, one item after the other.
    fn running(feed: impl Stream<Item = Passed> + Send + 'static) -> (Running, OperationCursor) {
        let (place, resolved) = (OperationCursor::with_lane(None), AtomicUsize::new(0));
        let (giving, mut feed) = (place.clone(), Some(feed.boxed()));
        let responses = stream::poll_fn(move |_| {
            if let Some(feed) = feed.take() {
                giving.give_lane(feed);
                return Poll::Pending;
            }
            let number = resolved.fetch_add(1, Ordering::SeqCst);
            Poll::Ready((number < 2).then(|| Response::new(Value::from(number))))
        });
        (Running::new(responses), place)
    }

    async fn all(feed: impl Stream<Item = Passed> + Send + 'static) -> Vec<String> {
        let (mut running, place) = running(feed);
        let mut found = Vec::new();
        while let Some(came) = running.next(&place, LONG).await {
            found.push(match came {
                Came::Written(item) => String::from_utf8(item.value.to_vec()).unwrap(),
                Came::Response(response) if response.is_err() => "an error".to_owned(),
                Came::Response(response) => response.data.to_string(),
                Came::Overdue => "nothing".to_owned(),
            });
        }
        found
    }

    #[tokio::test]
    async fn what_is_written_and_what_is_resolved_come_in_the_order_of_the_feed() {
        let feed = [written("a"), Passed::ToResolve, written("b"), Passed::ToResolve, written("c")];
        assert_eq!(all(stream::iter(feed)).await, ["a", "0", "b", "1", "c"]);
    }

    #[tokio::test]
    async fn a_feed_that_panics_ends_with_an_error() {
        let feed = stream::iter(0..2).map(|number| match number {
            0 => written("a"),
            _ => panic!("it broke"),
        });
        assert_eq!(all(feed).await, ["a", "an error"]);
    }
}
