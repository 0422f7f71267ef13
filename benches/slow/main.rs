//! What becomes of subscribers that take nothing any more, and of those beside them; and whether rights follow the event.
//!
//!     cargo bench --bench slow
//!
//! 500 sockets follow a board (`WAYPOST_BENCH_SUBSCRIBERS`) while a deal is renamed a few times a second
//! (`WAYPOST_BENCH_RATE`, 3). Fifty of them stop reading, so many times over as `WAYPOST_BENCH_ROUNDS` says (7): how long until
//! the server has cut them all, what each of them took of its memory and of the system's, and what the 99th percentile of
//! the others was before and meanwhile. Fails where one is not cut within half a minute, or takes a MiB, or where the
//! others wait a tenth longer. What else a machine does makes one round differ from the next, so the round in the middle
//! decides: half of them were worse, half better.
//!
//! Then a salesperson follows the board while a thousand events flow (`WAYPOST_BENCH_EVENTS`) of deals that they may not
//! see, and of one that they take part in now and then. They have to be shown each event of theirs, and nothing else. On
//! PostgreSQL, with two servers, where `WAYPOST_TEST_POSTGRES` names a server, and on SQLite without.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod rights;
#[path = "../support/mod.rs"]
mod support;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::{Cluster, Database, Server, TOKEN, number};
use tokio::{
    net::{TcpSocket, TcpStream},
    sync::{Notify, Semaphore},
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const STUCK: usize = 50;
const MEMBERS: usize = 40;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0"];
/// How long everybody reads, before some stop: about as long as it takes until those are cut.
const BEFORE: Duration = Duration::from_secs(12);
/// Within which whoever takes nothing is to be cut.
const PATIENCE: Duration = Duration::from_secs(30);
/// What one of them may take, in bytes.
const EACH: u64 = 1024 * 1024;
/// How many times as long the others may wait.
const LATER: f64 = 1.1;

/// What most ask for.
const SLIM: &str = "subscription($id: ID!) { processProgress(processId: $id) { caughtUp change { \
    ... on DealChanged { event { after { version } } deal { title } } \
    ... on DealAppeared { event { after { version } } deal { title } } } } }";
/// What those ask for that will stop reading: several KiB an item.
const FAT: &str = "subscription($id: ID!) { processProgress(processId: $id) { caughtUp change { ... on DealChanged { deal { title \
    process { stages { id name hint actions { id name hint weight mandatory evidence } } } } } } } }";

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "slow").await;
    let cluster = Cluster::start(&database, &folder.path().join("files"), FLAGS).await;
    let world = Arc::new(World::new(&cluster.servers[0]).await);
    slow_readers(&cluster.servers[0], &world).await;
    rights::follow_the_event(&cluster, &world).await;
    drop(cluster);
    database.remove().await;
}

/// What was measured: when the numbered changes were asked for, and how long until they were seen.
struct World {
    process: String,
    deal: String,
    secrets: Vec<String>,
    asked: Mutex<Vec<Instant>>,
    /// In microseconds: while all read, and while some do not.
    took: [Mutex<Vec<u64>>; 2],
    phase: AtomicUsize,
    live: Semaphore,
    is_stuck: AtomicBool,
    let_go: Notify,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl World {
    async fn new(server: &Server) -> Self {
        let made = server.done("createProcess", json!({ "name": "Sales" }), "process { id }").await;
        let process = text(&made["process"]["id"]);
        for number in 0..6 {
            let stage = json!({ "processId": process, "name": format!("Stage {number}"), "hint": "x".repeat(400) });
            let stage = server.done("addStage", stage, "stage { id }").await["stage"]["id"].take();
            for number in 0..4 {
                let action = json!({ "stageId": stage, "name": format!("Action {number}"), "hint": "y".repeat(400) });
                server.done("addAction", action, "action { id }").await;
            }
        }
        let deal = deal_of(server, &process, json!({ "title": "0" })).await;
        let mut secrets = Vec::new();
        for number in 0..MEMBERS {
            secrets.push(member(server, number, "MANAGER").await.1);
        }
        Self {
            process,
            deal,
            secrets,
            asked: Mutex::default(),
            took: Default::default(),
            phase: AtomicUsize::new(0),
            live: Semaphore::new(0),
            is_stuck: AtomicBool::new(false),
            let_go: Notify::new(),
        }
    }

    fn saw(&self, title: usize) {
        let asked = self.asked.lock().unwrap()[title];
        let took = u64::try_from(asked.elapsed().as_micros()).unwrap();
        self.took[self.phase.load(Ordering::SeqCst)].lock().unwrap().push(took);
    }

    /// What is seen from here on belongs to this phase.
    fn late_from(&self, phase: usize) {
        self.took[phase].lock().unwrap().clear();
        self.phase.store(phase, Ordering::SeqCst);
    }

    /// The 99th percentile of a phase, in milliseconds.
    fn late(&self, phase: usize) -> f64 {
        let mut took = self.took[phase].lock().unwrap();
        took.sort_unstable();
        took[took.len() * 99 / 100] as f64 / 1000.0
    }

    /// Renames the deal, a number at a time.
    async fn rename(self: Arc<Self>, address: String) {
        let http = reqwest::Client::new();
        let rate = u32::try_from(number("WAYPOST_BENCH_RATE", 3)).unwrap();
        let mut tick = interval(Duration::from_secs(1) / rate);
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tick.tick().await;
            let number = {
                let mut asked = self.asked.lock().unwrap();
                asked.push(Instant::now());
                asked.len() - 1
            };
            let input = json!({ "dealId": self.deal, "title": number.to_string() });
            let document = support::mutation("updateDeal", "");
            let body = json!({ "query": document, "variables": { "input": input } });
            let request = http.post(format!("http://{address}/graphql")).bearer_auth(TOKEN);
            let answer: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
            assert!(answer["errors"].is_null(), "{answer:#}");
        }
    }

