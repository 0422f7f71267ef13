//! A connection that knows when its other end last took something: the only sign of a slow reader.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

/// A connection whose writes are watched.
#[derive(Debug)]
pub struct Counted<S> {
    inner: S,
    taken: Instant,
    full: bool,
    room: bool,
}

impl<S> Counted<S> {
    /// Watches this connection.
    pub fn new(inner: S) -> Self {
        Self { inner, taken: Instant::now(), full: false, room: false }
    }

    /// When something was last written.
    pub fn taken(&self) -> Instant {
        self.taken
    }

    /// Whether the other end has made room since this was last asked. What is written into an empty
    /// buffer says nothing about anybody; what is written into a full one says that somebody reads.
    pub fn made_room(&mut self) -> bool {
        std::mem::take(&mut self.room)
    }

    fn note(&mut self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Pending => self.full = true,
            Poll::Ready(Ok(bytes)) if *bytes > 0 => {
                self.taken = Instant::now();
                self.room |= std::mem::take(&mut self.full);
            }
            Poll::Ready(_) => {}
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.note(&written);
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
