//! Files that are built into the binary: kept compressed, and sent so to whoever takes it.

use std::{io::Read, sync::OnceLock};

use axum::{
    body::Bytes,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
            CONTENT_TYPE, ETAG, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};
use flate2::read::GzDecoder;

use super::cache::is_known;

/// A file, kept compressed.
pub(crate) struct Asset {
    /// What it is called in its address.
    pub(crate) name: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) gzip: &'static [u8],
    /// The content without compression, once somebody wanted it so.
    plain: OnceLock<Bytes>,
}

/// How a file is sent.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    /// What a page of it may do.
    pub(crate) policy: &'static str,
    /// How long clients may keep it.
    pub(crate) keep: &'static str,
}

/// Clients may keep the file but ask every time whether it is current: an upgrade of the server must never mix
/// an old page with new scripts.
pub(crate) const ASK: &str = "no-cache";
/// The name says what is in it, so it never changes.
pub(crate) const FOR_EVER: &str = "public, max-age=31536000, immutable";

impl Asset {
    pub(crate) const fn new(
        name: &'static str,
        content_type: &'static str,
        gzip: &'static [u8],
    ) -> Self {
        Self { name, content_type, gzip, plain: OnceLock::new() }
    }

    pub(crate) fn plain(&self) -> Bytes {
        let plain = || decompress(self.gzip).unwrap_or_default().into();
        self.plain.get_or_init(plain).clone()
    }

    /// Answers a request for it: with nothing, where the client has it already.
    pub(crate) fn serve(&self, request: &HeaderMap, manner: Manner) -> Response {
        let etag = etag(self.gzip);
        let response = if is_known(request, &etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            self.body(request)
        };
        finished(response, &etag, manner)
    }

    fn body(&self, request: &HeaderMap) -> Response {
        let content_type = (CONTENT_TYPE, self.content_type);
        if accepts_gzip(request) {
            let headers = [content_type, (CONTENT_ENCODING, "gzip")];
            return (headers, self.gzip).into_response();
        }
        ([content_type], self.plain()).into_response()
    }
}

/// A response with the headers that all files of pages have.
pub(crate) fn finished(mut response: Response, etag: &str, manner: Manner) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(manner.policy));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(manner.keep));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(value) = HeaderValue::try_from(etag) {
        headers.insert(ETAG, value);
    }
    response
}

/// Names the version of a file by its checksum and length, which are the last
/// eight bytes of any gzip file.
pub(crate) fn etag(gzip: &[u8]) -> String {
    let trailer = gzip.last_chunk().copied().unwrap_or([0; 8]);
    format!("W/\"{:016x}\"", u64::from_be_bytes(trailer))
}

/// Whether the client takes gzip: it names it, and not with a weight of zero.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let values = request.get_all(ACCEPT_ENCODING).iter();
    let mut codings =
        values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"))
            && !parts.any(is_zero_weight)
    })
}

fn is_zero_weight(parameter: &str) -> bool {
    let weight = parameter.strip_prefix("q=").map(str::parse::<f32>);
    matches!(weight, Some(Ok(weight)) if weight == 0.0)
}

/// What is in a gzip file.
pub(crate) fn decompress(gzip: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    GzDecoder::new(gzip).read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_only_to_clients_which_take_it() {
        let accepts = |value: &'static str| {
            accepts_gzip(&HeaderMap::from_iter([(
                ACCEPT_ENCODING,
                HeaderValue::from_static(value),
            )]))
        };
        assert!(accepts("br, GZIP;q=0.5"));
        assert!(!accepts("br, gzip;q=0.0"));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
