//! Following an inbox by its own numbers: what came, and what was read, in this tab or another.

use std::sync::Arc;

use std::collections::VecDeque;

use entity::{ids::NotificationId, inbox_event};

use super::{
    cursor::{FeedCursor, InboxCursor},
    follow::{self, BATCH, Source, Start, Watch},
};
use crate::{
    app::App,
    auth::{self, Credential, Session},
    error::{Error, Result},
    notification::find,
};

/// One step of an inbox's feed: the notifications that came or were read.
pub type Item = follow::Item<Vec<NotificationId>>;
/// The feed itself.
pub type Feed = follow::Feed<Vec<NotificationId>>;

/// Follows the viewer's own inbox after a place in it, or from now.
pub async fn follow(app: &App, credential: &Credential, start: impl Into<Start>) -> Result<Feed> {
    let Start { after, live } = start.into();
    let session = auth::renew(app, credential).await?;
    let (watch, session) =
        Watch::start(app, credential, app.bus().inbox(session.member.id)).await?;
    let place = start_at(app, &session, after).await?;
    let feed = InboxFeed {
        app: app.clone(),
        credential: credential.clone(),
        place,
        read: VecDeque::new(),
    };
    Ok(follow::follow(watch, feed, live, None))
}

/// Where to begin: at the cursor, if it is of this inbox and this log has it, or now.
async fn start_at(app: &App, session: &Session, after: Option<FeedCursor>) -> Result<InboxCursor> {
    let conn = app.db().reader();
    match after {
        None => find::last(conn, session.member.id).await,
        Some(FeedCursor::Inbox(place))
            if place.member == session.member.id && find::is_known(conn, &place).await? =>
        {
            Ok(place)
        }
        Some(_) => Err(Error::CursorInvalid),
    }
}

struct InboxFeed {
    app: App,
    credential: Credential,
    place: InboxCursor,
    read: VecDeque<inbox_event::Model>,
}

impl Source for InboxFeed {
    type Change = Vec<NotificationId>;

    async fn read(&mut self) -> Result<bool> {
        let (member, from) = (self.place.member, self.place.version);
        let found = find::after(self.app.db().reader(), member, from, BATCH).await?;
        if found.iter().zip(from + 1..).any(|(event, expected)| event.version != expected) {
            return Err(Error::bug("an inbox has a gap"));
        }
        let more = found.len() as u64 == BATCH;
        self.read = found.into();
        Ok(more)
    }

    /// What is about deals that the viewer may not see (any more) is passed over without a word.
    async fn take(&mut self) -> Result<Option<(Vec<NotificationId>, Arc<Session>)>> {
        while let Some(event) = self.read.pop_front() {
            let session = self.judge().await?;
            self.place =
                InboxCursor { version: event.version, event: Some(event.id), ..self.place };
            let snapshot = self.app.read(session.actor.clone());
            let seen = find::many(&snapshot, event.notification_ids.0).await?;
            if !seen.is_empty() {
                return Ok(Some((seen.into_iter().map(|row| row.id).collect(), session)));
            }
        }
        Ok(None)
    }

    async fn judge(&mut self) -> Result<Arc<Session>> {
        auth::renew_shared(&self.app, &self.credential).await
    }

    fn cursor(&self) -> FeedCursor {
        FeedCursor::Inbox(self.place)
    }
}
