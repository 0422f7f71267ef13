//! `graphql-transport-ws`, the protocol of npm `graphql-ws`: many operations over one socket.
//!
//! One task a socket reads, runs and writes in turn: while a reader is slow nothing is produced for
//! it, so nothing piles up; one that takes nothing at all is closed after the write deadline.

use std::time::Duration;

use async_graphql::Executor;
use axum::{
    extract::{WebSocketUpgrade, ws::WebSocket},
    response::Response,
};

use super::Edge;

mod greeting;
mod operation;
mod peer;
mod protocol;
mod session;

use peer::{End, Peer};
use protocol::Close;

/// What a socket may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the client may wait before it introduces itself.
    pub greeting: Duration,
    /// How long one write may take.
    pub write: Duration,
    /// How often the server asks whether the client is still there.
    pub ping: Duration,
    /// The longest message, in bytes.
    pub message: usize,
    /// How many operations may run at once.
    pub operations: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            greeting: Duration::from_secs(10),
            write: Duration::from_secs(5),
            ping: Duration::from_secs(20),
            message: 64 * 1024,
            operations: 100,
        }
    }
}

/// Turns a request into a socket.
pub(super) fn open<E: Executor>(upgrade: WebSocketUpgrade, edge: Edge<E>) -> Response {
    upgrade
        .protocols([protocol::NAME])
        // A message a little too long is read to its end: a connection that is closed with unread bytes
        // in it is reset, and the client never hears why.
        .max_message_size(2 * edge.limits.message)
        .max_frame_size(2 * edge.limits.message)
        .on_upgrade(|socket| serve(socket, edge))
}

async fn serve<E: Executor>(socket: WebSocket, edge: Edge<E>) {
    let mut stopping = edge.app.bus().stopping();
    let agreed = socket.protocol().is_some();
    let mut peer = Peer::new(socket, edge.limits);
    let end = tokio::select! {
        end = converse(&mut peer, edge, agreed) => end,
        _ = stopping.wait_for(|stopping| *stopping) => Close::GOING_AWAY.into(),
    };
    if let End::Close(close) = end {
        peer.close(close).await;
    }
}

async fn converse<E: Executor>(peer: &mut Peer, edge: Edge<E>, agreed: bool) -> End {
    if !agreed {
        return Close::SUBPROTOCOL.into();
    }
    match greeting::greet(peer, &edge).await {
        Ok(greeting) => session::Session::new(edge, greeting).run(peer).await,
        Err(end) => end,
    }
}
