//! `graphql-transport-ws` to the letter: every code, and what graphql-ws clients rely on.

use std::time::Duration;

use engine::background;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use waypost::http::socket::Limits;

use crate::support::live::{
    Scratch, World, create_token, revoke,
    server::{Client, Server},
    soon,
};

pub async fn server() -> (Scratch, Server) {
    server_with(Limits::default()).await
}

pub async fn server_with(limits: Limits) -> (Scratch, Server) {
    let database = Scratch::sqlite().await;
    let world = World::new(database.app().await).await;
    let server = Server::start_with(world, limits).await;
    (database, server)
}

pub fn next(id: &str, data: Value) -> Value {
    json!({ "id": id, "type": "next", "payload": { "data": data } })
}

pub fn complete(id: &str) -> Value {
    json!({ "id": id, "type": "complete" })
}

/// How long a token is to live that is to expire while it is used, from the shortest on: on a busy machine
/// it may be over before that.
pub fn lifetimes() -> impl Iterator<Item = chrono::Duration> {
    (0..5).map(|doubled| chrono::Duration::milliseconds(800 << doubled))
}

/// A token that expires after this time.
pub async fn short_lived(server: &Server, lifetime: chrono::Duration) -> String {
    let app = &server.world.app;
    let expires_at = app.clock().now() + lifetime;
    create_token(app, server.world.sales.id, Some(expires_at)).await.1
}

/// The socket still works.
pub async fn works(client: &mut Client) {
    client.subscribe("works", "{ twice(n: 1) }").await;
    assert_eq!(client.receive().await, next("works", json!({ "twice": 2 })));
    assert_eq!(client.receive().await, complete("works"));
}

#[tokio::test]
async fn queries_mutations_and_subscriptions_run_over_the_socket() {
    let (_database, server) = server().await;
    let mut client = server.greeted().await;
    works(&mut client).await;
    client.subscribe("m", "mutation { touch }").await;
    assert_eq!(client.receive().await, next("m", json!({ "touch": 1 })));
    assert_eq!(client.receive().await, complete("m"));
    client.subscribe("me", "{ me }").await;
    assert_eq!(client.receive().await, next("me", json!({ "me": "sales@example.org" })));
    assert_eq!(client.receive().await, complete("me"));
}

#[tokio::test]
async fn each_item_carries_its_cursor() {
    let (_database, server) = server().await;
    let mut client = server.greeted().await;
    client.subscribe("1", "subscription { count(to: 3) }").await;
    let mut cursors = Vec::new();
    for number in 1..=3 {
        let message = client.receive().await;
        assert_eq!(message["payload"]["data"], json!({ "count": number }));
        cursors.push(message["payload"]["extensions"]["cursor"].as_str().unwrap().to_owned());
    }
    assert_eq!(client.receive().await, complete("1"));
    cursors.dedup();
    assert_eq!(cursors.len(), 3);
}

#[tokio::test]
async fn an_operation_resumes_where_the_client_says_it_got_to() {
    let (_database, server) = server().await;
    let resume = json!({ "resume": { "a": "place of a", "b": "place of b" } });
    let mut client = server.greeted_with(resume).await;
    for (id, place) in [("b", "place of b"), ("c", ""), ("a", "place of a"), ("a", "")] {
        client.subscribe(id, "subscription { resumed }").await;
        assert_eq!(client.receive().await, next(id, json!({ "resumed": place })));
        assert_eq!(client.receive().await, complete(id));
    }
}

/// The code, and the words that the protocol has for it.
fn because(code: u16, reason: &str) -> (u16, String) {
    (code, reason.to_owned())
}

#[tokio::test]
async fn the_subprotocol_is_required() {
    let (_database, server) = server().await;
    let mut client = server.connect_as(None).await;
    assert_eq!(
        client.closed_for().await,
        because(4406, "Subprotocol not acceptable: offer graphql-transport-ws")
    );
}

#[tokio::test]
async fn a_client_that_does_not_introduce_itself_is_closed() {
    let greeting = Duration::from_millis(50);
    let (_database, server) = server_with(Limits { greeting, ..Limits::default() }).await;
    let mut client = server.connect().await;
    assert_eq!(client.closed_for().await, because(4408, "Connection initialisation timeout"));
}

#[tokio::test]
async fn an_operation_before_the_introduction_closes() {
    let (_database, server) = server().await;
    let mut client = server.connect().await;
    client.subscribe("1", "{ me }").await;
    assert_eq!(client.closed_for().await, because(4401, "Unauthorized"));
}

