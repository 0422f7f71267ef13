//! A WebSocket to the server, as clients of `graphql-transport-ws` have one.

use futures_util::{SinkExt, StreamExt, stream};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

use crate::server::{Result, Server};

/// How many connect at once.
const AT_ONCE: usize = 50;

/// One connection.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A socket that is signed in, as the member whose turn it is.
pub async fn connect(server: &Server, number: usize) -> Result<Socket> {
    let mut request = format!("ws://{}/graphql", server.address).into_client_request()?;
    let protocol = HeaderValue::from_static("graphql-transport-ws");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await?;
    let token = format!("Bearer {}", server.tokens[number % server.tokens.len()]);
    let payload = json!({ "Authorization": token });
    say(&mut socket, json!({ "type": "connection_init", "payload": payload })).await?;
    expect(&mut socket, "connection_ack").await?;
    Ok(socket)
}

/// So many of them.
pub async fn connect_many(server: &Server, count: usize) -> Result<Vec<Socket>> {
    let connecting = stream::iter(0..count).map(|number| connect(server, number));
    let all: Vec<_> = connecting.buffer_unordered(AT_ONCE).collect().await;
    all.into_iter().collect()
}

/// Subscribes, and waits for the first item: from here on the socket misses nothing.
pub async fn watch(mut socket: Socket, query: &str, variables: &Value) -> Result<Socket> {
    let payload = json!({ "query": query, "variables": variables });
    say(&mut socket, json!({ "id": "1", "type": "subscribe", "payload": payload })).await?;
    expect(&mut socket, "next").await?;
    Ok(socket)
}

/// All of them subscribe to the same.
pub async fn watch_all(
    sockets: Vec<Socket>,
    query: &str,
    variables: &Value,
) -> Result<Vec<Socket>> {
    let watching = stream::iter(sockets).map(|socket| watch(socket, query, variables));
    let all: Vec<_> = watching.buffer_unordered(AT_ONCE).collect().await;
    all.into_iter().collect()
}

async fn say(socket: &mut Socket, message: Value) -> Result<()> {
    Ok(socket.send(Message::text(message.to_string())).await?)
}

async fn expect(socket: &mut Socket, kind: &str) -> Result<()> {
    while let Some(message) = socket.next().await {
        let message = message?.into_text()?;
        if message.contains("\"errors\"") {
            return Err(message.to_string().into());
        }
        if message.contains(&format!("\"{kind}\"")) {
            return Ok(());
        }
    }
    Err("the socket was closed".into())
}
