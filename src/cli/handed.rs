//! What a process manager hands over, as systemd does it: the socket that it listens on, and whom to tell of what becomes
//! of the server. A socket that it holds outlives this program: whoever comes while another one takes over waits, and is
//! not refused.

use std::io;

use listenfd::ListenFd;
use tokio::net::TcpListener;

use super::{Failure, start};
use crate::config::Listen;

/// The sockets that were handed over (`LISTEN_FDS`).
pub(crate) struct Handed(ListenFd);

/// Where clients come in.
pub(crate) struct Entrance {
    /// The socket.
    pub listener: TcpListener,
    /// Whether others hold it, too, so that whoever comes while the server stops is theirs.
    pub is_handed: bool,
}

impl Handed {
    /// Takes note of them. What stands in the environment is for this program alone, and is removed from it: before
    /// there is a second thread that might read it.
    pub(crate) fn note() -> Self {
        Self(ListenFd::from_env())
    }

    /// The socket that was handed over, or one of our own.
    pub(crate) async fn entrance(mut self, listen: &Listen) -> Result<Entrance, Failure> {
        let wrong = |what: String| {
            Failure::Listen(format!(
                "{what} Say one ListenStream=ADDRESS:PORT in the unit of the socket, or none to listen as --listen says."
            ))
        };
        match self.0.len() {
            0 => Ok(Entrance::own(start::listen("--listen", listen).await?)),
            1 => match self.listener() {
                Ok(listener) => Ok(Entrance { listener, is_handed: true }),
                Err(cause) => Err(wrong(format!(
                    "The socket that was handed over (LISTEN_FDS) cannot be listened on: {cause}."
                ))),
            },
            many => Err(wrong(format!(
                "{many} sockets were handed over (LISTEN_FDS), and one is taken."
            ))),
        }
    }

    fn listener(&mut self) -> io::Result<TcpListener> {
        let listener = self.0.take_tcp_listener(0)?.ok_or(io::ErrorKind::NotFound)?;
        listener.set_nonblocking(true)?;
        TcpListener::from_std(listener)
    }
}

impl Entrance {
    /// A socket of this program alone.
    pub(crate) fn own(listener: TcpListener) -> Self {
        Self { listener, is_handed: false }
    }
}

/// Tells the process manager, if it wants to know, that the server is ready.
pub(crate) fn tell_ready() {
    #[cfg(unix)]
    tell(sd_notify::NotifyState::Ready);
}

/// Tells it that the server begins to stop.
pub(crate) fn tell_stopping() {
    #[cfg(unix)]
    tell(sd_notify::NotifyState::Stopping);
}

#[cfg(unix)]
fn tell(state: sd_notify::NotifyState<'_>) {
    if let Err(cause) = sd_notify::notify(&[state]) {
        tracing::warn!(%cause, "whoever started the server (NOTIFY_SOCKET) could not be told how it is");
    }
}
