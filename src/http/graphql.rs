//! GraphQL over HTTP: `POST`, and `GET` for queries; upgraded, a `GET` becomes a socket.

use async_graphql::{Executor, Request, Variables, parser::types::OperationType};
use axum::{
    body::Bytes,
    extract::{
        FromRequest, Query, State, WebSocketUpgrade, rejection::QueryRejection,
        ws::rejection::WebSocketUpgradeRejection,
    },
    http::{
        HeaderMap,
        header::{AUTHORIZATION, CONTENT_TYPE, UPGRADE},
    },
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    Edge,
    body::{self, Accepts, Params},
    refusal::Refusal,
    socket,
};
use crate::{
    auth::{self, Session},
    error::Error,
    graphql::{
        context::{OperationCursor, Resume},
        prepare,
    },
};

/// The most that the body of a request may hold, in bytes.
pub const BODY: usize = 1024 * 1024;

/// `POST /graphql`.
pub async fn by_post<E: Executor>(
    State(edge): State<Edge<E>>,
    request: axum::extract::Request,
) -> Response {
    let accepts = Accepts::of(request.headers());
    match posted(&edge, request).await {
        Ok(request) => accepts.response(edge.schema.execute(request).await),
        Err(refusal) => accepts.refusal(refusal),
    }
}

/// `GET /graphql`: a query in the URL, or the way to a socket.
pub async fn by_get<E: Executor>(
    State(edge): State<Edge<E>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    query: Result<Query<GetParams>, QueryRejection>,
) -> Response {
    match upgrade {
        Ok(upgrade) => return socket::open(upgrade, edge),
        Err(rejection) if headers.contains_key(UPGRADE) => return rejection.into_response(),
        Err(_) => {}
    }
    let accepts = Accepts::of(&headers);
    match asked(&edge, &headers, query).await {
        Ok(request) => accepts.response(edge.schema.execute(request).await),
        Err(refusal) => accepts.refusal(refusal),
    }
}

/// A query in a URL: `variables` and `extensions` are JSON in there.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetParams {
    query: String,
    operation_name: Option<String>,
    variables: Option<String>,
}

async fn posted<E>(edge: &Edge<E>, request: axum::extract::Request) -> Result<Request, Refusal> {
    let session = sign_in(edge, request.headers()).await?;
    require_json(request.headers())?;
    let bytes = Bytes::from_request(request, &()).await;
    let bytes = bytes.map_err(|rejection| Refusal::unread(&rejection))?;
    Ok(equip(edge, params(&bytes)?.into_request()?, session))
}

async fn asked<E>(
    edge: &Edge<E>,
    headers: &HeaderMap,
    query: Result<Query<GetParams>, QueryRejection>,
) -> Result<Request, Refusal> {
    let session = sign_in(edge, headers).await?;
    let Query(params) = query.map_err(|_| Refusal::bad("Give the query as `?query=…`."))?;
    let variables: Option<Variables> = match params.variables.filter(|text| !text.is_empty()) {
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| Refusal::bad(format!("`variables` is not a JSON object: {error}.")))?,
        None => None,
    };
    let params = Params::new(params.query, params.operation_name, variables.unwrap_or_default());
    let mut request = params.into_request()?;
    match body::operation_type(&mut request) {
        Some(OperationType::Query) | None => Ok(equip(edge, request, session)),
        Some(_) => Err(Refusal::only_queries()),
    }
}

async fn sign_in<E>(edge: &Edge<E>, headers: &HeaderMap) -> Result<Session, Refusal> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let secret = header.and_then(auth::bearer).ok_or(Error::Unauthenticated)?;
    Ok(auth::authenticate(&edge.app, secret).await?)
}

/// What the operation gets from its transport.
fn equip<E>(edge: &Edge<E>, request: Request, session: Session) -> Request {
    let request = prepare(request, &edge.app, session);
    request.data(OperationCursor::default()).data(Resume::default())
}

fn require_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = given.split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(Refusal::media()) }
}

fn params(bytes: &[u8]) -> Result<Params, Refusal> {
    let batch = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    if batch {
        return Err(Refusal::bad("Send one operation a request: batches are not taken."));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let shape = r#"{"query": "…", "variables": {…}}"#;
        Refusal::bad(format!("The body must be a JSON object such as {shape}: {error}."))
    })
}
