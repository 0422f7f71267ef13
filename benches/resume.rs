//! Whether whoever follows something gets each event once and in order, however often they are cut off.
//!
//!     WAYPOST_TEST_POSTGRES=postgres://… cargo bench --bench resume
//!
//! Two servers on one database (one on SQLite, without that variable). Twenty managers follow a deal, the board and their
//! inbox each, while eight writers make `WAYPOST_BENCH_EVENTS` events (10000). Each follower tears its socket after some
//! items and goes on from its last cursor at the other server; the servers are killed with SIGKILL in turns, every few
//! seconds. At the end what each of them saw is compared with the histories of all deals.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use entity::ids::Completion;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::{Cluster, Database, Server, new_id, number, random};
use tokio::{
    net::TcpStream,
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const FOLLOWERS: usize = 20;
const WRITERS: usize = 8;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0"];
/// How long a server lives.
const LIFE: Duration = Duration::from_secs(3);
/// How many items a socket brings at most before it is torn.
const ITEMS: f64 = 400.0;
/// Whoever hears nothing for so long comes back elsewhere: a server that was killed says no goodbye.
const SILENCE: Duration = Duration::from_secs(30);

const DEAL: &str = "subscription($id: ID!, $after: FeedCursor) { it: dealProgress(dealId: $id, after: $after) \
    { cursor caughtUp event { id } } }";
const BOARD: &str = "subscription($id: ID!, $after: FeedCursor) { it: processProgress(processId: $id, after: $after) \
    { cursor caughtUp change { ... on DealChanged { event { id } } ... on DealAppeared { event { id } } } } }";
const INBOX: &str = "subscription($after: FeedCursor) { it: inboxChanged(after: $after) \
    { cursor caughtUp notifications { id } } }";

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "resume").await;
    let mut cluster = Cluster::start(&database, &folder.path().join("files"), FLAGS).await;
    let world = Arc::new(World::new(&cluster.servers[0], cluster.addresses.clone()).await);
    let (goal, goals) = watch::channel(None);
    let mut followers = JoinSet::new();
    for follower in world.followers(&goals) {
        followers.spawn(follower.follow(world.clone()));
    }
    world.live.acquire_many(3 * FOLLOWERS as u32).await.unwrap().forget();
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
    goal.send_replace(Some(Arc::new(histories)));
    let seen = timeout(Duration::from_secs(120), followers.join_all()).await;
    assert!(seen.is_ok(), "somebody waits for what does not come");
    println!(
        "{} events, {} followers, {} sockets torn, {kills} servers killed: each saw each event once and in order",
        world.made.load(Ordering::SeqCst),
        3 * FOLLOWERS,
        world.torn.load(Ordering::SeqCst),
    );
    drop(cluster);
    database.remove().await;
}

/// The ids of the events of each deal, in order; and how many notifications everybody has got.
struct Histories {
    of_deals: HashMap<String, Vec<String>>,
    notifications: usize,
}

type Goal = Option<Arc<Histories>>;

