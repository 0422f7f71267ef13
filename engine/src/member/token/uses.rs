//! When tokens were last used: what requests and sockets noted is written in the background.

use std::{collections::BTreeMap, time::Duration};

use domain::policy::Actor;
use entity::{Timestamp, ids::TokenId};

use super::store;
use crate::{
    app::App,
    auth::{self, Uses},
    command::Command,
    error::Result,
    trouble,
    tx::Tx,
};

/// How often what was noted is written.
const PERIOD: Duration = Duration::from_secs(10);
/// On whose behalf.
const NOTING: Actor = Actor::System("token use");

/// Writing what was noted.
struct WriteUses(BTreeMap<TokenId, Timestamp>);

impl Command for WriteUses {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        store::touch(tx.conn(), self.0.iter().map(|(id, minute)| (*id, *minute))).await
    }
}

/// Writes what was noted; what cannot be written is kept for the next time.
pub async fn write(app: &App) -> Result<()> {
    let uses = Uses::of(app).take();
    if uses.is_empty() {
        return Ok(());
    }
    let written = app.write(NOTING, WriteUses(uses.clone())).await;
    match &written {
        Ok(()) => auth::forget(app),
        Err(_) => Uses::of(app).put(uses),
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
