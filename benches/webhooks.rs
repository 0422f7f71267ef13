//! What becomes of webhooks to endpoints of every mood while a thousand events a second flow.
//!
//!     WAYPOST_TEST_POSTGRES=postgres://… cargo bench --bench webhooks
//!
//! Once a second a process is saved, which `WAYPOST_BENCH_DEALS` deals (1000) follow with an event each, so many times as
//! `WAYPOST_BENCH_SAVES` says (10); and four writers rename deals all the while. One endpoint takes everything, one slowly
//! (100 ms); one answers 500 now and then, one 429 with `Retry-After`, one nothing, one says 500 though it took it; one
//! redirects to another program of this machine, and one answers 410. Where there are two servers (on PostgreSQL), one of
//! them is killed meanwhile and replaced. Each of the first six has to take every event, those of a deal in order, and
//! whatever came twice under one id; the redirect must not be followed, and after the 410 nothing may be sent. With
//! `WAYPOST_BENCH_TAKES=1` there is only the one that takes everything: how fast it goes.

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
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use support::{
    Cluster, Database, Server, TOKEN,
    follow::history,
    number,
    receiver::{ALLOWED, Mood, Receiver},
};
use tokio::{
    task::JoinSet,
    time::{interval, sleep},
};

const WRITERS: usize = 4;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0", ALLOWED[0], ALLOWED[1]];
/// Those that take everything in the end.
const TAKING: [&str; 6] = ["takes", "slowly", "fails", "busy", "silent", "lies"];
/// Those that take nothing.
const OTHERS: [&str; 2] = ["redirects", "gone"];
/// How many requests may be on their way to an endpoint when it says that it is gone.
const ON_THE_WAY: usize = 32;
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
    let made = world.happen(&mut cluster, database.is_shared()).await;
    let histories = world.histories(&cluster.servers[0]).await;
    let all: usize = histories.values().map(Vec::len).sum();
    let before = 2 * world.deals.len();
    println!("{} events in {:.1} s, after {before} before", all - before, made.as_secs_f64());
    take_all(&receiver, &histories, made).await;
    if takers().len() > 1 {
        assert_left_alone(&receiver, &inside);
    }
    drop(cluster);
    database.remove().await;
}

/// Waits until each that takes everything has taken it, in the order of each deal.
async fn take_all(receiver: &Receiver, histories: &Histories, made: Duration) {
    let all = histories.values().map(Vec::len).sum();
    let begun = Instant::now();
    for path in takers() {
        while receiver.count(path) < all {
            let count = receiver.count(path);
            assert!(begun.elapsed() < PATIENCE, "{path} took {count} of {all}");
            sleep(Duration::from_millis(50)).await;
        }
        let (taken, again) = receiver.taken(path);
        assert!(taken == *histories, "{path}: not every event of each deal in its order");
        println!(
            "{path}: all by {:.1} s, in {} requests; {again} that it had taken already, each under its id",
            (made + begun.elapsed()).as_secs_f64(),
            receiver.came(path).len()
        );
    }
}

fn assert_left_alone(receiver: &Receiver, inside: &Receiver) {
    let (gone, redirected) = (receiver.came("gone").len(), receiver.came("redirects").len());
    assert!((1..=ON_THE_WAY).contains(&gone), "{gone} came after the 410");
    assert!(redirected > 0 && inside.came("inside").is_empty(), "the redirect was followed");
    println!(
        "gone: {gone} requests until the 410 was read; redirects: {redirected} requests, none was followed"
    );
}

/// Those that take everything in the end, and that there are.
fn takers() -> &'static [&'static str] {
    if number("WAYPOST_BENCH_TAKES", 0) == 1 { &TAKING[..1] } else { &TAKING }
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
            "busy" if before == 0 && turn.is_multiple_of(1500) => Mood::Later(429, Some(1)),
            "silent" if before == 0 && turn.is_multiple_of(4000) => Mood::Nothing,
            "lies" if before == 0 && turn.is_multiple_of(300) => Mood::TakesAndSays(500),
            "redirects" => Mood::Redirects(inside.clone()),
            "gone" => Mood::Later(410, None),
            _ => takes,
        }
    })
    .await
}

/// The events of each deal, in their order.
type Histories = HashMap<String, Vec<String>>;

struct World {
    process: String,
    action: String,
    deals: Vec<String>,
    is_over: AtomicBool,
    addresses: Arc<Mutex<Vec<String>>>,
    http: reqwest::Client,
}

