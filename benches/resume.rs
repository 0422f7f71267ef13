//! Whether whoever follows something gets each event once and in order, however often they are cut off.
//!
//!     WAYPOST_TEST_POSTGRES=postgres://… cargo bench --bench resume
//!
//! Two servers on one database (one on SQLite, without that variable). Twenty managers follow a deal, the board and their
//! inbox each, while eight writers make `WAYPOST_BENCH_EVENTS` events (10000). Each follower tears its socket after some
//! items and goes on from its last cursor at the other server; the servers are killed with SIGKILL in turns, every few
//! seconds. A webhook is told of the same, by whichever server is there. At the end what each of them saw is compared with
//! the histories of all deals; what came to the webhook twice has to have come under one id.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use entity::ids::Completion;
use serde_json::{Value, json};
use support::{
    Cluster, Database, Server,
    follow::{BOARD, Crowd, DEAL, Follower, Goal, Histories, INBOX, history},
    new_id, number,
    receiver::{ALLOWED, Mood, Receiver},
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

const FOLLOWERS: usize = 20;
const WRITERS: usize = 8;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0", ALLOWED[0], ALLOWED[1]];
/// How long a server lives.
const LIFE: Duration = Duration::from_secs(3);
/// How many items a socket brings at most before it is torn.
const ITEMS: f64 = 400.0;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "resume").await;
    let mut cluster = Cluster::start(&database, &folder.path().join("files"), FLAGS).await;
    let world = Arc::new(World::new(&cluster.servers[0], cluster.addresses.clone()).await);
    let receiver = Receiver::start(|_, _| Mood::Takes(Duration::ZERO)).await;
    let webhook = json!({ "name": "ERP", "url": receiver.url("all") });
    cluster.servers[0].done("createWebhook", webhook, "webhook { id }").await;
    let crowd = Crowd::new(cluster.addresses.clone(), ITEMS);
    let (goal, goals) = watch::channel(None);
    let mut followers = JoinSet::new();
    for follower in world.followers(&goals) {
        followers.spawn(follower.follow(crowd.clone()));
    }
    crowd.live.acquire_many(3 * FOLLOWERS as u32).await.unwrap().forget();
    let mut writers: JoinSet<_> = (0..WRITERS).map(|one| write(world.clone(), one)).collect();
    let mut kills = 0;
    while !writers.is_empty() {
        tokio::select! {
            done = writers.join_next() => done.unwrap().unwrap(),
            () = sleep(LIFE) => {
                cluster.replace(kills % cluster.servers.len()).await;
                kills += 1;
            }
        }
    }
    let histories = world.histories(&cluster.servers[0]).await;
    let again = timeout(Duration::from_secs(120), told(&receiver, &histories)).await;
    let again = again.expect("the webhook waits for what does not come");
    goal.send_replace(Some(Arc::new(histories)));
    crowd.wait(followers).await;
    println!(
        "{} events, {} followers, {} sockets torn, {kills} servers killed: each saw each event once and in order; so was a \
         webhook told, of {again} once more under the same id. Sockets that ended otherwise: {}",
        world.made.load(Ordering::SeqCst),
        3 * FOLLOWERS,
        crowd.torn.load(Ordering::SeqCst),
        crowd.endings(),
    );
    drop(cluster);
    database.remove().await;
}

/// Waits until the webhook was told of everything, in the order of each deal; of how much it was told again.
async fn told(receiver: &Receiver, histories: &Histories) -> usize {
    let all = histories.of_deals.values().map(Vec::len).sum();
    while receiver.count("all") < all {
        sleep(Duration::from_millis(50)).await;
    }
    let (taken, again) = receiver.taken("all");
    assert!(taken == histories.of_deals, "not every event of each deal in its order");
    again
}

struct World {
    process: String,
    action: String,
    deals: Vec<String>,
    secrets: Vec<String>,
    addresses: Arc<Mutex<Vec<String>>>,
    made: AtomicUsize,
    http: reqwest::Client,
}