#[tokio::test]
async fn a_missing_or_wrong_token_closes() {
    let (_database, server) = server().await;
    for payload in [
        json!(null),
        json!({}),
        json!({ "Authorization": "Bearer wp_wrong" }),
        json!({ "Authorization": server.secret() }),
        json!({ "Authorization": 7 }),
    ] {
        let mut client = server.connect().await;
        client.send(json!({ "type": "connection_init", "payload": payload })).await;
        let (code, reason) = client.closed_for().await;
        assert!(code == 4403 && reason.starts_with("Forbidden: "), "{payload}: {code} {reason}");
    }
}

#[tokio::test]
async fn a_second_introduction_closes() {
    let (_database, server) = server().await;
    let mut client = server.greeted().await;
    client.send(json!({ "type": "connection_init" })).await;
    assert_eq!(client.closed_for().await, because(4429, "Too many initialisation requests"));
}

#[tokio::test]
async fn what_is_no_message_closes() {
    let (_database, server) = server().await;
    for text in ["", "hello", "[]", r#"{"type":"begin"}"#, r#"{"type":"subscribe","id":"1"}"#] {
        let mut client = server.greeted().await;
        client.send_text(text).await;
        assert_eq!(client.closed().await, 4400, "{text}");
        let mut client = server.connect().await;
        client.send_text(text).await;
        assert_eq!(client.closed().await, 4400, "{text}");
    }
    let mut client = server.greeted().await;
    client.send_raw(Message::binary("{}".as_bytes().to_vec())).await;
    assert_eq!(client.closed().await, 4400);
    let mut client = server.connect().await;
    client.send(json!({ "type": "connection_init", "payload": { "resume": [1] } })).await;
    assert_eq!(client.closed().await, 4400);
}

#[tokio::test]
async fn a_message_beyond_the_limit_closes() {
    let (_database, server) = server().await;
    let mut client = server.greeted().await;
    let long = |length: usize| {
        let text = json!({ "type": "ping", "payload": { "a": "" } }).to_string();
        text.replace("\"\"", &format!("\"{}\"", "x".repeat(length - text.len())))
    };
    let most = waypost::http::settings::Limits::default().body;
    client.send_text(&long(most)).await;
    assert_eq!(client.receive().await["type"], "pong", "as long as a body may be");
    client.send_text(&long(most + 1)).await;
    assert_eq!(client.closed().await, 1009);
}

/// Nothing much is kept for who may be nobody.
#[tokio::test]
async fn before_the_introduction_a_message_may_only_hold_what_that_needs() {
    let (_database, server) = server().await;
    let payload = json!({ "Authorization": "x".repeat(100 * 1024) });
    let mut client = server.connect().await;
    client.send(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(client.closed().await, 1009);
    let resume = json!({ "resume": { "1": "x".repeat(50 * 1024) } });
    let mut client = server.greeted_with(resume).await;
    client.send(json!({ "type": "ping", "payload": { "a": "x".repeat(100 * 1024) } })).await;
    assert_eq!(client.receive().await["type"], "pong");
}

#[tokio::test]
async fn a_duplicate_id_closes_and_a_free_one_can_be_used_again() {
    let (_database, mut server) = server().await;
    let mut client = server.greeted().await;
    works(&mut client).await;
    works(&mut client).await;
    client.begin_forever("1").await;
    client.send(complete("1")).await;
    soon(server.dropped.recv()).await.unwrap();
    client.subscribe("1", "{ twice(n: 2) }").await;
    assert_eq!(client.receive().await, next("1", json!({ "twice": 4 })));
    assert_eq!(client.receive().await, complete("1"));
    client.begin_forever("1").await;
    client.subscribe("1", "{ me }").await;
    assert_eq!(client.closed_for().await, because(4409, "Subscriber for 1 already exists"));
}

#[tokio::test]
async fn completing_an_operation_of_no_known_id_is_calm() {
    let (_database, server) = server().await;
    let mut client = server.greeted().await;
    client.send(complete("never")).await;
    works(&mut client).await;
}

#[tokio::test]
async fn pings_are_answered_before_and_after_the_introduction() {
    let (_database, server) = server().await;
    let mut client = server.connect().await;
    client.send(json!({ "type": "ping" })).await;
    assert_eq!(client.receive().await, json!({ "type": "pong" }));
    client.send(json!({ "type": "pong" })).await;
    let mut client = server.greeted().await;
    client.send(json!({ "type": "ping", "payload": { "a": 1 } })).await;
    assert_eq!(client.receive().await, json!({ "type": "pong", "payload": { "a": 1 } }));
    client.send(json!({ "type": "pong" })).await;
    works(&mut client).await;
}

#[tokio::test]
async fn a_request_that_is_wrong_is_an_error_and_the_socket_goes_on() {
    let (_database, server) = server().await;
    let mut client = server.greeted().await;
    for query in ["{", "{ nobody }", "subscription { nobody }", "subscription { refused }"] {
        client.subscribe("1", query).await;
        let message = client.receive().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("1")), "{query}");
        assert!(message["payload"][0]["message"].is_string(), "{message}");
        works(&mut client).await;
    }
}

