//! Hostile and unlucky clients: broken frames, long messages, many operations, slow readers.

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::json;
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};
use waypost::http::socket::Limits;

use super::socket::{complete, next, server, server_with, works};
use crate::support::live::{server::Client, soon};

fn frame(bytes: &[u8], kind: Data, last: bool) -> Message {
    Message::Frame(Frame::message(bytes.to_vec(), OpCode::Data(kind), last))
}

#[tokio::test]
async fn text_that_is_not_utf_8_closes() {
    let (_database, server) = server().await;
    let mut client = server.greeted().await;
    client.send_raw(frame(b"{\"type\":\"\xff\"}", Data::Text, true)).await;
    assert_eq!(client.closed().await, 1007);
}

#[tokio::test]
async fn a_frame_that_is_none_closes() {
    let (_database, server) = server().await;
    for strange in [
        frame(b"x", Data::Continue, true),
        frame(b"x", Data::Reserved(3), true),
        Message::Frame(Frame::ping(vec![0; 126])),
    ] {
        let mut client = server.greeted().await;
        client.send_raw(strange).await;
        assert_eq!(client.closed().await, 1002);
    }
}

/// The client goes on sending: it hears the reason all the same.
#[tokio::test]
async fn a_message_far_beyond_the_limit_closes() {
    let (_database, server) = server().await;
    for mut client in [server.connect().await, server.greeted().await] {
        let _ = client.try_send(Message::text("x".repeat(2 * 1024 * 1024))).await;
        assert_eq!(client.closed().await, 1009);
    }
}

#[tokio::test]
async fn a_message_in_pieces_counts_as_a_whole() {
    let (_database, server) = server_with(Limits { message: 64 * 1024, ..Limits::default() }).await;
    let mut client = server.greeted().await;
    client.send_raw(frame(br#"{"type":"#, Data::Text, false)).await;
    client.send_raw(Message::Ping(Vec::new().into())).await;
    client.send_raw(frame(br#""ping"}"#, Data::Continue, true)).await;
    assert_eq!(client.receive().await, json!({ "type": "pong" }));
    client.send_raw(frame(&[b'x'; 1024], Data::Text, false)).await;
    for _ in 0..64 {
        client.send_raw(frame(&[b'x'; 1024], Data::Continue, false)).await;
    }
    assert_eq!(client.closed().await, 1009);
}

#[tokio::test]
async fn of_a_thousand_operations_a_hundred_run_and_the_others_are_refused() {
    let (_database, mut server) = server().await;
    let mut client = server.greeted().await;
    for number in 0..1_000 {
        client.subscribe(&number.to_string(), "subscription { forever }").await;
    }
    let (mut begun, mut refused) = (0, 0);
    for _ in 0..1_000 {
        match client.receive().await["type"].as_str().unwrap() {
            "next" => begun += 1,
            "error" => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((begun, refused), (100, 900));
    drop(client);
    for _ in 0..100 {
        soon(server.dropped.recv()).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_late_is_not_told_under_an_id_that_was_given_up() {
    let (_database, mut server) = server().await;
    let mut client = server.greeted().await;
    client.subscribe("1", "{ gate }").await;
    client.send(complete("1")).await;
    client.subscribe("1", "{ gate twice(n: 4) }").await;
    client.send(json!({ "type": "ping" })).await;
    assert_eq!(client.receive().await["type"], "pong", "all of this was heard");
    server.gate.open(2);
    soon(server.dropped.recv()).await.unwrap();
    assert_eq!(client.receive().await, next("1", json!({ "gate": 1, "twice": 8 })));
    assert_eq!(client.receive().await, complete("1"));
    works(&mut client).await;
}

#[tokio::test]
async fn an_operation_that_panics_ends_alone() {
    let (_database, server) = server().await;
    let mut client = server.greeted().await;
    client.begin_forever("other").await;
    client.subscribe("1", "{ panics }").await;
    let message = client.receive().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("1")));
    assert_eq!(message["payload"][0]["extensions"]["code"], "INTERNAL_SERVER_ERROR");
    client.subscribe("1", "subscription { panics }").await;
    assert_eq!(client.receive().await, next("1", json!({ "panics": 1 })));
    let message = client.receive().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("1")));
    works(&mut client).await;
}

/// An operation that has begun holds a connection to the database, perhaps: it is not to wait with it for
/// a reader.
#[tokio::test]
async fn a_reader_that_is_slow_holds_up_no_operation_that_runs() {
    let (_database, mut server) = server().await;
    let mut client = server.greeted().await;
    client.subscribe("q", "{ gate }").await;
    client.subscribe("flood", "subscription { flood }").await;
    soon(async {
        let mut produced = usize::MAX;
        while std::mem::replace(&mut produced, server.produced.load(Ordering::SeqCst)) != produced {
            tokio::time::sleep(Duration::from_millis(100)).await; // until the socket is full
        }
    })
    .await;
    server.gate.open(1);
    soon(server.dropped.recv()).await.unwrap();
}

/// What has run has an answer, which waits for its reader: so few run at once.
#[tokio::test]
async fn of_many_queries_on_a_socket_a_few_run_at_once_and_all_are_answered() {
    let (_database, mut server) = server().await;
    let mut client = server.greeted().await;
    for number in 0..20 {
        client.subscribe(&number.to_string(), "{ gate }").await;
    }
    server.gate.waiting(4).await;
    for _ in 0..20 {
        server.gate.open(1);
        soon(server.dropped.recv()).await.unwrap();
        assert_eq!(client.receive().await["type"], "next");
        assert_eq!(client.receive().await["type"], "complete");
    }
    assert_eq!(server.gate.most(), 4);
}

#[tokio::test]
async fn for_a_reader_that_takes_nothing_little_is_made() {
    let write = Duration::from_millis(500);
    let (_database, mut server) = server_with(Limits { write, ..Limits::default() }).await;
    let mut client = server.greeted().await;
    client.subscribe("1", "subscription { flood }").await;
    soon(server.dropped.recv()).await.unwrap();
    // of 64 KiB each: what the system keeps of a connection on one machine, and a few more
    assert!(server.produced.load(Ordering::SeqCst) < 256, "{:?}", server.produced);
}

#[tokio::test]
async fn a_slow_reader_of_a_long_backlog_gets_all_of_it() {
    let write = Duration::from_secs(2);
    let (_database, server) = server_with(Limits { write, ..Limits::default() }).await;
    let mut client = Client::connect_narrow(server.address()).await;
    client.introduce(server.secret(), json!({})).await;
    client.subscribe("1", "subscription { pages(to: 60) }").await;
    for number in 1..=60 {
        tokio::time::sleep(Duration::from_millis(50)).await; // so slow is the reader
        let page = client.receive().await["payload"]["data"]["pages"].as_str().unwrap().to_owned();
        assert!(page.starts_with(&format!("{number} ")) && page.len() > 64 * 1024);
    }
    assert_eq!(client.receive().await, complete("1"));
}

/// The answers to pings of the socket itself are not kept either.
#[tokio::test]
async fn a_flood_of_pings_by_who_reads_nothing_ends() {
    let write = Duration::from_millis(300);
    let (_database, server) = server_with(Limits { write, ..Limits::default() }).await;
    let mut client = server.greeted().await;
    soon(async { while client.try_send(Message::Ping(vec![0; 125].into())).await.is_ok() {} })
        .await;
}
