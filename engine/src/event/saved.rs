//! Following the saves of a process by its own numbers (`process.version`).

use std::sync::Arc;

use std::collections::VecDeque;

use entity::{ids::ProcessId, process};

use super::{
    cursor::{FeedCursor, SavedCursor},
    follow::{self, BATCH, Source, Start, Watch},
    store::{self, Save},
};
use crate::{
    app::App,
    auth::{self, Credential, Session},
    error::{Error, Result},
    process::find,
    tx::Snapshot,
};

/// One step of the feed of a process's saves.
pub type Item = follow::Item<Save>;
/// The feed itself.
pub type Feed = follow::Feed<Save>;

/// Follows the saves of a process after one of its versions, or from now.
pub async fn follow(
    app: &App,
    credential: &Credential,
    process: ProcessId,
    start: impl Into<Start>,
) -> Result<Feed> {
    let Start { after, live } = start.into();
    let (watch, session) = Watch::start(app, credential, app.bus().process(process)).await?;
    let after = match after {
        None => None,
        Some(FeedCursor::Saved(place)) => Some(place),
        Some(FeedCursor::Board(place)) => Some(place.saved),
        Some(_) => return Err(Error::CursorInvalid),
    };
    let place = start_at(&app.read(session.actor), process, after).await?;
    let feed = SavedFeed {
        app: app.clone(),
        credential: credential.clone(),
        place,
        read: VecDeque::new(),
    };
    Ok(follow::follow(watch, feed, live, None))
}

struct SavedFeed {
    app: App,
    credential: Credential,
    place: SavedCursor,
    read: VecDeque<Save>,
}

/// Everyone reads processes (rule 16): all that can be lost is the credential.
impl Source for SavedFeed {
    type Change = Save;

    async fn read(&mut self) -> Result<bool> {
        self.read = read(&self.app, &self.place).await?.into();
        Ok(self.read.len() as u64 == BATCH)
    }

    async fn take(&mut self) -> Result<Option<(Save, Arc<Session>)>> {
        let Some(save) = self.read.pop_front() else { return Ok(None) };
        let session = self.judge().await?;
        self.place = save.cursor(self.place.process);
        Ok(Some((save, session)))
    }

    async fn judge(&mut self) -> Result<Arc<Session>> {
        auth::renew_shared(&self.app, &self.credential).await
    }

    fn cursor(&self) -> FeedCursor {
        FeedCursor::Saved(self.place)
    }
}

/// The next saves after a place.
pub async fn read(app: &App, place: &SavedCursor) -> Result<Vec<Save>> {
    let found = store::saves_after(app.db().reader(), place.process, place.number, BATCH).await?;
    without_gap(place, found)
}

/// The next saves after a place, up to a position of the log.
pub async fn read_until(app: &App, place: &SavedCursor, position: i64) -> Result<Vec<Save>> {
    let after = (place.process, place.number);
    let found = store::saves_until(app.db().reader(), after, position, BATCH).await?;
    without_gap(place, found)
}

fn without_gap(place: &SavedCursor, found: Vec<Save>) -> Result<Vec<Save>> {
    if found.iter().zip(place.number + 1..).any(|(save, expected)| save.number != expected) {
        return Err(Error::bug("the versions of a process have a gap"));
    }
    Ok(found)
}

/// Where to begin: at this version, if this process has it, or at the current one.
pub async fn start_at(
    snapshot: &Snapshot,
    process: ProcessId,
    after: Option<SavedCursor>,
) -> Result<SavedCursor> {
    let row = known(snapshot, process).await?;
    if after.is_some_and(|after| after.process != process) {
        return Err(Error::CursorInvalid);
    }
    let number = after.map_or(row.version, |after| after.number);
    match store::version_id(snapshot.conn().await?, process, number).await? {
        Some(found) if after.is_none_or(|after| after.version == found) => {
            Ok(SavedCursor { process, number, version: found })
        }
        _ => Err(Error::CursorInvalid),
    }
}

async fn known(snapshot: &Snapshot, process: ProcessId) -> Result<process::Model> {
    let found = find::many(snapshot, vec![process]).await?;
    found.into_iter().next().ok_or_else(|| Error::not_found("process"))
}
