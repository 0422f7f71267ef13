//! The line that the log gets about each request: never a query string, which can hold a document or a
//! signature, and never a token.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Instant,
};

use axum::{
    BoxError,
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::{Method, StatusCode},
    response::Response,
};
use engine::traces;
use tracing::Span;

/// The most of a path that is noted, in characters.
const LONGEST: usize = 200;

/// What is known of a request when it comes.
pub(crate) struct Line {
    method: Method,
    path: String,
    span: Span,
    traced: traces::Span,
    began: Instant,
}

impl Line {
    /// A request came.
    pub(crate) fn start(
        request: &Request,
        (span, traced): (Span, traces::Span),
        began: Instant,
    ) -> Self {
        let path = request.uri().path().chars().take(LONGEST).collect();
        Self { method: request.method().clone(), path, span, traced, began }
    }

    /// It is answered: the line is written when the last byte is on its way, or will never be.
    pub(crate) fn end(self, response: Response) -> Response {
        let status = response.status();
        self.traced.note("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            self.traced.fails();
        }
        response.map(|body| Body::new(Counted { body, bytes: 0, status, line: self }))
    }
}

/// A body that counts what is taken of it.
struct Counted {
    body: Body,
    bytes: usize,
    status: StatusCode,
    line: Line,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            self.bytes += frame.data_ref().map_or(0, Bytes::len);
        }
        Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

/// How many milliseconds have passed since then.
fn milliseconds(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Line { method, path, span, began, traced: _ } = &self.line;
        let (status, bytes, ms) = (self.status.as_u16(), self.bytes, milliseconds(*began));
        span.in_scope(|| {
            tracing::debug!(target: "waypost::access", %method, path = path.as_str(), status, bytes, ms);
        });
    }
}
