//! The beginning of a socket: the client says who it is.

use std::collections::HashMap;

use serde_json::{Map, Value};
use tokio::time::timeout;

use super::{
    peer::{End, Peer},
    protocol::{self, ClientMessage, Close, ServerMessage},
};
use crate::{app::App, auth, error::Error, event::rights::Rights, http::Edge};

/// Who is there, and where their operations got to.
pub struct Greeting {
    /// Who.
    pub session: auth::Session,
    /// When to judge them anew.
    pub rights: Rights,
    /// The places of operations by id.
    pub resume: HashMap<String, String>,
}

/// Waits for the introduction, and answers it.
pub async fn greet<E>(peer: &mut Peer, edge: &Edge<E>) -> Result<Greeting, End> {
    let payload = timeout(edge.limits.greeting, introduction(peer)).await;
    let mut payload = payload.map_err(|_| Close::GREETING_TIMEOUT)??;
    let resume = protocol::resume(&mut payload)?;
    let rights = Rights::watch(&edge.app);
    let session = sign_in(&edge.app, &payload).await?;
    peer.send(&ServerMessage::ConnectionAck).await?;
    Ok(Greeting { rights: rights.of(&session), session, resume })
}

async fn introduction(peer: &mut Peer) -> Result<Map<String, Value>, End> {
    loop {
        match peer.receive().await? {
            ClientMessage::ConnectionInit { payload } => return Ok(payload.unwrap_or_default()),
            ClientMessage::Subscribe { .. } => return Err(Close::UNAUTHORIZED.into()),
            ClientMessage::Ping { payload } => peer.send(&ServerMessage::Pong { payload }).await?,
            ClientMessage::Pong {} | ClientMessage::Complete { .. } => {}
        }
    }
}

async fn sign_in(app: &App, payload: &Map<String, Value>) -> Result<auth::Session, Close> {
    let secret = protocol::authorization(payload).and_then(auth::bearer);
    auth::authenticate(app, secret.ok_or(Close::FORBIDDEN)?).await.map_err(refused)
}

/// Whether the client may not, or the server cannot tell now.
pub fn refused(error: Error) -> Close {
    if matches!(error, Error::Unauthenticated) {
        return Close::FORBIDDEN;
    }
    tracing::error!(%error, "a token could not be looked up");
    Close::TRY_AGAIN
}
