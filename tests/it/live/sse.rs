//! Event streams: graphql-sse, in its mode of distinct connections.

use std::{sync::atomic::Ordering, time::Duration};

use engine::background;
use reqwest::{Client as Http, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use waypost::http::socket::Limits;

use super::socket::{lifetimes, server, server_with, short_lived};
use crate::support::live::{revoke, server::Server, soon};

/// One event: its name, its id and its data.
type Event = (String, Option<String>, Value);

/// The events of an answer as they come.
struct Events {
    response: Response,
    read: String,
    comments: usize,
}

impl Events {
    async fn of(request: RequestBuilder) -> Self {
        let response = soon(request.send()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self { response, read: String::new(), comments: 0 }
    }

    /// The next event; none at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.read.split_once("\n\n") {
                let event = event(block);
                self.read = rest.to_owned();
                match event {
                    Some(event) => return Some(event),
                    None => self.comments += 1,
                }
            }
            let chunk = soon(self.response.chunk()).await.unwrap()?;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn result(&mut self) -> Value {
        let (name, _, mut data) = self.next().await.unwrap();
        assert_eq!(name, "next");
        data.as_object_mut().unwrap().remove("extensions");
        data
    }

    /// It is complete, and then over.
    async fn complete(&mut self) {
        assert_eq!(self.next().await, Some(("complete".into(), None, Value::Null)));
        assert_eq!(self.next().await, None);
    }
}

fn event(block: &str) -> Option<Event> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
    let data = field("data:")?;
    let data = if data.is_empty() { Value::Null } else { serde_json::from_str(data).unwrap() };
    Some((field("event: ")?.into(), field("id: ").map(Into::into), data))
}

fn asks(server: &Server, query: &str) -> RequestBuilder {
    let request = Http::new().post(server.http("/graphql")).bearer_auth(server.secret());
    request.header("accept", "text/event-stream").json(&json!({ "query": query }))
}

fn gets(server: &Server, query: &str) -> RequestBuilder {
    let url = server.http(&format!("/graphql?query={query}"));
    Http::new().get(url).bearer_auth(server.secret()).header("accept", "text/event-stream")
}

