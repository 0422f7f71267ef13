//! The bytes of a connection: a client that takes nothing is given up, and one that is still sending when it
//! is refused gets to hear why.

use std::{
    borrow::Cow,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::{guest::Admission, spelling::spelt};

/// How long, and how many bytes, are still read and thrown away after the last word. A connection that is
/// closed with unread bytes in it is reset, and the client loses what it was told.
const LINGER: Duration = Duration::from_secs(2);
const LEFT_OVER: usize = 64 * 1024 * 1024;

/// How often bytes came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard(Arc<AtomicUsize>);

impl Heard {
    /// How often bytes came.
    pub(crate) fn times(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether nothing ever came.
    pub(crate) fn is_silent(&self) -> bool {
        self.times() == 0
    }
}

/// A connection, and its place among those that may be open.
pub(crate) struct Wire {
    stream: TcpStream,
    heard: Heard,
    patience: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    lingering: Option<Pin<Box<Sleep>>>,
    left_over: usize,
    _place: Option<Admission>,
}

impl Wire {
    /// A connection whose client may take nothing for so long.
    pub(crate) fn new(stream: TcpStream, patience: Duration, place: Option<Admission>) -> Self {
        Self {
            stream,
            heard: Heard::default(),
            patience,
            stalled: None,
            lingering: None,
            left_over: 0,
            _place: place,
        }
    }

    /// What is heard on it.
    pub(crate) fn heard(&self) -> Heard {
        self.heard.clone()
    }

    /// The outcome of a write; an error, when nothing could be written for too long.
    fn written<T>(
        &mut self,
        outcome: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(self.patience)));
        stalled.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Reads what still comes, until the client has heard, or has had its time.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 16 * 1024];
        while self.left_over < LEFT_OVER {
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = Pin::new(&mut self.stream).poll_read(context, &mut buffer);
            match read {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    self.left_over += buffer.filled().len();
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => break,
            }
        }
        match &mut self.lingering {
            Some(lingering) if self.left_over < LEFT_OVER => lingering.as_mut().poll(context),
            _ => Poll::Ready(()),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() {
            self.heard.0.fetch_add(1, Ordering::Relaxed);
        }
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, &spelt(bytes));
        self.written(outcome, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(Cow::Owned(head)) = bytes.first().map(|first| spelt(first)) {
            return self.poll_write(context, &head);
        }
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.written(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
            self.lingering = Some(Box::pin(sleep(LINGER)));
        }
        self.poll_linger(context).map(Ok)
    }
}
