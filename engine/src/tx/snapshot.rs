//! One consistent view: the way to read the database.

use domain::policy::Actor;
use tokio::sync::OnceCell;

use crate::{
    app::App,
    db::Unit,
    error::{Error, Result},
};

/// One consistent view of the database, for one actor.
pub struct Snapshot {
    app: App,
    actor: Actor,
    conn: OnceCell<Unit>,
}

impl Snapshot {
    /// A view whose transaction begins with the first statement.
    pub(crate) fn new(app: App, actor: Actor) -> Self {
        Self { app, actor, conn: OnceCell::new() }
    }

    /// The connection, for stores.
    pub async fn conn(&self) -> Result<&Unit> {
        self.conn.get_or_try_init(|| begin_read(self.app.clone())).await
    }

    /// For whom.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.app
    }
}

/// Begins on a task of its own: a client that hangs up at this very moment would otherwise leave a
/// connection in the pool with a transaction that nobody ends (sqlx counts it only when it has begun).
async fn begin_read(app: App) -> Result<Unit> {
    let begun = tokio::spawn(async move { app.db().begin_read().await });
    Ok(begun.await.map_err(|cause| Error::Internal(Box::new(cause)))??)
}