    /// Reads what comes, until all are let go or it is cut.
    async fn read(self: Arc<Self>, address: String, who: usize) {
        let secret = &self.secrets[who % MEMBERS];
        let mut socket = open(&address, secret, SLIM, &self.process, None).await;
        self.live.add_permits(1);
        while let Some(Ok(message)) = socket.next().await {
            if let Some(title) = title(message.to_text().unwrap_or_default()) {
                self.saw(title);
            }
        }
    }

    /// Reads, until those like it are told to stop.
    async fn get_stuck(self: Arc<Self>, address: String, who: usize) {
        let secret = &self.secrets[who % MEMBERS];
        let mut socket = open(&address, secret, FAT, &self.process, Some(4096)).await;
        self.live.add_permits(1);
        while !self.is_stuck.load(Ordering::SeqCst) {
            socket.next().await.unwrap().unwrap();
        }
        self.let_go.notified().await;
    }
}

async fn deal_of(server: &Server, process: &str, mut input: Value) -> String {
    input["processId"] = json!(process);
    text(&server.done("createDeal", input, "deal { id }").await["deal"]["id"])
}

/// The id and a token of a new member.
async fn member(server: &Server, number: usize, role: &str) -> (String, String) {
    let email = format!("member{number}@example.org");
    let member = json!({ "email": email, "name": email, "role": role });
    let id = text(&server.done("addMember", member, "member { id }").await["member"]["id"]);
    let token = json!({ "memberId": id, "name": "slow" });
    let secret = text(&server.done("createToken", token, "secret").await["secret"]);
    (id, secret)
}

