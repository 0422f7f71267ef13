//! A server with a tiny schema, and clients of its sockets.

use std::sync::{Arc, atomic::AtomicUsize};

use async_graphql::Schema;
use futures_util::{SinkExt, StreamExt};
use reqwest::header::HeaderName;
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};
use waypost::http::{self, Settings, socket::Limits};

use super::{
    World,
    schema::{Feeds, Gate, Mutation, Query, Told},
    soon,
};

/// A server that stops with the test.
pub struct Server {
    pub world: World,
    address: String,
    /// Told when a stream of `flood` or `forever` is dropped, and when `gate` is passed.
    pub dropped: tokio::sync::mpsc::UnboundedReceiver<()>,
    /// Lets queries of `gate` pass.
    pub gate: Arc<Gate>,
    /// How many items of `flood` were made.
    pub produced: Arc<AtomicUsize>,
}

impl Server {
    pub async fn start(world: World) -> Self {
        Self::start_with(world, Limits::default()).await
    }

    pub async fn start_with(world: World, sockets: Limits) -> Self {
        Self::configured(world, Settings { sockets, ..Settings::default() }).await
    }

    pub async fn configured(world: World, settings: Settings) -> Self {
        let (told, dropped) = tokio::sync::mpsc::unbounded_channel();
        let (gate, produced) = (Arc::<Gate>::default(), Arc::<AtomicUsize>::default());
        let schema = Schema::build(Query, Mutation::default(), Feeds).data(Told(told));
        let schema = schema.data(gate.clone()).data(produced.clone()).finish();
        let sdl = schema.sdl();
        let connections = settings.connections;
        let router = http::router_with(world.app.clone(), schema, &sdl, settings);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let served = http::server::serve(listener, router, connections, std::future::pending());
        tokio::spawn(served);
        Self { world, address, dropped, gate, produced }
    }

    pub fn http(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn secret(&self) -> &str {
        &self.world.sales.secret
    }

    /// A socket that has agreed on this protocol.
    pub async fn connect_as(&self, protocol: Option<&str>) -> Client {
        Client::connect(&self.address, protocol).await
    }

    /// A socket of our protocol at this path, with more headers in its request.
    pub async fn connect_to(&self, path: &str, headers: &[(&str, &str)]) -> Client {
        let url = format!("ws://{}{path}", self.address);
        let mut request = url.into_client_request().unwrap();
        let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
        for (name, value) in [protocol].iter().chain(headers) {
            let name = HeaderName::try_from(*name).unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        Client(connect_async(request).await.unwrap().0)
    }

    pub async fn connect(&self) -> Client {
        self.connect_as(Some("graphql-transport-ws")).await
    }

    /// A socket whose client has introduced itself, with more in its payload.
    pub async fn greeted_with(&self, payload: Value) -> Client {
        let mut client = self.connect().await;
        client.introduce(self.secret(), payload).await;
        client
    }

    pub async fn greeted(&self) -> Client {
        self.greeted_with(json!({})).await
    }
}

/// One end of a socket.
pub struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    /// A socket of the server at this address, with this protocol.
    pub async fn connect(address: &str, protocol: Option<&str>) -> Self {
        Self::try_connect(address, protocol).await.unwrap()
    }

    /// A socket, or why there is none.
    pub async fn try_connect(address: &str, protocol: Option<&str>) -> Result<Self, Error> {
        let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
        if let Some(protocol) = protocol {
            let headers = request.headers_mut();
            headers.insert("sec-websocket-protocol", protocol.parse().unwrap());
        }
        Ok(Self(connect_async(request).await?.0))
    }

    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.send_raw(Message::text(text)).await;
    }

    /// A socket of our protocol whose client's system keeps next to nothing that was not read.
    pub async fn connect_narrow(address: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(2048).unwrap();
        let stream = socket.connect(address.parse().unwrap()).await.unwrap();
        let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
        let protocol = "graphql-transport-ws".parse().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        Self(client_async(request, MaybeTlsStream::Plain(stream)).await.unwrap().0)
    }

