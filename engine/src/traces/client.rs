//! The way to a collector, over the HTTP client that webhooks have.

use std::{io, time::Duration};

use async_trait::async_trait;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};

use crate::https;

/// How much of an answer is read, in bytes: it says how many spans were refused.
const LONGEST: usize = 64 * 1024;

/// The client: HTTP 1.1, without redirects and proxies.
#[derive(Debug)]
pub(super) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    patience: Duration,
}

impl Http {
    /// One that waits so long for each answer.
    pub(super) fn new(patience: Duration) -> Result<Self, String> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(patience));
        let client = Client::builder(TokioExecutor::new()).build(https::over(http)?);
        Ok(Self { client, patience })
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let response = self.client.request(request.map(Full::new)).await?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, LONGEST).collect().await?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

#[async_trait]
impl HttpClient for Http {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answered = tokio::time::timeout(self.patience, self.exchange(request)).await;
        answered.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
    }
}
