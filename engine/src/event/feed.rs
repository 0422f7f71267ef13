//! Following one deal by its own numbers (`deal.version`, decision 4).

use std::{collections::VecDeque, sync::Arc};

use entity::{
    deal, event,
    ids::{DealId, EventId},
};

use super::{
    cursor::FeedCursor,
    follow::{self, BATCH, Source, Start, Watch},
    group::{Asking, Company, Followed},
    looked::{self, Events, Sight},
    store,
};
use crate::{
    app::App,
    auth::{self, Credential, Session},
    bus::Moments,
    deal::find,
    error::{Error, Result},
    tx::Snapshot,
};

/// One step of a deal's feed.
pub type Item = follow::Item<Arc<event::Model>>;
/// The feed itself.
pub type Feed = follow::Feed<Arc<event::Model>>;

/// Follows a deal after a place in its history, or from now.
pub async fn follow(
    app: &App,
    credential: &Credential,
    deal: DealId,
    start: impl Into<Start>,
) -> Result<Feed> {
    follow_with(app, credential, deal, (start.into(), None)).await
}

/// Follows it in the company of those who ask the same about the deal.
pub async fn follow_with(
    app: &App,
    credential: &Credential,
    deal: DealId,
    (start, asking): (Start, Option<Asking>),
) -> Result<Feed> {
    let Start { after, live } = start;
    let news = app.bus().deal(deal);
    let moments = news.moments();
    let (watch, session) = Watch::start(app, credential, news).await?;
    let snapshot = app.read(session.actor);
    let row = visible(&snapshot, deal).await?;
    let place = start_at(&snapshot, &row, after).await?;
    let feed = DealFeed {
        app: app.clone(),
        credential: credential.clone(),
        moments,
        deal,
        place,
        read: VecDeque::new(),
        is_behind: true,
        sight: None,
    };
    let place = (Followed::Deal(deal), feed.cursor());
    let company = asking.map(|asking| Company::new(app, credential, place, asking));
    Ok(follow::follow(watch, feed, live, company))
}

struct DealFeed {
    app: App,
    credential: Credential,
    moments: Moments,
    deal: DealId,
    place: (i64, EventId),
    read: VecDeque<Arc<event::Model>>,
    /// Whether it has not yet read all that was there when it began: nobody has read that for it.
    is_behind: bool,
    /// How the deal was seen last.
    sight: Option<Arc<Sight>>,
}

impl DealFeed {
    async fn next(&self) -> Result<Events> {
        let moment = (!self.is_behind).then(|| self.moments.now());
        looked::events(&self.app, self.deal, self.place.0, moment).await
    }

    /// The viewer, if they may see the deal as it was at this version or later.
    async fn judge_at(&mut self, version: i64) -> Result<Arc<Session>> {
        let session = auth::renew_shared(&self.app, &self.credential).await?;
        let moment = Some(self.moments.now());
        let deal = (None, self.deal);
        self.sight = looked::deal(&self.app, &session.actor, deal, version, moment).await?;
        self.sight.as_ref().map(|_| session).ok_or_else(|| Error::not_found("deal"))
    }
}

impl Source for DealFeed {
    type Change = Arc<event::Model>;

    async fn read(&mut self) -> Result<bool> {
        let (from, found) = (self.place.0, self.next().await?);
        if found.iter().zip(from + 1..).any(|(event, expected)| event.version != expected) {
            return Err(Error::bug("the history of a deal has a gap"));
        }
        let more = found.len() as u64 == BATCH;
        self.read = found.iter().cloned().collect();
        self.is_behind &= more;
        Ok(more)
    }

    async fn take(&mut self) -> Result<Option<(Arc<event::Model>, Arc<Session>)>> {
        let Some(event) = self.read.pop_front() else { return Ok(None) };
        let session = self.judge_at(event.version).await?;
        self.place = (event.version, event.id);
        Ok(Some((event, session)))
    }

    async fn judge(&mut self) -> Result<Arc<Session>> {
        self.judge_at(self.place.0).await
    }

    fn cursor(&self) -> FeedCursor {
        let (version, event) = self.place;
        FeedCursor::Deal { deal: self.deal, version, event }
    }

    fn sight(&self) -> Option<Arc<Sight>> {
        self.sight.clone()
    }

    fn go_to(&mut self, place: FeedCursor) {
        if let FeedCursor::Deal { version, event, .. } = place {
            self.place = (version, event);
        }
    }
}

/// The deal, if the viewer may see it.
async fn visible(snapshot: &Snapshot, deal: DealId) -> Result<deal::Model> {
    let found = find::many(snapshot, vec![deal]).await?;
    found.into_iter().next().ok_or_else(|| Error::not_found("deal"))
}

/// Where to begin: at the cursor, if this log has it, or now.
async fn start_at(
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
