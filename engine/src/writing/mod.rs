//! Whether what is written is kept: known from the last attempt, and found out anew after one that failed.

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

/// What the last attempt to write came to.
#[derive(Debug, Default)]
pub struct Writing {
    failed: AtomicBool,
    probing: AtomicBool,
}

impl Writing {
    /// Something was written and committed.
    pub fn succeeded(&self) {
        self.failed.store(false, Ordering::Relaxed);
    }

    /// A unit of work ended with this: a refusal says nothing about the database.
    pub fn ended_with(&self, error: &Error) {
        if is_fault(error) {
            self.failed.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the last attempt failed.
    pub fn failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }
}

fn is_fault(error: &Error) -> bool {
    !matches!(
        error,
        Error::Refused(_)
            | Error::Unauthenticated
            | Error::BadCursor
            | Error::CursorInvalid
            | Error::Again
    )
}

/// Writes something, to find out whether that is possible again; at most one attempt at a time. What it
/// came to is what [`Writing::failed`] tells afterwards.
pub async fn probe(app: &App) {
    if app.writing().probing.swap(true, Ordering::Relaxed) {
        return;
    }
    let asking = app.clone();
    let probe = tokio::spawn(async move {
        if let Err(error) = write(&asking).await {
            tracing::debug!(target: "waypost::writing", %error, "nothing can be written yet");
        }
        asking.writing().probing.store(false, Ordering::Relaxed);
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
