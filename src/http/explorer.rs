//! The GraphQL explorer at `/explorer`: a page and its assets, built into the binary.

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
    routing::get,
};

use super::asset::{ASK, Asset, Manner};

/// What the page may do: load and call this server, and nothing else. Styles
/// are allowed inline because the Monaco editor positions its lines with them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const MANNER: Manner = Manner { policy: POLICY, keep: ASK };

/// Embeds one file which the explorer's build wrote.
macro_rules! asset {
    ($name:literal, $content_type:literal) => {
        Asset::new(
            $name,
            $content_type,
            include_bytes!(concat!("../../web/explorer/dist/", $name, ".gz")),
        )
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
    PAGE.serve(&headers, MANNER)
}

/// The page's links are relative to `/explorer`, so that they also work behind
/// a proxy which serves Waypost below another path.
async fn without_slash() -> Response {
    let target = [(LOCATION, "../explorer")];
    (StatusCode::PERMANENT_REDIRECT, target).into_response()
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    match ASSETS.iter().find(|asset| asset.name == file) {
        Some(asset) => asset.serve(&headers, MANNER),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{
        HeaderValue,
        header::{CONTENT_SECURITY_POLICY, IF_NONE_MATCH},
    };

    use super::*;
    use crate::http::asset::etag;

    #[test]
    fn every_file_decompresses() {
        for asset in ASSETS.iter().chain([&PAGE]) {
            assert!(!asset.plain().is_empty(), "{}", asset.name);
        }
    }

    #[test]
    fn a_client_which_has_the_file_gets_no_body() {
        let tag = etag(PAGE.gzip);
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::try_from(tag) {
            headers.insert(IF_NONE_MATCH, value);
        }
        assert_eq!(PAGE.serve(&headers, MANNER).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(PAGE.serve(&HeaderMap::new(), MANNER).status(), StatusCode::OK);
    }

    #[test]
    fn the_page_may_talk_to_this_server_only() {
        let response = PAGE.serve(&HeaderMap::new(), MANNER);
        let policy = response.headers().get(CONTENT_SECURITY_POLICY);
        assert!(policy.is_some_and(|policy| !format!("{policy:?}").contains("http")));
    }
}