    /// Says who it is, and waits to be welcome.
    pub async fn introduce(&mut self, secret: &str, mut payload: Value) {
        payload["Authorization"] = format!("Bearer {secret}").into();
        self.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(self.receive().await, json!({ "type": "connection_ack" }));
    }

    /// Sends all of this at once.
    pub async fn send_together(&mut self, messages: &[Value]) {
        for message in messages {
            self.0.feed(Message::text(message.to_string())).await.unwrap();
        }
        self.0.flush().await.unwrap();
    }

    pub async fn send_raw(&mut self, message: Message) {
        self.try_send(message).await.unwrap();
    }

    pub async fn try_send(&mut self, message: Message) -> Result<(), Error> {
        self.0.send(message).await
    }

    /// Waits until the connection ends in order.
    pub async fn ended(&mut self) {
        assert!(soon(self.0.next()).await.is_none());
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        let payload = json!({ "query": query });
        self.send(json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    /// Begins something that never ends.
    pub async fn begin_forever(&mut self, id: &str) {
        self.subscribe(id, "subscription { forever }").await;
        let begun = json!({ "id": id, "type": "next", "payload": { "data": { "forever": 0 } } });
        assert_eq!(self.receive().await, begun);
    }

    /// The next message of the protocol.
    pub async fn receive(&mut self) -> Value {
        loop {
            match soon(self.0.next()).await.unwrap().unwrap() {
                Message::Text(text) => return costless(&text),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next message of the protocol, or the code that the socket is closed with.
    pub async fn receive_or_close(&mut self) -> Result<Value, u16> {
        loop {
            match soon(self.0.next()).await.unwrap().unwrap() {
                Message::Text(text) => return Ok(serde_json::from_str(&text).unwrap()),
                Message::Close(frame) => return Err(frame.unwrap().code.into()),
                _ => {}
            }
        }
    }

    /// The next message of the protocol, or the code and the reason that the socket is closed with.
    pub async fn next_or_reason(&mut self) -> Result<Value, (u16, String)> {
        loop {
            match soon(self.0.next()).await.unwrap().unwrap() {
                Message::Text(text) => return Ok(serde_json::from_str(&text).unwrap()),
                Message::Close(frame) => {
                    let frame = frame.unwrap();
                    return Err((frame.code.into(), frame.reason.as_str().to_owned()));
                }
                _ => {}
            }
        }
    }

    /// The code that the socket is closed with, whatever is said before.
    pub async fn closed(&mut self) -> u16 {
        self.closed_for().await.0
    }

    /// The code and the reason that the socket is closed with, whatever is said before.
    pub async fn closed_for(&mut self) -> (u16, String) {
        loop {
            if let Message::Close(frame) = soon(self.0.next()).await.unwrap().unwrap() {
                let frame = frame.unwrap();
                return (frame.code.into(), frame.reason.as_str().to_owned());
            }
        }
    }

    /// The code that the socket is closed with, before anything else is said.
    pub async fn closed_at_once(&mut self) -> u16 {
        loop {
            match soon(self.0.next()).await.unwrap().unwrap() {
                Message::Close(frame) => return frame.unwrap().code.into(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Whether the connection ends without a word.
    pub async fn cut_off(&mut self) -> bool {
        loop {
            match soon(self.0.next()).await {
                Some(Ok(Message::Close(_))) => return false,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return true,
            }
        }
    }
}

/// What it costs is for other tests to say.
fn costless(text: &str) -> Value {
    let mut message: Value = serde_json::from_str(text).unwrap();
    if let Some(payload) = message.get_mut("payload").and_then(Value::as_object_mut)
        && let Some(extensions) = payload.get_mut("extensions").and_then(Value::as_object_mut)
    {
        extensions.remove("cost");
        if extensions.is_empty() {
            payload.remove("extensions");
        }
    }
    message
}