/// The number that an item tells of.
fn title(message: &str) -> Option<usize> {
    let (_, rest) = message.split_once(r#""title":""#)?;
    rest.split('"').next()?.parse().ok()
}

type Socket = WebSocketStream<TcpStream>;

/// Somebody who follows a board, with so much room for what comes.
async fn open(address: &str, secret: &str, document: &str, id: &str, room: Option<u32>) -> Socket {
    let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
    let protocol = "graphql-transport-ws".parse().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let stream = TcpSocket::new_v4().unwrap();
    if let Some(room) = room {
        stream.set_recv_buffer_size(room).unwrap();
    }
    let stream = stream.connect(address.parse().unwrap()).await.unwrap();
    let (mut socket, _) = client_async(request, stream).await.unwrap();
    let payload = json!({ "Authorization": format!("Bearer {secret}") });
    let asked = json!({ "query": document, "variables": { "id": id } });
    for message in [
        json!({ "type": "connection_init", "payload": payload }),
        json!({ "type": "subscribe", "id": "1", "payload": asked }),
    ] {
        socket.send(Message::text(message.to_string())).await.unwrap();
        let answer = socket.next().await.unwrap().unwrap();
        assert!(
            answer.to_text().unwrap().contains("ack")
                || answer.to_text().unwrap().contains("caughtUp"),
            "{answer}"
        );
    }
    socket
}

async fn slow_readers(server: &Server, world: &Arc<World>) {
    let subscribers = number("WAYPOST_BENCH_SUBSCRIBERS", 500);
    let mut tasks = JoinSet::new();
    for who in 0..subscribers - STUCK {
        tasks.spawn(world.clone().read(server.address.clone(), who));
        world.live.acquire().await.unwrap().forget();
    }
    let work = tokio::spawn(world.clone().rename(server.address.clone()));
    let mut rounds = Vec::new();
    for _ in 0..number("WAYPOST_BENCH_ROUNDS", 7) {
        rounds.push(round(server, world, &mut tasks).await);
    }
    work.abort();
    tasks.abort_all();
    tell(&mut rounds);
}

/// What was seen of those who read nothing, and of the others.
struct Round {
    /// How long it took until all were cut.
    cut: Duration,
    /// What they took together of the server's memory and of the system's, in bytes.
    memory: (u64, u64),
    /// Within how many milliseconds the others were told 99 % of all, before and meanwhile.
    told: (f64, f64),
}

impl Round {
    fn ratio(&self) -> f64 {
        self.told.1 / self.told.0
    }
}

async fn round(server: &Server, world: &Arc<World>, tasks: &mut JoinSet<()>) -> Round {
    world.is_stuck.store(false, Ordering::SeqCst);
    for who in 0..STUCK {
        tasks.spawn(world.clone().get_stuck(server.address.clone(), who));
        world.live.acquire().await.unwrap().forget();
    }
    let all = server.metric("waypost_sockets").await;
    world.late_from(0);
    let begun = Instant::now();
    while begun.elapsed() < BEFORE {
        look(server).await;
    }
    let before = server.memory("VmRSS:") * 1024;
    world.late_from(1);
    world.is_stuck.store(true, Ordering::SeqCst);
    let (begun, mut memory) = (Instant::now(), (0, 0));
    loop {
        let (own, system, sockets) = look(server).await;
        memory = (memory.0.max(own.saturating_sub(before)), memory.1.max(system));
        if sockets <= all - STUCK {
            break;
        }
        assert!(begun.elapsed() < 2 * PATIENCE, "somebody is still connected");
    }
    let cut = begun.elapsed();
    let told = (world.late(0), world.late(1));
    world.let_go.notify_waiters();
    Round { cut, memory, told }
}

/// The server's memory, what the system keeps for its clients, and how many there are. It costs something, so it is done
/// before and meanwhile.
async fn look(server: &Server) -> (u64, u64, usize) {
    sleep(Duration::from_millis(200)).await;
    let own = server.memory("VmRSS:") * 1024;
    (own, unsent(&server.address), server.metric("waypost_sockets").await)
}

fn tell(rounds: &mut [Round]) {
    rounds.sort_by(|one, other| one.ratio().total_cmp(&other.ratio()));
    let cut = rounds.iter().map(|round| round.cut).max().unwrap();
    let own = rounds.iter().map(|round| round.memory.0).max().unwrap() / STUCK as u64;
    let system = rounds.iter().map(|round| round.memory.1).max().unwrap() / STUCK as u64;
    println!(
        "{STUCK} read nothing, {} times: cut within {:.1} s; {} KiB of the server's memory and {} KiB of the system's for each \
         at most",
        rounds.len(),
        cut.as_secs_f64(),
        own / 1024,
        system / 1024
    );
    for round in rounds.iter() {
        let (before, meanwhile) = round.told;
        println!(
            "  99 % of what the others were told within {before:.1} ms before and {meanwhile:.1} ms meanwhile: {:.2} of it",
            round.ratio()
        );
    }
    assert!(cut < PATIENCE, "they were cut too late");
    assert!(own + system < EACH, "they took too much memory");
    let middle = rounds[rounds.len() / 2].ratio();
    assert!(middle < LATER, "the others waited {middle:.2} times as long");
}

/// What waits in the system for those who are connected to this address, in bytes: for Linux only.
fn unsent(address: &str) -> u64 {
    let port = address.rsplit(':').next().unwrap().parse::<u16>().unwrap();
    let local = format!("0100007F:{port:04X}");
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let own = lines.filter(|columns| columns.get(1) == Some(&local.as_str()));
    own.map(|columns| u64::from_str_radix(columns[4].split(':').next().unwrap(), 16).unwrap()).sum()
}
