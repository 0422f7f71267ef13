//! A connection that knows when its other end last took something: the only sign of a slow reader.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

/// A connection whose writes are watched.
#[derive(Debug)]
pub(crate) struct Counted<S> {
    inner: S,
    taken: Instant,
    full: bool,
    room: bool,
    /// How much is still read; none: as much as comes.
    allowance: Option<usize>,
}

impl<S> Counted<S> {
    /// Watches this connection, of which so many bytes are read until somebody is welcome.
    pub(crate) fn new(inner: S, allowance: usize) -> Self {
        let allowance = Some(allowance);
        Self { inner, taken: Instant::now(), full: false, room: false, allowance }
    }

    /// All that comes is read from now on.
    pub(crate) fn welcome(&mut self) {
        self.allowance = None;
    }

    /// Counts what was read; an error, once, if that was more than there may be.
    fn read(&mut self, bytes: usize) -> io::Result<()> {
        let Some(allowance) = self.allowance else { return Ok(()) };
        let left = allowance.checked_sub(bytes);
        self.allowance = left;
        left.map(drop).ok_or_else(|| io::ErrorKind::FileTooLarge.into())
    }

    /// When something was last written.
    pub(crate) fn taken(&self) -> Instant {
        self.taken
    }

    /// Whether the other end has made room since this was last asked. What is written into an empty
    /// buffer says nothing about anybody; what is written into a full one says that somebody reads.
    pub(crate) fn made_room(&mut self) -> bool {
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
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        let read = buffer.filled().len() - before;
        Poll::Ready(self.read(read))
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
