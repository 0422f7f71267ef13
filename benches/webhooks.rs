//! What becomes of webhooks to endpoints of every mood while events flow as fast as they go.
//!
//!     WAYPOST_TEST_POSTGRES=postgres://… cargo bench --bench webhooks
//!
//! Sixteen writers make `WAYPOST_BENCH_EVENTS` events (3000) of forty deals. One endpoint takes everything, one slowly; one
//! answers 500 now and then, one 429 with `Retry-After`, one nothing, one says 500 though it took it; one redirects to
//! another program of this machine, and one answers 410. Where there are two servers (on PostgreSQL), one of them is killed
//! meanwhile and replaced. Each of the first six has to take every event, those of a deal in order, and whatever came twice
//! under one id; the redirect must not be followed, and after the 410 nothing may be sent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support::{
    Cluster, Database, Server, TOKEN,
    follow::history,
    number,
    receiver::{ALLOWED, Mood, Receiver},
};
use tokio::{task::JoinSet, time::sleep};

const WRITERS: usize = 16;
const DEALS: usize = 40;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0", ALLOWED[0], ALLOWED[1]];
/// Those that take everything in the end.
const TAKING: [&str; 6] = ["takes", "slowly", "fails", "busy", "silent", "lies"];
/// How many requests may be on their way to an endpoint when it says that it is gone.
const ON_THE_WAY: usize = 8;
/// How long what is tried again may take, once everything has happened.
const PATIENCE: Duration = Duration::from_secs(400);

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "webhooks").await;
    let mut cluster = Cluster::start(&database, &folder.path().join("files"), FLAGS).await;
    let inside = Receiver::start(|_, _| Mood::Takes(Duration::ZERO)).await;
    let receiver = moody(inside.url("inside")).await;
    let world = Arc::new(World::new(&cluster, &receiver).await);
    let begun = Instant::now();
    let mut writers: JoinSet<_> = (0..WRITERS).map(|one| world.clone().write(one)).collect();
    if database.is_shared() {
        world.reach(world.most / 2).await;
        cluster.replace(0).await;
    }
    while writers.join_next().await.is_some_and(|done| done.is_ok()) {}
    let made = begun.elapsed();
    let server = &cluster.servers[0];
    let mut histories = HashMap::new();
    for deal in &world.deals {
        histories.insert(deal.clone(), history(server, deal).await);
    }
    let all: usize = histories.values().map(Vec::len).sum();
    println!("{all} events, {:.0} a second", all as f64 / made.as_secs_f64());
    for path in TAKING {
        while receiver.count(path) < all {
            assert!(
                begun.elapsed() < made + PATIENCE,
                "{path} took {} of {all}",
                receiver.count(path)
            );
            sleep(Duration::from_millis(50)).await;
        }
        let (taken, again) = receiver.taken(path);
        assert!(taken == histories, "{path}: not every event of each deal in its order");
        println!(
            "{path}: all by {:.1} s, in {} requests; {again} that it had taken already, each under its id",
            begun.elapsed().as_secs_f64(),
            receiver.came(path).len()
        );
    }
    let (gone, redirected) = (receiver.came("gone").len(), receiver.came("redirects").len());
    assert!((1..=ON_THE_WAY).contains(&gone), "{gone} came after the 410");
    assert!(redirected > 0 && inside.came("inside").is_empty(), "the redirect was followed");
    println!(
        "gone: {gone} requests until the 410 was read; redirects: {redirected} requests, none was followed"
    );
    drop(cluster);
    database.remove().await;
}

/// One that answers by the path.
async fn moody(inside: String) -> Receiver {
    let turn = AtomicUsize::new(0);
    Receiver::start(move |path, before| {
        let turn = turn.fetch_add(1, Ordering::SeqCst);
        let takes = Mood::Takes(Duration::ZERO);
        match path {
            "slowly" => Mood::Takes(Duration::from_millis(100)),
            "fails" if before == 0 && turn.is_multiple_of(300) => Mood::Later(500, None),
            "busy" if before == 0 && turn.is_multiple_of(200) => Mood::Later(429, Some(1)),
            "silent" if before == 0 && turn.is_multiple_of(500) => Mood::Nothing,
            "lies" if before == 0 && turn.is_multiple_of(300) => Mood::TakesAndSays(500),
            "redirects" => Mood::Redirects(inside.clone()),
            "gone" => Mood::Later(410, None),
            _ => takes,
        }
    })
    .await
}

struct World {
    deals: Vec<String>,
    most: usize,
    made: AtomicUsize,
    addresses: Arc<Mutex<Vec<String>>>,
    http: reqwest::Client,
}

impl World {
    async fn new(cluster: &Cluster, receiver: &Receiver) -> Self {
        let server = &cluster.servers[0];
        for path in TAKING.iter().chain(&["redirects", "gone"]) {
            let input = json!({ "name": path, "url": receiver.url(path) });
            server.done("createWebhook", input, "webhook { id }").await;
        }
        let made = server.done("createProcess", json!({ "name": "Sales" }), "process { id }").await;
        let process = made["process"]["id"].clone();
        let mut deals = Vec::new();
        for number in 0..DEALS {
            deals.push(
                deal(server, json!({ "processId": process, "title": format!("{number}") })).await,
            );
        }
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let (most, made) = (number("WAYPOST_BENCH_EVENTS", 3_000), AtomicUsize::new(0));
        Self { deals, most, made, addresses: cluster.addresses.clone(), http }
    }

    /// Returns when so many events were made.
    async fn reach(&self, count: usize) {
        while self.made.load(Ordering::SeqCst) < count {
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Renames deals until there are enough events. A name that a deal has already changes nothing, so each is tried
    /// until it is acknowledged.
    async fn write(self: Arc<Self>, writer: usize) {
        loop {
            let turn = self.made.fetch_add(1, Ordering::SeqCst);
            if turn >= self.most {
                return;
            }
            let input = json!({ "dealId": self.deals[turn % DEALS], "title": format!("{turn}") });
            let mut attempt = writer;
            while !self.rename(attempt, &input).await {
                attempt += 1;
                sleep(Duration::from_millis(10)).await;
            }
        }
    }

    async fn rename(&self, attempt: usize, input: &Value) -> bool {
        let address = {
            let addresses = self.addresses.lock().unwrap();
            addresses[attempt % addresses.len()].clone()
        };
        let document = support::mutation("updateDeal", "");
        let body = json!({ "query": document, "variables": { "input": input } });
        let request = self.http.post(format!("http://{address}/graphql")).bearer_auth(TOKEN);
        let Ok(answer) = request.json(&body).send().await else { return false };
        let answer = answer.json::<Value>().await.unwrap_or_default();
        answer["data"]["updateDeal"]["userErrors"] == json!([])
    }
}

async fn deal(server: &Server, input: Value) -> String {
    let made = server.done("createDeal", input, "deal { id }").await;
    made["deal"]["id"].as_str().unwrap().to_owned()
}
