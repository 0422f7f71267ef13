//! The faults of execution that the front door mends, and how errors spread, through HTTP and sockets.

use serde_json::{Value, json};

use crate::support::live::{
    Scratch, World,
    server::{Client, Server},
};

async fn server() -> (Scratch, Server) {
    let database = Scratch::sqlite().await;
    let world = World::new(database.app().await).await;
    let server = Server::start(world).await;
    (database, server)
}

async fn post(server: &Server, query: &str) -> String {
    let request = reqwest::Client::new().post(server.http("/graphql")).bearer_auth(server.secret());
    request.json(&json!({ "query": query })).send().await.unwrap().text().await.unwrap()
}

/// The first message about an operation.
async fn first(client: &mut Client, id: &str, query: &str) -> Value {
    client.subscribe(id, query).await;
    client.receive().await
}

const TWICE: &str =
    "mutation { ...A ...B } fragment A on Mutation { touch } fragment B on Mutation { touch }";
const MISSING: &str = "mutation($n: Boolean!) { touch @include(if: $n) }";

#[tokio::test]
async fn a_mutation_asked_for_twice_runs_once_and_none_without_its_variables() {
    let (_database, server) = server().await;
    assert!(post(&server, TWICE).await.contains(r#""data":{"touch":1}"#));
    assert!(post(&server, MISSING).await.contains("BAD_USER_INPUT"));
    let mut client = server.greeted().await;
    let message = first(&mut client, "1", TWICE).await;
    assert_eq!(message["payload"]["data"], json!({ "touch": 2 }));
    assert_eq!(client.receive().await["type"], "complete");
    let message = first(&mut client, "2", MISSING).await;
    assert_eq!(message["type"], "error");
    assert_eq!(message["payload"][0]["extensions"]["code"], "BAD_USER_INPUT");
    assert!(post(&server, "mutation { touch }").await.contains(r#""data":{"touch":3}"#));
}

#[tokio::test]
async fn a_subscription_in_a_fragment_delivers() {
    let (_database, server) = server().await;
    let query = "subscription { ...F } fragment F on Feeds { count(to: 2) }";
    let mut client = server.greeted().await;
    assert_eq!(first(&mut client, "1", query).await["payload"]["data"], json!({ "count": 1 }));
    assert_eq!(client.receive().await["payload"]["data"], json!({ "count": 2 }));
    let request = reqwest::Client::new().post(server.http("/graphql")).bearer_auth(server.secret());
    let request = request.header("accept", "text/event-stream").json(&json!({ "query": query }));
    let events = request.send().await.unwrap().text().await.unwrap();
    assert!(events.contains(r#""count":1"#) && events.contains(r#""count":2"#), "{events}");
}

#[tokio::test]
async fn null_spreads_and_keys_keep_their_order() {
    let (_database, server) = server().await;
    let ordered = "{ b: twice(n: 1) a: twice(n: 2) ... { c: twice(n: 3) } }";
    assert!(post(&server, ordered).await.contains(r#""data":{"b":2,"a":4,"c":6}"#));
    let failing = "{ twice(n: 1) nothing }";
    let answer: Value = serde_json::from_str(&post(&server, failing).await).unwrap();
    assert_eq!(answer.get("data"), Some(&Value::Null));
    assert_eq!(answer["errors"][0]["path"], json!(["nothing"]));
    let mut client = server.greeted().await;
    let message = first(&mut client, "1", failing).await;
    assert_eq!(message["payload"].get("data"), Some(&Value::Null), "{message}");
    assert_eq!(message["payload"]["errors"][0]["path"], json!(["nothing"]));
}
