//! When rights must be judged anew although nothing happened (rule 17).

use std::time::Duration;

use entity::Timestamp;
use tokio::sync::watch;

use crate::{app::App, auth::Session};

/// A clock may be set while a timer runs: look again at least this often.
const LONGEST: Duration = Duration::from_secs(600);

/// Waits for the moments at which a session may have lost its rights.
pub struct Rights {
    app: App,
    epoch: watch::Receiver<i64>,
    expires_at: Option<Timestamp>,
}

impl Rights {
    /// Watches from now on. Make it before the session is judged: then no change falls between.
    pub fn watch(app: &App) -> Self {
        Self { app: app.clone(), epoch: app.bus().rights(), expires_at: None }
    }

    /// The session that was judged: the time of its credential matters too.
    pub fn of(self, session: &Session) -> Self {
        Self { expires_at: session.expires_at, ..self }
    }

    /// Returns when rights have changed somewhere, or the credential's time is over: then judge again.
    pub async fn changed(&mut self) {
        let expiry = expiry(&self.app, self.expires_at);
        tokio::select! {
            changed = self.epoch.changed() => drop(changed),
            () = expiry => {}
        }
    }
}

async fn expiry(app: &App, at: Option<Timestamp>) {
    let Some(at) = at else { return std::future::pending().await };
    let left = (at - app.clock().now()).to_std().unwrap_or_default();
    tokio::time::sleep(left.min(LONGEST)).await;
}
