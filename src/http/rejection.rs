//! Why a request is not even executed: a status, a code, and what to do.

use std::time::Duration;

use async_graphql::ServerError;
use axum::http::{
    HeaderName, HeaderValue, StatusCode,
    header::{ALLOW, CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE},
};
use domain::language::Message;
use engine::{
    error::{self, BUSY, Error, SIGN_IN, UNAVAILABLE},
    trouble,
};

use super::rates::Wait;
use crate::{
    graphql::error::{code, outcome},
    language,
};

/// Why a request is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    /// The status of the answer.
    pub status: StatusCode,
    /// For programs.
    pub code: &'static str,
    /// For people.
    pub message: String,
    /// The headers that go with the status.
    pub headers: Vec<(HeaderName, &'static str)>,
    /// After how many seconds to try again.
    pub retry_after: Option<u64>,
    /// What became of a mutation that may have been asked for.
    pub outcome: Option<&'static str>,
}

impl Rejection {
    /// The request is not one.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code::BAD_REQUEST, message)
    }

    /// Without a header.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let (message, headers) = (message.into(), Vec::new());
        Self { status, code, message, headers, retry_after: None, outcome: None }
    }

    /// The refusal as a GraphQL error.
    pub(crate) fn error(&self) -> ServerError {
        let mut error = ServerError::new(self.message.clone(), None);
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("code", self.code);
        if let Some(seconds) = self.retry_after {
            extensions.set("retryAfter", seconds);
        }
        if let Some(outcome) = self.outcome {
            outcome::tell(&mut error, outcome);
        }
        error
    }

    /// This refusal of what may be a mutation, before any of it was read: where it is a fault, it says that nothing
    /// was changed.
    pub(crate) fn before_reading(self) -> Self {
        let outcome = self.status.is_server_error().then_some(outcome::NOT_DONE);
        Self { outcome, ..self }
    }

    /// The headers that go with it.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
        let retry_after = self.retry_after.map(|seconds| (RETRY_AFTER, seconds.into()));
        let headers = self.headers.clone().into_iter();
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        headers.chain(retry_after)
    }

    /// The body is not JSON.
    pub(crate) fn media() -> Self {
        let message = "Send JSON in UTF-8, not compressed, with `Content-Type: application/json`.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message)
    }

    /// The client takes nothing that there is.
    pub(crate) fn not_acceptable() -> Self {
        let message = "Accept `application/graphql-response+json` or `application/json`; subscriptions also come as `text/event-stream`.";
        Self::new(StatusCode::NOT_ACCEPTABLE, code::NOT_ACCEPTABLE, message)
    }

    /// There is nothing at this address.
    pub(crate) fn not_found() -> Self {
        let message = "There is nothing here. The API is at /graphql, the screen at /, and the explorer at /explorer.";
        Self::new(StatusCode::NOT_FOUND, code::NOT_FOUND, message)
    }

    /// There is something at this address, but for other methods: the header says which.
    pub(crate) fn method() -> Self {
        let message = "This method does nothing here. Use one of those in the header `Allow`.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message)
    }

    /// `GET` changes nothing.
    pub(crate) fn only_queries() -> Self {
        let message = "GET runs queries only: POST mutations, and subscribe over a WebSocket or with `Accept: text/event-stream`.";
        Self { message: message.into(), ..Self::method() }.with(ALLOW, "POST")
    }

    /// A subscription has more than one answer.
    pub(crate) fn no_stream() -> Self {
        let message = "A subscription is a stream: open a WebSocket (graphql-transport-ws), or ask with `Accept: text/event-stream`.";
        Self::new(StatusCode::NOT_ACCEPTABLE, code::NOT_ACCEPTABLE, message)
    }

    /// The body is longer than it may be, in bytes.
    pub(crate) fn too_long(limit: usize) -> Self {
        let message = format!("The body may have at most {}. Send less at once.", size(limit));
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message)
            .with(CONNECTION, "close")
    }

    /// The body did not come in time.
    pub(crate) fn too_slow(limit: Duration) -> Self {
        let limit = humantime::format_duration(limit);
        let message = format!("The body did not arrive within {limit}. Send it again.");
        Self::new(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", message).with(CONNECTION, "close")
    }

    /// Something went wrong here that nobody foresaw.
    pub(crate) fn fault() -> Self {
        let message = said(&Message::of("fault-here"));
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL_SERVER_ERROR, message)
    }

    /// It would be in vain now.
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        let refusal =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, code::SERVICE_UNAVAILABLE, message);
        Self { retry_after: Some(error::RETRY_AFTER), ..refusal }
    }

    /// The server stops: another one, or the same a moment later, will do it.
    pub(crate) fn stopping() -> Self {
        Self::unavailable(said(&Message::of("fault-stopping")))
            .before_reading()
            .with(CONNECTION, "close")
    }

    /// A fault, of which whoever asks learns only whether it passes.
    pub(crate) fn of_fault(error: &Error) -> Self {
        match error {
            Error::Busy | Error::Again => Self::unavailable(said(&BUSY)),
            error if error.passes() => Self::unavailable(said(&UNAVAILABLE)),
            _ => Self::fault(),
        }
    }

    /// The member has as many sockets and event streams as they may.
    pub(crate) fn no_seat() -> Self {
        let message = said(&Message::of("fault-too-many-streams"));
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_STREAMS", message);
        Self { retry_after: Some(5), ..refusal }
    }

    /// A page of another site asks, which the operator has not listed.
    pub(crate) fn foreign_origin() -> Self {
        let message = "Pages of this origin may not open sockets here. The server's operator can list it with --allow-origin.";
        Self::new(StatusCode::FORBIDDEN, code::FORBIDDEN, message)
    }

    fn unauthenticated() -> Self {
        let refusal = Self::new(StatusCode::UNAUTHORIZED, code::UNAUTHENTICATED, said(&SIGN_IN));
        refusal.with(WWW_AUTHENTICATE, "Bearer")
    }

    /// The refusal with a header more, or with another value of a header that it has.
    pub(crate) fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        self
    }
}

/// In the language of whoever is answered.
fn said(message: &Message) -> String {
    message.text(language::current())
}

fn size(bytes: usize) -> String {
    match bytes {
        bytes if bytes % (1024 * 1024) == 0 => format!("{} MiB", bytes / (1024 * 1024)),
        bytes if bytes % 1024 == 0 => format!("{} KiB", bytes / 1024),
        bytes => format!("{bytes} bytes"),
    }
}

/// Signing in failed, or could not be tried.
impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        match error {
            Error::Unauthenticated => Self::unauthenticated(),
            error => {
                trouble::note("nobody could be signed in", &error);
                Self::of_fault(&error)
            }
        }
    }
}

/// Somebody asked too often.
impl From<Wait> for Rejection {
    fn from(wait: Wait) -> Self {
        let seconds = wait.seconds();
        let message = said(&Message::of("fault-rate-limited").with("seconds", seconds));
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, message);
        Self { retry_after: Some(seconds), ..refusal }
    }
}
