//! `graphql-transport-ws`, the protocol of npm `graphql-ws`: many operations over one socket.
//!
//! One task a socket reads and writes in turn, and each operation has a task of its own, which waits with
//! its next result until that can be written: while a reader is slow nothing piles up, and nothing
//! half-done waits for them with a connection to the database in its hand. Queries and mutations run a few
//! at a time, so that few answers wait. Whoever takes nothing at all is closed after the write deadline.

use std::time::Duration;

use async_graphql::Executor;
use axum::{extract::Request, response::Response};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use super::{
    Edge, client::Address, expiry::expired, leaving::Leaving, rejection::Rejection, server::Guest,
};

mod counted;
mod greeting;
mod operation;
mod peer;
mod protocol;
mod session;
mod token;
mod upgrade;

use greeting::refused;
use peer::End;
use protocol::Close;
pub use upgrade::is_wanted;

type Peer = peer::Peer<upgrade::Connection>;

/// What a socket may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the client may wait before it introduces itself.
    pub greeting: Duration,
    /// How long the client may take nothing of what is written.
    pub write: Duration,
    /// How often the server asks whether the client is still there.
    pub ping: Duration,
    /// The longest message, in bytes.
    pub message: usize,
    /// How many operations may run at once.
    pub operations: usize,
    /// How many sockets and event streams a member may have.
    pub each: usize,
    /// How many sockets may be open whose clients have not introduced themselves; one more, and the first of
    /// them goes.
    pub strangers: usize,
    /// How often a silent event stream says that it is still there.
    pub keep_alive: Duration,
    /// How long a subscription waits for a fault to pass, before its client is told to come back.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            greeting: Duration::from_secs(10),
            write: Duration::from_secs(5),
            ping: Duration::from_secs(20),
            message: 1024 * 1024,
            operations: 100,
            each: 50,
            strangers: 1_000,
            keep_alive: Duration::from_secs(12),
            patience: Duration::from_secs(30),
        }
    }
}

/// Turns a request into a socket.
pub(super) fn open<E: Executor>(request: Request, edge: Edge<E>) -> Result<Response, Rejection> {
    if !upgrade::is_allowed(request.headers(), &edge.settings.origins) {
        return Err(Rejection::foreign_origin());
    }
    let stranger = Stranger {
        address: Address::of(request.extensions()),
        agreed: upgrade::offers_ours(request.headers()),
        says: token::Upgrade::of(&request),
        guest: Guest::of(request.extensions()),
    };
    let (response, upgrade) = upgrade::agree(request)?;
    stranger.guest.is_to_greet(edge.settings.sockets.strangers);
    tokio::spawn(serve(upgrade, edge, stranger));
    Ok(response)
}

/// A client that has not said yet who it is.
struct Stranger {
    address: Option<Address>,
    /// Whether it speaks our protocol.
    agreed: bool,
    /// What the upgrade request says of it.
    says: token::Upgrade,
    /// Its connection.
    guest: Guest,
}

async fn serve<E: Executor>(upgrade: OnUpgrade, edge: Edge<E>, stranger: Stranger) {
    let mut leaving = Leaving::of(&edge.app);
    let Ok(connection) = upgrade.await else { return };
    let _present = edge.settings.meters.socket();
    let mut peer = Peer::new(TokioIo::new(connection), edge.settings.sockets).await;
    let end = converse(&mut peer, edge, stranger, &mut leaving).await;
    peer.end(end).await;
}

async fn converse<E: Executor>(
    peer: &mut Peer,
    edge: Edge<E>,
    stranger: Stranger,
    leaving: &mut Leaving,
) -> End {
    if !stranger.agreed {
        return Close::SUBPROTOCOL.into();
    }
    // The introduction and signing in have a limit each; this is for whoever does not read the answer.
    let limit = edge.settings.sockets.greeting + edge.settings.limits.operation;
    let greeting = Box::pin(greeting::greet(peer, &edge, &stranger));
    let greeted = tokio::select! {
        greeted = timeout(limit, greeting) => greeted,
        () = leaving.begins() => return Close::GOING_AWAY.into(),
    };
    let greeting = match greeted {
        Ok(Ok(greeting)) => greeting,
        Ok(Err(end)) => return end,
        Err(_) => return Close::UNAVAILABLE.into(),
    };
    peer.welcome();
    let (viewer, _seat) = (greeting.session, greeting.seat);
    let (app, patience) = (edge.app.clone(), edge.settings.sockets.patience);
    let session = session::SocketSession::new(edge, &viewer, greeting.language, greeting.resume);
    tokio::select! {
        end = session.run(peer, leaving) => end,
        error = expired(&app, &viewer, patience) => refused(error).into(),
    }
}
