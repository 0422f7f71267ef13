//! The screen at `/`: one page for all its paths, its files, and the documents that it sends by their hashes.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header::VARY},
    response::{Html, IntoResponse, Response},
    routing::get,
};

use super::{
    accept::prefers_page,
    asset::{ASK, Asset, FOR_EVER, Manner, decompress, finished},
    cache::is_known,
};

/// What the page may do: load and call this server, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

const PAGE: &str = include_str!("../../web/dist/index.html");
const DOCUMENTS: &[u8] = include_bytes!("../../web/dist/documents.json.gz");

type Listed = (&'static str, &'static str, &'static [u8]);

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let listed: &[Listed] = &include!("../../web/dist/assets.rs");
    listed.iter().map(|(name, content_type, gzip)| Asset::new(name, content_type, gzip)).collect()
});

/// Where the screen has pages. What is below them is the screen's own affair.
const ROOMS: [&str; 7] = ["boards", "deals", "processes", "inbox", "tasks", "insight", "admin"];

/// The routes of the screen, to merge into the server's router.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let router = Router::new().route("/", get(page)).route("/assets/{file}", get(asset));
    let router = router.fallback(nowhere);
    ROOMS.into_iter().fold(router, |router, room| {
        router.route(&format!("/{room}"), get(page)).route(&format!("/{room}/{{*rest}}"), get(page))
    })
}

/// The documents that the screen sends, by their hashes.
pub(crate) fn documents() -> HashMap<String, String> {
    let text = decompress(DOCUMENTS).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// The page, which is the same for every path but for the way back to where the screen begins: so it also works
/// behind a proxy which serves Waypost below another path.
async fn page(uri: Uri, headers: HeaderMap) -> Response {
    let base = base(uri.path());
    let etag = format!("W/\"{}-{}\"", etag_of_page(), base.len());
    let manner = Manner { policy: POLICY, keep: ASK };
    let response = if is_known(&headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Html(PAGE.replace("{base}", &base)).into_response()
    };
    finished(response, &etag, manner)
}

/// At an address that is none, a browser gets the page, which says so and has a way back. Programs get a refusal.
async fn nowhere(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let is_read = [Method::GET, Method::HEAD].contains(&method);
    if !is_read || !prefers_page(&headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let page = Html(PAGE.replace("{base}", &base(uri.path())));
    let manner = Manner { policy: POLICY, keep: ASK };
    let mut response =
        finished((StatusCode::NOT_FOUND, page).into_response(), etag_of_page(), manner);
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    response
}

/// The way from a path back to the root, relative to it.
fn base(path: &str) -> String {
    match path.matches('/').count() {
        0 | 1 => "./".to_owned(),
        depth => "../".repeat(depth - 1),
    }
}

/// Scripts have their hash in their names, so the page is new whenever anything is.
fn etag_of_page() -> &'static str {
    static ETAG: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = DefaultHasher::new();
        PAGE.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    });
    &ETAG
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if file.contains('-') { FOR_EVER } else { ASK };
    asset.serve(&headers, Manner { policy: POLICY, keep })
}

#[cfg(test)]
mod tests {
    use gate::Door;

    use super::*;
    use crate::{graphql as api, metrics::route};

    #[test]
    fn every_path_knows_the_way_back() {
        let paths = ["/", "/boards", "/boards/", "/boards/process_x", "/processes/x/versions"];
        assert_eq!(paths.map(base), ["./", "./", "../", "../", "../../"]);
    }

    #[test]
    fn every_room_is_counted_as_the_screen() {
        for room in ROOMS {
            assert_eq!(route(&format!("/{room}/x")), "web", "{room}");
        }
    }

    #[test]
    fn every_file_decompresses_and_the_page_loads_only_those() {
        for asset in &*ASSETS {
            assert!(!asset.plain().is_empty(), "{}", asset.name);
        }
        for link in PAGE.split("\"assets/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ASSETS.iter().any(|asset| asset.name == link), "{link}");
        }
    }

    #[test]
    fn the_documents_are_of_this_schema() {
        let door = Door::new(api::contract(&api::sdl()), gate::Settings::default());
        let documents = documents();
        assert!(documents.values().any(|text| text.contains("query Viewer")));
        for text in documents.values() {
            let wrong = door.check(text).err();
            assert!(wrong.is_none(), "{text}: {wrong:?}");
        }
    }

    #[test]
    fn the_page_may_talk_to_this_server_only() {
        assert!(!POLICY.contains("http") && !POLICY.contains("unsafe"));
    }
}
