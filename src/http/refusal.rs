//! Why a request is not even executed: a status, a code, and what to do.

use axum::{
    extract::rejection::BytesRejection,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{ALLOW, WWW_AUTHENTICATE},
    },
};

use async_graphql::ServerError;

use super::nesting::DEEPEST;
use crate::error::{BUSY, Error, SIGN_IN};

/// Why a request is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status of the answer.
    pub status: StatusCode,
    /// For programs.
    pub code: &'static str,
    /// For people.
    pub message: String,
    /// A header that goes with the status.
    pub header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// The request is not one.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// The document is nested so deeply that reading it could exhaust the stack.
    pub fn too_deep() -> Self {
        Self::bad(format!("Brackets are nested more than {DEEPEST} deep. Ask for less at once."))
    }

    /// The same as a GraphQL error.
    pub fn error(&self) -> ServerError {
        let mut error = ServerError::new(self.message.clone(), None);
        error.extensions.get_or_insert_default().set("code", self.code);
        error
    }

    /// The body is not JSON.
    pub fn media() -> Self {
        let message = "Send JSON with `Content-Type: application/json`.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message)
    }

    /// `GET` changes nothing.
    pub fn only_queries() -> Self {
        let message = "GET runs queries only: POST mutations, and subscribe over a WebSocket.";
        let refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message);
        Self { header: Some((ALLOW, HeaderValue::from_static("POST"))), ..refusal }
    }

    /// The body was too long, or broke off.
    pub fn unread(rejection: &BytesRejection) -> Self {
        if rejection.status() != StatusCode::PAYLOAD_TOO_LARGE {
            return Self::bad("The body broke off.");
        }
        let message = "The body is longer than 1 MiB. Send less at once.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message)
    }

    fn unauthenticated() -> Self {
        let refusal = Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", SIGN_IN);
        Self { header: Some((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))), ..refusal }
    }

    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), header: None }
    }
}

/// Signing in failed, or could not be tried.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        if matches!(error, Error::Unauthenticated) {
            return Self::unauthenticated();
        }
        if matches!(error, Error::Busy) {
            return Self::new(StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE", BUSY);
        }
        tracing::error!(%error, "a token could not be looked up");
        let message = "Something went wrong here. Try again; the server's log says more.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", message)
    }
}
