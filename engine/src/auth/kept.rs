//! Who signed in a moment ago, kept in memory: at most as long as a judgement of rights is taken for true (rule 17), and
//! dropped at once when members or tokens change here.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;

use super::{Credential, FRESH, Session};
use crate::{base::Base, error::Result};

/// How many are kept.
const KEPT: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// What somebody signed in with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum By {
    /// A secret, by its hash.
    Secret(Vec<u8>),
    /// What a secret led to before.
    Credential(Credential),
}

/// The sessions, each with how often people had changed when it was judged.
pub(super) struct Sessions(Mutex<LruCache<By, (u64, Arc<Session>)>>);

impl Default for Sessions {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, LruCache<By, (u64, Arc<Session>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, base: &Base, by: &By) -> Option<Arc<Session>> {
        let mut kept = self.lock();
        let (people, session) = kept.get(by)?;
        let is_valid = session.expires_at.is_none_or(|at| at > base.clock().now());
        let is_fresh = session.judged_at.elapsed() < FRESH && *people == base.bus().people();
        (is_valid && is_fresh).then(|| session.clone())
    }
}

/// Forgets who signed in a moment ago: what is known of their tokens is not what it was.
pub(crate) fn forget(base: &Base) {
    base.part::<Sessions>().lock().clear();
}

/// The session as it was judged a moment ago, or as `judge` finds it now: whoever follows something needs no room for that
/// while it is not done.
pub(super) async fn session<F>(
    base: &Base,
    by: By,
    judge: impl FnOnce() -> F,
) -> Result<Arc<Session>>
where
    F: Future<Output = Result<Session>>,
{
    let sessions = base.part::<Sessions>();
    if let Some(session) = sessions.find(base, &by) {
        return Ok(session);
    }
    let people = base.bus().people(); // before it is judged: what changes meanwhile is not in it
    let session = Arc::new(Box::pin(judge()).await?);
    sessions.lock().put(by, (people, session.clone()));
    Ok(session)
}
