//! From a request to a socket: the handshake, and what may be done about it.

use axum::{
    body::Body,
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            CONNECTION, HOST, ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
            SEC_WEBSOCKET_VERSION, UPGRADE,
        },
    },
    response::Response,
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::server::create_response_with_body,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{Limits, counted::Counted, protocol};
use crate::{
    graphql::error::code,
    http::{origin::Origins, rejection::Rejection},
};

/// What is read at once: small, because every socket has such a buffer.
const READ_BUFFER: usize = 4 * 1024;
/// How much is read of a client that has not introduced itself, in bytes: enough for a token, and for a place
/// for each of many operations.
const BEFORE_GREETING: usize = 64 * 1024;

/// Whether the client wants a socket. Some offer HTTP/2 in the same header on every request: that is
/// no reason to refuse them.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    tokens(headers, &UPGRADE).any(|one| one.eq_ignore_ascii_case("websocket"))
}

/// Whether the client speaks our protocol, among others.
pub(crate) fn offers_ours(headers: &HeaderMap) -> bool {
    tokens(headers, &SEC_WEBSOCKET_PROTOCOL).any(|one| one == protocol::NAME)
}

fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// Whether the page that asks may have a socket: browsers let every page open one anywhere, and say only
/// which page it is. Who is no browser says nothing, and has no cookies that could be abused.
pub(crate) fn is_allowed(headers: &HeaderMap, origins: &Origins) -> bool {
    let text =
        |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or_default());
    text(ORIGIN).is_none_or(|origin| origins.allows(origin, text(HOST).unwrap_or_default()))
}

/// The answer that turns the connection into a socket, and the socket that comes of it. Whoever offers
/// only other protocols gets one too: only on a socket can they be told why it is closed.
pub(crate) fn agree(mut request: Request) -> Result<(Response, OnUpgrade), Rejection> {
    let ours = offers_ours(request.headers());
    let upgrade = hyper::upgrade::on(&mut request);
    let response = create_response_with_body(&request, Body::empty).ok();
    let response = response.filter(|_| has_key(request.headers()));
    let mut response = response.ok_or_else(|| refusal(request.headers()))?;
    if ours {
        let name = HeaderValue::from_static(protocol::NAME);
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, name);
    }
    Ok((response, upgrade))
}

/// Whether the client names its handshake as it should (RFC 6455, section 4.2.1): by sixteen bytes in base64.
/// tungstenite looks by itself from 0.30 on.
fn has_key(headers: &HeaderMap) -> bool {
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    match headers.get(SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes) {
        // The last digit holds two bits of the sixteen bytes, and nothing else.
        Some([digits @ .., b'A' | b'Q' | b'g' | b'w', b'=', b'=']) => {
            digits.len() == 21 && digits.iter().all(digit)
        }
        _ => false,
    }
}

fn refusal(headers: &HeaderMap) -> Rejection {
    let version = HeaderValue::from_static("13");
    if headers.get(SEC_WEBSOCKET_VERSION) == Some(&version) {
        let message = "This is no handshake of a WebSocket. Use a client of graphql-transport-ws, such as npm graphql-ws.";
        return Rejection::bad(message);
    }
    let message = "Speak version 13 of the WebSocket protocol.";
    let refusal = Rejection::new(StatusCode::UPGRADE_REQUIRED, code::BAD_REQUEST, message);
    let refusal = refusal.with(SEC_WEBSOCKET_VERSION, "13");
    refusal.with(UPGRADE, "websocket").with(CONNECTION, "Upgrade")
}

/// A connection below a socket.
pub(crate) type Connection = TokioIo<Upgraded>;

/// The socket on a connection. A message that is too long is refused by its header: nothing of it is
/// kept.
pub(crate) async fn socket<S>(connection: S, limits: &Limits) -> WebSocketStream<Counted<S>>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .max_message_size(Some(limits.message))
        .max_frame_size(Some(limits.message));
    let connection = Counted::new(connection, limits.message.min(BEFORE_GREETING));
    WebSocketStream::from_raw_socket(connection, Role::Server, Some(config)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_is_named_by_sixteen_bytes_in_base64() {
        let has_key = |key: &'static str| {
            has_key(&HeaderMap::from_iter([(SEC_WEBSOCKET_KEY, HeaderValue::from_static(key))]))
        };
        for key in
            ["dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA==", "+/+/+/+/+/+/+/+/+/+/+w=="]
        {
            assert!(has_key(key), "{key}");
        }
        for none in [
            "",
            "x",
            "dGhlIHNhbXBsZSBub25jZQ",
            "dGhlIHNhbXBsZSBub25jZR==",
            "dGhlIHNhbXBsZSBub25jZQ===",
            "dGhlIHNhbXBsZSBub25jZQA==",
            "dGhlIHNhbXBsZSBub25jZ===",
            "dGhlIHNhbXBsZSBub2-_ZQ==",
            "AAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(!has_key(none), "{none}");
        }
        assert!(!super::has_key(&HeaderMap::new()));
    }
}
