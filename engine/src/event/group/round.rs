//! A round: what the lookout found goes to all who rest.

use std::{fmt, sync::Arc};

use bytes::Bytes;

use super::{Group, Reader, Written};
use crate::{
    app::App,
    auth::{self, Session},
    event::{cursor::FeedCursor, looked::Sight},
};

/// How many are given something before others have their turn at the processor.
const AT_ONCE: usize = 64;

/// What the lookout found is to go round. Dropped before it has, it makes all who rest look by themselves.
pub struct Round {
    app: App,
    group: Arc<Group>,
    /// Boxed, for a round is moved with the item that begins it.
    way: Option<Box<Way>>,
    is_over: bool,
}

/// Where a round takes whoever sees the deal in which something happened.
struct Way {
    from: FeedCursor,
    to: FeedCursor,
    sight: Arc<Sight>,
}

impl Round {
    pub(super) fn new(app: &App, group: &Arc<Group>) -> Self {
        Self { app: app.clone(), group: group.clone(), way: None, is_over: false }
    }

    /// The lookout found nothing, and comes back to rest: there is no round.
    pub(super) fn falls_out(mut self) {
        self.is_over = true;
        self.group.found_nothing();
    }

    /// It takes from there to here whoever sees the deal so.
    pub(in crate::event) fn leads(
        mut self,
        from: FeedCursor,
        to: FeedCursor,
        sight: Arc<Sight>,
    ) -> Self {
        self.way = Some(Box::new(Way { from, to, sight }));
        self
    }

    /// Gives everybody this value, whose place is known to clients by this name. Who cannot be given it now looks by
    /// themselves.
    pub async fn go(mut self, name: &str, value: &Bytes) {
        let Some(way) = self.way.take() else { return };
        let item = Written { place: way.to, name, value };
        for (number, reader) in self.group.begin_round().iter().enumerate() {
            if number % AT_ONCE == AT_ONCE - 1 {
                tokio::task::yield_now().await;
            }
            if !self.gives(reader, &way, &item).await {
                self.group.call(reader);
            }
        }
        self.is_over = true;
        self.group.end_round();
    }

    async fn gives(&self, reader: &Reader, way: &Way, item: &Written<'_>) -> bool {
        let Ok(viewer) = auth::renew_shared(&self.app, &reader.credential).await else {
            return false;
        };
        let (followed, _) = self.group.key;
        let is_told = way.sight.is_for(&viewer.actor) && followed.is_alike_for(&viewer.actor);
        is_told && reader.takes(way.from, item, &viewer)
    }
}

impl fmt::Debug for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a round")
    }
}

impl Drop for Round {
    fn drop(&mut self) {
        if !self.is_over {
            self.group.call_all();
        }
    }
}

impl Reader {
    /// Whoever got up meanwhile looks by themselves anyway.
    fn takes(&self, from: FeedCursor, item: &Written<'_>, viewer: &Session) -> bool {
        let mut here = self.here();
        if !here.rests {
            return true;
        }
        let is_given = here.place == from && self.outlet.put(item, viewer);
        if is_given {
            here.place = item.place;
        }
        is_given
    }
}
