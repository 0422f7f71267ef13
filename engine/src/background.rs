//! What runs beside the requests of a server: the one list of it.

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};
use tokio::task::JoinSet;

use crate::{
    app::App,
    db::log,
    event::{sequencer, tail},
    file::sweep,
    mail,
    member::token::uses,
    traces, webhook,
};

/// What is done as long as a server runs; one that has nothing to do on this server returns at once.
type Job = fn(App) -> BoxFuture<'static, ()>;

const JOBS: [Job; 8] = [
    |app| sequencer::run(app).boxed(),
    |app| tail::run(app).boxed(),
    |app| sweep::run(app).boxed(),
    |app| mail::run(app).boxed(),
    |app| webhook::run(app).boxed(),
    |app| uses::run(app).boxed(),
    |app| traces::run(app).boxed(),
    |app| log::run(app.db().clone()).boxed(),
];

/// What is left to do once no more requests come.
const LAST: [Job; 3] = [
    |app| uses::write_rest(app).boxed(),
    |app| webhook::let_go(app).boxed(),
    |app| traces::send_rest(app).boxed(),
];

/// How long streams and sockets get to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// The background work of one server; dropped, it stops.
pub struct Background {
    app: App,
    tasks: JoinSet<()>,
}

/// Starts the background work of a server.
pub fn start(app: &App) -> Background {
    let tasks = JOBS.iter().map(|job| job(app.clone())).collect();
    Background { app: app.clone(), tasks }
}

impl Background {
    /// Ends every stream and socket of this server, so that its listener can stop too, and then the
    /// background work. What was not numbered yet is numbered by the next server.
    pub async fn shutdown(self) {
        if tokio::time::timeout(GOODBYE, self.app.bus().stop()).await.is_err() {
            tracing::warn!(target: "waypost::event::background", "some streams did not end in time: they are cut off");
        }
        self.end().await;
    }

    /// Ends the background work, whoever still follows something.
    pub async fn end(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Does what is left to do once the listener of a server has stopped too.
pub async fn finish(app: &App) {
    for job in LAST {
        job(app.clone()).await;
    }
}
