//! Following anything: what was missed, a mark, and then live; no gap, no duplicate (rule 22).
//!
//! A follower remembers only a place. It is told to look by the bus and reads the table, so a lost
//! wake-up costs time and never an event; it reads on demand, so a slow reader piles up nothing.

use std::{
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{
    FutureExt, Stream, StreamExt,
    future::BoxFuture,
    poll,
    stream::{self, BoxStream},
};
use tokio::time::timeout;

use super::{
    cursor::FeedCursor,
    group::{Company, Round, Woken},
    looked::Sight,
    rights::Rights,
};
use crate::{
    app::App,
    auth::{self, Credential, Session},
    bus::News,
    error::{Error, Result},
};

/// How many rows are read at once.
pub const BATCH: u64 = 100;
/// How long the database may take over one step.
const LONGEST: Duration = Duration::from_secs(10);

/// Where a reader begins.
#[derive(Clone, Copy, Debug, Default)]
pub struct Start {
    /// After this place, or now.
    pub after: Option<FeedCursor>,
    /// Whether the reader was live before, and only goes on: there is no mark then.
    pub live: bool,
}

impl From<Option<FeedCursor>> for Start {
    fn from(after: Option<FeedCursor>) -> Self {
        Self { after, live: false }
    }
}

/// A feed that has begun.
pub struct Feed<C> {
    begins: FeedCursor,
    items: BoxStream<'static, Result<Item<C>>>,
}

impl<C> Feed<C> {
    /// The place after which it begins.
    pub fn begins(&self) -> FeedCursor {
        self.begins
    }
}

impl<C> Stream for Feed<C> {
    type Item = Result<Item<C>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.items.poll_next_unpin(context)
    }
}

/// One step of a feed.
#[derive(Debug)]
pub struct Item<C> {
    /// Where the reader is after this item.
    pub cursor: FeedCursor,
    /// Whether what was missed has been delivered before this item.
    pub caught_up: bool,
    /// What happened; none for the one item that only says: from here on it is live.
    pub change: Option<C>,
    /// The viewer, as judged for this item.
    pub session: Arc<Session>,
    /// What is to go round among those who follow the same, once it is written.
    pub round: Option<Round>,
}

/// What is followed: a table that is read after a place.
pub(super) trait Source: Send {
    /// What is delivered.
    type Change: Send;

    /// Reads on, and tells whether the table may hold more than was read. A batch that is not full ends
    /// what was missed: whoever waited for an empty one might never catch up with a busy table.
    fn read(&mut self) -> impl Future<Output = Result<bool>> + Send;

    /// Takes the next of what was read, with the viewer as judged for it, and goes on to its place; none
    /// when nothing is left. Rights are judged at delivery, after the row was read (rule 23).
    fn take(&mut self)
    -> impl Future<Output = Result<Option<(Self::Change, Arc<Session>)>>> + Send;

    /// The viewer as they are now; an error ends the feed.
    fn judge(&mut self) -> impl Future<Output = Result<Arc<Session>>> + Send;

    /// Where the reader is.
    fn cursor(&self) -> FeedCursor;

    /// By what it is judged who else may be given what was taken last; none where each has to find out by themselves.
    fn sight(&self) -> Option<Arc<Sight>> {
        None
    }

    /// Whether all who ask the same are told the same as this reader.
    fn is_alike(&self) -> bool {
        true
    }

    /// The reader was taken on to this place.
    fn go_to(&mut self, _place: FeedCursor) {}
}

/// What wakes a follower.
pub struct Watch {
    news: News,
    /// Gives them back when they have changed. It goes on waiting while news come: to begin that again for each of them
    /// takes longer than most of them do.
    rights: BoxFuture<'static, Rights>,
}

impl Watch {
    /// Listens first, so that nothing falls between it and the first look.
    pub async fn start(app: &App, credential: &Credential, news: News) -> Result<(Self, Session)> {
        let rights = Rights::watch(app);
        let session = auth::renew(app, credential).await?;
        let rights = changed(rights.of(&session));
        Ok((Self { news, rights }, session))
    }