#[tokio::test]
async fn a_fault_ends_a_subscription_and_a_query_has_a_result_with_errors() {
    let (_database, server) = server().await;
    let mut client = server.greeted().await;
    client.subscribe("1", "subscription { broken }").await;
    assert_eq!(client.receive().await, next("1", json!({ "broken": 1 })));
    let message = client.receive().await;
    assert_eq!(message["type"], "error");
    assert_eq!(message["payload"][0]["message"], "it broke");
    client.subscribe("1", "{ nothing }").await;
    let message = client.receive().await;
    assert_eq!(message["type"], "next");
    assert_eq!(message["payload"]["data"], json!(null));
    assert_eq!(message["payload"]["errors"][0]["message"], "there is nothing");
    assert_eq!(client.receive().await, complete("1"));
    works(&mut client).await;
}

#[tokio::test]
async fn a_socket_runs_only_so_many_operations() {
    let (_database, server) = server_with(Limits { operations: 2, ..Limits::default() }).await;
    let mut client = server.greeted().await;
    client.begin_forever("1").await;
    client.begin_forever("2").await;
    client.subscribe("3", "{ me }").await;
    let message = client.receive().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("3")));
    assert_eq!(message["payload"][0]["extensions"]["code"], "TOO_MANY_OPERATIONS");
    client.send(complete("1")).await;
    works(&mut client).await;
}

#[tokio::test]
async fn a_revoked_token_closes_the_socket_and_everything_on_it() {
    let (_database, mut server) = server().await;
    let background = background::start(&server.world.app);
    let mut client = server.greeted().await;
    client.begin_forever("1").await;
    works(&mut client).await;
    revoke(&server.world.app, server.world.sales.token).await;
    assert_eq!(client.closed().await, 4403);
    soon(server.dropped.recv()).await.unwrap();
    background.shutdown().await;
}

#[tokio::test]
async fn an_operation_under_a_token_revoked_a_moment_ago_is_not_run() {
    let (_database, server) = server().await;
    let mut client = server.greeted().await;
    revoke(&server.world.app, server.world.sales.token).await; // nobody has told the socket
    client.subscribe("1", "{ me }").await;
    assert_eq!(client.closed().await, 4403);
}

#[tokio::test]
async fn an_expired_token_closes_the_socket() {
    let (_database, server) = server().await;
    for lifetime in lifetimes() {
        let secret = short_lived(&server, lifetime).await;
        let mut client = server.connect().await;
        let payload = json!({ "Authorization": format!("Bearer {secret}") });
        client.send(json!({ "type": "connection_init", "payload": payload })).await;
        let greeted = client.receive_or_close().await;
        if greeted.is_ok() {
            assert_eq!(client.closed().await, 4403);
            return;
        }
        assert_eq!(greeted, Err(4403), "it was over too soon: again with a longer one");
    }
    panic!("no token lived long enough");
}

#[tokio::test]
async fn a_reader_that_is_too_slow_is_closed_to_come_back() {
    let write = Duration::from_secs(2);
    let (_database, mut server) = server_with(Limits { write, ..Limits::default() }).await;
    let mut client = server.greeted().await;
    client.subscribe("1", "subscription { flood }").await;
    soon(server.dropped.recv()).await.unwrap();
    assert_eq!(client.closed().await, 1013);
}

#[tokio::test]
async fn a_client_that_does_not_answer_is_cut_off() {
    let ping = Duration::from_millis(100);
    let (_database, mut server) = server_with(Limits { ping, ..Limits::default() }).await;
    let mut client = server.greeted().await;
    client.begin_forever("1").await;
    soon(server.dropped.recv()).await.unwrap(); // the client reads nothing, so it answers nothing
    assert!(client.cut_off().await);
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_nothing_running() {
    let (_database, mut server) = server().await;
    let mut client = server.greeted().await;
    client.begin_forever("1").await;
    works(&mut client).await;
    drop(client);
    soon(server.dropped.recv()).await.unwrap();
}

#[tokio::test]
async fn sockets_are_told_when_the_server_stops_and_no_subscription_seems_complete() {
    let (_database, server) = server().await;
    let background = background::start(&server.world.app);
    let mut greeted = server.greeted().await;
    greeted.begin_forever("1").await;
    let mut silent = server.connect().await;
    let ((), one, two) = tokio::join!(
        soon(background.shutdown()),
        greeted.closed_at_once(),
        silent.closed_at_once()
    );
    assert_eq!((one, two), (1001, 1001));
}
