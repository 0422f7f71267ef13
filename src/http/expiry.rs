//! When what is open must end: a token is revoked or expires, or its member is deactivated (rule 17).

use std::time::Duration;

use engine::{
    app::App,
    auth::{self, Session},
    error::{Error, Result},
    event::rights::Rights,
};
use tokio::time::{Instant, timeout};

use super::spell::Spell;

/// Waits until this session is worth nothing any more, and says why; also when that could not be told for too
/// long.
pub(crate) async fn expired(app: &App, session: &Session, patience: Duration) -> Error {
    // Watched first, and then judged: no change falls between.
    let mut rights = Rights::watch(app).of(session);
    loop {
        if let Err(error) = judged(app, session, Spell::new(patience)).await {
            return error;
        }
        rights.changed().await;
    }
}

/// Whether it is worth something still; a fault that passes is waited for.
async fn judged(app: &App, session: &Session, mut spell: Spell) -> Result<()> {
    loop {
        let began = Instant::now();
        let renewed = timeout(spell.stuck(), auth::renew(app, &session.credential)).await;
        let renewed = renewed.unwrap_or_else(|_| Err(Error::overdue("no answer in time")));
        match renewed {
            Err(error) if error.passes() && spell.wait(began, None).await => {}
            renewed => return renewed.map(drop),
        }
    }
}