    /// Sleeps until there is something to look at (true), if it listens for that, or rights must be judged anew (false).
    /// What came while the last batch was delivered has left its mark on the receiver, so nothing is slept
    /// through.
    pub(super) async fn wake(&mut self, listens: bool) -> bool {
        tokio::select! {
            () = self.news.come(), if listens => true,
            rights = &mut self.rights => {
                self.rights = changed(rights);
                false
            }
        }
    }
}

fn changed(mut rights: Rights) -> BoxFuture<'static, Rights> {
    let changed = async move {
        rights.changed().await;
        rights
    };
    changed.boxed()
}

/// Follows a source from where it is. It ends only with an error: when the viewer loses the right to
/// see it, or the database does not answer. A transport drops it when the server stops ([`Bus::stopping`]): an end without a word would
/// tell the client that nothing more will ever come.
///
/// [`Bus::stopping`]: crate::bus::Bus::stopping
///
/// Those who have company rest together, and one of them looks for all.
pub(super) fn follow<S: Source + 'static>(
    watch: Watch,
    source: S,
    live: bool,
    company: Option<Company>,
) -> Feed<S::Change> {
    let begins = source.cursor();
    // boxed, for it is moved for each item
    let follower = Box::new(Follower { watch, source, more: true, live, company, round: None });
    let items = stream::try_unfold(follower, |mut follower| async move {
        let item = follower.next().await?;
        Ok(Some((item, follower)))
    });
    Feed { begins, items: items.boxed() }
}

/// A step that waits for the database and for nothing else: what hangs has failed.
async fn soon<T>(step: impl Future<Output = Result<T>>) -> Result<T> {
    let mut step = pin!(step);
    // Most have read it for somebody else already, and need no timer.
    if let Poll::Ready(taken) = poll!(step.as_mut()) {
        return taken;
    }
    let taken = timeout(LONGEST, step).await;
    taken.unwrap_or_else(|_| Err(Error::overdue("the log could not be read in time")))
}

struct Follower<S> {
    watch: Watch,
    source: S,
    /// Whether the table may hold more than was read.
    more: bool,
    /// Whether the mark has been delivered.
    live: bool,
    company: Option<Company>,
    /// It looks for others, too.
    round: Option<Round>,
}

impl<S: Source> Follower<S> {
    async fn next(&mut self) -> Result<Item<S::Change>> {
        loop {
            let from = self.source.cursor();
            if let Some((change, session)) = soon(self.source.take()).await? {
                let round = self.round_from(from);
                return Ok(self.item(Some(change), session, round));
            }
            if self.more {
                if let Some(company) = &mut self.company {
                    company.looks();
                }
                self.more = soon(self.source.read()).await?;
            } else if self.live {
                self.wait().await?;
            } else {
                return self.mark().await;
            }
        }
    }

    async fn mark(&mut self) -> Result<Item<S::Change>> {
        self.live = true;
        let session = soon(self.source.judge()).await?;
        Ok(self.item(None, session, None))
    }

    /// The round that what was taken is to make, from where it was read.
    fn round_from(&mut self, from: FeedCursor) -> Option<Round> {
        let (round, sight) = (self.round.take()?, self.source.sight()?);
        Some(round.leads(from, self.source.cursor(), sight))
    }

    async fn wait(&mut self) -> Result<()> {
        let (place, round) = (self.source.cursor(), self.round.take());
        let woken = match &mut self.company {
            Some(company) if self.source.is_alike() => {
                company.rest(place, round, &mut self.watch).await
            }
            _ => {
                drop(round);
                Woken::alone(self.watch.wake(true).await)
            }
        };
        woken.place.into_iter().for_each(|place| self.source.go_to(place));
        (self.more, self.round) = (woken.looks, woken.round);
        if !self.more {
            soon(self.source.judge()).await?;
        }
        Ok(())
    }

    fn item(
        &self,
        change: Option<S::Change>,
        session: Arc<Session>,
        round: Option<Round>,
    ) -> Item<S::Change> {
        Item { cursor: self.source.cursor(), caught_up: self.live, change, session, round }
    }
}
