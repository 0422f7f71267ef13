//! A tiny schema, with what transports can meet: what waits, floods, breaks and panics.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::{Context, Object, Subscription};
use domain::event::cursor::{FeedCursor, LogCursor};
use engine::auth::Session;
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::{Semaphore, mpsc::UnboundedSender, watch};
use waypost::graphql::context::{OperationCursor, Resume};

use super::soon;

#[derive(Clone)]
pub struct Told(pub UnboundedSender<()>);

/// Tells when it is dropped.
struct Tells(Told);

impl Drop for Tells {
    fn drop(&mut self) {
        let _ = self.0.0.send(());
    }
}

/// Where queries wait until they are let pass.
pub struct Gate {
    permits: Semaphore,
    waiting: watch::Sender<usize>,
    most: AtomicUsize,
}

impl Default for Gate {
    fn default() -> Self {
        let (waiting, most) = (watch::Sender::default(), AtomicUsize::default());
        Self { permits: Semaphore::new(0), waiting, most }
    }
}

impl Gate {
    /// Lets so many more pass.
    pub fn open(&self, count: usize) {
        self.permits.add_permits(count);
    }

    /// Returns when so many wait.
    pub async fn waiting(&self, count: usize) {
        soon(self.waiting.subscribe().wait_for(|waiting| *waiting >= count)).await.unwrap();
    }

    /// How many waited here at once, at most.
    pub fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    async fn pass(&self) {
        self.waiting.send_modify(|waiting| *waiting += 1);
        self.most.fetch_max(*self.waiting.borrow(), Ordering::SeqCst);
        self.permits.acquire().await.unwrap().forget();
        self.waiting.send_modify(|waiting| *waiting -= 1);
    }
}

pub struct Query;

#[Object]
impl Query {
    async fn twice(&self, n: i32) -> i32 {
        n * 2
    }

    async fn me(&self, context: &Context<'_>) -> async_graphql::Result<String> {
        Ok(context.data::<Session>()?.member.email.clone())
    }

    /// Answers when it is let pass.
    async fn gate(&self, context: &Context<'_>) -> i32 {
        context.data_unchecked::<Arc<Gate>>().pass().await;
        let _ = context.data_unchecked::<Told>().0.send(());
        1
    }

    async fn nothing(&self) -> async_graphql::Result<i32> {
        Err(said("there is nothing"))
    }

    /// Tells what is nobody's business.
    async fn internals(&self) -> async_graphql::Result<i32> {
        Err("Data `waypost::secret::Cause` does not exist.".into())
    }

    /// Breaks down.
    async fn panics(&self, why: Option<String>) -> i32 {
        assert!(
            std::hint::black_box(false),
            "a resolver panics, as this test wants it to: {why:?}"
        );
        1
    }

    /// As much as is asked for.
    async fn long(&self, length: usize) -> String {
        "x".repeat(length)
    }
}

/// Counts how often it was touched.
#[derive(Default)]
pub struct Mutation(std::sync::atomic::AtomicI32);

#[Object]
impl Mutation {
    async fn touch(&self) -> i32 {
        self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1
    }
}

/// A fault that has a code, as those that are foreseen have.
fn said(text: &str) -> async_graphql::Error {
    use async_graphql::ErrorExtensions;
    async_graphql::Error::new(text).extend_with(|_, extensions| extensions.set("code", "FORBIDDEN"))
}

pub struct Feeds;

fn cursor(version: i64) -> FeedCursor {
    FeedCursor::Log(LogCursor { position: version, event: None })
}

#[Subscription]
impl Feeds {
    /// Counts, and tells how far it has come.
    async fn count(&self, context: &Context<'_>, to: i64) -> impl Stream<Item = i64> + use<> {
        let place = context.data_unchecked::<OperationCursor>().clone();
        stream::iter(1..=to)
            .inspect(move |number| place.set(cursor(*number), format!("place {number}"), true))
    }

    /// Where the client says it got to.
    async fn resumed(&self, context: &Context<'_>) -> impl Stream<Item = String> + use<> {
        let Resume(place) = context.data_unchecked::<Resume>().clone();
        stream::iter([place.unwrap_or_default()])
    }

    /// One item, and then a panic.
    async fn panics(&self) -> impl Stream<Item = i32> {
        stream::iter([1, 2]).inspect(|number| assert!(*number < 2, "as this test wants it to"))
    }

    /// One item, and then a fault.
    async fn broken(&self) -> impl Stream<Item = async_graphql::Result<i32>> {
        stream::iter([Ok(1), Err(said("it broke")), Ok(3)])
    }

    /// Does not even begin.
    async fn refused(&self) -> async_graphql::Result<stream::Iter<std::vec::IntoIter<i32>>> {
        Err(said("not for you"))
    }

    /// Says that it has begun, and then nothing.
    async fn forever(&self, context: &Context<'_>) -> impl Stream<Item = i32> + use<> {
        let tells = Tells(context.data_unchecked::<Told>().clone());
        stream::iter([0]).chain(stream::pending()).inspect(move |_| {
            let _ = &tells;
        })
    }

    /// Pages that are numbered, each longer than what a connection keeps.
    async fn pages(&self, to: u32) -> impl Stream<Item = String> {
        stream::iter((1..=to).map(|number| format!("{number} {}", "x".repeat(64 * 1024))))
    }

    /// Says more than anybody can read.
    async fn flood(&self, context: &Context<'_>) -> impl Stream<Item = String> + use<> {
        let tells = Tells(context.data_unchecked::<Told>().clone());
        let produced = context.data_unchecked::<Arc<AtomicUsize>>().clone();
        stream::repeat_with(move || {
            let _ = &tells;
            produced.fetch_add(1, Ordering::SeqCst);
            "x".repeat(64 * 1024)
        })
    }
}
