//! A connection over which requests go one after the other.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::server::Result;

/// What is asked, and by whom.
#[derive(Clone)]
pub struct Request {
    /// The secret that signs in.
    pub token: String,
    /// The body.
    pub body: String,
}

/// One connection to a server.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_string() })
    }

    /// The body of the answer to a GraphQL request.
    pub async fn send(&mut self, request: Request) -> Result<Bytes> {
        let built = hyper::Request::post("/graphql")
            .header(header::HOST, &self.host)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", request.token))
            .body(Full::new(Bytes::from(request.body)))?;
        self.read(built).await
    }

    /// The body of what is at this path.
    pub async fn get(&mut self, path: &str) -> Result<Bytes> {
        let built = hyper::Request::get(path).header(header::HOST, &self.host);
        self.read(built.body(Full::default())?).await
    }

    async fn read(&mut self, request: hyper::Request<Full<Bytes>>) -> Result<Bytes> {
        self.sender.ready().await?;
        let answer: hyper::Response<Incoming> = self.sender.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if status.is_success() { Ok(body) } else { Err(format!("{status}: {body:?}").into()) }
    }
}
