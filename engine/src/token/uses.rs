//! When tokens were last used: what requests and sockets noted is written in the background.

use std::time::Duration;

use domain::policy::Actor;

use super::store;
use crate::{app::App, auth::Uses, error::Result, trouble};

/// How often what was noted is written.
const PERIOD: Duration = Duration::from_secs(10);
/// On whose behalf.
const NOTING: Actor = Actor::System("token use");

/// Writes what was noted; what cannot be written is kept for the next time.
pub async fn write(app: &App) -> Result<()> {
    let uses = Uses::of(app).take();
    if uses.is_empty() {
        return Ok(());
    }
    let command = uses.clone();
    let written = app.write(NOTING, command, |tx, uses| {
        Box::pin(store::touch(tx.conn(), uses.iter().map(|(id, minute)| (*id, *minute))))
    });
    let written = written.await;
    if written.is_err() {
        Uses::of(app).put(uses);
    }
    written
}

/// Writes what is noted, every ten seconds, until it is stopped.
pub async fn run(app: App) {
    loop {
        tokio::time::sleep(PERIOD).await;
        write_or_say(&app).await;
    }
}

/// Writes what is left when no more requests come.
pub async fn write_rest(app: App) {
    write_or_say(&app).await;
}

async fn write_or_say(app: &App) {
    if let Err(error) = write(app).await {
        trouble::note("when tokens were last used could not be written", &error);
    }
}
