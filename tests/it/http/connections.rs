//! Connections of enemies, and of the slow.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use waypost::{http, http::Settings};

use super::Site;
use crate::support::{live::soon, raw::Raw};

const MOMENT: Duration = Duration::from_millis(300);
const ASK: &str = r#"{"query":"{ me }"}"#;

#[tokio::test]
async fn headers_that_never_end_end_the_connection() {
    let site = Site::with(|settings| settings.connections.header_time = MOMENT).await;
    let mut raw = site.raw().await;
    raw.send("POST /graphql HTTP/1.1\r\nHost: x\r\nX: ").await;
    assert_eq!(raw.rest().await, "");
    let mut silent = site.raw().await;
    assert_eq!(silent.rest().await, "", "neither does one that never begins");
    site.assert_well().await;
}

#[tokio::test]
async fn headers_after_the_first_request_have_no_more_time_than_those_before() {
    let site = Site::with(|settings| {
        settings.connections.header_time = MOMENT;
        settings.connections.idle = Duration::from_secs(3600);
    });
    let site = site.await;
    let mut raw = site.raw().await;
    raw.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(raw.answer().await.status, 200);
    raw.send("GET /health/live HTTP/1.1\r\nX: ").await;
    assert_eq!(raw.rest().await, "");
}

#[tokio::test]
async fn a_connection_without_requests_is_closed_later_than_one_with_half_a_request() {
    let site = Site::with(|settings| {
        settings.connections.header_time = Duration::from_secs(3600);
        settings.connections.idle = MOMENT;
    });
    let site = site.await;
    let mut raw = site.raw().await;
    raw.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(raw.answer().await.status, 200);
    assert_eq!(raw.rest().await, "");
}

#[tokio::test]
async fn silence_does_not_cut_a_socket() {
    let site = Site::with(|settings| {
        settings.connections.header_time = MOMENT;
        settings.connections.idle = MOMENT;
        settings.connections.write = MOMENT;
    });
    let site = site.await;
    let mut client = site.server.greeted().await;
    let mut other = site.raw().await;
    assert_eq!(other.rest().await, "", "by now the socket would be closed too");
    client.subscribe("1", "{ me }").await;
    assert_eq!(client.receive().await["type"], "next");
}

