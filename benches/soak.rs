//! What a server's memory and its open files come to with subscribers at work: do they stay, or rise for ever?
//!
//!     cargo bench --bench soak
//!
//! `WAYPOST_BENCH_MINUTES` says for how long (60), `WAYPOST_BENCH_SUBSCRIBERS` how many follow (500) and
//! `WAYPOST_BENCH_RATE` how many mutations there are a second (50). Members come and go: each second a socket is torn, and
//! its member follows something else. Each minute tells the memory, the open files and how many mutations there were. At
//! the end both have to be flat: by the straight line through the second half, memory may not rise by more than a
//! twentieth of itself in an hour; and there may not be more open files than in the first quarter. With
//! `WAYPOST_BENCH_LEAK=1` no socket is torn though others open, and it fails. In fewer than forty minutes it fails, too,
//! while SQLite's pages are still filling. On PostgreSQL where `WAYPOST_TEST_POSTGRES` names a server, and on SQLite
//! without.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::{Database, Server, number};
use tokio::{
    net::TcpStream,
    task::{AbortHandle, JoinSet},
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const DEALS: usize = 52;
const MEMBERS: usize = 40;
/// Who change deals of their own, at the same time.
const WRITERS: usize = 4;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0"];
/// How much of itself memory may rise in an hour.
const FLAT: f64 = 0.05;
const BOARD: &str = "subscription($id: ID!) { processProgress(processId: $id) { cursor change { __typename \
    ... on DealChanged { event { summary } deal { id title progress { percent } } } } } }";
const DEAL: &str = "subscription($id: ID!) { dealProgress(dealId: $id) { cursor event { summary } deal { title } } }";
const INBOX: &str = "subscription { inboxChanged { cursor viewer { unreadCount } } }";

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct World {
    server: Server,
    process: String,
    action: String,
    deals: Vec<String>,
    secrets: Vec<String>,
    made: AtomicUsize,
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "soak").await;
    let server = Server::start(&database.url, &folder.path().join("files"), FLAGS).await;
    let world = Arc::new(World::new(server).await);
    let mut crowd = Crowd::new(&world.server);
    (0..number("WAYPOST_BENCH_SUBSCRIBERS", 500)).for_each(|number| crowd.add(&world, number));
    let writers: JoinSet<_> = (0..WRITERS).map(|one| world.clone().write(one)).collect();
    let mut minutes = Vec::new();
    for minute in 1..=number("WAYPOST_BENCH_MINUTES", 60) {
        let told = crowd.minute(&world).await;
        println!(
            "minute {minute:>3}: {:>7} KiB, {:>5} open files, {:>5} mutations",
            told.memory, told.files, told.made
        );
        minutes.push(told);
    }
    drop(writers);
    let again = crowd.again.load(Ordering::SeqCst);
    println!(
        "{} sockets torn; {again} times the server had no place for one, or cut it off",
        crowd.cuts
    );
    assert_flat(&minutes);
    drop((crowd, world));
    database.remove().await;
}

/// What a minute came to.
struct Minute {
    memory: u64,
    files: usize,
    made: usize,
}

/// Says how much they rise, and fails where that is too much.
fn assert_flat(minutes: &[Minute]) {
    let half = &minutes[minutes.len() / 2..];
    let memory: Vec<_> = half.iter().map(|minute| minute.memory as f64).collect();
    let (rise, usual) = (slope(&memory) * 60.0, memory.iter().sum::<f64>() / memory.len() as f64);
    let first = minutes[..minutes.len().div_ceil(4)].iter().map(|minute| minute.files).max();
    let (first, last) = (first.unwrap(), minutes[minutes.len() - 1].files);
    println!(
        "memory {usual:.0} KiB over the second half, rising by {rise:.0} KiB an hour; open files: {first} at first, {last} \
         at last"
    );
    let is_flat = rise <= FLAT * usual;
    assert!(is_flat && last <= first, "flat: memory {is_flat}, open files {}", last <= first);
}

/// Those who follow.
struct Crowd {
    address: String,
    sockets: JoinSet<()>,
    all: Vec<AbortHandle>,
    cuts: usize,
    leaks: bool,
    again: Arc<AtomicUsize>,
}

impl Crowd {
    fn new(server: &Server) -> Self {
        let leaks = number("WAYPOST_BENCH_LEAK", 0) == 1;
        let (address, sockets) = (server.address.clone(), JoinSet::new());
        Self { address, sockets, all: Vec::new(), cuts: 0, leaks, again: Arc::default() }
    }

    fn add(&mut self, world: &World, number: usize) {
        let socket = follow(self.address.clone(), world.of(number), self.again.clone());
        self.all.push(self.sockets.spawn(socket));
    }

    /// Tears a socket; its member opens one to something else.
    fn cut(&mut self, world: &World) {
        let place = self.cuts * 7 % self.all.len();
        self.cuts += 1;
        if !self.leaks {
            self.all[place].abort();
        }
        let socket =
            follow(self.address.clone(), world.of(place + MEMBERS * self.cuts), self.again.clone());
        self.all[place] = self.sockets.spawn(socket);
        while self.sockets.try_join_next().is_some() {}
    }

