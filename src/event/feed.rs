//! Following one deal: what was missed, a mark, and then live; no gap, no duplicate (rule 22).
//!
//! A follower remembers only a number. It is told to look by the bus and reads the table, so a lost
//! wake-up costs time and never an event; it reads on demand, so a slow reader piles up nothing.

use std::collections::VecDeque;

use entity::{
    deal, event,
    ids::{DealId, EventId, TokenId},
};
use futures_util::{Stream, stream};
use tokio::sync::watch;

use super::{cursor::FeedCursor, rights::Rights, store};
use crate::{
    app::App,
    auth::{self, Session},
    deal::find,
    error::{Error, Result},
    tx::Snapshot,
};

/// How many events are read at once.
const BATCH: u64 = 100;

/// One step of a feed.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where the reader is after this item.
    pub cursor: FeedCursor,
    /// Whether what was missed has been delivered before this item.
    pub caught_up: bool,
    /// What happened; none for the one item that only says: from here on it is live.
    pub event: Option<event::Model>,
    /// The viewer, as judged for this item.
    pub session: Session,
}

/// Follows a deal after a place in its history, or from now. It ends only with an error: when the
/// viewer loses the right to see it. A transport drops it when the server stops ([`Bus::stopping`]):
/// an end without a word would tell the client that nothing more will ever come.
///
/// [`Bus::stopping`]: super::bus::Bus::stopping
pub async fn follow(
    app: &App,
    token: TokenId,
    deal: DealId,
    after: Option<FeedCursor>,
) -> Result<impl Stream<Item = Result<Item>> + Send + use<>> {
    let follower = Follower::begin(app, token, deal, after).await?;
    Ok(stream::try_unfold(follower, |mut follower| async move {
        let item = follower.next().await?;
        Ok(Some((item, follower)))
    }))
}

struct Follower {
    app: App,
    token: TokenId,
    deal: DealId,
    news: watch::Receiver<()>,
    rights: Rights,
    place: (i64, EventId),
    read: VecDeque<event::Model>,
    /// Whether the table may hold more than was read.
    more: bool,
    /// Whether the mark has been delivered.
    live: bool,
}

impl Follower {
    /// Listens first and looks then, so that nothing falls between.
    async fn begin(
        app: &App,
        token: TokenId,
        deal: DealId,
        after: Option<FeedCursor>,
    ) -> Result<Self> {
        let news = app.bus().deal(deal);
        let rights = Rights::watch(app);
        let session = auth::renew(app, token).await?;
        let rights = rights.of(&session);
        let snapshot = app.read(session.actor.clone());
        let row = visible(&snapshot, deal).await?;
        let place = place(&snapshot, &row, after).await?;
        Ok(Self {
            app: app.clone(),
            token,
            deal,
            news,
            rights,
            place,
            read: VecDeque::new(),
            more: true,
            live: false,
        })
    }

    async fn next(&mut self) -> Result<Item> {
        loop {
            if let Some(event) = self.read.pop_front() {
                return self.deliver(Some(event)).await;
            }
            if self.more {
                self.read().await?;
            } else if self.live {
                self.wait().await?;
            } else {
                return self.mark().await;
            }
        }
    }

    async fn mark(&mut self) -> Result<Item> {
        self.live = true;
        self.deliver(None).await
    }

    /// Rights are judged at delivery, after the event was read (rule 23).
    async fn deliver(&mut self, event: Option<event::Model>) -> Result<Item> {
        let session = self.judge().await?;
        if let Some(event) = &event {
            self.place = (event.version, event.id);
        }
        let (version, id) = self.place;
        let cursor = FeedCursor::Deal { deal: self.deal, version, event: id };
        Ok(Item { cursor, caught_up: self.live, event, session })
    }

    async fn judge(&self) -> Result<Session> {
        let session = auth::renew(&self.app, self.token).await?;
        visible(&self.app.read(session.actor.clone()), self.deal).await?;
        Ok(session)
    }

    /// Reads on. A batch that is not full ends what was missed: whoever waited for an empty one might
    /// never catch up with a busy deal.
    async fn read(&mut self) -> Result<()> {
        let from = self.place.0;
        let found = store::after(self.app.db().reader(), self.deal, from, BATCH).await?;
        if found.iter().zip(from + 1..).any(|(event, expected)| event.version != expected) {
            return Err(Error::bug("the history of a deal has a gap"));
        }
        self.more = found.len() as u64 == BATCH;
        self.read = found.into();
        Ok(())
    }

    /// Sleeps until there is something to look at. What came while the last batch was delivered has
    /// left its mark on the receiver, so nothing is slept through.
    async fn wait(&mut self) -> Result<()> {
        let judge = tokio::select! {
            told = self.news.changed() => {
                told.map_err(|_| Error::bug("the bus has gone"))?;
                self.more = true;
                false
            }
            () = self.rights.changed() => true,
        };
        if judge {
            self.judge().await?;
        }
        Ok(())
    }
}

/// The deal, if the viewer may see it.
async fn visible(snapshot: &Snapshot, deal: DealId) -> Result<deal::Model> {
    let found = find::many(snapshot, vec![deal]).await?;
    found.into_iter().next().ok_or_else(|| Error::not_found("deal"))
}

/// Where to begin: at the cursor, if this log has it, or now.
async fn place(
    snapshot: &Snapshot,
    row: &deal::Model,
    after: Option<FeedCursor>,
) -> Result<(i64, EventId)> {
    let (version, wanted) = match after {
        None => (row.version, None),
        Some(FeedCursor::Deal { deal, version, event }) if deal == row.id => (version, Some(event)),
        Some(_) => return Err(Error::CursorInvalid),
    };
    match store::id_of(snapshot.conn().await?, row.id, version).await? {
        Some(found) if wanted.is_none_or(|wanted| wanted == found) => Ok((version, found)),
        _ => Err(Error::CursorInvalid),
    }
}