async fn refused(request: RequestBuilder) -> (StatusCode, String) {
    let response = soon(request.send()).await.unwrap();
    let status = response.status();
    let body: Value = response.json().await.unwrap();
    (status, body["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_subscription_is_told_with_its_places_and_completed() {
    let (_database, server) = server().await;
    for request in
        [asks(&server, "subscription { count(to: 3) }"), gets(&server, "subscription{count(to:3)}")]
    {
        let mut events = Events::of(request).await;
        for number in 1..=3 {
            let (name, id, data) = events.next().await.unwrap();
            assert_eq!((name.as_str(), &data["data"]), ("next", &json!({ "count": number })));
            assert_eq!(id.as_deref(), data["extensions"]["cursor"].as_str());
            assert!(id.is_some());
        }
        events.complete().await;
    }
}

#[tokio::test]
async fn queries_and_mutations_are_told_too() {
    let (_database, server) = server().await;
    for (request, data) in [
        (asks(&server, "{ twice(n: 2) }"), json!({ "twice": 4 })),
        (gets(&server, "{twice(n:3)}"), json!({ "twice": 6 })),
        (asks(&server, "mutation { touch }"), json!({ "touch": 1 })),
    ] {
        let mut events = Events::of(request).await;
        assert_eq!(events.result().await, json!({ "data": data }));
        events.complete().await;
    }
}

#[tokio::test]
async fn a_client_that_comes_back_goes_on_where_it_got_to() {
    let (_database, server) = server().await;
    for (place, told) in [("place", "place"), ("", "")] {
        let request = asks(&server, "subscription { resumed }").header("last-event-id", place);
        let mut events = Events::of(request).await;
        assert_eq!(events.result().await, json!({ "data": { "resumed": told } }));
        events.complete().await;
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_operation_is_an_event() {
    let (_database, server) = server().await;
    for query in ["{", "{ nobody }", "subscription { refused }"] {
        let mut events = Events::of(asks(&server, query)).await;
        let result = events.result().await;
        assert!(result["errors"][0]["message"].is_string(), "{result}");
        events.complete().await;
    }
    let mut events = Events::of(asks(&server, "subscription { broken }")).await;
    assert_eq!(events.result().await, json!({ "data": { "broken": 1 } }));
    assert_eq!(events.result().await["errors"][0]["message"], "it broke");
    events.complete().await;
    let mut events = Events::of(asks(&server, "subscription { panics }")).await;
    assert_eq!(events.result().await, json!({ "data": { "panics": 1 } }));
    let code = &events.result().await["errors"][0]["extensions"]["code"];
    assert_eq!(code, "INTERNAL_SERVER_ERROR");
    events.complete().await;
}

#[tokio::test]
async fn what_is_no_request_is_answered_as_one() {
    let (_database, server) = server().await;
    let unknown = Http::new().post(server.http("/graphql")).header("accept", "text/event-stream");
    let unknown = unknown.json(&json!({ "query": "{ me }" }));
    assert_eq!(refused(unknown).await, (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED".into()));
    let empty = asks(&server, "").body("{");
    assert_eq!(refused(empty).await, (StatusCode::BAD_REQUEST, "BAD_REQUEST".into()));
    let mutation = gets(&server, "mutation{touch}");
    assert_eq!(
        refused(mutation).await,
        (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED".into())
    );
}

#[tokio::test]
async fn a_silent_stream_says_that_it_is_alive() {
    let limits = Limits { keep_alive: Duration::from_millis(20), ..Limits::default() };
    let (_database, server) = server_with(limits).await;
    let mut events = Events::of(asks(&server, "{ gate }")).await;
    while events.read.matches(":\n\n").count() < 4 {
        let chunk = soon(events.response.chunk()).await.unwrap().unwrap();
        events.read.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    server.gate.open(1);
    assert_eq!(events.result().await, json!({ "data": { "gate": 1 } }));
    assert!(events.comments >= 4);
    events.complete().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_stops_its_operation() {
    let (_database, mut server) = server().await;
    let mut events = Events::of(asks(&server, "subscription { forever }")).await;
    events.result().await;
    drop(events);
    soon(server.dropped.recv()).await.unwrap();
}

#[tokio::test]
async fn for_a_reader_that_takes_nothing_little_is_made() {
    let (_database, mut server) = server().await;
    let events = Events::of(asks(&server, "subscription { flood }")).await;
    soon(async {
        let mut produced = usize::MAX;
        while std::mem::replace(&mut produced, server.produced.load(Ordering::SeqCst)) != produced
            || produced == 0
        {
            tokio::time::sleep(Duration::from_millis(200)).await; // until the connection is full
        }
    })
    .await;
    assert!(server.produced.load(Ordering::SeqCst) < 512, "{:?}", server.produced);
    drop(events);
    soon(server.dropped.recv()).await.unwrap();
}

#[tokio::test]
async fn an_expired_token_ends_the_stream_with_an_error() {
    let (_database, mut server) = server().await;
    for lifetime in lifetimes() {
        server.world.sales.secret = short_lived(&server, lifetime).await;
        let response = soon(asks(&server, "subscription { forever }").send()).await.unwrap();
        if response.status() == StatusCode::UNAUTHORIZED {
            continue; // it was over too soon
        }
        let mut events = Events { response, read: String::new(), comments: 0 };
        let mut result = events.result().await;
        if result.get("data").is_some() {
            result = events.result().await;
            soon(server.dropped.recv()).await.unwrap();
        }
        assert_eq!(result["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
        events.complete().await;
        return;
    }
    panic!("no token lived long enough");
}

#[tokio::test]
async fn a_revoked_token_ends_the_stream_with_an_error() {
    let (_database, mut server) = server().await;
    let background = background::start(&server.world.app);
    let mut events = Events::of(asks(&server, "subscription { forever }")).await;
    events.result().await;
    revoke(&server.world.app, server.world.sales.token).await;
    assert_eq!(events.result().await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    events.complete().await;
    soon(server.dropped.recv()).await.unwrap();
    background.shutdown().await;
}

#[tokio::test]
async fn a_server_that_stops_ends_the_stream_without_a_word() {
    let (_database, server) = server().await;
    let background = background::start(&server.world.app);
    let mut events = Events::of(asks(&server, "subscription { forever }")).await;
    events.result().await;
    let ((), event) = tokio::join!(soon(background.shutdown()), events.next());
    assert_eq!(event, None);
}

#[tokio::test]
async fn a_member_has_only_so_many_streams_and_sockets() {
    let (_database, mut server) = server_with(Limits { each: 2, ..Limits::default() }).await;
    let _socket = server.greeted().await;
    let mut events = Events::of(asks(&server, "subscription { forever }")).await;
    events.result().await;
    let full = (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_STREAMS".into());
    assert_eq!(refused(asks(&server, "subscription { forever }")).await, full);
    Events::of(asks(&server, "{ me }")).await.result().await;
    drop(events);
    soon(server.dropped.recv()).await.unwrap();
}
