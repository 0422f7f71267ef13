//! How many notifications a viewer has not read: screens show that all the time. It is counted once; from then on what
//! happened to the inbox is added up, however full it is.

use std::{
    collections::{HashMap, HashSet},
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use entity::{
    ids::{MemberId, NotificationId},
    inbox_event,
};
use lru::LruCache;

use super::find;
use crate::{db::Unit, error::Result, tx::Snapshot};

/// Of how many inboxes it is known: of those that are looked at.
const KEPT: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
/// After more than so many events it is counted anew.
const FOLLOWED: i64 = 100;

/// How many were unread when so much had happened to an inbox.
#[derive(Clone, Copy)]
struct Count {
    version: i64,
    unread: u64,
}

struct Counts(Mutex<LruCache<MemberId, Count>>);

impl Default for Counts {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Counts {
    fn lock(&self) -> MutexGuard<'_, LruCache<MemberId, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, member: MemberId) -> Option<Count> {
        self.lock().get(&member).copied()
    }

    /// Whoever looks at an older moment leaves what is known of a newer one.
    fn put(&self, member: MemberId, count: Count) {
        let mut all = self.lock();
        if all.peek(&member).is_none_or(|known| known.version < count.version) {
            all.put(member, count);
        }
    }
}

/// How many notifications the viewer has not read. For whoever sees every deal that is a matter of what happened to their
/// inbox; what others may read of it depends on which deals they see, and is counted each time (rule 19).
pub async fn count(snapshot: &Snapshot) -> Result<u64> {
    let actor = snapshot.actor();
    let Some(member) = actor.member_id().filter(|_| actor.leads()) else {
        return find::count(snapshot, true).await;
    };
    let (conn, counts) = (snapshot.conn().await?, snapshot.base().part::<Counts>());
    let version = find::last(conn, member).await?.version;
    let known =
        counts.get(member).filter(|known| (0..=FOLLOWED).contains(&(version - known.version)));
    let unread = match known {
        Some(known) if known.version == version => return Ok(known.unread),
        Some(known) => {
            known.unread.saturating_add_signed(since(conn, member, known.version).await?)
        }
        None => find::count(snapshot, true).await?,
    };
    counts.put(member, Count { version, unread });
    Ok(unread)
}

/// How many more, or fewer, are unread by what happened to an inbox after this version.
async fn since(conn: &Unit, member: MemberId, version: i64) -> Result<i64> {
    let events = find::after(conn, member, version, FOLLOWED.unsigned_abs()).await?;
    let told = told(&events);
    let unread = find::unread_among(conn, told.keys().copied().collect()).await?;
    let unread: HashSet<_> = unread.into_iter().collect();
    Ok(told.iter().map(|(id, times)| change(unread.contains(id), *times)).sum())
}

/// How often each notification is told of: when it came, and when it was read.
fn told(events: &[inbox_event::Model]) -> HashMap<NotificationId, usize> {
    let mut told = HashMap::new();
    for id in events.iter().flat_map(|event| &event.notification_ids.0) {
        *told.entry(*id).or_default() += 1;
    }
    told
}

/// What is unread came meanwhile. What is not was read meanwhile: either it had been there, or it came, too.
fn change(is_unread: bool, times: usize) -> i64 {
    match (is_unread, times) {
        (true, _) => 1,
        (false, 1) => -1,
        (false, _) => 0,
    }
}