struct World {
    process: String,
    action: String,
    deals: Vec<String>,
    secrets: Vec<String>,
    addresses: Arc<Mutex<Vec<String>>>,
    /// A permit for each follower that is live for the first time.
    live: Semaphore,
    made: AtomicUsize,
    torn: AtomicUsize,
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
        let (made, torn) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let live = Semaphore::new(0);
        Self { process, action, deals, secrets, addresses, live, made, torn, http }
    }

    fn followers(&self, goals: &watch::Receiver<Goal>) -> Vec<Follower> {
        let mut all = Vec::new();
        for (secret, deal) in self.secrets.iter().zip(&self.deals) {
            for (document, id) in [(DEAL, deal), (BOARD, &self.process), (INBOX, deal)] {
                let (secret, id, seen) = (secret.clone(), id.clone(), Vec::new());
                let (goals, cursor, was_live) = (goals.clone(), None, false);
                all.push(Follower { document, id, secret, cursor, seen, was_live, goals });
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
        let mut of_deals = HashMap::new();
        for deal in &self.deals {
            of_deals.insert(deal.clone(), history(server, deal).await);
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

/// The ids of all events of a deal but the first, which was there before anybody followed.
async fn history(server: &Server, deal: &str) -> Vec<String> {
    let document = "query($id: ID!, $after: Cursor) { deal(id: $id) { events(first: 100, after: $after) \
        { nodes { id } pageInfo { hasNextPage endCursor } } } }";
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    loop {
        let mut page = server.query(document, json!({ "id": deal, "after": after })).await;
        let page = page["deal"]["events"].take();
        let nodes = page["nodes"].as_array().unwrap();
        ids.extend(nodes.iter().map(|event| event["id"].as_str().unwrap().to_owned()));
        if page["pageInfo"]["hasNextPage"] != true {
            ids.remove(0);
            return ids;
        }
        after = page["pageInfo"]["endCursor"].clone();
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

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Somebody who follows something.
struct Follower {
    document: &'static str,
    /// The deal, or the process.
    id: String,
    secret: String,
    cursor: Option<String>,
    /// The ids of what came.
    seen: Vec<String>,
    was_live: bool,
    goals: watch::Receiver<Goal>,
}

impl Follower {
    /// Follows until all came, cut off again and again.
    async fn follow(mut self, world: Arc<World>) {
        for attempt in self.secret.len() + self.document.len().. {
            if self.once(&world, attempt).await.is_some() {
                return self.compare();
            }
        }
    }

    /// Follows with one socket; none if it was torn.
    async fn once(&mut self, world: &World, attempt: usize) -> Option<()> {
        let Some(mut socket) = self.open(&world.address(attempt)).await else {
            sleep(Duration::from_millis(20)).await;
            return None;
        };
        let items = 1 + (ITEMS * random()) as usize;
        for _ in 0..items {
            while !self.was_live || !self.has_all() {
                let mut goals = self.goals.clone();
                let message = tokio::select! {
                    message = timeout(SILENCE, socket.next()) => message.ok()??.ok()?,
                    _ = goals.changed() => {
                        self.goals = goals;
                        continue;
                    }
                };
                if self.take(&message, world)? {
                    break;
                }
            }
            if self.was_live && self.has_all() {
                return Some(());
            }
        }
        world.torn.fetch_add(1, Ordering::SeqCst);
        None
    }

    async fn open(&self, address: &str) -> Option<Socket> {
        let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
        let protocol = "graphql-transport-ws".parse().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let (mut socket, _) = connect_async(request).await.ok()?;
        let who = json!({ "type": "connection_init",
            "payload": { "Authorization": format!("Bearer {}", self.secret) } });
        let mut variables = json!({ "after": self.cursor });
        if self.document != INBOX {
            variables["id"] = json!(self.id);
        }
        let what = json!({ "type": "subscribe", "id": "1",
            "payload": { "query": self.document, "variables": variables } });
        for message in [who, what] {
            socket.send(Message::text(message.to_string())).await.ok()?;
        }
        Some(socket)
    }

    /// Whether a message is an item; none if it ends the socket.
    fn take(&mut self, message: &Message, world: &World) -> Option<bool> {
        let message: Value = match message {
            Message::Text(text) => serde_json::from_str(text).unwrap(),
            Message::Close(_) => return None,
            _ => return Some(false),
        };
        if message["type"] != "next" {
            assert_ne!(message["type"], "error", "{message:#}");
            return (message["type"] != "complete").then_some(false);
        }
        assert!(message["payload"].get("errors").is_none(), "{message:#}");
        let item = &message["payload"]["data"]["it"];
        self.cursor = Some(item["cursor"].as_str().unwrap().to_owned());
        let events = [&item["event"]["id"], &item["change"]["event"]["id"]];
        let told = item["notifications"].as_array().into_iter().flatten().map(|one| &one["id"]);
        let ids = events.into_iter().chain(told).filter_map(Value::as_str);
        self.seen.extend(ids.map(str::to_owned));
        if !self.was_live && item["caughtUp"] == true {
            self.was_live = true;
            world.live.add_permits(1);
        }
        Some(true)
    }

    fn has_all(&self) -> bool {
        let goal = self.goals.borrow();
        goal.as_ref().is_some_and(|goal| self.seen.len() >= self.expected(goal))
    }

    fn expected(&self, goal: &Histories) -> usize {
        match self.document {
            DEAL => goal.of_deals[&self.id].len(),
            BOARD => goal.of_deals.values().map(Vec::len).sum(),
            _ => goal.notifications,
        }
    }

    /// What came is what there is, once and in the order of each deal.
    fn compare(&self) {
        let goal = self.goals.borrow();
        let goal = goal.as_ref().unwrap();
        let once: HashSet<_> = self.seen.iter().collect();
        assert_eq!(once.len(), self.seen.len(), "something came twice");
        assert_eq!(self.seen.len(), self.expected(goal));
        let deals = goal.of_deals.iter();
        for (_, history) in deals.filter(|(id, _)| self.document == BOARD || **id == self.id) {
            let own: HashSet<_> = history.iter().collect();
            let seen: Vec<_> = self.seen.iter().filter(|id| own.contains(id)).collect();
            if self.document != INBOX {
                assert_eq!(seen, history.iter().collect::<Vec<_>>());
            }
        }
    }
}
