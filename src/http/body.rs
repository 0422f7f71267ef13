//! What goes over the wire: the parameters of a request, and the body of an answer.

use std::collections::BTreeMap;

use async_graphql::{
    Request, Response, ServerError, Value, Variables,
    parser::types::{DocumentOperations, OperationType},
};
use axum::{
    Json,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS},
    },
    response::IntoResponse,
};
use serde::{Deserialize, Serialize};

use super::{nesting, refusal::Refusal};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const GRAPHQL: &str = "application/graphql-response+json";
const GRAPHQL_JSON: HeaderValue =
    HeaderValue::from_static("application/graphql-response+json; charset=utf-8");

/// The parameters of a GraphQL request, as HTTP and sockets send them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    query: String,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    #[serde(default, rename = "extensions")]
    _extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Params {
    /// Parameters that came one by one.
    pub fn new(query: String, operation_name: Option<String>, variables: Variables) -> Self {
        Self { query, operation_name, variables, _extensions: None }
    }

    /// The request that they make, unless reading it could exhaust the stack.
    pub fn into_request(self) -> Result<Request, Refusal> {
        if nesting::is_too_deep(&self.query) {
            return Err(Refusal::too_deep());
        }
        let request = Request::new(self.query).variables(self.variables);
        Ok(match self.operation_name.filter(|name| !name.is_empty()) {
            Some(name) => request.operation_name(name),
            None => request,
        })
    }
}

/// The type of the operation that a request would run; none when that is not clear.
pub fn operation_type(request: &mut Request) -> Option<OperationType> {
    let name = request.operation_name.clone();
    let operations = &request.parsed_query().ok()?.operations;
    let operation = match (operations, name) {
        (DocumentOperations::Single(operation), _) => operation,
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name.as_str())?,
        (DocumentOperations::Multiple(all), None) => {
            all.values().next().filter(|_| all.len() == 1)?
        }
    };
    Some(operation.node.ty)
}

/// The body of a response: `data` is there exactly when something was executed.
#[derive(Debug, Serialize)]
pub struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: BTreeMap<String, Value>,
}

impl From<Response> for Body {
    fn from(response: Response) -> Self {
        let data = (!is_request_error(&response)).then_some(response.data);
        let errors = response.errors.into_iter().map(coded).collect();
        Self { data, errors, extensions: response.extensions }
    }
}

/// Every error has a code: one that the library made is about a document that is not valid.
pub fn coded(mut error: ServerError) -> ServerError {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", "GRAPHQL_VALIDATION_FAILED");
    }
    error
}

/// Whether nothing was executed: the request itself is wrong.
pub fn is_request_error(response: &Response) -> bool {
    let no_path = || response.errors.iter().all(|error| error.path.is_empty());
    response.data == Value::Null && response.is_err() && no_path()
}

/// Whether the client takes the media type that tells a GraphQL response from any other JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepts {
    graphql: bool,
}

impl Accepts {
    /// What the client says.
    pub fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        Self { graphql: values.into_iter().any(|value| value.contains(GRAPHQL)) }
    }

    /// The answer to a request that was executed, or that turned out to be wrong.
    pub fn response(self, response: Response) -> axum::response::Response {
        let wrong = self.graphql && is_request_error(&response);
        let status = if wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        let headers = response.http_headers.clone();
        (headers, self.body(status, Body::from(response))).into_response()
    }

    /// The answer to a request that cannot be executed.
    pub fn refusal(self, refusal: Refusal) -> axum::response::Response {
        let body = Body::from(Response::from_errors(vec![refusal.error()]));
        let mut response = self.body(refusal.status, body);
        response.headers_mut().extend(refusal.header);
        response
    }

    fn body(self, status: StatusCode, body: Body) -> axum::response::Response {
        let media = if self.graphql { GRAPHQL_JSON } else { JSON };
        let nosniff = HeaderValue::from_static("nosniff");
        let vary = HeaderValue::from_static("accept");
        let headers = [(CONTENT_TYPE, media), (X_CONTENT_TYPE_OPTIONS, nosniff), (VARY, vary)];
        (status, headers, Json(body)).into_response()
    }
}
