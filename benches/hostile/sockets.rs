//! Sockets.

use std::time::Duration;

use futures_util::{
    SinkExt, StreamExt,
    future::{BoxFuture, join_all},
};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Message,
        client::IntoClientRequest,
        protocol::frame::{
            Frame,
            coding::{Data, OpCode},
        },
    },
};

use super::{Attack, TOKEN, Target};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const fn attack(
    name: &'static str,
    seconds: u64,
    run: fn(Target) -> BoxFuture<'static, String>,
) -> Attack {
    Attack { name, patience: Duration::from_secs(seconds), run }
}

/// Long enough for any time limit of the server, and for closing.
const LONGEST: Duration = Duration::from_secs(30);

pub const ATTACKS: &[Attack] = &[
    attack("1,000 operations on a socket", 0, |target| Box::pin(operations(target))),
    attack("400 sockets never introduced", 11, |target| Box::pin(silent(target))),
    attack("1,000 sockets of a member", 5, |target| Box::pin(crowd(target))),
    attack("20 sockets never read", 15, |target| Box::pin(unread(target))),
    attack("a message of 10 MB", 1, |target| Box::pin(oversize(target))),
    attack("a message in endless frames", 1, |target| Box::pin(fragments(target))),
];

async fn connect(target: &Target) -> Option<Socket> {
    let mut request = format!("ws://{}/graphql", target.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    connect_async(request).await.ok().map(|(socket, _)| socket)
}

async fn greeted(target: &Target) -> Option<Socket> {
    let mut socket = connect(target).await?;
    let payload = json!({ "Authorization": format!("Bearer {TOKEN}") });
    let greeting = json!({ "type": "connection_init", "payload": payload });
    socket.send(Message::text(greeting.to_string())).await.ok()?;
    matches!(socket.next().await, Some(Ok(Message::Text(_)))).then_some(socket)
}

/// How the socket ends.
async fn closed(mut socket: Socket) -> String {
    let end = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(frame))) => {
                    return frame
                        .map_or("closed".to_owned(), |frame| format!("closed {}", frame.code));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return "hung up".to_owned(),
            }
        }
    };
    tokio::time::timeout(LONGEST, end).await.unwrap_or_else(|_| "still open".to_owned())
}

fn ask(id: usize, query: &str) -> Message {
    let payload = json!({ "query": query });
    Message::text(
        json!({ "id": id.to_string(), "type": "subscribe", "payload": payload }).to_string(),
    )
}

async fn operations(target: Target) -> String {
    let mut socket = greeted(&target).await.unwrap();
    for id in 0..1_000 {
        let live = "subscription { inboxChanged { caughtUp } }";
        if socket.send(ask(id, live)).await.is_err() {
            return "hung up".to_owned();
        }
    }
    let mut refused = 0;
    while let Ok(Some(Ok(message))) =
        tokio::time::timeout(Duration::from_millis(300), socket.next()).await
    {
        refused += usize::from(message.to_text().is_ok_and(|text| text.contains("\"error\"")));
    }
    format!("{refused} refused")
}

async fn silent(target: Target) -> String {
    let sockets = join_all((0..400).map(|_| connect(&target))).await;
    let opened = sockets.iter().flatten().count();
    let ends = join_all(sockets.into_iter().flatten().map(closed)).await;
    format!("{opened} opened, the last {}", ends.last().map_or("none", String::as_str))
}

async fn crowd(target: Target) -> String {
    let mut sockets = Vec::new();
    for _ in 0..1_000 {
        let Some(socket) = greeted(&target).await else { break };
        sockets.push(socket);
    }
    format!("{} greeted", sockets.len())
}

async fn unread(target: Target) -> String {
    let ends = join_all((0..20).map(|_| unread_one(&target))).await;
    ends.into_iter().next().unwrap_or_default()
}

/// Asks for much and reads nothing, until the server must have given up.
async fn unread_one(target: &Target) -> String {
    let Some(mut socket) = greeted(target).await else { return "not greeted".to_owned() };
    let large = "{ __schema { types { name description fields { name description args { name description } } } } }";
    for id in 0..90 {
        let _ = socket.send(ask(id, large)).await;
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    closed(socket).await
}

async fn oversize(target: Target) -> String {
    let mut socket = greeted(&target).await.unwrap();
    let _ = socket.send(Message::text("x".repeat(10_000_000))).await;
    closed(socket).await
}

async fn fragments(target: Target) -> String {
    let mut socket = greeted(&target).await.unwrap();
    for number in 0..10_000 {
        let kind = if number == 0 { Data::Text } else { Data::Continue };
        let frame = Frame::message("x".repeat(1000).into_bytes(), OpCode::Data(kind), false);
        if socket.send(Message::Frame(frame)).await.is_err() {
            break;
        }
    }
    closed(socket).await
}
