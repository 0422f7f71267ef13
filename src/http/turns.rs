//! How many operations of a member run at once: whoever asks for a lot waits, and keeps nobody else from the
//! connections to the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use entity::ids::MemberId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many, of the eight connections that read SQLite and the sixteen to PostgreSQL.
pub const AT_ONCE: usize = 6;

/// The turns of the members who have asked so far.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<HashMap<MemberId, Arc<Semaphore>>>>);

impl Turns {
    /// Waits for a turn of this member, which ends when it is dropped.
    pub async fn take(&self, member: MemberId) -> Option<OwnedSemaphorePermit> {
        self.of(member).acquire_owned().await.ok()
    }

    fn of(&self, member: MemberId) -> Arc<Semaphore> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.entry(member).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone()
    }
}
