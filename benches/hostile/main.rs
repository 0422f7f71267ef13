//! Hostile input, class by class: how soon each is answered, how long an innocent request beside it waits, and
//! how much the server's memory grows.
//!
//!     cargo bench --bench hostile [PART OF A NAME]
//!
//! It fails where an answer takes more than a second beyond the time limit of its class, an innocent request
//! more than 500 ms, or memory grows by more than 64 MiB. The server is the program itself, on SQLite, with its
//! default limits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod answers;
mod documents;
mod requests;
mod sockets;
#[path = "../support/mod.rs"]
mod support;
mod wire;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use support::{Server, TOKEN};

/// What is attacked.
#[derive(Clone)]
pub struct Target {
    address: String,
    http: reqwest::Client,
}

/// One class of hostile input.
pub struct Attack {
    name: &'static str,
    /// How long the server may let it wait: its own time limit for this class, if it has one.
    patience: Duration,
    run: fn(Target) -> BoxFuture<'static, String>,
}

/// What was seen.
struct Seen {
    answer: String,
    answered: Duration,
    innocent: Duration,
    others: usize,
    growth: u64,
}

const ANSWER: Duration = Duration::from_secs(1);
const INNOCENT: Duration = Duration::from_millis(500);
const GROWTH: u64 = 64 * 1024;

#[tokio::main]
async fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let wanted = wanted.unwrap_or_default();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/bench.db?mode=rwc", folder.path().display());
    // so that the attacks meet the limits they are made for, and not that of requests a second
    let mut server = Server::start(
        &url,
        &folder.path().join("files"),
        &["--member-rate", "0", "--address-rate", "0"],
    )
    .await;
    println!(
        "{:<34} {:>9} {:>9} {:>7} {:>8}  answer",
        "class", "answered", "innocent", "others", "growth"
    );
    let all = [documents::ATTACKS, answers::ATTACKS, requests::ATTACKS, sockets::ATTACKS].concat();
    let mut failed = 0;
    for attack in all.iter().filter(|attack| attack.name.contains(&wanted)) {
        let seen = watch(&server, attack).await;
        failed += usize::from(!tell(attack, &seen));
        assert!(server.is_alive(), "{} stopped the server", attack.name);
    }
    assert!(failed == 0, "{failed} classes are beyond their limits");
}

async fn watch(server: &Server, attack: &Attack) -> Seen {
    let target = Target { address: server.address.clone(), http: server.http.clone() };
    let stop = Arc::new(AtomicBool::new(false));
    let innocent = tokio::spawn(innocent(target.clone(), stop.clone()));
    server.forget_peak();
    let before = server.memory("VmRSS:");
    let begun = Instant::now();
    let answer = (attack.run)(target).await;
    let answered = begun.elapsed();
    stop.store(true, Ordering::SeqCst);
    let (innocent, others) = innocent.await.unwrap();
    let growth = server.peak_memory().saturating_sub(before);
    Seen { answer, answered, innocent, others, growth }
}

/// Asks something small over and over: the longest time it took, and how often it was asked.
async fn innocent(target: Target, stop: Arc<AtomicBool>) -> (Duration, usize) {
    let (mut longest, mut count) = (Duration::ZERO, 0);
    while !stop.load(Ordering::SeqCst) || count == 0 {
        let begun = Instant::now();
        let answer = target.post(r#"{"query":"{ viewer { member { name } } }"}"#.into()).await;
        longest = longest.max(begun.elapsed());
        assert!(answer.starts_with("200"), "an innocent request got {answer}");
        count += 1;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    (longest, count)
}

fn tell(attack: &Attack, seen: &Seen) -> bool {
    let Seen { answer, answered, innocent, others, growth } = seen;
    let fine = *answered <= attack.patience + ANSWER && *innocent <= INNOCENT && *growth <= GROWTH;
    println!(
        "{:<34} {:>6} ms {:>6} ms {others:>7} {:>4} MiB  {}{answer}",
        attack.name,
        answered.as_millis(),
        innocent.as_millis(),
        growth / 1024,
        if fine { "" } else { "BEYOND ITS LIMIT: " },
    );
    fine
}

impl Clone for Attack {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl Target {
    /// Posts a body as a signed-in client would: the status, and the code of the first error.
    async fn post(&self, body: Vec<u8>) -> String {
        self.send(body, "application/json").await
    }

    async fn send(&self, body: Vec<u8>, content_type: &str) -> String {
        let request = self.http.post(format!("http://{}/graphql", self.address)).bearer_auth(TOKEN);
        let answer = request.header("content-type", content_type).body(body).send().await;
        match answer {
            Ok(answer) => told(answer.status().as_u16(), &answer.bytes().await.unwrap_or_default()),
            Err(error) if error.is_request() => "hung up".to_owned(),
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// A status, and the code of the first error in a body.
fn told(status: u16, body: &[u8]) -> String {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let code = body["errors"][0]["extensions"]["code"].as_str().unwrap_or("no error");
    format!("{status} {code}")
}
