//! Removing what nobody needs: uploads that never came whole, and files that no note uses. Bytes of which
//! nothing is known here stay: they may be another database's that was given the same folder.

use std::time::Duration;

use chrono::TimeDelta;
use domain::policy::Actor;
use entity::Timestamp;

use super::store;
use crate::{app::App, command::Command, error::Result, trouble, tx::Tx};

/// How long a file may be unused, in hours.
pub const HOURS: i64 = 24;

/// How long after its start a server sweeps first, and how often then. More servers than one do no harm.
const FIRST: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_secs(60 * 60);
const SWEEP: Actor = Actor::System("sweep");

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that were never sent, or sent and never used.
    pub unused: usize,
    /// Bytes that never came whole.
    pub incoming: usize,
}

/// Sweeps now and then, until the task is stopped.
pub async fn run(app: App) {
    tokio::time::sleep(FIRST).await;
    loop {
        match sweep(&app).await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(swept) => {
                tracing::info!(target: "waypost::file::sweep", ?swept, "removed files that nobody used")
            }
            Err(error) => trouble::note("files that nobody uses were not removed", &error),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Sweeps once.
pub async fn sweep(app: &App) -> Result<Swept> {
    let before = app.clock().now() - TimeDelta::hours(HOURS);
    let unused = unused(app, before).await?;
    let incoming = super::settings(app).storage.sweep_incoming(before).await?;
    Ok(Swept { unused, incoming })
}

async fn unused(app: &App, before: Timestamp) -> Result<usize> {
    let mut swept = 0;
    loop {
        match app.write(SWEEP, TakeUnused { before }).await? {
            0 => return Ok(swept),
            count => swept += count,
        }
    }
}

/// Removing files that were not used before a moment.
struct TakeUnused {
    before: Timestamp,
}

impl Command for TakeUnused {
    type Output = usize;

    async fn run(&self, tx: &mut Tx) -> Result<usize> {
        some(tx, self.before).await
    }
}

/// Some of them, with their bytes under the lock of their rows: should it end in the middle, the rows are
/// still there, and found the next time.
async fn some(tx: &Tx, before: Timestamp) -> Result<usize> {
    let taken = store::take_unused(tx.conn(), before).await?;
    for id in &taken {
        super::settings(tx.base()).storage.remove(*id).await?;
    }
    Ok(taken.len())
}
