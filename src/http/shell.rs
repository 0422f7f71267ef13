//! Around every request: its name, a line in the log, a limit by address, a body for every refusal, and a
//! panic that stays inside. The layers of tower-http for names and panics would each do a part: theirs take any name
//! that a client gives, and answer a panic without knowing the request's name or what its client accepts.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE},
    middleware::Next,
    response::Response,
};
use engine::{
    bus::Bus,
    traces::{Span, Traces},
};
use futures_util::FutureExt;
use tracing::{Instrument, field::Empty};

use super::{
    accept_language::asked,
    access,
    body::Accepts,
    client::{Peer, Proxies},
    headers,
    rates::Rates,
    rejection::Rejection,
    server::Guest,
};
use crate::{
    language,
    metrics::{self, Meters},
    request_id::RequestId,
    traced,
};

/// The most of a method that a trace has, in characters: clients may invent some.
const LONGEST_METHOD: usize = 16;

/// The name of a request.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where it is told what came of requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observers {
    /// What is counted.
    pub meters: Meters,
    /// Where traces go.
    pub traces: Traces,
}

/// Names the request, and notes in the log and in its trace how it ended.
pub(crate) async fn named(State(told): State<Observers>, request: Request, next: Next) -> Response {
    let id = id(request.headers());
    let route = metrics::route(request.uri().path());
    let traced = traced(&told.traces, route, &request);
    let span = tracing::info_span!("request", %id, trace = Empty, member = Empty, operation = Empty, kind = Empty, outcome = Empty);
    if let Some(trace) = traced.trace() {
        span.record("trace", trace);
        traced.note("waypost.request", id.to_string());
    }
    let line = access::Line::start(&request, (span.clone(), traced.clone()), Instant::now());
    let accepts = Accepts::of(request.headers());
    let asked = asked(request.headers());
    let work = AssertUnwindSafe(traced::scope(traced, next.run(request))).catch_unwind();
    let work = language::scope(asked, id.clone().scope(work));
    let answered = work.instrument(span.clone()).await;
    let mut response = answered.unwrap_or_else(|_| span.in_scope(|| fallen(accepts, &id)));
    headers::secure(response.headers_mut());
    response.headers_mut().extend(value(&id).map(|id| (X_REQUEST_ID, id)));
    told.meters.answered(route, response.status());
    line.end(response)
}

/// The span of a request. Whoever watches whether the server lives is no news.
fn traced(traces: &Traces, route: &'static str, request: &Request) -> Span {
    if matches!(route, "health" | "metrics") || !traces.follow(request.headers()) {
        return Span::default();
    }
    let method = request.method().as_str().chars().take(LONGEST_METHOD).collect::<String>();
    let span = traces.request(format!("{method} {route}"), request.headers());
    span.note("http.request.method", method);
    span.note("http.route", route);
    span
}

fn id(headers: &HeaderMap) -> RequestId {
    let given = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
    given.and_then(RequestId::given).unwrap_or_else(RequestId::fresh)
}

fn value(id: &RequestId) -> Option<HeaderValue> {
    HeaderValue::from_str(id.as_str()).ok()
}

/// The panic itself is in the log already.
fn fallen(accepts: Accepts, id: &RequestId) -> Response {
    tracing::error!("a request panicked; the panic was logged before this");
    let fault = Rejection::fault();
    let message = format!("{} Tell your administrator this number: {id}", fault.message);
    accepts.rejection(Rejection { message, ..fault })
}

/// What the limit by address needs.
#[derive(Clone)]
pub(crate) struct Gate {
    /// Who asked how often.
    pub rates: Arc<Rates>,
    /// The proxies in front.
    pub proxies: Proxies,
}

/// Notes who asks, and refuses an address that asks too often. Whoever watches the server's health may.
pub(crate) async fn limited(
    State(gate): State<Gate>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(peer) = request.extensions().get::<Peer>().copied() {
        let address = gate.proxies.client(peer, request.headers());
        Guest::of(request.extensions()).speaks_for(address);
        request.extensions_mut().insert(address);
        let exempt = request.uri().path().starts_with("/health/");
        if let (false, Err(wait)) = (exempt, gate.rates.address(address.0)) {
            return Accepts::of(request.headers()).rejection(wait.into());
        }
    }
    next.run(request).await
}

/// Begins nothing more where the server stops, and tells whoever asks to come back: to another one, or a moment later.
pub(crate) async fn open(State(bus): State<Bus>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_of_watchers = path.starts_with("/health/") || path == "/metrics";
    if bus.is_stopping() && !is_of_watchers {
        return Accepts::of(request.headers()).rejection(Rejection::stopping());
    }
    next.run(request).await
}

/// Gives a refusal that nobody could read a body: those that the router makes.
pub(crate) async fn explained(request: Request, next: Next) -> Response {
    let accepts = Accepts::of(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    if !is_refusal || response.headers().get(CONTENT_TYPE).is_some_and(is_told) {
        return response;
    }
    let mut explained = accepts.rejection(refusal(status));
    for (name, value) in response.headers() {
        explained.headers_mut().entry(name).or_insert(value.clone());
    }
    explained
}

/// Whether a refusal is JSON or a page already.
fn is_told(content_type: &HeaderValue) -> bool {
    let content_type = content_type.as_bytes();
    content_type.ends_with(b"json; charset=utf-8") || content_type.starts_with(b"text/html")
}

fn refusal(status: StatusCode) -> Rejection {
    match status {
        StatusCode::NOT_FOUND => Rejection::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Rejection::method(),
        status if status.is_server_error() => Rejection { status, ..Rejection::fault() },
        status => Rejection { status, ..Rejection::bad("This request makes no sense here.") },
    }
}

#[cfg(test)]
mod tests {
    use axum::{
        Router,
        body::{Body, to_bytes},
        middleware::{from_fn, from_fn_with_state},
        routing::get,
    };
    use tower::ServiceExt;

    use super::*;

    async fn answer(path: &str) -> (StatusCode, HeaderMap, String) {
        let broken = || async {
            if true {
                panic!("it broke")
            }
        };
        let router = Router::new().route("/broken", get(broken));
        let router = router.layer(from_fn(explained));
        let router = router.layer(from_fn_with_state(Observers::default(), named));
        let request = Request::get(path).header(X_REQUEST_ID, "mine").body(Body::empty()).unwrap();
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(body.into()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_outside_resolvers_is_told_as_any_other_fault() {
        let (status, headers, body) = answer("/broken").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(headers[X_REQUEST_ID], "mine");
        assert!(body.contains("INTERNAL_SERVER_ERROR") && body.contains("number: mine"), "{body}");
        assert!(!body.contains("it broke"), "{body}");
    }

    #[tokio::test]
    async fn what_the_router_refuses_has_a_body_too() {
        let (status, headers, body) = answer("/nowhere").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(headers[CONTENT_TYPE], "application/json; charset=utf-8");
        assert!(body.contains("NOT_FOUND"), "{body}");
    }
}
