//! Answers to `GET` that a client has already: their checksum is enough. The two headers are read and written here:
//! `headers` would be a crate more for what are five lines.

use axum::{
    body::{Body, to_bytes},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::Response,
};
use sha2::{Digest, Sha256};

/// Kept by this client alone, who asks every time whether it is still so.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The answer with an `ETag`, or that it has not changed.
pub(crate) async fn revalidated(response: Response, request: &HeaderMap) -> Response {
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // the body is in memory already
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let tag = tag(&bytes);
    let known = is_known(request, &tag);
    parts.headers.insert(CACHE_CONTROL, PRIVATE);
    parts.headers.extend(HeaderValue::try_from(tag).ok().map(|tag| (ETAG, tag)));
    if known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(CONTENT_TYPE);
        parts.headers.remove(CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Weak: the same content may be compressed in several ways.
fn tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{hex}\"")
}

/// Whether the client says that it has what this tag names.
pub(crate) fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let lines = request.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let mut known = lines.flat_map(|line| line.split(',')).map(str::trim);
    known
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag.trim_start_matches("W/"))
}