impl World {
    async fn new(server: &Server, addresses: Arc<Mutex<Vec<String>>>) -> Self {
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let made = server.done("createProcess", json!({ "name": "Sales" }), "process { id }").await;
        let process = id(&made["process"]);
        let stage = json!({ "processId": process, "name": "Contact" });
        let stage = id(&server.done("addStage", stage, "stage { id }").await["stage"]);
        let action =
            json!({ "stageId": stage, "name": "Call", "notify": { "groups": ["MANAGERS"] } });
        let action = id(&server.done("addAction", action, "action { id }").await["action"]);
        let (mut deals, mut secrets) = (Vec::new(), Vec::new());
        for number in 0..FOLLOWERS {
            let deal = json!({ "processId": process, "title": format!("Deal {number}") });
            deals.push(id(&server.done("createDeal", deal, "deal { id }").await["deal"]));
            let email = format!("member{number}@example.org");
            let member = json!({ "email": email, "name": email, "role": "MANAGER" });
            let member = id(&server.done("addMember", member, "member { id }").await["member"]);
            let token = json!({ "memberId": member, "name": "resume" });
            let made = server.done("createToken", token, "secret").await;
            secrets.push(made["secret"].as_str().unwrap().to_owned());
        }
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let made = AtomicUsize::new(0);
        Self { process, action, deals, secrets, addresses, made, http }
    }

    fn followers(&self, goals: &watch::Receiver<Goal>) -> Vec<Follower> {
        let mut all = Vec::new();
        for (secret, deal) in self.secrets.iter().zip(&self.deals) {
            for (document, id) in [(DEAL, deal), (BOARD, &self.process), (INBOX, deal)] {
                let first = all.len() / 3 + document.len();
                all.push(Follower::new((document, id), secret, first, goals));
            }
        }
        all
    }

    fn address(&self, attempt: usize) -> String {
        let addresses = self.addresses.lock().unwrap();
        addresses[attempt % addresses.len()].clone()
    }

    /// Tries until it is acknowledged. What it may have done before its answer was lost it need not do again.
    async fn done(&self, name: &str, input: Value) {
        let body = json!({ "query": support::mutation(name, ""), "variables": { "input": input } });
        for attempt in 0.. {
            let request = self.http.post(format!("http://{}/graphql", self.address(attempt)));
            let answer = request.bearer_auth(support::TOKEN).json(&body).send().await;
            if let Ok(answer) = answer
                && let Ok(answer) = answer.json::<Value>().await
                && !answer["data"][name].is_null()
            {
                let errors = &answer["data"][name]["userErrors"];
                assert!(attempt > 0 || *errors == json!([]), "{name}: {errors}");
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn histories(&self, server: &Server) -> Histories {
        let mut of_deals = std::collections::HashMap::new();
        for deal in &self.deals {
            // The first was there before anybody followed.
            let history = history(server, deal).await.split_off(1);
            of_deals.insert(deal.clone(), history);
        }
        let document = "{ viewer { notifications(first: 1) { totalCount } } }";
        let body = json!({ "query": document });
        let request = self.http.post(format!("http://{}/graphql", server.address));
        let answer = request.bearer_auth(&self.secrets[0]).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let count = &answer["data"]["viewer"]["notifications"]["totalCount"];
        Histories { of_deals, notifications: count.as_u64().expect("a count") as usize }
    }
}

/// Changes deals of its own until there are enough events.
async fn write(world: Arc<World>, writer: usize) {
    let most = number("WAYPOST_BENCH_EVENTS", 10_000);
    let mine: Vec<_> = world.deals.iter().skip(writer).step_by(WRITERS).collect();
    for turn in 0.. {
        if world.made.fetch_add(3, Ordering::SeqCst) + 3 > most {
            world.made.fetch_sub(3, Ordering::SeqCst);
            return;
        }
        let (deal, completion) = (mine[turn % mine.len()], new_id::<Completion>());
        world.done("updateDeal", json!({ "dealId": deal, "title": format!("{turn}") })).await;
        let done = json!({ "newId": completion, "dealId": deal, "actionId": world.action });
        world.done("completeAction", done).await;
        world.done("undoCompletion", json!({ "completionId": completion })).await;
    }
}
