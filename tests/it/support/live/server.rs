//! A server with a tiny schema, and clients of its sockets.

use std::sync::{Arc, Mutex};

use async_graphql::{Context, Object, Schema, Subscription};
use futures_util::{SinkExt, Stream, StreamExt, stream};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};
use waypost::{
    auth::Session,
    event::cursor::FeedCursor,
    graphql::context::{OperationCursor, Resume},
    http::{self, socket::Limits},
};

use super::{World, soon};

/// A server that stops with the test.
pub struct Server {
    pub world: World,
    address: String,
    /// Told when a stream of `flood` or `forever` is dropped.
    pub dropped: tokio::sync::mpsc::UnboundedReceiver<()>,
}

impl Server {
    pub async fn start(world: World) -> Self {
        Self::start_with(world, Limits::default()).await
    }

    pub async fn start_with(world: World, limits: Limits) -> Self {
        let (told, dropped) = tokio::sync::mpsc::unbounded_channel();
        let schema = Schema::build(Query, Mutation, Feeds).data(Told(told)).finish();
        let router = http::router_with(world.app.clone(), schema, limits);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { world, address, dropped }
    }

    pub fn http(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn secret(&self) -> &str {
        &self.world.sales.secret
    }

    /// A socket that has agreed on this protocol.
    pub async fn connect_as(&self, protocol: Option<&str>) -> Client {
        Client::connect(&self.address, protocol).await
    }

    pub async fn connect(&self) -> Client {
        self.connect_as(Some("graphql-transport-ws")).await
    }

    /// A socket whose client has introduced itself, with more in its payload.
    pub async fn greeted_with(&self, mut payload: Value) -> Client {
        let mut client = self.connect().await;
        payload["Authorization"] = format!("Bearer {}", self.secret()).into();
        client.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(client.receive().await, json!({ "type": "connection_ack" }));
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
        let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
        if let Some(protocol) = protocol {
            let headers = request.headers_mut();
            headers.insert("sec-websocket-protocol", protocol.parse().unwrap());
        }
        Self(connect_async(request).await.unwrap().0)
    }

    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.send_raw(Message::text(text)).await;
    }

    pub async fn send_raw(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
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
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The code that the socket is closed with, whatever is said before.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = soon(self.0.next()).await.unwrap().unwrap() {
                return frame.unwrap().code.into();
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

#[derive(Clone)]
struct Told(tokio::sync::mpsc::UnboundedSender<()>);

/// Tells when it is dropped.
struct Tells(Told);

impl Drop for Tells {
    fn drop(&mut self) {
        let _ = self.0.0.send(());
    }
}

pub struct Query;

#[Object]
impl Query {
    async fn twice(&self, n: i32) -> i32 {
        n * 2
    }

    async fn me(&self, context: &Context<'_>) -> async_graphql::Result<String> {
        Ok(context.data::<Session>()?.member.email.clone())
    }

    async fn nothing(&self) -> async_graphql::Result<i32> {
        Err("there is nothing".into())
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn touch(&self) -> i32 {
        1
    }
}

pub struct Feeds;

fn cursor(version: i64) -> FeedCursor {
    FeedCursor::Log { position: version, event: None }
}

#[Subscription]
impl Feeds {
    /// Counts, and tells how far it has come.
    async fn count(&self, context: &Context<'_>, to: i64) -> impl Stream<Item = i64> + use<> {
        let place = context.data_unchecked::<OperationCursor>().clone();
        stream::iter(1..=to).inspect(move |number| place.set(cursor(*number)))
    }

    /// Where the client says it got to.
    async fn resumed(&self, context: &Context<'_>) -> impl Stream<Item = String> + use<> {
        let Resume(place) = context.data_unchecked::<Resume>().clone();
        stream::iter([place.unwrap_or_default()])
    }

    /// One item, and then a fault.
    async fn broken(&self) -> impl Stream<Item = async_graphql::Result<i32>> {
        stream::iter([Ok(1), Err("it broke".into()), Ok(3)])
    }

    /// Does not even begin.
    async fn refused(&self) -> async_graphql::Result<stream::Iter<std::vec::IntoIter<i32>>> {
        Err("not for you".into())
    }

    /// Says that it has begun, and then nothing.
    async fn forever(&self, context: &Context<'_>) -> impl Stream<Item = i32> + use<> {
        let tells = Tells(context.data_unchecked::<Told>().clone());
        stream::iter([0]).chain(stream::pending()).inspect(move |_| {
            let _ = &tells;
        })
    }

    /// Says more than anybody can read.
    async fn flood(&self, context: &Context<'_>) -> impl Stream<Item = String> + use<> {
        let tells = Tells(context.data_unchecked::<Told>().clone());
        let produced = Arc::new(Mutex::new(0_u64));
        stream::repeat_with(move || {
            let _ = &tells;
            *produced.lock().unwrap() += 1;
            "x".repeat(64 * 1024)
        })
    }
}
