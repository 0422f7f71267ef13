//! What the log of the program is, as text and as objects.

use serde_json::{Value, json};

use super::{Running, run, sqlite, told, waypost};
use crate::support::live::server::Client;

const SECRET: &str = "wp_chosen-by-the-operator-1234";
const HUSH: &str = "what a variable holds";
const NAMED: &str = "query WhoAmI($id: ID!) { viewer { member { id } } node(id: $id) { id } }";

/// All that a server logs in this format while it is asked by request and over a socket.
async fn log(format: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = waypost(&["--listen", "127.0.0.1:0", "--log-format", format]);
    command.args(["--log", "info,waypost::access=debug", "--database", &sqlite(folder.path())]);
    let server = Running::start(command.env("WAYPOST_ADMIN_TOKEN", SECRET));
    let body = json!({ "query": NAMED, "variables": { "id": HUSH } });
    let request = reqwest::Client::new().post(format!("http://{}/graphql", server.address()));
    let request = request.bearer_auth(SECRET).header("x-request-id", "mine-1").json(&body);
    request.send().await.unwrap().text().await.unwrap();
    let mut client = Client::connect(server.address(), Some("graphql-transport-ws")).await;
    client.introduce(SECRET, json!({})).await;
    client.subscribe("1", "query OverThere { viewer { member { id } } }").await;
    assert_eq!(client.receive().await["type"], "next");
    assert_eq!(client.receive().await["type"], "complete");
    server.stop().2
}

#[tokio::test]
async fn objects_tell_of_each_operation_who_asked_for_what_and_how_it_ended() {
    let log = log("json").await;
    assert!(!log.contains(SECRET) && !log.contains(HUSH), "{log}");
    let objects: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let asked = objects.iter().find(|one| one["span"]["id"] == "mine-1").unwrap();
    assert_eq!((&asked["target"], &asked["level"]), (&json!("waypost::access"), &json!("DEBUG")));
    assert_eq!((&asked["method"], &asked["path"]), (&json!("POST"), &json!("/graphql")));
    assert_eq!(asked["status"], 200);
    assert!(asked["ms"].is_u64() && asked["timestamp"].is_string(), "{asked}");
    let span = &asked["span"];
    assert!(span["member"].as_str().unwrap().starts_with("member_"), "{asked}");
    assert_eq!((&span["operation"], &span["kind"]), (&json!("WhoAmI"), &json!("query")));
    assert_eq!(span["outcome"], "BAD_USER_INPUT", "{asked}");
    let there = objects.iter().find(|one| one["span"]["operation"] == "OverThere").unwrap();
    assert_eq!(
        (&there["transport"], &there["span"]["outcome"]),
        (&json!("websocket"), &json!("OK"))
    );
    assert!(there["ms"].is_u64() && there["span"]["id"].is_string(), "{there}");
}

#[tokio::test]
async fn text_tells_the_same() {
    let log = log("text").await;
    assert!(!log.contains(SECRET) && !log.contains(HUSH), "{log}");
    let line = log.lines().find(|line| line.contains("mine-1")).unwrap();
    for part in ["member=member_", "operation=\"WhoAmI\"", "kind=\"query\"", "status=200", "ms="] {
        assert!(line.contains(part), "{part} is missing: {line}");
    }
    let there = log.lines().find(|line| line.contains("OverThere")).unwrap();
    for part in ["transport=\"websocket\"", "outcome=\"OK\"", "member=member_", "ms="] {
        assert!(there.contains(part), "{part} is missing: {there}");
    }
}

#[test]
fn another_format_is_refused() {
    let output = run(&["--log-format", "xml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("--log-format: “xml”"), "{}", told(&output));
}
