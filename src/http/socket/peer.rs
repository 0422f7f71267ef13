//! The other end of a socket: reading its messages, and writing with a deadline.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use tokio::time::timeout;

use super::{
    Limits,
    protocol::{self, ClientMessage, Close, ServerMessage},
};

/// How long the client gets to hear why it is closed.
const GOODBYE: Duration = Duration::from_secs(1);

/// How a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By us, with this code.
    Close(Close),
    /// By the client, or by the network.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

/// The client.
pub struct Peer {
    sink: SplitSink<WebSocket, Message>,
    stream: SplitStream<WebSocket>,
    limits: Limits,
    heard: bool,
}

impl Peer {
    /// The client at the other end of this socket.
    pub fn new(socket: WebSocket, limits: Limits) -> Self {
        let (sink, stream) = socket.split();
        Self { sink, stream, limits, heard: true }
    }

    /// The next message.
    pub async fn receive(&mut self) -> Result<ClientMessage, End> {
        loop {
            let message = self.stream.next().await.ok_or(End::Gone)?;
            self.heard = true;
            match message.map_err(broken)? {
                Message::Text(text) if text.len() > self.limits.message => {
                    return Err(Close::TOO_BIG.into());
                }
                Message::Text(text) => return Ok(protocol::parse(&text)?),
                Message::Binary(_) => return Err(Close::BAD_MESSAGE.into()),
                Message::Close(_) => return Err(End::Gone),
                Message::Ping(_) | Message::Pong(_) => {}
            }
        }
    }

    /// Says something.
    pub async fn send(&mut self, message: &ServerMessage<'_>) -> Result<(), End> {
        let text = serde_json::to_string(message).map_err(|_| Close::TRY_AGAIN)?;
        self.write(Message::Text(text.into())).await
    }

    /// Asks whether the client is still there; whoever did not answer the last time is not.
    pub async fn ping(&mut self) -> Result<(), End> {
        if !std::mem::take(&mut self.heard) {
            return Err(End::Gone);
        }
        self.write(Message::Ping(Vec::new().into())).await
    }

    /// Says why, and waits a moment for the client to hear it: a connection that is dropped with
    /// unread messages in it loses what was written last.
    pub async fn close(mut self, close: Close) {
        let frame = CloseFrame { code: close.code, reason: close.reason.into() };
        if self.write(Message::Close(Some(frame))).await.is_ok() {
            let heard = async { while let Some(Ok(_)) = self.stream.next().await {} };
            let _ = timeout(GOODBYE, heard).await;
        }
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.limits.write, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(Close::TRY_AGAIN.into()),
        }
    }
}

/// The library tells a message that is too long from a broken connection by its text only.
fn broken(error: axum::Error) -> End {
    if error.to_string().contains("too long") { Close::TOO_BIG.into() } else { End::Gone }
}
