//! One consistent view: the way to read the database.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::policy::Actor;
use tokio::sync::OnceCell;

use crate::{
    base::Base,
    db::{Pool, Unit},
    error::{Error, Result},
    trouble,
};

/// One consistent view of the database, for one actor.
pub struct Snapshot {
    base: Base,
    actor: Actor,
    conn: OnceCell<Unit>,
    read_alone: AtomicBool,
}

impl Snapshot {
    /// A view whose transaction begins with the first statement.
    pub(crate) fn new(base: Base, actor: Actor) -> Self {
        Self { base, actor, conn: OnceCell::new(), read_alone: AtomicBool::new(false) }
    }

    /// The connection, for stores.
    pub async fn conn(&self) -> Result<&Unit> {
        self.conn.get_or_try_init(|| begin_read(self.base.clone())).await
    }

    /// The connections, for the one statement of an answer that needs no other: it is a view of its own.
    pub fn alone(&self) -> &Pool {
        self.base.db().reader()
    }

    /// The connections, for a statement that gives all of something. Should more be read, that is told.
    pub(crate) fn alone_at_first(&self) -> &Pool {
        self.read_alone.store(true, Ordering::Relaxed);
        self.alone()
    }

    /// Whether something was read at a moment of its own, and no more until now.
    pub fn is_alone(&self) -> bool {
        self.read_alone.load(Ordering::Relaxed) && !self.conn.initialized()
    }

    /// Whether something was read at a moment of its own, and more at another: then all must be read again at one.
    pub fn is_of_two_moments(&self) -> bool {
        self.read_alone.load(Ordering::Relaxed) && self.conn.initialized()
    }

    /// Gives its connection back. Whoever reads everything again needs one, too, and may not hold two: where everybody
    /// holds one and waits for another, nobody goes on.
    pub async fn give_back(&self) {
        let Some(conn) = self.conn.get() else { return };
        if let Err(cause) = conn.give_back().await {
            trouble::note("a snapshot was not ended in order", &cause.into());
        }
    }

    /// For whom.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What it stands on.
    pub fn base(&self) -> &Base {
        &self.base
    }
}

/// Begins on a task of its own: a client that hangs up at this very moment would otherwise leave a
/// connection in the pool with a transaction that nobody ends (sqlx counts it only when it has begun).
async fn begin_read(base: Base) -> Result<Unit> {
    let begun = tokio::spawn(async move { base.db().begin_read().await });
    Ok(begun.await.map_err(|cause| Error::Internal(Box::new(cause)))??)
}