    /// Tears a socket a second for a minute, and looks. Of files the fewest are told that are open in the last second:
    /// a socket that was torn is still there for a moment.
    async fn minute(&mut self, world: &World) -> Minute {
        let mut second = interval(Duration::from_secs(1));
        let before = world.made.load(Ordering::SeqCst);
        for _ in 0..60 {
            second.tick().await;
            self.cut(world);
        }
        let mut files = usize::MAX;
        for _ in 0..10 {
            sleep(Duration::from_millis(90)).await;
            files = files.min(world.server.open_files());
        }
        let made = world.made.load(Ordering::SeqCst) - before;
        Minute { memory: world.server.memory("VmRSS:"), files, made }
    }
}

impl World {
    async fn new(server: Server) -> Self {
        let made = server.done("createProcess", json!({ "name": "Sales" }), "process { id }").await;
        let process = text(&made["process"]["id"]);
        let stage = json!({ "processId": process, "name": "Contact" });
        let stage = text(&server.done("addStage", stage, "stage { id }").await["stage"]["id"]);
        let action =
            json!({ "stageId": stage, "name": "Call", "notify": { "groups": ["MANAGERS"] } });
        let action = text(&server.done("addAction", action, "action { id }").await["action"]["id"]);
        let mut deals = Vec::new();
        for number in 0..DEALS {
            let deal = json!({ "processId": process, "title": format!("Deal {number}") });
            deals.push(text(&server.done("createDeal", deal, "deal { id }").await["deal"]["id"]));
        }
        let mut secrets = Vec::new();
        for number in 0..MEMBERS {
            let email = format!("member{number}@example.org");
            let member = json!({ "email": email, "name": email, "role": "MANAGER" });
            let member = server.done("addMember", member, "member { id }").await;
            let token = json!({ "memberId": member["member"]["id"], "name": "soak" });
            secrets.push(text(&server.done("createToken", token, "secret").await["secret"]));
        }
        Self { server, process, action, deals, secrets, made: AtomicUsize::new(0) }
    }

    /// Who this subscriber is, and what they follow.
    fn of(&self, number: usize) -> (String, &'static str, String) {
        let secret = self.secrets[number % self.secrets.len()].clone();
        match number % 3 {
            0 => (secret, BOARD, self.process.clone()),
            1 => (secret, DEAL, self.deals[number % self.deals.len()].clone()),
            _ => (secret, INBOX, String::new()),
        }
    }

    /// Changes deals of its own for ever: they are renamed, actions done and undone, and now and then the process is saved.
    async fn write(self: Arc<Self>, writer: usize) {
        let mine: Vec<_> = self.deals.iter().skip(writer).step_by(WRITERS).collect();
        let rate = number("WAYPOST_BENCH_RATE", 50) as f64 / WRITERS as f64;
        let mut tick = interval(Duration::from_secs_f64(1.0 / rate));
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        for turn in 0.. {
            let deal = mine[turn % mine.len()];
            tick.tick().await;
            match turn % 4 {
                0 => {
                    let done = json!({ "dealId": deal, "actionId": self.action });
                    let made = self.done("completeAction", done, "completion { id }").await;
                    tick.tick().await;
                    let undo = json!({ "completionId": made["completion"]["id"] });
                    self.done("undoCompletion", undo, "").await;
                }
                1 if writer == 0 && turn % 101 == 1 => {
                    let input = json!({ "actionId": self.action, "weight": turn % 100 });
                    self.done("updateAction", input, "process { version }").await;
                }
                _ => {
                    let input = json!({ "dealId": deal, "title": format!("Deal {writer} {turn}") });
                    self.done("updateDeal", input, "deal { title }").await;
                }
            }
        }
    }

    async fn done(&self, name: &str, input: Value, selection: &str) -> Value {
        let done = self.server.done(name, input, selection).await;
        self.made.fetch_add(1, Ordering::SeqCst);
        done
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Follows until it is torn off. Whoever finds no place, as when very many come at once, or is cut off by the server, as
/// when this program has no time to read, comes again; how often that was is counted.
async fn follow(
    address: String,
    (secret, query, id): (String, &'static str, String),
    again: Arc<AtomicUsize>,
) {
    let payload = json!({ "Authorization": format!("Bearer {secret}") });
    let variables = if id.is_empty() { json!({}) } else { json!({ "id": id }) };
    let messages = [
        json!({ "type": "connection_init", "payload": payload }),
        json!({ "type": "subscribe", "id": "1", "payload": { "query": query, "variables": variables } }),
    ];
    loop {
        if let Some(mut socket) = begin(&address, &messages).await {
            while let Some(Ok(_)) = socket.next().await {}
        }
        again.fetch_add(1, Ordering::SeqCst);
        sleep(Duration::from_millis(500)).await;
    }
}

async fn begin(address: &str, messages: &[Value]) -> Option<Socket> {
    let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
    let protocol = "graphql-transport-ws".parse().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = connect_async(request).await.ok()?;
    for message in messages {
        socket.send(Message::text(message.to_string())).await.ok()?;
        let answer = socket.next().await?.ok()?;
        answer.is_text().then_some(())?;
    }
    Some(socket)
}

/// How much it rises from one to the next, by least squares.
fn slope(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let (mut x, mut y, mut xy, mut xx) = (0.0, 0.0, 0.0, 0.0);
    for (place, value) in values.iter().enumerate() {
        let place = place as f64;
        x += place;
        y += value;
        xy += place * value;
        xx += place * place;
    }
    (count * xy - x * y) / (count * xx - x * x)
}
