//! What is live outlives it: nothing is lost, nothing comes twice, and no last word is said.

use std::time::Duration;

use reqwest::Response;
use serde_json::{Value, json};

use super::{Site, assert_unavailable, behind_a_line, settings};
use crate::support::live::{server::Client as Socket, soon};

const DEAL: &str = "subscription($id: ID!, $after: FeedCursor) {
    dealProgress(dealId: $id, after: $after) { caughtUp event { after { version } } deal { title process { name } } } }";
const BOARD: &str = "subscription($id: ID!, $after: FeedCursor) {
    processProgress(processId: $id, after: $after) { caughtUp change {
        ... on DealChanged { event { after { version } } deal { title } } } } }";

impl Site {
    /// A socket of the server behind the line, whose client is signed in.
    async fn socket(&self) -> Socket {
        let address = self.app.address.to_string();
        let mut socket = Socket::connect(&address, Some("graphql-transport-ws")).await;
        socket.introduce(&self.mia.secret, json!({})).await;
        socket
    }

    async fn subscribe(&self, socket: &mut Socket, id: &str, after: Option<&str>) {
        let (query, about) = match id {
            "board" => (BOARD, &self.process),
            _ => (DEAL, &self.deal),
        };
        let payload = json!({ "query": query, "variables": { "id": about, "after": after } });
        socket.send(json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    async fn events(&self, after: &str) -> Response {
        let body = json!({ "query": DEAL, "variables": { "id": self.deal, "after": after } });
        let request = self.app.http.post(self.app.endpoint()).bearer_auth(&self.mia.secret);
        soon(request.header("accept", "text/event-stream").json(&body).send()).await.unwrap()
    }
}

/// The version that an item tells of; none for the mark.
fn version(item: &Value) -> Option<i64> {
    let event = match item.get("dealProgress") {
        Some(item) => &item["event"],
        None => &item["processProgress"]["change"]["event"],
    };
    event["after"]["version"].as_i64()
}

/// The next items of these subscriptions, so many of each: whole ones, and nothing else.
async fn items(socket: &mut Socket, count: usize) -> Vec<(String, Option<i64>)> {
    let mut found = Vec::new();
    for _ in 0..count {
        let message = socket.receive().await;
        assert_eq!(message["type"], "next", "{message:#}");
        assert!(message["payload"].get("errors").is_none(), "{message:#}");
        let id = message["id"].as_str().unwrap().to_owned();
        found.push((id, version(&message["payload"]["data"])));
    }
    found.sort();
    found
}

fn both(versions: &[i64]) -> Vec<(String, Option<i64>)> {
    let each = |id: &str| versions.iter().map(|one| (id.to_owned(), Some(*one))).collect();
    let all: [Vec<_>; 2] = [each("board"), each("deal")];
    all.concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_go_on_by_themselves_when_the_line_to_the_database_was_cut() {
    behind_a_line(settings(), |site| async move {
        let here = engine::background::start(&site.ada.app.app);
        let there = engine::background::start(&site.app.app);
        let mut socket = site.socket().await;
        for id in ["board", "deal"] {
            site.subscribe(&mut socket, id, None).await;
        }
        assert_eq!(items(&mut socket, 2).await, [("board".into(), None), ("deal".into(), None)]);
        site.happen("2").await;
        assert_eq!(items(&mut socket, 2).await, both(&[2]));
        site.line.cut();
        site.happen("3").await;
        site.app.app.bus().wake_all();
        site.line.missed(20).await;
        site.happen("4").await;
        site.line.open();
        assert_eq!(items(&mut socket, 4).await, both(&[3, 4]));
        site.decree("SELECT 1").await;
        site.happen("5").await;
        assert_eq!(items(&mut socket, 2).await, both(&[5]));
        here.shutdown().await;
        there.shutdown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_go_on_by_themselves_when_the_database_took_nobody_in() {
    behind_a_line(settings(), |site| async move {
        let there = engine::background::start(&site.app.app);
        let mut socket = site.socket().await;
        for id in ["board", "deal"] {
            site.subscribe(&mut socket, id, None).await;
        }
        assert_eq!(items(&mut socket, 2).await, [("board".into(), None), ("deal".into(), None)]);
        site.shut().await;
        for _ in 0..5 {
            site.app.app.bus().wake_all();
            let body = site.mia.raw("{ viewer { member { name } } }", json!({})).await;
            assert_unavailable(&body);
        }
        site.reopen().await;
        site.happen("2").await;
        assert_eq!(items(&mut socket, 2).await, both(&[2]));
        there.shutdown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_events_goes_on_by_itself_too() {
    behind_a_line(settings(), |site| async move {
        let there = engine::background::start(&site.app.app);
        let mut response = site.events(&site.cursor().await).await;
        let mut read = String::new();
        let mut until = async |count: usize| {
            while read.matches("event: next").count() < count || !read.ends_with("\n\n") {
                let chunk = soon(response.chunk()).await.unwrap().unwrap();
                read.push_str(std::str::from_utf8(&chunk).unwrap());
            }
            assert!(!read.contains("complete") && !read.contains("errors"), "{read}");
            read.clone()
        };
        until(1).await;
        site.line.cut();
        site.happen("2").await;
        site.app.app.bus().wake_all();
        site.line.missed(20).await;
        site.line.open();
        let read = until(2).await;
        assert_eq!(read.matches(r#""version":2"#).count(), 1, "{read}");
        there.shutdown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_begins_while_the_line_is_cut_begins_when_it_is_whole_again() {
    behind_a_line(settings(), |site| async move {
        let after = site.cursor().await;
        site.happen("2").await;
        site.happen("3").await;
        let mut socket = site.socket().await;
        site.line.cut();
        site.subscribe(&mut socket, "deal", Some(&after)).await;
        site.line.missed(20).await;
        socket.subscribe("query", "{ viewer { member { name } } }").await;
        let told = socket.receive().await;
        assert_eq!((&told["type"], &told["id"]), (&json!("error"), &json!("query")), "{told:#}");
        assert_unavailable(&json!({ "errors": told["payload"] }));
        site.line.open();
        let expected =
            [("deal".to_owned(), None), ("deal".into(), Some(2)), ("deal".into(), Some(3))];
        assert_eq!(items(&mut socket, 3).await, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_go_on_for_long_is_broken_off_for_its_client_to_come_back() {
    let mut settings = settings();
    settings.sockets.patience = Duration::from_millis(500);
    behind_a_line(settings, |site| async move {
        let mut response = site.events(&site.cursor().await).await;
        let mut socket = site.socket().await;
        site.subscribe(&mut socket, "deal", None).await;
        assert_eq!(items(&mut socket, 1).await, [("deal".into(), None)]);
        site.line.cut();
        site.app.app.bus().wake_all();
        assert_eq!(socket.closed_at_once().await, 1013);
        let mut read = String::new();
        while let Some(chunk) = soon(response.chunk()).await.unwrap() {
            read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        assert!(!read.contains("complete") && !read.contains("errors"), "{read}");
    })
    .await;
}

/// Nothing breaks and nobody is woken: only whoever reads the log can notice.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_database_that_says_nothing_is_broken_off() {
    let mut settings = settings();
    settings.sockets.patience = Duration::from_millis(500);
    behind_a_line(settings, |site| async move {
        let there = engine::background::start(&site.app.app);
        let mut socket = site.socket().await;
        site.subscribe(&mut socket, "deal", None).await;
        assert_eq!(items(&mut socket, 1).await, [("deal".into(), None)]);
        let mut silence = site.app.app.bus().silence();
        site.line.hold();
        assert_eq!(socket.closed_at_once().await, 1013);
        assert!(
            silence.borrow_and_update().is_some(),
            "by the silence of the log, not by an attempt"
        );
        there.shutdown().await;
    })
    .await;
}
