//! What a transport hands to the operation it runs, and takes back.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use domain::event::cursor::FeedCursor;
use engine::event::follow::Start;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// Where a subscription has got to: told by the subscription as it yields an item, taken by the transport as
/// it sends that item, and told to the client as `extensions.cursor`. It outlives the run of the operation that
/// tells it, so that the next run goes on from there.
#[derive(Clone, Debug, Default)]
pub struct OperationCursor(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    place: Mutex<Reached>,
    /// Whether the transport takes items that are written already, without having them resolved.
    takes_written: bool,
}

#[derive(Debug, Default)]
struct Reached {
    /// Since when something is to come soon: the beginning, or an item that is being resolved.
    busy: Option<Instant>,
    /// The next item, where it is written already.
    written: Option<WrittenItem>,
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

/// Where the client says it got to before it reconnected; it overrides the operation's `after`.
#[derive(Clone, Debug, Default)]
pub struct Resume(pub Option<String>);

impl OperationCursor {
    /// For a transport that takes items that are written already: [`Self::take_written`].
    pub fn taking_written() -> Self {
        Self(Arc::new(Inner { takes_written: true, ..Inner::default() }))
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

    /// The item that is about to be sent is written already. Whoever polls the operation looks for it when that has
    /// nothing to say.
    pub(crate) fn put_written(&self, item: WrittenItem) {
        self.lock().written = Some(item);
    }

    /// Whether the transport takes items that are written already.
    pub(crate) fn takes_written(&self) -> bool {
        self.0.takes_written
    }

    /// The item that is written already, if there is one.
    pub fn take_written(&self) -> Option<WrittenItem> {
        self.lock().written.take()
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
        (here.busy, here.written, here.next) = (None, None, None);
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
