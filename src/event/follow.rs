//! Following anything: what was missed, a mark, and then live; no gap, no duplicate (rule 22).
//!
//! A follower remembers only a place. It is told to look by the bus and reads the table, so a lost
//! wake-up costs time and never an event; it reads on demand, so a slow reader piles up nothing.

use entity::ids::TokenId;
use futures_util::{Stream, stream};
use tokio::sync::watch;

use super::{cursor::FeedCursor, rights::Rights};
use crate::{
    app::App,
    auth::{self, Session},
    error::{Error, Result},
};

/// How many rows are read at once.
pub const BATCH: u64 = 100;

/// One step of a feed.
#[derive(Clone, Debug)]
pub struct Item<C> {
    /// Where the reader is after this item.
    pub cursor: FeedCursor,
    /// Whether what was missed has been delivered before this item.
    pub caught_up: bool,
    /// What happened; none for the one item that only says: from here on it is live.
    pub change: Option<C>,
    /// The viewer, as judged for this item.
    pub session: Session,
}

/// What is followed: a table that is read after a place.
pub trait Source: Send {
    /// What is delivered.
    type Change: Send;

    /// Reads on, and tells whether the table may hold more than was read. A batch that is not full ends
    /// what was missed: whoever waited for an empty one might never catch up with a busy table.
    fn read(&mut self) -> impl Future<Output = Result<bool>> + Send;

    /// Takes the next of what was read, with the viewer as judged for it, and goes on to its place; none
    /// when nothing is left. Rights are judged at delivery, after the row was read (rule 23).
    fn take(&mut self) -> impl Future<Output = Result<Option<(Self::Change, Session)>>> + Send;

    /// The viewer as they are now; an error ends the feed.
    fn judge(&mut self) -> impl Future<Output = Result<Session>> + Send;

    /// Where the reader is.
    fn cursor(&self) -> FeedCursor;
}

/// What wakes a follower.
pub struct Watch {
    news: watch::Receiver<()>,
    rights: Rights,
}

impl Watch {
    /// Listens first, so that nothing falls between it and the first look.
    pub async fn begin(
        app: &App,
        token: TokenId,
        news: watch::Receiver<()>,
    ) -> Result<(Self, Session)> {
        let rights = Rights::watch(app);
        let session = auth::renew(app, token).await?;
        let rights = rights.of(&session);
        Ok((Self { news, rights }, session))
    }

    /// Sleeps until there is something to look at (true), or rights must be judged anew (false). What
    /// came while the last batch was delivered has left its mark on the receiver, so nothing is slept
    /// through.
    async fn news(&mut self) -> Result<bool> {
        tokio::select! {
            told = self.news.changed() => {
                told.map_err(|_| Error::bug("the bus has gone"))?;
                Ok(true)
            }
            () = self.rights.changed() => Ok(false),
        }
    }
}

/// Follows a source from where it is. It ends only with an error: when the viewer loses the right to
/// see it. A transport drops it when the server stops ([`Bus::stopping`]): an end without a word would
/// tell the client that nothing more will ever come.
///
/// [`Bus::stopping`]: super::bus::Bus::stopping
pub fn follow<S: Source>(
    watch: Watch,
    source: S,
) -> impl Stream<Item = Result<Item<S::Change>>> + Send {
    let follower = Follower { watch, source, more: true, live: false };
    stream::try_unfold(follower, |mut follower| async move {
        let item = follower.next().await?;
        Ok(Some((item, follower)))
    })
}

struct Follower<S> {
    watch: Watch,
    source: S,
    /// Whether the table may hold more than was read.
    more: bool,
    /// Whether the mark has been delivered.
    live: bool,
}

impl<S: Source> Follower<S> {
    async fn next(&mut self) -> Result<Item<S::Change>> {
        loop {
            if let Some((change, session)) = self.source.take().await? {
                return Ok(self.item(Some(change), session));
            }
            if self.more {
                self.more = self.source.read().await?;
            } else if self.live {
                self.wait().await?;
            } else {
                return self.mark().await;
            }
        }
    }

    async fn mark(&mut self) -> Result<Item<S::Change>> {
        self.live = true;
        let session = self.source.judge().await?;
        Ok(self.item(None, session))
    }

    async fn wait(&mut self) -> Result<()> {
        self.more = self.watch.news().await?;
        if !self.more {
            self.source.judge().await?;
        }
        Ok(())
    }

    fn item(&self, change: Option<S::Change>, session: Session) -> Item<S::Change> {
        Item { cursor: self.source.cursor(), caught_up: self.live, change, session }
    }
}