impl World {
    async fn new(cluster: &Cluster, receiver: &Receiver) -> Self {
        let server = &cluster.servers[0];
        let made = server.done("createProcess", json!({ "name": "Sales" }), "process { id }").await;
        let process = id(&made["process"]);
        let stage = json!({ "processId": process, "name": "Contact" });
        let stage = id(&server.done("addStage", stage, "stage { id }").await["stage"]);
        let others = if takers().len() == 1 { &[][..] } else { &OTHERS };
        for path in takers().iter().chain(others) {
            let input = json!({ "name": path, "url": receiver.url(path) });
            server.done("createWebhook", input, "webhook { id }").await;
        }
        let mut actions = Vec::new();
        for name in ["Call", "Offer"] {
            let action = json!({ "stageId": stage, "name": name, "weight": 100 });
            actions.push(id(&server.done("addAction", action, "action { id }").await["action"]));
        }
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let (is_over, addresses) = (AtomicBool::new(false), cluster.addresses.clone());
        let mut world = Self {
            process,
            action: actions[0].clone(),
            deals: Vec::new(),
            is_over,
            addresses,
            http,
        };
        world.deals = world.open().await;
        world
    }

    /// Deals for which one of two actions is done, so that each follows when its weight changes.
    async fn open(&self) -> Vec<String> {
        let numbers = 0..number("WAYPOST_BENCH_DEALS", 1_000);
        let opening = numbers.map(|number| async move {
            let deal = json!({ "processId": self.process, "title": format!("{number}") });
            let deal = self.done(0, "createDeal", &deal, "deal { id }").await.unwrap();
            let deal = id(&deal["deal"]);
            let done = json!({ "dealId": deal, "actionId": self.action });
            self.done(0, "completeAction", &done, "").await.unwrap();
            deal
        });
        stream::iter(opening).buffered(16).collect().await
    }

    /// All that happens, and how long it took. Half-way a server is killed, where there is another one.
    async fn happen(self: &Arc<Self>, cluster: &mut Cluster, is_shared: bool) -> Duration {
        let begun = Instant::now();
        let mut writers: JoinSet<_> = (0..WRITERS).map(|one| self.clone().write(one)).collect();
        let saves = number("WAYPOST_BENCH_SAVES", 10);
        let mut second = interval(Duration::from_secs(1));
        for save in 0..saves {
            second.tick().await;
            if is_shared && save == saves / 2 {
                cluster.replace(0).await;
            }
            let weight = json!({ "actionId": self.action, "weight": 50 + save * 10 });
            self.until_done(1, "updateAction", &weight).await;
        }
        self.is_over.store(true, Ordering::SeqCst);
        while writers.join_next().await.is_some_and(|done| done.is_ok()) {}
        begun.elapsed()
    }

    async fn histories(&self, server: &Server) -> Histories {
        let read = self
            .deals
            .iter()
            .map(|deal| async move { (deal.clone(), history(server, deal).await) });
        stream::iter(read).buffer_unordered(16).collect().await
    }

    /// Renames deals, those of each writer its own.
    async fn write(self: Arc<Self>, writer: usize) {
        for turn in 0.. {
            if self.is_over.load(Ordering::SeqCst) {
                return;
            }
            let deal = &self.deals[(turn * WRITERS + writer) % self.deals.len()];
            let input = json!({ "dealId": deal, "title": format!("{writer} {turn}") });
            self.until_done(writer, "updateDeal", &input).await;
        }
    }

    /// Tries until it is acknowledged: none of it does anything twice.
    async fn until_done(&self, first: usize, name: &str, input: &Value) {
        for attempt in first.. {
            if self.done(attempt, name, input, "").await.is_some() {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn done(&self, attempt: usize, name: &str, input: &Value, more: &str) -> Option<Value> {
        let address = {
            let addresses = self.addresses.lock().unwrap();
            addresses[attempt % addresses.len()].clone()
        };
        let body =
            json!({ "query": support::mutation(name, more), "variables": { "input": input } });
        let request = self.http.post(format!("http://{address}/graphql")).bearer_auth(TOKEN);
        let mut answer: Value = request.json(&body).send().await.ok()?.json().await.ok()?;
        let payload = answer["data"][name].take();
        (payload["userErrors"] == json!([])).then_some(payload)
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}