#[tokio::test]
async fn silence_does_not_cut_an_event_stream() {
    let site = Site::with(|settings| {
        settings.connections.header_time = MOMENT;
        settings.connections.idle = MOMENT;
        settings.connections.write = MOMENT;
        settings.sockets.keep_alive = Duration::from_secs(3600);
    });
    let site = site.await;
    let request = site.post().header("accept", "text/event-stream");
    let request = request.json(&json!({ "query": "{ gate }" }));
    let mut events = soon(request.send()).await.unwrap();
    let mut other = site.raw().await;
    assert_eq!(other.rest().await, "", "by now the stream would be closed too");
    site.server.gate.open(1);
    let mut told = String::new();
    while !told.contains("event: complete") {
        let chunk = soon(events.chunk()).await.unwrap().unwrap();
        told.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    assert!(told.contains(r#""gate":1"#), "{told}");
}

#[tokio::test]
async fn a_body_that_never_ends_is_refused() {
    let site = Site::with(|settings| settings.limits.body_time = MOMENT).await;
    let mut raw = site.raw().await;
    raw.send(site.head("Content-Length: 100\r\n")).await;
    raw.send("{").await;
    let answer = raw.last().await;
    assert_eq!(answer.refusal(), "408 REQUEST_TIMEOUT");
    assert_eq!(answer.header("connection"), Some("close"));
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_the_server_well() {
    let site = Site::new().await;
    let mut raw = site.raw().await;
    raw.send(site.head("Content-Length: 100\r\n")).await;
    raw.send("{").await;
    raw.finish().await;
    raw.rest().await;
    site.assert_well().await;
}

#[tokio::test]
async fn requests_that_two_servers_would_read_differently_are_refused() {
    let site = Site::new().await;
    let body = format!("{ASK}\r\n0\r\n\r\n");
    for headers in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -1\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "X: a\r\n b\r\nContent-Length: 0\r\n",
        "X : a\r\nContent-Length: 0\r\n",
        "X: a\0b\r\nContent-Length: 0\r\n",
    ] {
        let mut raw = site.raw().await;
        raw.send(site.head(headers)).await;
        raw.send_in_vain(body.as_bytes()).await;
        assert_eq!(raw.last().await.status, 400, "{headers:?}");
    }
    site.assert_well().await;
}

/// Of the two, chunks win (RFC 9112, section 6.3), and the connection ends: nothing can be smuggled in after.
#[tokio::test]
async fn a_length_beside_chunks_smuggles_nothing() {
    let site = Site::new().await;
    let mut raw = site.raw().await;
    raw.send(site.head("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")).await;
    let smuggled = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    raw.send(format!("{:x}\r\n{ASK}\r\n0\r\n\r\n{smuggled}", ASK.len())).await;
    let answers = raw.rest().await;
    assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
}

#[tokio::test]
async fn too_many_and_too_long_headers_are_refused() {
    let site = Site::new().await;
    let long = format!("X: {}\r\n", "x".repeat(70 * 1024));
    for headers in [long, "X: y\r\n".repeat(200)] {
        let mut raw = site.raw().await;
        raw.send_in_vain(
            format!("GET /health/live HTTP/1.1\r\nHost: x\r\n{headers}\r\n").as_bytes(),
        )
        .await;
        assert_eq!(raw.last().await.status, 431);
    }
}

#[tokio::test]
async fn one_connection_too_many_is_told_to_come_back() {
    let site = Site::with(|settings| settings.connections.most = 2).await;
    let ask = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    let (_one, mut two) = (site.server.greeted().await, site.raw().await);
    let query = r#"{"query":"{ gate }"}"#;
    two.send(site.head(&format!("Content-Length: {}\r\n", query.len())) + query).await;
    site.server.gate.waiting(1).await;
    let mut three = site.raw().await;
    three.send(ask).await;
    let answer = three.last().await;
    assert_eq!(answer.refusal(), "503 SERVICE_UNAVAILABLE");
    assert_eq!(answer.header("retry-after"), Some("1"));
    site.server.gate.open(1);
    assert_eq!(two.answer().await.status, 200, "whoever is being answered stays");
    drop(two);
    loop {
        let mut again = site.raw().await;
        again.send(ask).await;
        if again.answer().await.status == 200 {
            break;
        }
    }
}

#[tokio::test]
async fn a_socket_keeps_its_place_and_gives_it_back() {
    let site = Site::with(|settings| settings.connections.most = 1).await;
    let socket = site.server.greeted().await;
    let ask = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut raw = site.raw().await;
    raw.send(ask).await;
    assert_eq!(raw.last().await.status, 503);
    drop(socket);
    loop {
        let mut again = site.raw().await;
        again.send(ask).await;
        if again.answer().await.status == 200 {
            break;
        }
    }
}

/// The answer is longer than what the system keeps for a reader who takes nothing.
#[tokio::test]
async fn a_client_that_takes_nothing_is_given_up() {
    let site = Site::with(|settings| {
        settings.connections.write = MOMENT;
        settings.connections.most = 1;
    });
    let site = site.await;
    let mut raw = site.raw().await;
    let query = r#"{"query":"{ long(length: 30000000) }"}"#;
    raw.send(site.head(&format!("Content-Length: {}\r\n", query.len()))).await;
    raw.send(query).await;
    assert_eq!(raw.byte().await, b'H', "it is being answered");
    loop {
        let mut other = site.raw().await;
        other.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").await;
        if other.answer().await.status == 200 {
            break;
        }
    }
    drop(raw);
}

#[tokio::test]
async fn a_server_that_stops_finishes_what_is_running_and_waits_for_nothing_else() {
    let site = Site::new().await;
    let app = site.server.world.app.clone();
    let settings = Settings::default();
    let connections = settings.connections;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = async { drop(stopped.await) };
    let served = http::server::serve(listener, http::router(app, settings), connections, stopped);
    let served = tokio::spawn(served);
    let mut silent = Raw::connect(&address).await;
    let (mut idle, mut busy) = (Raw::connect(&address).await, Raw::connect(&address).await);
    idle.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(idle.answer().await.status, StatusCode::OK);
    let body = r#"{"query":"{ viewer { member { email } } }"}"#;
    let head = site.head(&format!("Content-Length: {}\r\nExpect: 100-continue\r\n", body.len()));
    busy.send(head).await;
    assert_eq!(busy.answer().await.status, 100, "it is waiting for the body");
    stop.send(()).unwrap();
    assert_eq!((silent.rest().await, idle.rest().await), (String::new(), String::new()));
    busy.send(body).await;
    let answer = busy.last().await;
    assert_eq!((answer.status, answer.body.contains("sales@example.org")), (200, true));
    drop((silent, idle, busy));
    soon(served).await.unwrap();
}
