//! Reading the body of a request: no longer, in bytes and in time, than it may be.

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING},
    },
};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::{rejection::Rejection, server::Guest, settings::Limits};

/// Bodies are taken as they are: how long a compressed one is shows only when it is too late (RFC 9110,
/// section 15.5.16, says what to answer).
pub(crate) fn require_plain(headers: &HeaderMap) -> Result<(), Rejection> {
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    let mut codings = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    let plain = |coding: &[u8]| {
        let coding = coding.trim_ascii();
        coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
    };
    if codings.all(plain) {
        return Ok(());
    }
    let message =
        "Compressed bodies are not taken. Send this one as it is, without `Content-Encoding`.";
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let refusal = Rejection::new(status, "UNSUPPORTED_MEDIA_TYPE", message);
    Err(refusal.with(ACCEPT_ENCODING, "identity"))
}

/// The whole body. One that says that it is too long is not read at all.
pub(crate) async fn whole(request: Request, limits: &Limits) -> Result<Vec<u8>, Rejection> {
    let guest = Guest::of(request.extensions());
    let body = request.into_body();
    if body.size_hint().lower() > limits.body as u64 {
        return Err(Rejection::too_long(limits.body));
    }
    guest.sends();
    let read = timeout(limits.body_time, read(body, limits.body)).await;
    guest.has_sent().await;
    read.unwrap_or_else(|_| Err(Rejection::too_slow(limits.body_time)))
}

async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Rejection> {
    let mut bytes = Vec::new();
    let mut body = body.into_data_stream();
    while let Some(chunk) = body.next().await {
        let chunk: Bytes =
            chunk.map_err(|_| Rejection::bad("The body broke off. Send it again."))?;
        if bytes.len() + chunk.len() > limit {
            return Err(Rejection::too_long(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
