//! One server delivers at a time: whoever holds the lease. A server that falls holds it for a few seconds more, and
//! then another one takes over.

use std::sync::{Mutex, OnceLock, PoisonError};

use chrono::TimeDelta;
use entity::Timestamp;
use uuid::Uuid;

use super::{COURIER, store};
use crate::{app::App, command::Command, error::Result, trouble, tx::Tx};

/// For how long a server says that it delivers.
const LEASE: TimeDelta = TimeDelta::seconds(8);
/// How long before the end it says so again.
const EARLY: TimeDelta = TimeDelta::seconds(4);

/// Until when this server holds the lease, as far as it knows.
#[derive(Default)]
struct Held {
    server: OnceLock<Uuid>,
    until: Mutex<Option<Timestamp>>,
}

/// Holding the lease.
struct Hold(Uuid);

impl Command for Hold {
    type Output = Option<Timestamp>;

    async fn run(&self, tx: &mut Tx) -> Result<Option<Timestamp>> {
        let until = tx.now() + LEASE;
        let held = store::hold(tx.conn(), self.0, (tx.now(), until)).await?;
        Ok(held.then_some(until))
    }
}

/// Whether this server delivers now: it holds the lease, or takes it.
pub async fn hold(app: &App) -> Result<bool> {
    let held = app.part::<Held>();
    if lock(held).is_some_and(|until| until - app.clock().now() > EARLY) {
        return Ok(true);
    }
    let server = *held.server.get_or_init(|| app.clock().new_uuid());
    let until = app.write(COURIER, Hold(server)).await?;
    *lock(held) = until;
    Ok(until.is_some())
}

/// Letting go of the lease.
struct LetGo(Uuid);

impl Command for LetGo {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        store::let_go(tx.conn(), self.0, tx.now()).await
    }
}

/// Lets go of the lease when the server stops, so that the next one need not wait.
pub async fn let_go(app: App) {
    let held = app.part::<Held>();
    let (Some(server), Some(_)) = (held.server.get(), lock(held).take()) else { return };
    if let Err(error) = app.write(COURIER, LetGo(*server)).await {
        trouble::note("another server waits a few seconds before it delivers to webhooks", &error);
    }
}

fn lock(held: &Held) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
    held.until.lock().unwrap_or_else(PoisonError::into_inner)
}
