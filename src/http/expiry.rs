//! When what is open must end: a token is revoked or expires, or its member is deactivated (rule 17).

use crate::{
    app::App,
    auth::{self, Session},
    error::Error,
    event::rights::Rights,
};

/// Waits until this session is worth nothing any more, and says why; also when that cannot be told.
pub async fn expired(app: &App, session: &Session) -> Error {
    // Watched first, and then judged: no change falls between.
    let mut rights = Rights::watch(app).of(session);
    loop {
        if let Err(error) = auth::renew(app, session.token.id).await {
            return error;
        }
        rights.changed().await;
    }
}
