//! Sockets of the stock service: which protocols, which limits, slow readers, and coming back.

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::json;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Error;
use waypost::http::socket::Limits;

use super::Stock;
use crate::support::live::{server::Client, soon};

const OURS: Option<&str> = Some("graphql-transport-ws");

impl Stock {
    /// A socket whose client has introduced itself, with this in its payload.
    async fn greeted(&self, payload: serde_json::Value) -> Client {
        let mut client = Client::connect(&self.address, OURS).await;
        client.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(client.receive().await, json!({ "type": "connection_ack" }));
        client
    }
}

/// Here such a client gets a socket that is closed with 4406 and the name of the protocol to offer: of an answer that
/// is no socket, browsers tell their pages nothing.
#[tokio::test]
async fn a_client_of_an_unknown_protocol_is_not_told_what_is_wrong() {
    let stock = Stock::sockets().await;
    for offer in [None, Some("x"), Some("x, y")] {
        match Client::try_connect(&stock.address, offer).await {
            Err(Error::Http(answer)) => {
                assert_eq!(answer.status(), 400, "{offer:?}");
                assert_eq!(answer.body().as_deref().unwrap_or_default(), b"", "{offer:?}");
            }
            Err(error) => panic!("{offer:?}: {error}"),
            Ok(_) => panic!("{offer:?}: a socket"),
        }
    }
}

/// Its clients are no longer kept up, and it cannot tell an operation that ended from one that failed: not spoken here.
#[tokio::test]
async fn the_protocol_of_before_is_spoken() {
    let stock = Stock::sockets().await;
    let mut client = Client::connect(&stock.address, Some("graphql-ws")).await;
    client.send(json!({ "type": "connection_init" })).await;
    assert_eq!(client.receive().await, json!({ "type": "connection_ack" }));
}

/// Here whoever takes nothing for the time limit of writing is closed with 1013, and comes back.
#[tokio::test]
async fn a_reader_that_takes_nothing_is_waited_for_without_an_end() {
    let mut stock = Stock::sockets().await;
    let mut client = stock.greeted(json!({})).await;
    client.subscribe("1", "subscription { flood }").await;
    soon(async {
        while stock.produced.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let patience = Limits::default().write + Duration::from_secs(1);
    assert!(timeout(patience, stock.dropped.recv()).await.is_err(), "it is still waited for");
    assert_eq!(client.receive().await["type"], "next");
}

/// Here a message may be as long as a body, and before the introduction much less.
#[tokio::test]
async fn a_long_message_is_read_before_the_client_has_introduced_itself() {
    let stock = Stock::sockets().await;
    let padding = "x".repeat(8 * 1024 * 1024);
    stock.greeted(json!({ "padding": padding })).await;
}

/// Here so many run at once as the operator says, a hundred where nothing is said.
#[tokio::test]
async fn a_socket_runs_as_many_operations_as_are_asked_for() {
    let stock = Stock::sockets().await;
    let mut client = stock.greeted(json!({})).await;
    for number in 0..2 * Limits::default().operations {
        client.begin_forever(&number.to_string()).await;
    }
}

/// Here each item has its place in `extensions.cursor`, and the introduction says where an operation goes on.
#[tokio::test]
async fn places_are_neither_told_nor_heard() {
    let stock = Stock::sockets().await;
    let mut client = stock.greeted(json!({ "resume": { "a": "place of a" } })).await;
    client.subscribe("a", "subscription { count(to: 1) }").await;
    let told = client.receive().await;
    assert_eq!(told["payload"]["data"], json!({ "count": 1 }));
    assert!(told["payload"].get("extensions").is_none(), "{told}");
    assert_eq!(client.receive().await["type"], "complete");
    client.subscribe("a", "subscription { resumed }").await;
    assert_eq!(client.receive().await["payload"]["data"], json!({ "resumed": "" }));
}

/// Here a panic is an error of its operation, and the socket and everything else on it go on.
#[tokio::test]
async fn a_panic_in_a_stream_takes_the_whole_socket_along() {
    let mut stock = Stock::sockets().await;
    let mut client = stock.greeted(json!({})).await;
    client.begin_forever("other").await;
    client.subscribe("1", "subscription { panics }").await;
    assert!(client.cut_off().await);
    soon(stock.dropped.recv()).await.unwrap();
}
