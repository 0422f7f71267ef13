//! When tokens were last used: noted in memory by requests and sockets, written in the background, so that
//! no request waits for it or fails with it. Each token is written at most once a minute.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DurationRound, TimeDelta};
use domain::policy::Actor;
use entity::{Timestamp, ids::TokenId, token};
use tokio::task::AbortHandle;

use super::store;
use crate::{app::App, command::Command, error::Result, trouble, tx::Tx};

/// How often what was noted is written.
const PERIOD: Duration = Duration::from_secs(10);
/// On whose behalf.
const NOTING: Actor = Actor::System("token use");

/// The minutes in which tokens were used, as far as they are not written yet.
#[derive(Debug, Default)]
pub struct Uses(Mutex<BTreeMap<TokenId, Timestamp>>);

impl Uses {
    /// A token signs somebody in now.
    pub fn note(&self, token: &token::Model, now: Timestamp) {
        let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        if token.last_used_at.is_none_or(|known| known < minute) {
            self.put(BTreeMap::from([(token.id, minute)]));
        }
    }

    fn put(&self, uses: BTreeMap<TokenId, Timestamp>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, minute) in uses {
            let known = known.entry(id).or_insert(minute);
            *known = minute.max(*known);
        }
    }

    fn take(&self) -> BTreeMap<TokenId, Timestamp> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

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
    let uses = app.token_uses().take();
    if uses.is_empty() {
        return Ok(());
    }
    let written = app.write(NOTING, WriteUses(uses.clone())).await;
    if written.is_err() {
        app.token_uses().put(uses);
    }
    written
}

/// The background work of one server; dropped, it stops.
pub struct Writer {
    app: App,
    task: AbortHandle,
}

/// Starts to write what is noted, every ten seconds.
pub fn start(app: &App) -> Writer {
    let noted = app.clone();
    let task = tokio::spawn(async move {
        loop {
            tokio::time::sleep(PERIOD).await;
            write_or_say(&noted).await;
        }
    });
    Writer { app: app.clone(), task: task.abort_handle() }
}

impl Writer {
    /// Writes what is left, and stops.
    pub async fn stop(self) {
        write_or_say(&self.app).await;
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn write_or_say(app: &App) {
    if let Err(error) = write(app).await {
        trouble::note("when tokens were last used could not be written", &error);
    }
}
