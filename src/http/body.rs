//! What goes over the wire: the body of an answer, in the media type that the client takes.

use std::collections::BTreeMap;

use async_graphql::{Response, ServerError, Value};
use async_graphql_axum::GraphQLResponse;
use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, VARY},
    },
    response::IntoResponse,
};
use engine::error;

pub(crate) use super::accept::Accepts;
use super::rejection::Rejection;
use crate::graphql::{
    error::{code, presentable},
    written::{self, is_written},
};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const GRAPHQL_JSON: HeaderValue =
    HeaderValue::from_static("application/graphql-response+json; charset=utf-8");
/// What an answer depends on besides the URL and the body.
const VARIES: HeaderValue =
    HeaderValue::from_static("authorization, accept, accept-language, accept-encoding");

/// The body of a response: `data` is there exactly when something was executed. Parts of it may be written already.
#[derive(Debug)]
pub(crate) struct Body {
    data: Option<Value>,
    errors: Vec<ServerError>,
    extensions: BTreeMap<String, Value>,
}

impl Body {
    /// As JSON.
    pub(crate) fn to_vec(&self) -> serde_json::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.data.as_ref().map_or(0, written::length) + 256);
        bytes.push(b'{');
        if let Some(data) = &self.data {
            open_member("data", &mut bytes);
            written::write(data, &mut bytes)?;
        }
        if !self.errors.is_empty() {
            open_member("errors", &mut bytes);
            serde_json::to_writer(&mut bytes, &self.errors)?;
        }
        if !self.extensions.is_empty() {
            open_member("extensions", &mut bytes);
            serde_json::to_writer(&mut bytes, &self.extensions)?;
        }
        bytes.push(b'}');
        Ok(bytes)
    }

    /// As JSON in a text.
    pub(crate) fn to_text(&self) -> serde_json::Result<String> {
        String::from_utf8(self.to_vec()?).map_err(serde::ser::Error::custom)
    }
}

/// The name of the next member.
fn open_member(name: &str, bytes: &mut Vec<u8>) {
    let comma = if bytes.len() > 1 { "," } else { "" };
    bytes.extend_from_slice(format!("{comma}\"{name}\":").as_bytes());
}

impl IntoResponse for Body {
    fn into_response(self) -> axum::response::Response {
        match self.to_vec() {
            Ok(bytes) => bytes.into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

impl From<Response> for Body {
    fn from(response: Response) -> Self {
        let data = (!is_request_error(&response)).then_some(response.data);
        let errors = presentable(response.errors);
        Self { data, errors, extensions: response.extensions }
    }
}

/// Whether nothing was executed: the request itself is wrong.
pub(crate) fn is_request_error(response: &Response) -> bool {
    let no_path = || response.errors.iter().all(|error| error.path.is_empty());
    response.data == Value::Null && response.is_err() && no_path()
}

impl Accepts {
    /// The answer to a request that was executed, or that turned out to be wrong.
    pub(crate) fn response(self, response: Response) -> axum::response::Response {
        let status = self.status(&response);
        let mut answer = self.body(status, written(response));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(error::RETRY_AFTER));
        }
        answer
    }

    /// With the older media type what was asked well is answered with 200, except that the server cannot answer
    /// now: whoever stands between client and server acts by the status alone.
    fn status(self, response: &Response) -> StatusCode {
        match status(response) {
            StatusCode::SERVICE_UNAVAILABLE => StatusCode::SERVICE_UNAVAILABLE,
            status if self.graphql => status,
            _ => StatusCode::OK,
        }
    }

    /// The answer to a request that cannot be executed.
    pub(crate) fn rejection(self, rejection: Rejection) -> axum::response::Response {
        let body = Body::from(Response::from_errors(vec![rejection.error()]));
        let mut response = self.body(rejection.status, body);
        response.headers_mut().extend(rejection.headers());
        response
    }

    fn body(self, status: StatusCode, body: impl IntoResponse) -> axum::response::Response {
        let media = if self.graphql { GRAPHQL_JSON } else { JSON };
        let no_store = HeaderValue::from_static("no-store");
        let headers = [(CONTENT_TYPE, media), (CACHE_CONTROL, no_store), (VARY, VARIES)];
        (status, headers, body).into_response()
    }
}

/// The library writes what it executed without an error. Errors are written here: it would put them last, tell
/// `"data": null` of what was never executed, and show causes that are nobody's business.
fn written(response: Response) -> axum::response::Response {
    if response.is_ok() && !is_written(&response.data) {
        GraphQLResponse::from(response).into_response()
    } else {
        Body::from(response).into_response()
    }
}

/// The status that the media type of GraphQL asks for: whatever was executed is well.
fn status(response: &Response) -> StatusCode {
    if !is_request_error(response) {
        return StatusCode::OK;
    }
    let code = response.errors.first().and_then(|error| error.extensions.as_ref()?.get("code"));
    match code {
        Some(Value::String(code)) => status_of(code),
        _ => StatusCode::BAD_REQUEST,
    }
}

fn status_of(code: &str) -> StatusCode {
    match code {
        code::UNAUTHENTICATED => StatusCode::UNAUTHORIZED,
        code::FORBIDDEN => StatusCode::FORBIDDEN,
        code::RATE_LIMITED => StatusCode::TOO_MANY_REQUESTS,
        code::INTERNAL_SERVER_ERROR => StatusCode::INTERNAL_SERVER_ERROR,
        code::SERVICE_UNAVAILABLE => StatusCode::SERVICE_UNAVAILABLE,
        code::TIMEOUT => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn the_library_writes_what_has_no_errors_as_it_would_be_written_here() {
        let executed = || {
            let data = Value::from_json(serde_json::json!({ "b": [1, null], "a": "ä" }));
            Response::new(data.unwrap()).extension("cost", Value::from(3))
        };
        let bytes = to_bytes(written(executed()).into_body(), usize::MAX).await.unwrap();
        assert_eq!(bytes, Body::from(executed()).to_vec().unwrap());
    }
}
