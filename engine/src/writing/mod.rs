//! Whether what is written is kept: found out anew after an attempt that failed.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use domain::policy::Actor;
use tokio::time::timeout;

use crate::{
    app::App,
    command::Command,
    error::{Error, Result},
    tx::Tx,
};

mod store;

/// On whose behalf.
const PROBING: Actor = Actor::System("write probe");
/// How much is written to find out, in bytes: where it has room, most of what people write has.
const ROOM: usize = 256 * 1024;
/// How long a probe is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether somebody is finding out at this moment.
#[derive(Default)]
struct Probing(AtomicBool);

/// Writes something, to find out whether that is possible again; at most one attempt at a time. What it
/// came to is what [`Writing::failed`](crate::app::Writing::failed) tells afterwards.
pub async fn probe(app: &App) {
    if app.part::<Probing>().0.swap(true, Ordering::Relaxed) {
        return;
    }
    let asking = app.clone();
    let probe = tokio::spawn(async move {
        if let Err(error) = write(&asking).await {
            tracing::debug!(target: "waypost::writing", %error, "nothing can be written yet");
        }
        asking.part::<Probing>().0.store(false, Ordering::Relaxed);
    });
    let _ = timeout(PATIENCE, probe).await;
}

async fn write(app: &App) -> Result<()> {
    let mut bytes = vec![0; ROOM];
    getrandom::fill(&mut bytes).map_err(|cause| Error::Internal(Box::new(cause)))?;
    app.write(PROBING, Fill(bytes)).await
}

/// Writing bytes that nobody needs.
struct Fill(Vec<u8>);

impl Command for Fill {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        store::fill(tx.conn(), &self.0).await
    }
}
