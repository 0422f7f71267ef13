//! The other end of a socket: reading its messages, and writing with a deadline.

use std::{io, time::Duration};

use axum::body::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite},
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        error::ProtocolError,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::{
    Limits,
    counted::Counted,
    protocol::{self, ClientMessage, Close, ServerMessage},
    upgrade,
};

/// How long the client gets to hear why it is closed.
const GOODBYE: Duration = Duration::from_secs(1);
/// Whoever neither answered so many pings nor took anything meanwhile is gone.
const SILENT_PINGS: u32 = 3;

/// How a socket ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By us, with this code.
    Close(Close),
    /// By the client, who said so.
    Left,
    /// By the network.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

/// The client.
pub(crate) struct Peer<S> {
    socket: WebSocketStream<Counted<S>>,
    limits: Limits,
    /// How many pings the client has not answered.
    silent: u32,
    /// Whether what the client sends can still be read as messages.
    readable: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    /// The client at the other end of this connection.
    pub(crate) async fn new(connection: S, limits: Limits) -> Self {
        let socket = upgrade::socket(connection, &limits).await;
        Self { socket, limits, silent: 0, readable: true }
    }

    /// The next message; none for a frame that is about the socket itself, and only wants the answer
    /// flushed that the library gives it.
    pub(crate) async fn receive(&mut self) -> Result<Option<ClientMessage>, End> {
        let message = self.socket.next().await.ok_or(End::Gone)?;
        self.silent = 0;
        match message.map_err(|error| self.broken(&error))? {
            Message::Text(text) => Ok(Some(protocol::parse(&text)?)),
            Message::Binary(_) => Err(Close::BAD_MESSAGE.into()),
            Message::Close(_) => Err(End::Left),
            _ => Ok(None),
        }
    }

    /// The client has introduced itself: all that it says is heard.
    pub(crate) fn welcome(&mut self) {
        self.socket.get_mut().welcome();
    }

    /// Says something.
    pub(crate) async fn send(&mut self, message: &ServerMessage<'_>) -> Result<(), End> {
        self.say(serde_json::to_string(message).map_err(|_| Close::FAULT)?).await
    }

    /// Says something that is written already.
    pub(crate) async fn say(&mut self, message: String) -> Result<(), End> {
        self.write(Message::text(message)).await
    }

    /// Asks whether the client is still there.
    pub(crate) async fn ping(&mut self) -> Result<(), End> {
        if self.socket.get_mut().made_room() {
            self.silent = 0;
        }
        if self.silent >= SILENT_PINGS {
            return Err(End::Gone);
        }
        self.silent += 1;
        self.write(Message::Ping(Bytes::new())).await
    }

    /// Writes what is still to be written; whoever takes nothing of it for too long is too slow.
    /// However little they take, they get the same time again.
    pub(crate) async fn flush(&mut self) -> Result<(), End> {
        let mut since = Instant::now();
        loop {
            match timeout_at(since + self.limits.write, self.socket.flush()).await {
                Ok(flushed) => return flushed.map_err(|_| End::Gone),
                Err(_) if self.socket.get_ref().taken() <= since => {
                    return Err(Close::TOO_SLOW.into());
                }
                Err(_) => since = self.socket.get_ref().taken(),
            }
        }
    }

    /// Ends the socket as it is to be ended.
    pub(crate) async fn end(mut self, end: End) {
        match end {
            End::Close(close) => self.close(close).await,
            // The client waits for its own goodbye to come back.
            End::Left => drop(timeout(GOODBYE, self.socket.flush()).await),
            End::Gone => {}
        }
    }

    /// Says why, and waits a moment for the client to hear it: a connection that is dropped with
    /// unread messages in it is reset, and what was written last is lost.
    async fn close(&mut self, close: Close) {
        let reason = close.reason.as_ref().into();
        let frame = CloseFrame { code: CloseCode::from(close.code), reason };
        let said = self.socket.send(Message::Close(Some(frame)));
        if matches!(timeout(self.limits.write, said).await, Ok(Ok(()))) {
            // boxed: every socket would have room for it, from its beginning
            let _ = timeout(GOODBYE, Box::pin(self.hear_out())).await;
        }
    }

    async fn hear_out(&mut self) {
        if self.readable {
            while let Some(Ok(_)) = self.socket.next().await {}
        } else {
            let mut scratch = [0; 4096];
            while let Ok(1..) = self.socket.get_mut().read(&mut scratch).await {}
        }
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        self.socket.feed(message).await.map_err(|_| End::Gone)?;
        self.flush().await
    }

    /// What is not even a message of a socket cannot be read on.
    fn broken(&mut self, error: &Error) -> End {
        self.readable = false;
        match error {
            Error::Capacity(_) => Close::TOO_BIG.into(),
            Error::Io(cause) if cause.kind() == io::ErrorKind::FileTooLarge => {
                Close::TOO_BIG.into()
            }
            Error::Utf8(_) => Close::NOT_TEXT.into(),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Gone,
            Error::Protocol(_) => Close::BAD_FRAME.into(),
            _ => End::Gone,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{DuplexStream, duplex},
        time::{advance, sleep},
    };

    use super::*;

    const LONG: &str = "so long that it does not fit at once into what is between the two ends";

    /// A peer, and its other end, which holds only a few bytes that were not read.
    async fn connected() -> (Peer<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(16);
        (Peer::new(ours, Limits::default()).await, theirs)
    }

    fn message() -> ServerMessage<'static> {
        ServerMessage::Complete { id: LONG }
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_too_slow_when_the_time_is_over() {
        let (mut peer, _theirs) = connected().await;
        let begun = Instant::now();
        assert_eq!(peer.send(&message()).await, Err(Close::TOO_SLOW.into()));
        assert_eq!(begun.elapsed(), Limits::default().write);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_byte_now_and_then_is_never_too_slow() {
        let (mut peer, mut theirs) = connected().await;
        let begun = Instant::now();
        let reader = tokio::spawn(async move {
            while let Ok(1..) = theirs.read(&mut [0]).await {
                sleep(Limits::default().write - Duration::from_millis(1)).await;
            }
        });
        assert_eq!(peer.send(&message()).await, Ok(()));
        assert!(begun.elapsed() > 10 * Limits::default().write);
        drop(peer);
        reader.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_stops_reading_has_the_whole_time_from_the_last_byte_they_took() {
        let (mut peer, mut theirs) = connected().await;
        let begun = Instant::now();
        let patience = Duration::from_secs(3);
        let reader = tokio::spawn(async move {
            sleep(patience).await;
            theirs.read_exact(&mut [0; 8]).await.unwrap();
            theirs
        });
        assert_eq!(peer.send(&message()).await, Err(Close::TOO_SLOW.into()));
        assert_eq!(begun.elapsed(), patience + Limits::default().write);
        drop(reader.await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn who_answers_no_ping_is_gone_unless_they_are_busy_reading() {
        let (mut peer, mut theirs) = connected().await;
        for _ in 0..SILENT_PINGS {
            assert_eq!(peer.ping().await, Ok(()));
            advance(Duration::from_secs(20)).await;
        }
        assert_eq!(peer.ping().await, Err(End::Gone));
        let reader =
            tokio::spawn(async move { while let Ok(1..) = theirs.read(&mut [0; 8]).await {} });
        for _ in 0..3 * SILENT_PINGS {
            peer.send(&message()).await.unwrap();
            assert_eq!(peer.ping().await, Ok(()));
        }
        drop(peer);
        reader.await.unwrap();
    }
}
