//! The GraphQL explorer at `/explorer`: a page and its assets, built into the binary.

use std::{io::Read, sync::OnceLock};

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
            CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, REFERRER_POLICY, VARY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
    routing::get,
};
use flate2::read::GzDecoder;

/// What the page may do: load and call this server, and nothing else. Styles
/// are allowed inline because the Monaco editor positions its lines with them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of the explorer, kept compressed.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    gzip: &'static [u8],
    /// The content without compression, once somebody wanted it so.
    plain: OnceLock<Bytes>,
}

/// Embeds one file which the explorer's build wrote.
macro_rules! asset {
    ($name:literal, $content_type:literal) => {
        Asset {
            name: $name,
            content_type: $content_type,
            gzip: include_bytes!(concat!("../../explorer/dist/", $name, ".gz")),
            plain: OnceLock::new(),
        }
    };
}

static PAGE: Asset = asset!("index.html", "text/html; charset=utf-8");

static ASSETS: [Asset; 5] = [
    asset!("app.js", "text/javascript; charset=utf-8"),
    asset!("worker.js", "text/javascript; charset=utf-8"),
    asset!("app.css", "text/css; charset=utf-8"),
    asset!("favicon.svg", "image/svg+xml"),
    asset!("licenses.txt", "text/plain; charset=utf-8"),
];

/// The routes of the explorer, to merge into the server's router.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/explorer", get(page))
        .route("/explorer/", get(without_slash))
        .route("/explorer/{file}", get(asset))
}

async fn page(headers: HeaderMap) -> Response {
    serve(&PAGE, &headers)
}

/// The page's links are relative to `/explorer`, so that they also work behind
/// a proxy which serves Waypost below another path.
async fn without_slash() -> Response {
    let target = [(LOCATION, "../explorer")];
    (StatusCode::PERMANENT_REDIRECT, target).into_response()
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    match ASSETS.iter().find(|asset| asset.name == file) {
        Some(asset) => serve(asset, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn serve(asset: &'static Asset, request: &HeaderMap) -> Response {
    let etag = etag(asset.gzip);
    let mut response = if is_cached(request, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body(asset, request)
    };
    add_common_headers(response.headers_mut());
    if let Ok(value) = HeaderValue::try_from(etag) {
        response.headers_mut().insert(ETAG, value);
    }
    response
}

/// Names the version of a file by its checksum and length, which are the last
/// eight bytes of any gzip file.
fn etag(gzip: &[u8]) -> String {
    let trailer = gzip.last_chunk().copied().unwrap_or([0; 8]);
    format!("W/\"{:016x}\"", u64::from_be_bytes(trailer))
}

fn is_cached(request: &HeaderMap, etag: &str) -> bool {
    let known = request.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|known| known.split(',').any(|tag| tag.trim() == etag))
}

fn body(asset: &'static Asset, request: &HeaderMap) -> Response {
    let content_type = (CONTENT_TYPE, asset.content_type);
    if accepts_gzip(request) {
        let headers = [content_type, (CONTENT_ENCODING, "gzip")];
        return (headers, asset.gzip).into_response();
    }
    let plain = asset.plain.get_or_init(|| decompress(asset.gzip).unwrap_or_default().into());
    ([content_type], plain.clone()).into_response()
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

fn decompress(gzip: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    GzDecoder::new(gzip).read_to_end(&mut content)?;
    Ok(content)
}

/// Clients may keep the files but ask every time whether they are current: an
/// upgrade of the server must never mix an old page with new scripts.
fn add_common_headers(headers: &mut HeaderMap) {
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(name: axum::http::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn gzip_is_sent_only_to_clients_which_take_it() {
        assert!(accepts_gzip(&request(ACCEPT_ENCODING, "br, GZIP;q=0.5")));
        assert!(!accepts_gzip(&request(ACCEPT_ENCODING, "br, gzip;q=0.0")));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn every_file_decompresses() {
        for asset in ASSETS.iter().chain([&PAGE]) {
            assert!(decompress(asset.gzip).is_ok_and(|content| !content.is_empty()));
        }
    }

    #[test]
    fn a_client_which_has_the_file_gets_no_body() {
        let tag = etag(PAGE.gzip);
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::try_from(tag) {
            headers.insert(IF_NONE_MATCH, value);
        }
        assert_eq!(serve(&PAGE, &headers).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(serve(&PAGE, &HeaderMap::new()).status(), StatusCode::OK);
    }

    #[test]
    fn the_page_may_talk_to_this_server_only() {
        let response = serve(&PAGE, &HeaderMap::new());
        let policy = response.headers().get(CONTENT_SECURITY_POLICY);
        assert!(policy.is_some_and(|policy| !format!("{policy:?}").contains("http")));
    }
}
