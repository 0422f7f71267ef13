//! What runs beside the requests of a server: the sequencer, the tail, the sweeping of files, and the mail.

use std::time::Duration;

use sea_orm::DbBackend;
use tokio::task::JoinSet;

use crate::{
    app::App,
    event::{sequencer, tail},
    file, mail,
};

/// How long streams and sockets get to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// The background work of one server; dropped, it stops.
pub struct Background {
    app: App,
    tasks: JoinSet<()>,
}

/// Starts the background work of a server.
pub fn start(app: &App) -> Background {
    let mut tasks = JoinSet::new();
    if app.db().backend() == DbBackend::Postgres {
        tasks.spawn(sequencer::run(app.clone()));
    }
    tasks.spawn(tail::run(app.clone()));
    tasks.spawn(file::sweep::run(app.clone()));
    if app.settings().mail.is_some() {
        tasks.spawn(mail::run(app.clone()));
    }
    Background { app: app.clone(), tasks }
}

impl Background {
    /// Ends every stream and socket of this server, so that its listener can stop too, and then the
    /// background work. What was not numbered yet is numbered by the next server.
    pub async fn shutdown(mut self) {
        if tokio::time::timeout(GOODBYE, self.app.bus().stop()).await.is_err() {
            tracing::warn!(target: "waypost::event::background", "some streams did not end in time: they are cut off");
        }
        self.tasks.shutdown().await;
    }
}
