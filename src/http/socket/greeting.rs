//! The beginning of a socket: the client says who it is.

use std::collections::HashMap;

use domain::language::Language;
use engine::{auth, error::Error, trouble};
use serde_json::{Map, Value};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

use super::{
    Stranger,
    peer::{End, Peer},
    protocol::{self, ClientMessage, Close, ServerMessage},
};
use crate::http::{Edge, client::Address, seats::Seat};

/// Who is there, and where their operations got to.
pub(crate) struct Greeting {
    /// Who.
    pub session: auth::Session,
    /// The language that their client asks for.
    pub language: Language,
    /// The places of operations by id.
    pub resume: HashMap<String, String>,
    /// Their place among the sockets that they may have.
    pub seat: Seat,
}

/// Waits for the introduction, and answers it.
pub(crate) async fn greet<E, S>(
    peer: &mut Peer<S>,
    edge: &Edge<E>,
    stranger: &Stranger,
) -> Result<Greeting, End>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let payload = tokio::select! {
        _ = stranger.guest.shown_out() => return Err(Close::CROWDED.into()),
        payload = timeout(edge.settings.sockets.greeting, introduction(peer)) => payload,
    };
    let mut payload = payload.map_err(|_| Close::GREETING_TIMEOUT)??;
    if !stranger.guest.has_greeted() {
        return Err(Close::CROWDED.into());
    }
    let resume = protocol::resume(&mut payload)?;
    let session = tokio::select! {
        // First what has come already: who does not wait for the answer is told so.
        biased;
        end = impatience(peer) => return Err(end),
        session = sign_in(edge, stranger, &payload) => session?,
    };
    let seat = edge.seats.take(session.member.id).ok_or(Close::TOO_MANY)?;
    stranger.guest.signs_in();
    peer.send(&ServerMessage::ConnectionAck).await?;
    let language = stranger.says.language(&payload);
    Ok(Greeting { session, language, resume, seat })
}

async fn introduction<S>(peer: &mut Peer<S>) -> Result<Map<String, Value>, End>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        match peer.receive().await? {
            Some(ClientMessage::ConnectionInit { payload }) => {
                return Ok(payload.unwrap_or_default());
            }
            Some(ClientMessage::Subscribe { .. }) => return Err(Close::UNAUTHORIZED.into()),
            Some(ClientMessage::Ping { payload }) => {
                peer.send(&ServerMessage::Pong { payload }).await?;
            }
            Some(ClientMessage::Pong { .. } | ClientMessage::Complete { .. }) => {}
            None => peer.flush().await?,
        }
    }
}

/// How a client ends its socket while its introduction is looked at: by anything but waiting.
async fn impatience<S: AsyncRead + AsyncWrite + Unpin>(peer: &mut Peer<S>) -> End {
    match introduction(peer).await {
        Ok(_) => Close::GREETED_TWICE.into(),
        Err(end) => end,
    }
}

async fn sign_in<E>(
    edge: &Edge<E>,
    stranger: &Stranger,
    payload: &Map<String, Value>,
) -> Result<auth::Session, Close> {
    let signed_in = match stranger.says.secret(payload) {
        Ok(secret) => {
            let known = edge.time().sign_in(auth::authenticate(&edge.app, secret)).await;
            known.map_err(refused)
        }
        Err(wrong) => Err(wrong),
    };
    let forbidden = signed_in.as_ref().is_err_and(|close| close.code == Close::FORBIDDEN.code);
    if let (true, Some(Address(address))) = (forbidden, stranger.address) {
        edge.rates.failed(address);
    }
    signed_in
}

/// Whether the client may not, or the server cannot tell now.
pub(crate) fn refused(error: Error) -> Close {
    if matches!(error, Error::Unauthenticated) {
        return Close::FORBIDDEN;
    }
    trouble::note("nobody could be signed in", &error);
    Close::UNAVAILABLE
}
