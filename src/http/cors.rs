//! Web pages of other origins: those that the operator lists may call, and read what is answered.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::Request,
    http::{
        HeaderName, Method,
        header::{
            ACCEPT, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_HEADERS, AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION,
            CONTENT_TYPE, ETAG, IF_NONE_MATCH, ORIGIN, RETRY_AFTER,
        },
    },
    middleware::Next,
    response::Response,
};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::{settings::Settings, shell::X_REQUEST_ID};

/// How long browsers remember what they may do.
const REMEMBERED: Duration = Duration::from_secs(60 * 60);

/// Answers the questions of browsers. No credentials: tokens are sent on purpose, cookies are not read.
pub(crate) fn layer(settings: Arc<Settings>) -> CorsLayer {
    let headers = headers(&settings.allowed_headers);
    let listed = AllowOrigin::predicate(move |origin, _| {
        origin.to_str().is_ok_and(|origin| settings.origins.lists(origin))
    });
    CorsLayer::new()
        .allow_origin(listed)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT])
        .allow_headers(headers)
        .expose_headers([X_REQUEST_ID, RETRY_AFTER, ETAG, CONTENT_DISPOSITION])
        .max_age(REMEMBERED)
        .vary([ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS])
}

/// Pages that are not listed are told nothing of what others may do.
pub(crate) async fn only_listed(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.remove(ACCESS_CONTROL_ALLOW_HEADERS);
        headers.remove(ACCESS_CONTROL_ALLOW_METHODS);
        headers.remove(ACCESS_CONTROL_EXPOSE_HEADERS);
        headers.remove(ACCESS_CONTROL_MAX_AGE);
    }
    response
}

/// Whichever a page asks for: what clients add by themselves, for tracing say, is not to stop their requests.
/// Where the operator names some, those and the ones that are read here.
fn headers(allowed: &[HeaderName]) -> AllowHeaders {
    if allowed.is_empty() {
        return AllowHeaders::mirror_request();
    }
    let last_event_id = HeaderName::from_static("last-event-id");
    let read = [
        ACCEPT,
        AUTHORIZATION,
        CACHE_CONTROL,
        CONTENT_TYPE,
        IF_NONE_MATCH,
        X_REQUEST_ID,
        last_event_id,
    ];
    AllowHeaders::list(read.into_iter().chain(allowed.iter().cloned()))
}
