//! What a transport hands to the operation it runs, and takes back.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use domain::event::cursor::FeedCursor;
use engine::event::follow::Start;
use futures_util::stream::BoxStream;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// Where a subscription has got to: told by the subscription as it yields an item, taken by the transport as
/// it sends that item, and told to the client as `extensions.cursor`. It outlives the run of the operation that
/// tells it, so that the next run goes on from there.
#[derive(Clone, Default)]
pub struct OperationCursor(Arc<Inner>);

#[derive(Default)]
struct Inner {
    place: Mutex<Reached>,
    /// Whether the transport asks feeds itself.
    asks_feeds: bool,
    /// Takes what others have written while the feed rests.
    outlet: Option<Outlet>,
}

#[derive(Default)]
struct Reached {
    /// Since when something is to come soon: the beginning, or an item that is being resolved.
    busy: Option<Instant>,
    /// The feed that has begun, until the transport takes it.
    lane: Option<Lane>,
    /// What has been sent; or the beginning.
    reached: Option<FeedCursor>,
    /// Whether what was missed has been sent.
    live: bool,
    /// When the operation last began in good order.
    begun: Option<Instant>,
    /// The item that is about to be sent: its place, that place as the client gets it, and whether it is live.
    next: Option<(FeedCursor, String, bool)>,
}

/// An item that was resolved and written for somebody else, who asked for the same.
#[derive(Clone, Debug)]
pub struct WrittenItem {
    /// The key of the field in the response.
    pub key: Arc<str>,
    /// Its value.
    pub value: Bytes,
}

/// Takes an item that is written, whose place clients know by this name, if there is room for it now. It goes after all
/// that was taken before.
pub(crate) type Outlet = Box<dyn Fn(&WrittenItem, &str) -> bool + Send + Sync>;

/// The items of a feed, for a transport that asks for them itself. Those that are to be resolved go to the executor.
pub(crate) type Lane = BoxStream<'static, Passed>;

/// An item of a feed, on its way to the client.
#[derive(Debug)]
pub(crate) enum Passed {
    /// It is written.
    Written(WrittenItem),
    /// The executor has it now, and resolves it when it is polled.
    ToResolve,
}

/// Where the client says it got to before it reconnected; it overrides the operation's `after`.
#[derive(Clone, Debug, Default)]
pub struct Resume(pub Option<String>);

impl fmt::Debug for OperationCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the place of an operation")
    }
}

impl OperationCursor {
    /// For a transport that asks feeds itself, and may take what goes past them.
    pub(crate) fn with_lane(outlet: Option<Outlet>) -> Self {
        Self(Arc::new(Inner { asks_feeds: true, outlet, ..Inner::default() }))
    }

    /// The operation is about to begin.
    pub fn beginning(&self) {
        self.lock().busy = Some(Instant::now());
    }

    /// It has begun here: what comes from now on is not lost.
    pub fn begun(&self, place: FeedCursor) {
        let mut here = self.lock();
        here.reached.get_or_insert(place);
        here.begun = Some(Instant::now());
        here.busy = None;
    }

    /// Where an earlier run of the operation got to, if there was one.
    pub fn start(&self) -> Option<Start> {
        let here = self.lock();
        here.reached.map(|place| Start { after: Some(place), live: here.live })
    }

    /// The item that is about to be sent is at this place, which the client knows under this name.
    pub fn set(&self, place: FeedCursor, name: String, live: bool) {
        let mut here = self.lock();
        here.next = Some((place, name, live));
        here.busy = Some(Instant::now());
    }

    /// Whether the transport asks feeds itself.
    pub(crate) fn asks_feeds(&self) -> bool {
        self.0.asks_feeds
    }

    /// The feed has begun: the transport is to ask it.
    pub(crate) fn give_lane(&self, lane: Lane) {
        self.lock().lane = Some(lane);
    }

    /// The feed, once it has begun.
    pub(crate) fn take_lane(&self) -> Option<Lane> {
        self.lock().lane.take()
    }

    /// Whether the transport takes what goes past the feed.
    pub(crate) fn has_outlet(&self) -> bool {
        self.0.outlet.is_some()
    }

    /// Sends an item past the feed, which rests; false where there is no room for it now.
    pub(crate) fn send(&self, item: &WrittenItem, place: FeedCursor, name: &str) -> bool {
        let is_sent = self.0.outlet.as_ref().is_some_and(|outlet| outlet(item, name));
        if is_sent {
            self.lock().reached = Some(place);
        }
        is_sent
    }

    /// Since when something is to come soon, if it is. It changes only while the operation is polled.
    pub fn busy(&self) -> Option<Instant> {
        self.lock().busy
    }

    /// The item has been resolved, and is sent: the name of its place.
    pub fn take(&self) -> Option<String> {
        let mut here = self.lock();
        here.busy = None;
        let (place, name, live) = here.next.take()?;
        (here.reached, here.live) = (Some(place), live);
        Some(name)
    }

    /// This run of the operation is given up, with what it was about to send: when it had begun in good order.
    pub fn give_up(&self) -> Option<Instant> {
        let mut here = self.lock();
        (here.busy, here.lane, here.next) = (None, None, None);
        here.begun.take()
    }

    fn lock(&self) -> MutexGuard<'_, Reached> {
        self.0.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns when something that goes on since a moment, if it does, has gone on for so long; nothing before `from`
/// counts.
pub async fn lasted(
    since: &mut watch::Receiver<Option<Instant>>,
    limit: Duration,
    from: Option<Instant>,
) {
    loop {
        let began = *since.borrow_and_update();
        let due = async {
            match began {
                Some(began) => {
                    sleep_until(from.map_or(began, |from| from.max(began)) + limit).await
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => return,
            changed = since.changed() => if changed.is_err() { return std::future::pending().await },
        }
    }
}

pub use directive::semanticNonNull;

mod directive {
    #![allow(missing_docs, non_snake_case, reason = "made by a macro, named as the directive is")]

    /// `null` here only ever means an error: clients may treat the field as non-null.
    #[async_graphql::TypeDirective(name = "semanticNonNull", location = "FieldDefinition")]
    pub fn semanticNonNull() {}
}
