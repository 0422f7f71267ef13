//! How a socket begins: the upgrade, who may ask for it, and the introduction.

use std::net::SocketAddr;

use reqwest::{Client as Http, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};
use waypost::http::socket::Limits;

use super::socket::{server, server_with};
use crate::support::{
    live::{server::Server, soon},
    raw::Raw,
};

fn init(server: &Server) -> Value {
    let payload = json!({ "Authorization": format!("Bearer {}", server.secret()) });
    json!({ "type": "connection_init", "payload": payload })
}

fn subscribe(id: &str) -> Value {
    json!({ "id": id, "type": "subscribe", "payload": { "query": "{ me }" } })
}

fn handshake(server: &Server) -> RequestBuilder {
    let request = Http::new().get(server.http("/graphql"));
    let request = request.header("connection", "Upgrade").header("upgrade", "WebSocket");
    request.header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

/// The status of the answer to a handshake, the protocol that was agreed on, and the error's code.
async fn answer(request: RequestBuilder) -> (StatusCode, Option<String>, Option<String>) {
    let response = soon(request.send()).await.unwrap();
    let status = response.status();
    let protocol = response.headers().get("sec-websocket-protocol");
    let protocol = protocol.map(|value| value.to_str().unwrap().to_owned());
    if status == StatusCode::SWITCHING_PROTOCOLS {
        return (status, protocol, None);
    }
    let body: Value = response.json().await.unwrap();
    let code = body["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned();
    (status, protocol, Some(code))
}

#[tokio::test]
async fn of_several_protocols_ours_is_taken() {
    let (_database, server) = server().await;
    for offer in ["graphql-ws, graphql-transport-ws", "graphql-transport-ws,x"] {
        let request = handshake(&server).header("sec-websocket-version", "13");
        let answer = answer(request.header("sec-websocket-protocol", offer)).await;
        let ours = Some("graphql-transport-ws".to_owned());
        assert_eq!(answer, (StatusCode::SWITCHING_PROTOCOLS, ours, None), "{offer}");
    }
}

/// Python's gql finds the protocol under these very letters only, and takes another one without them.
#[tokio::test]
async fn the_answer_to_a_handshake_has_the_names_that_the_rfc_gives_them() {
    let (_database, server) = server().await;
    let mut raw = Raw::connect(server.address()).await;
    let request = "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-ws, graphql-transport-ws\r\n\r\n";
    raw.send(request).await;
    let head = raw.head().await;
    for line in
        ["\r\nUpgrade: websocket\r\n", "\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"]
    {
        assert!(head.contains(line), "{head}");
    }
}

/// Only on a socket can a client of another protocol be told why it gets nothing.
#[tokio::test]
async fn a_client_of_other_protocols_gets_a_socket_that_is_closed() {
    let (_database, server) = server().await;
    for offer in ["graphql-ws", "GRAPHQL-TRANSPORT-WS", "x, y"] {
        let mut connection = TcpStream::connect(server.address()).await.unwrap();
        let request = format!(
            "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: {offer}\r\n\r\n"
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        soon(connection.read_to_end(&mut answer)).await.unwrap();
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let text = String::from_utf8_lossy(&answer[..head]).to_lowercase();
        assert!(text.starts_with("http/1.1 101"), "{text}");
        assert!(!text.contains("sec-websocket-protocol"), "{text}");
        assert_eq!(answer[head], 0x88, "a frame that closes");
        assert_eq!(answer[head + 2..head + 4], 4406_u16.to_be_bytes(), "{offer}");
    }
}

#[tokio::test]
async fn what_is_no_handshake_is_answered_as_a_request() {
    let (_database, server) = server().await;
    let refused = |status, code: &str| (status, None, Some(code.to_owned()));
    let no_version = refused(StatusCode::UPGRADE_REQUIRED, "BAD_REQUEST");
    assert_eq!(answer(handshake(&server)).await, no_version);
    let told = soon(handshake(&server).send()).await.unwrap();
    assert_eq!(told.headers()["upgrade"], "websocket");
    assert_eq!(told.headers()["sec-websocket-version"], "13");
    let old = handshake(&server).header("sec-websocket-version", "8");
    assert_eq!(answer(old).await, no_version);
    let keyless = Http::new().get(server.http("/graphql")).header("sec-websocket-version", "13");
    let keyless = keyless.header("connection", "Upgrade").header("upgrade", "websocket");
    assert_eq!(answer(keyless).await, refused(StatusCode::BAD_REQUEST, "BAD_REQUEST"));
}

/// Java's client offers HTTP/2 in this way, whatever it asks for.
#[tokio::test]
async fn an_offer_of_http_2_is_no_wish_for_a_socket() {
    let (_database, server) = server().await;
    let request = Http::new().get(server.http("/graphql?query={me}")).bearer_auth(server.secret());
    let request = request.header("connection", "Upgrade, HTTP2-Settings").header("upgrade", "h2c");
    let answer: Value = soon(request.send()).await.unwrap().json().await.unwrap();
    assert_eq!(answer["data"], json!({ "me": "sales@example.org" }));
}

#[tokio::test]
async fn pages_of_other_origins_get_no_socket() {
    let (_database, server) = server().await;
    let own = format!("http://{}", server.address());
    let port = server.address().parse::<SocketAddr>().unwrap().port();
    let asks = |origin: &str| {
        let request = handshake(&server).header("sec-websocket-version", "13");
        answer(request.header("origin", origin))
    };
    assert_eq!(asks(&own).await.0, StatusCode::SWITCHING_PROTOCOLS);
    for foreign in
        ["https://evil.example", "null", "", &format!("http://localhost:{port}"), &own[..9]]
    {
        let (status, _, code) = asks(foreign).await;
        assert_eq!(
            (status, code.as_deref()),
            (StatusCode::FORBIDDEN, Some("FORBIDDEN")),
            "{foreign}"
        );
    }
}

/// The answer could come before the operation is read: it must not count as having been waited for.
#[tokio::test]
async fn an_operation_in_one_breath_with_the_introduction_closes() {
    let (_database, server) = server().await;
    let mut client = server.connect().await;
    client.send_together(&[init(&server), subscribe("1")]).await;
    assert_eq!(client.closed_at_once().await, 4401);
}

#[tokio::test]
async fn two_introductions_in_one_breath_close() {
    let (_database, server) = server().await;
    let mut client = server.connect().await;
    client.send_together(&[init(&server), init(&server)]).await;
    assert_eq!(client.closed_at_once().await, 4429);
}

#[tokio::test]
async fn what_may_be_said_before_the_acknowledgement_is_heard() {
    let (_database, server) = server().await;
    let mut client = server.connect().await;
    let ping = json!({ "type": "ping", "payload": { "n": 1 } });
    let calm = [json!({ "type": "pong" }), json!({ "type": "complete", "id": "1" })];
    client.send_together(&[&calm[..], &[ping.clone(), init(&server), ping]].concat()).await;
    let pong = json!({ "type": "pong", "payload": { "n": 1 } });
    assert_eq!(client.receive().await, pong);
    assert_eq!(client.receive().await, pong);
    assert_eq!(client.receive().await, json!({ "type": "connection_ack" }));
}

#[tokio::test]
async fn a_client_that_leaves_hears_its_goodbye_come_back() {
    let (_database, server) = server().await;
    for mut client in [server.connect().await, server.greeted().await] {
        let goodbye = CloseFrame { code: CloseCode::Normal, reason: "bye".into() };
        client.send_raw(Message::Close(Some(goodbye))).await;
        assert_eq!(client.closed().await, 1000);
        client.ended().await;
    }
}

#[tokio::test]
async fn a_member_has_only_so_many_sockets() {
    let limits = Limits { each: 2, ..Limits::default() };
    let (_database, server) = server_with(limits).await;
    let (one, _two) = (server.greeted().await, server.greeted().await);
    let mut third = server.connect().await;
    third.send(init(&server)).await;
    assert_eq!(third.closed_at_once().await, 1013);
    drop(one);
    soon(async {
        loop {
            let mut again = server.connect().await;
            again.send(init(&server)).await;
            if again.receive_or_close().await.is_ok() {
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn only_so_many_strangers_wait_at_once_and_the_first_makes_room() {
    let (_database, server) = server_with(Limits { strangers: 1, ..Limits::default() }).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    assert_eq!(first.closed_at_once().await, 1013);
    second.send(init(&server)).await;
    assert_eq!(second.receive().await["type"], "connection_ack");
    server.greeted().await;
    second.send(subscribe("1")).await;
    assert_eq!(second.receive().await["type"], "next");
}
