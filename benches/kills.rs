//! Whether a server that is killed at any moment loses what it acknowledged, or does a thing twice that is tried again.
//!
//!     cargo bench --bench kills
//!
//! Eight writers create deals, and complete actions with a note each, with ids of their own (`newId`), and try again until
//! they are answered. `WAYPOST_BENCH_KILLS` says how often a server is killed with SIGKILL meanwhile (200), at a random
//! moment each time; after each, `waypost check` looks at what it left. On SQLite it is one server; where
//! `WAYPOST_TEST_POSTGRES` names a server, it is two on one database, killed in turns. At the end each deal is read again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use entity::ids::{Completion, Deal};
use serde_json::{Value, json};
use support::{Cluster, Database, Server, TOKEN, new_id, number, random};
use tokio::{task::JoinSet, time::sleep};

const WRITERS: usize = 8;
/// How many actions each deal has.
const ACTIONS: usize = 12;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0"];
/// The longest that a server lives after it is ready.
const LIFE: Duration = Duration::from_millis(800);

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "kills").await;
    let kills = number("WAYPOST_BENCH_KILLS", 200);
    let mut cluster = Cluster::start(&database, &folder.path().join("files"), FLAGS).await;
    let world = Arc::new(World::new(&cluster).await);
    let writers: JoinSet<_> = (0..WRITERS).map(|one| write(world.clone(), one)).collect();
    let longest = kill(&mut cluster, kills).await;
    world.is_over.store(true, Ordering::SeqCst);
    let deals: Vec<_> = writers.join_all().await.into_iter().flatten().collect();
    check(&cluster);
    for deal in &deals {
        assert_whole(&cluster.servers[0], deal).await;
    }
    let tries = *world.tries.lock().unwrap();
    println!(
        "{kills} kills: {} mutations acknowledged, {} tried again; 0 lost, 0 done twice; served again within {} ms",
        deals.len() * (ACTIONS + 1),
        tries,
        longest.as_millis()
    );
    drop(cluster);
    database.remove().await;
}

/// What the writers know.
struct World {
    process: String,
    actions: Vec<String>,
    addresses: Arc<Mutex<Vec<String>>>,
    is_over: AtomicBool,
    /// How often something had to be tried again.
    tries: Mutex<usize>,
    http: reqwest::Client,
}

impl World {
    async fn new(cluster: &Cluster) -> Self {
        let server = &cluster.servers[0];
        let made = server.done("createProcess", json!({ "name": "Sales" }), "process { id }").await;
        let process = made["process"]["id"].as_str().unwrap().to_owned();
        let stage = json!({ "processId": process, "name": "Contact" });
        let stage = server.done("addStage", stage, "stage { id }").await["stage"]["id"].take();
        let mut actions = Vec::new();
        for number in 0..ACTIONS {
            let action = json!({ "stageId": stage, "name": format!("Action {number}") });
            let made = server.done("addAction", action, "action { id }").await;
            actions.push(made["action"]["id"].as_str().unwrap().to_owned());
        }
        Self {
            process,
            actions,
            addresses: cluster.addresses.clone(),
            is_over: AtomicBool::new(false),
            tries: Mutex::new(0),
            http: reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap(),
        }
    }

    /// Tries until it is acknowledged, at one server and another.
    async fn done(&self, name: &str, input: Value, selection: &str) -> Value {
        for attempt in 0.. {
            let address = {
                let addresses = self.addresses.lock().unwrap();
                addresses[attempt % addresses.len()].clone()
            };
            if let Some(payload) = self.attempt(&address, name, &input, selection).await {
                return payload;
            }
            *self.tries.lock().unwrap() += 1;
            sleep(Duration::from_millis(10)).await;
        }
        unreachable!()
    }

    /// The payload, if there is one. A refusal is none that may come: the same thing is asked for again.
    async fn attempt(
        &self,
        address: &str,
        name: &str,
        input: &Value,
        selection: &str,
    ) -> Option<Value> {
        let body =
            json!({ "query": support::mutation(name, selection), "variables": { "input": input } });
        let request = self.http.post(format!("http://{address}/graphql")).bearer_auth(TOKEN);
        let mut answer: Value = request.json(&body).send().await.ok()?.json().await.ok()?;
        let payload = answer["data"][name].take();
        if payload.is_null() {
            let code = &answer["errors"][0]["extensions"]["code"];
            assert!(code == "SERVICE_UNAVAILABLE" || code == "TIMEOUT", "{answer:#}");
            return None;
        }
        assert_eq!(payload["userErrors"], json!([]), "{name}");
        Some(payload)
    }
}

/// Creates deals and does all that there is to do for them, until it is over; the deals.
async fn write(world: Arc<World>, writer: usize) -> Vec<String> {
    let mut deals = Vec::new();
    while !world.is_over.load(Ordering::SeqCst) {
        let input = json!({ "newId": new_id::<Deal>(), "processId": world.process,
            "title": format!("Deal {} of {writer}", deals.len()) });
        let made = world.done("createDeal", input, "deal { id }").await;
        let deal = made["deal"]["id"].as_str().unwrap().to_owned();
        for action in &world.actions {
            let input = json!({ "newId": new_id::<Completion>(), "dealId": deal, "actionId": action,
                "note": { "body": "It is done." } });
            world.done("completeAction", input, "completion { id }").await;
        }
        deals.push(deal);
    }
    deals
}

/// Kills the servers in turns; how long it took at most until the next one served.
async fn kill(cluster: &mut Cluster, kills: usize) -> Duration {
    let mut longest = Duration::ZERO;
    for number in 0..kills {
        sleep(LIFE.mul_f64(random())).await;
        let one = number % cluster.servers.len();
        longest = longest.max(cluster.replace_after(one, check).await);
        if (number + 1) % 10 == 0 {
            println!("killed {} of {kills}", number + 1);
        }
    }
    longest
}

/// What is stored is what follows from the log.
fn check(cluster: &Cluster) {
    cluster.run("check").unwrap();
}

/// Everything that was acknowledged is there, once.
async fn assert_whole(server: &Server, deal: &str) {
    let document = "query($id: ID!) { deal(id: $id) { version doneActions { action { id } } \
        notes(first: 100) { totalCount } events(first: 100) { nodes { __typename \
        ... on ActionCompleted { actionId completion { id } } } } } }";
    let told = server.query(document, json!({ "id": deal })).await["deal"].take();
    let events = told["events"]["nodes"].as_array().unwrap();
    let completed = events.iter().filter(|event| event["__typename"] == "ActionCompleted");
    let ids: HashSet<_> = completed.map(|event| event["completion"]["id"].to_string()).collect();
    assert_eq!(ids.len(), ACTIONS, "{told:#}");
    assert_eq!(events.len(), 1 + ACTIONS, "{told:#}");
    assert_eq!(told["doneActions"].as_array().unwrap().len(), ACTIONS, "{told:#}");
    assert_eq!(told["notes"]["totalCount"], json!(ACTIONS), "{told:#}");
}
