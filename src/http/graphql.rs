//! GraphQL over HTTP: `POST`, and `GET` for queries; upgraded, a `GET` becomes a socket.

use async_graphql::{Executor, parser::types::OperationType};
use axum::{
    extract::{Request, State},
    http::{
        Extensions, HeaderMap, HeaderValue,
        header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
        request::Parts,
    },
    response::Response,
};
use engine::{
    auth::{self, Session},
    error::Error,
};
use gate::Asked;

use super::{
    Edge, body::Accepts, cache, client::Address, params, reading, rejection::Rejection, run::Time,
    server::Guest, socket, sse,
};
use crate::metrics::Transport;

/// Who asks, and the time that is left to answer them.
type Viewer = (Session, Time);

/// `POST /graphql`.
pub(crate) async fn by_post<E: Executor>(
    State(edge): State<Edge<E>>,
    request: Request,
) -> Response {
    let accepts = Accepts::of(request.headers());
    let resume = sse::resume(request.headers());
    let answered = match posted(&edge, accepts, request).await {
        Ok((asked, viewer)) if accepts.event_stream => {
            let events = sse::answer(&edge, asked, viewer, resume, false);
            return events.unwrap_or_else(|refusal| accepts.rejection(refusal));
        }
        Ok((asked, viewer)) => execute(&edge, asked, viewer, false).await,
        Err(refusal) => Err(refusal),
    };
    answered.map_or_else(|refusal| accepts.rejection(refusal), |answer| accepts.response(answer))
}

/// `GET /graphql`: a query in the URL, or the way to a socket.
pub(crate) async fn by_get<E: Executor>(State(edge): State<Edge<E>>, request: Request) -> Response {
    if socket::is_wanted(request.headers()) {
        let accepts = Accepts::default();
        return socket::open(request, edge).unwrap_or_else(|refusal| accepts.rejection(refusal));
    }
    let (parts, _) = request.into_parts();
    let accepts = Accepts::of(&parts.headers);
    let answered = match got(&edge, accepts, &parts).await {
        Ok((asked, viewer)) if accepts.event_stream => {
            let events = sse::answer(&edge, asked, viewer, sse::resume(&parts.headers), true);
            return events.unwrap_or_else(|refusal| accepts.rejection(refusal));
        }
        Ok((asked, viewer)) => execute(&edge, asked, viewer, true).await,
        Err(refusal) => Err(refusal),
    };
    match answered {
        Ok(answer) if answer.is_ok() => {
            cache::revalidated(accepts.response(answer), &parts.headers).await
        }
        Ok(answer) => accepts.response(answer),
        Err(refusal) => accepts.rejection(refusal),
    }
}

async fn execute<E: Executor>(
    edge: &Edge<E>,
    asked: Asked,
    (session, time): Viewer,
    only_queries: bool,
) -> Result<async_graphql::Response, Rejection> {
    let run = match edge.prepare(asked, &session, Transport::Http) {
        Ok(run) => run,
        Err(errors) => return Ok(async_graphql::Response::from_errors(errors)),
    };
    if only_queries && run.prepared.kind != OperationType::Query {
        return Err(run.refused(Rejection::only_queries()));
    }
    if run.prepared.kind == OperationType::Subscription {
        return Err(run.refused(Rejection::no_stream()));
    }
    Ok(edge.answer(run, session, time).await)
}

/// What costs least is refused first: nothing of a body is read for somebody who may not send one.
async fn posted<E>(
    edge: &Edge<E>,
    accepts: Accepts,
    request: Request,
) -> Result<(Asked, Viewer), Rejection> {
    require_json_answer(accepts)?;
    let mut time = edge.time();
    let signed_in = sign_in(edge, request.extensions(), request.headers(), &mut time).await;
    let session = signed_in.map_err(Rejection::before_reading)?;
    require_json(request.headers())?;
    reading::require_plain(request.headers())?;
    let bytes = reading::whole(request, &edge.settings.limits).await?;
    // Reading may have taken long, and rights may have changed meanwhile (rule 17).
    let renewed = time.sign_in(auth::renew_if_old(&edge.app, session)).await;
    let session = renewed.map_err(|error| Rejection::from(error).before_reading())?;
    Ok((params::of_body(&bytes)?, (session, time)))
}

async fn got<E>(
    edge: &Edge<E>,
    accepts: Accepts,
    parts: &Parts,
) -> Result<(Asked, Viewer), Rejection> {
    require_json_answer(accepts)?;
    let mut time = edge.time();
    let session = sign_in(edge, &parts.extensions, &parts.headers, &mut time).await?;
    Ok((params::of_url(parts.uri.query())?, (session, time)))
}

/// Who asks, if they may ask now.
pub(super) async fn sign_in<E>(
    edge: &Edge<E>,
    extensions: &Extensions,
    headers: &HeaderMap,
    time: &mut Time,
) -> Result<Session, Rejection> {
    let signed_in = time.sign_in(session(edge, headers)).await;
    let address = Address::of(extensions);
    if let (Err(Error::Unauthenticated), Some(Address(address))) = (&signed_in, address) {
        edge.rates.failed(address);
    }
    let session = signed_in?;
    Guest::of(extensions).signs_in();
    tracing::Span::current().record("member", tracing::field::display(session.member.id));
    edge.rates.member(session.member.id)?;
    Ok(session)
}

async fn session<E>(edge: &Edge<E>, headers: &HeaderMap) -> Result<Session, Error> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let secret = header.and_then(auth::bearer).ok_or(Error::Unauthenticated)?;
    auth::authenticate(&edge.app, secret).await
}

fn require_json_answer(accepts: Accepts) -> Result<(), Rejection> {
    let nothing = accepts.no_json && !accepts.event_stream;
    if nothing { Err(Rejection::not_acceptable()) } else { Ok(()) }
}

/// No form of another site can send this type: browsers ask first. JSON has no parameters: it is UTF-8, whatever
/// a `charset` says (RFC 8259, section 11).
fn require_json(headers: &HeaderMap) -> Result<(), Rejection> {
    let mut given = headers.get_all(CONTENT_TYPE).iter();
    let json = given.next().is_some_and(is_json) && given.next().is_none();
    if json { Ok(()) } else { Err(Rejection::media().with(ACCEPT, "application/json")) }
}

fn is_json(content_type: &HeaderValue) -> bool {
    let media = content_type.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    media.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_is_json_and_its_parameters_mean_nothing() {
        let is_json = |text| is_json(&HeaderValue::from_static(text));
        for json in [
            "application/json",
            "Application/JSON ; Charset=\"UTF-8\"; x=y",
            "application/json;charset=utf8",
            "application/json; charset=utf-16",
            "application/json;",
            "application/json\t;; x=\"a;b\"",
        ] {
            assert!(is_json(json), "{json}");
        }
        for other in [
            "",
            "text/plain",
            "application/json, text/plain",
            "application/jsonp",
            "application/*",
            "text/plain; x=application/json",
        ] {
            assert!(!is_json(other), "{other}");
        }
    }
}
