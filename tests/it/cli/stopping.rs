//! Told to stop: not ready at once, nothing new is begun, what runs is finished, clients leave one after the other,
//! and the end comes whatever they do.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use reqwest::Response;
use sea_orm::{ConnectionTrait, Database, TransactionTrait};
use serde_json::{Value, json};

use super::{Running, sqlite, waypost};
use crate::support::{
    database::{self, Kind},
    live::{server::Client, soon},
    raw::Raw,
};

const SECRET: &str = "wp_chosen-by-the-operator-1234";
const PROTOCOL: Option<&str> = Some("graphql-transport-ws");
const ASKED: &str = r#"{"query":"{ viewer { member { name } } }"}"#;
/// What a process manager may wait before it kills.
const LONGEST: Duration = Duration::from_secs(10);

fn serve(url: &str) -> Running {
    let mut command = waypost(&["--listen", "127.0.0.1:0", "--database", url]);
    Running::start(command.env("WAYPOST_ADMIN_TOKEN", SECRET))
}

fn started(folder: &Path) -> Running {
    serve(&sqlite(folder))
}

/// The exit code and the log of a server that was told to stop.
async fn ended(server: Running) -> (i32, String) {
    let ended = tokio::task::spawn_blocking(move || server.end());
    let (code, _, log) = soon(ended).await.unwrap();
    (code, log)
}

/// A request of which the server has begun to read the body, and has half of it.
async fn half_sent(address: &str) -> Raw {
    let mut raw = Raw::connect(address).await;
    let length = ASKED.len();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\nExpect: 100-continue\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    raw.send(head).await;
    assert!(raw.head().await.starts_with("HTTP/1.1 100 "));
    raw.send(&ASKED[..length / 2]).await;
    raw
}

async fn get(address: &str, path: &str) -> Response {
    soon(reqwest::get(format!("http://{address}{path}"))).await.unwrap()
}

async fn ask(address: &str) -> reqwest::Result<Response> {
    let request = reqwest::Client::new().post(format!("http://{address}/graphql"));
    let request = request.bearer_auth(SECRET).header("content-type", "application/json");
    soon(request.body(ASKED).send()).await
}

async fn is_not_ready(address: &str) {
    while get(address, "/health/ready").await.status() != 503 {}
}

async fn greeted(address: &str) -> Client {
    let mut client = Client::connect(address, PROTOCOL).await;
    client.introduce(SECRET, json!({})).await;
    client
}

#[tokio::test]
async fn it_is_not_ready_begins_nothing_and_finishes_what_was_begun() {
    let folder = tempfile::tempdir().unwrap();
    let server = started(folder.path());
    let address = server.address().to_owned();
    assert!(get(&address, "/health/ready").await.status().is_success());
    let mut begun = half_sent(&address).await;
    server.signal("-TERM");
    is_not_ready(&address).await;
    let refused = ask(&address).await.unwrap();
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE");
    assert_eq!(body["errors"][0]["extensions"]["outcome"], "NOT_DONE");
    assert!(get(&address, "/health/live").await.status().is_success(), "it still lives");
    begun.send(&ASKED[ASKED.len() / 2..]).await;
    let answer = begun.answer().await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("Administrator"), "{answer:?}");
    let (code, log) = ended(server).await;
    assert_eq!(code, 0, "{log}");
    assert!(!log.contains("cut off"), "{log}");
}

#[tokio::test]
async fn sockets_are_told_to_go_elsewhere_and_streams_end() {
    let folder = tempfile::tempdir().unwrap();
    let server = started(folder.path());
    let address = server.address().to_owned();
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(greeted(&address).await);
    }
    let stranger = Client::connect(&address, PROTOCOL).await;
    let follow = json!({ "query": "subscription { inboxChanged { cursor } }" });
    let request = reqwest::Client::new().post(format!("http://{address}/graphql"));
    let request = request.bearer_auth(SECRET).header("accept", "text/event-stream").json(&follow);
    let stream = soon(request.send()).await.unwrap();
    assert!(stream.status().is_success());
    let stopped = Instant::now();
    server.signal("-TERM");
    for mut socket in sockets.into_iter().chain([stranger]) {
        assert_eq!(socket.closed().await, 1001);
    }
    soon(stream.text()).await.unwrap();
    let (code, log) = ended(server).await;
    assert_eq!(code, 0, "{log}");
    assert!(stopped.elapsed() < LONGEST && !log.contains("cut off"), "{log}");
}

#[tokio::test]
async fn clients_that_send_nothing_and_read_nothing_hold_it_up_for_less_than_ten_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let server = started(folder.path());
    let address = server.address().to_owned();
    let mut headless = Raw::connect(&address).await;
    headless.send("POST /graphql HTTP/1.1\r\nHost: x\r\nX: ").await;
    let _half = half_sent(&address).await;
    let mut deaf = Client::connect_narrow(&address).await;
    deaf.introduce(SECRET, json!({})).await;
    let stopped = Instant::now();
    server.signal("-TERM");
    let (code, log) = ended(server).await;
    assert_eq!(code, 0, "{log}");
    assert!(stopped.elapsed() < LONGEST, "{:?}", stopped.elapsed());
    assert!(log.contains("cut off"), "{log}");
}

#[tokio::test]
async fn told_twice_it_stops_at_once() {
    for second in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let server = started(folder.path());
        let address = server.address().to_owned();
        let _half = half_sent(&address).await;
        server.signal("-TERM");
        is_not_ready(&address).await;
        server.signal(second);
        let (code, log) = ended(server).await;
        assert_eq!(code, 130, "{log}");
        assert!(log.contains("stopped at once"), "{log}");
    }
}

#[tokio::test]
async fn a_database_that_hangs_holds_it_up_for_less_than_ten_seconds() {
    for kind in database::kinds().into_iter().filter(|kind| *kind == Kind::Postgres) {
        let database = database::create(kind).await;
        let server = serve(database.url());
        let address = server.address().to_owned();
        let other = Database::connect(database.url()).await.unwrap();
        let holds = other.begin().await.unwrap();
        holds.execute_unprepared("LOCK TABLE token IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let asked = tokio::spawn(async move { ask(&address).await });
        let waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'token'::regclass";
        while holds.execute_unprepared(waiting).await.unwrap().rows_affected() == 0 {}
        let stopped = Instant::now();
        server.signal("-TERM");
        let (code, log) = ended(server).await;
        assert_eq!(code, 0, "{log}");
        assert!(stopped.elapsed() < LONGEST, "{:?}", stopped.elapsed());
        drop(asked.await);
        drop(holds);
        other.close().await.unwrap();
    }
}
