//! The bytes of files: sent and fetched by signed URLs, piece by piece.

use async_graphql::Executor;
use axum::{
    body::Body,
    extract::{Path, Query, Request, State, rejection::QueryRejection},
    http::{
        HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
            CONTENT_TYPE,
        },
    },
    response::{IntoResponse, Response},
};
use domain::{
    file::sign::{Purpose, Ticket},
    policy::Credential,
};
use engine::{
    error::{Error, RETRY_AFTER},
    file::{
        self, Holder,
        download::{self, Download},
        unfit::Unfit,
        upload,
    },
    trouble,
};
use entity::ids::FileId;
use serde::Deserialize;
use tokio::time::timeout;

use super::{
    Edge, body::Accepts, headers::CROSS_ORIGIN_RESOURCE_POLICY, reading::require_plain,
    rejection::Rejection, server::Guest,
};
use crate::language;

/// What a signed URL carries besides the file's id.
#[derive(Deserialize)]
pub(crate) struct Params {
    token: String,
    expires: i64,
    signature: String,
}

type Asked = Result<Query<Params>, QueryRejection>;

/// `PUT /files/{id}`: takes the bytes of an announced file.
pub(crate) async fn put<E: Executor>(
    State(edge): State<Edge<E>>,
    Path(id): Path<String>,
    params: Asked,
    request: Request,
) -> Response {
    if let Err(refusal) = require_plain(request.headers()) {
        return Accepts::default().rejection(refusal);
    }
    let guest = Guest::of(request.extensions());
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse().ok());
    let body = request.into_body().into_data_stream();
    let taken = match ticket(Purpose::Upload, &id, params) {
        Ok((ticket, signature)) => {
            let begun = async {
                let holder = holder(&edge, ticket, &signature).await?;
                upload::open(&edge.app, holder, length).await
            };
            match in_time(&edge, begun).await {
                Ok(upload) => upload.receive(body, edge.settings.limits.operation).await,
                Err(unfit) => Err(unfit),
            }
        }
        Err(unfit) => Err(unfit),
    };
    match taken {
        Ok(()) => {
            guest.signs_in();
            StatusCode::NO_CONTENT.into_response()
        }
        Err(unfit) => refusal(&unfit),
    }
}

/// `GET /files/{id}`: gives the bytes of a file.
pub(crate) async fn get<E: Executor>(
    State(edge): State<Edge<E>>,
    Path(id): Path<String>,
    params: Asked,
    request: Request,
) -> Response {
    let sent = match ticket(Purpose::Download, &id, params) {
        Ok((ticket, signature)) => {
            let sent = async {
                let holder = holder(&edge, ticket, &signature).await?;
                download::send(&edge.app, holder).await
            };
            in_time(&edge, sent).await
        }
        Err(unfit) => Err(unfit),
    };
    match sent {
        Ok(download) => {
            Guest::of(request.extensions()).signs_in();
            attachment(download)
        }
        Err(unfit) => refusal(&unfit),
    }
}

/// Who holds a ticket; what they are told from now on is in the language that they read.
async fn holder<E>(edge: &Edge<E>, ticket: Ticket, signature: &str) -> Result<Holder, Unfit> {
    let holder = file::holder(&edge.app, ticket, signature).await?;
    language::becomes(language::of(holder.member()));
    Ok(holder)
}

/// What has to be known before any byte moves is known within the time that an operation has, or not now.
async fn in_time<E, T>(
    edge: &Edge<E>,
    work: impl Future<Output = Result<T, Unfit>>,
) -> Result<T, Unfit> {
    let known = timeout(edge.settings.limits.operation, work).await;
    known.unwrap_or_else(|_| Err(Error::overdue("no answer within the time limit").into()))
}

fn ticket(purpose: Purpose, id: &str, params: Asked) -> Result<(Ticket, String), Unfit> {
    let Query(Params { token, expires, signature }) = params.map_err(|_| Unfit::Forged)?;
    let file: FileId = id.parse().map_err(|_| Unfit::Forged)?;
    let credential = Credential::Token(token.parse().map_err(|_| Unfit::Forged)?);
    Ok((Ticket { purpose, file, credential, expires }, signature))
}

/// Nothing a browser would show: to be saved, under a name that leads nowhere.
fn attachment(Download { file, bytes }: Download) -> Response {
    let mut response = Body::from_stream(bytes).into_response();
    let fixed = [
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        // A front end of another origin may show a picture by its signed URL.
        (CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"),
        (CACHE_CONTROL, "private, no-store"),
    ];
    let headers = response.headers_mut();
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let unknown = HeaderValue::from_static("application/octet-stream");
    let content_type = HeaderValue::from_str(&file.content_type).unwrap_or(unknown);
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.size));
    let plain = HeaderValue::from_static("attachment");
    let saved = format!("attachment; filename*=UTF-8''{}", encoded(&file.name));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_str(&saved).unwrap_or(plain));
    response
}

/// A name as RFC 8187 writes it into a header.
fn encoded(name: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(byte).collect()
}

fn refusal(unfit: &Unfit) -> Response {
    if let Unfit::Fault(error) | Unfit::Full(error) = unfit {
        trouble::note("the bytes of a file were not taken or given", error);
    }
    let message = unfit.said().text(language::current());
    let refusal = Rejection::new(status(unfit), unfit.code(), message);
    let passes = refusal.status == StatusCode::SERVICE_UNAVAILABLE;
    let retry_after = passes.then_some(RETRY_AFTER);
    Accepts::default().rejection(Rejection { retry_after, ..refusal })
}

fn status(unfit: &Unfit) -> StatusCode {
    match unfit {
        Unfit::Forged | Unfit::Expired => StatusCode::FORBIDDEN,
        Unfit::NotFound => StatusCode::NOT_FOUND,
        Unfit::NotReady | Unfit::Running | Unfit::Different => StatusCode::CONFLICT,
        Unfit::Interrupted | Unfit::Size { .. } | Unfit::Checksum => StatusCode::BAD_REQUEST,
        Unfit::Type { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Unfit::Full(_) => StatusCode::SERVICE_UNAVAILABLE,
        Unfit::Fault(error) if error.passes() => StatusCode::SERVICE_UNAVAILABLE,
        Unfit::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(encoded("Umowa 1.pdf"), "Umowa%201.pdf");
        assert_eq!(encoded("a\"b;c\r\nX: ł"), "a%22b%3Bc%0D%0AX%3A%20%C5%82");
    }
}
