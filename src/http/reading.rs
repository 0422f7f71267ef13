//! Reading the body of a request: no longer, in bytes and in time, than it may be.

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::{refusal::Refusal, settings::Limits};

/// The whole body. One that says that it is too long is not read at all.
pub async fn whole(request: Request, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let body = request.into_body();
    if body.size_hint().lower() > limits.body as u64 {
        return Err(Refusal::too_long(limits.body));
    }
    let read = timeout(limits.body_time, read(body, limits.body));
    read.await.unwrap_or_else(|_| Err(Refusal::too_slow(limits.body_time)))
}

async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let mut body = body.into_data_stream();
    while let Some(chunk) = body.next().await {
        let chunk: Bytes = chunk.map_err(|_| Refusal::bad("The body broke off. Send it again."))?;
        if bytes.len() + chunk.len() > limit {
            return Err(Refusal::too_long(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
