//! Being told to stop: Ctrl-C, and SIGTERM where there is one.

use std::io;

use tokio::signal;

/// Listens for being told to stop, from when it is made.
pub struct Signals {
    #[cfg(unix)]
    interrupt: signal::unix::Signal,
    #[cfg(unix)]
    terminate: signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen.
    pub fn new() -> io::Result<Self> {
        use signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits until the program is told to stop, once more each time.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    /// Begins to listen.
    pub fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits until the program is told to stop, once more each time.
    pub async fn next(&mut self) {
        let _ = signal::ctrl_c().await;
    }
}
