//! The listening socket, tuned for readers of any speed.

use tokio::net::TcpListener;

/// How much may wait in the system to be sent to a client, beyond what is on its way, in bytes.
#[cfg(any(target_os = "linux", target_os = "android"))]
const WAITING: u32 = 32 * 1024;

/// Lets little wait in the system for each client. It grows a buffer to megabytes and then has room again
/// only when a third of it is gone: a slow but steady reader would seem to take nothing for minutes.
/// Where the system cannot do this, the write deadline is less exact.
pub(crate) fn tune(listener: &TcpListener) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Err(cause) = socket2::SockRef::from(listener).set_tcp_notsent_lowat(WAITING) {
        tracing::debug!(%cause, "the buffers of connections keep their usual size");
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = listener;
}
