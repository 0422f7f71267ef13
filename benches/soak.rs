//! What a server's memory and its open files come to with subscribers at work: do they stay, or rise for ever?
//!
//!     cargo bench --bench soak
//!
//! `WAYPOST_BENCH_MINUTES` says for how long (60), `WAYPOST_BENCH_SUBSCRIBERS` how many follow (200) and
//! `WAYPOST_BENCH_RATE` how many mutations there are a second (20). Members come and go: each second a socket is torn, and
//! its member follows something else. Each minute tells the memory and the open files, and the end how much memory rose an
//! hour over the second half. On PostgreSQL where `WAYPOST_TEST_POSTGRES` names a server, and on SQLite without.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::{Database, Server, number};
use tokio::{
    task::{AbortHandle, JoinSet},
    time::{MissedTickBehavior, interval},
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const DEALS: usize = 50;
const MEMBERS: usize = 40;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0"];
const BOARD: &str = "subscription($id: ID!) { processProgress(processId: $id) { cursor change { __typename \
    ... on DealChanged { event { summary } deal { id title progress { percent } } } } } }";
const DEAL: &str = "subscription($id: ID!) { dealProgress(dealId: $id) { cursor event { summary } deal { title } } }";
const INBOX: &str = "subscription { inboxChanged { cursor viewer { unreadCount } } }";

struct World {
    process: String,
    action: String,
    deals: Vec<String>,
    secrets: Vec<String>,
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "soak").await;
    let server = Server::start(&database.url, &folder.path().join("files"), FLAGS).await;
    let world = World::new(&server).await;
    let subscribers = number("WAYPOST_BENCH_SUBSCRIBERS", 200);
    let mut crowd = Crowd {
        address: server.address.clone(),
        sockets: JoinSet::new(),
        all: Vec::new(),
        cuts: 0,
    };
    (0..subscribers).for_each(|number| crowd.add(&world, number));
    let (mut told, mut files) = (Vec::new(), Vec::new());
    for minute in 0..number("WAYPOST_BENCH_MINUTES", 60) {
        work(&server, &world, &mut crowd, minute).await;
        told.push(server.memory("VmRSS:"));
        files.push(server.open_files());
        println!(
            "minute {:>3}: {:>7} KiB, {:>5} open files",
            minute + 1,
            told[minute],
            files[minute]
        );
    }
    println!(
        "{} sockets torn; open files: {} at first, {} at last",
        crowd.cuts,
        files[0],
        files[files.len() - 1]
    );
    println!("over the second half: {:.0} KiB an hour", slope(&told[told.len() / 2..]) * 60.0);
    drop(server);
    database.remove().await;
}

/// Those who follow.
struct Crowd {
    address: String,
    sockets: JoinSet<()>,
    all: Vec<AbortHandle>,
    cuts: usize,
}

impl Crowd {
    fn add(&mut self, world: &World, number: usize) {
        let socket = follow(self.address.clone(), world.of(number));
        self.all.push(self.sockets.spawn(socket));
    }

    /// Tears a socket; its member opens one to something else.
    fn cut(&mut self, world: &World) {
        let place = self.cuts * 7 % self.all.len();
        self.cuts += 1;
        self.all[place].abort();
        let socket = follow(self.address.clone(), world.of(place + MEMBERS * self.cuts));
        self.all[place] = self.sockets.spawn(socket);
        while self.sockets.try_join_next().is_some() {}
    }
}

impl World {
    async fn new(server: &Server) -> Self {
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
        Self { process, action, deals, secrets }
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
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A minute of changes: deals are renamed, actions done and undone, and now and then the process is saved.
async fn work(server: &Server, world: &World, crowd: &mut Crowd, minute: usize) {
    let rate = number("WAYPOST_BENCH_RATE", 20);
    let mut tick = interval(Duration::from_secs(1) / u32::try_from(rate).unwrap());
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (began, mut turn, mut seconds) = (Instant::now(), 0, 0);
    while began.elapsed() < Duration::from_secs(60) {
        tick.tick().await;
        turn += 1;
        if began.elapsed().as_secs() > seconds {
            seconds += 1;
            crowd.cut(world);
        }
        let deal = &world.deals[turn % DEALS];
        match turn % 4 {
            0 => {
                let input = json!({ "dealId": deal, "actionId": world.action });
                let made = server.done("completeAction", input, "completion { id }").await;
                let undo = json!({ "completionId": made["completion"]["id"] });
                server.done("undoCompletion", undo, "deal { id }").await;
            }
            1 if turn % 201 == 1 => {
                let input = json!({ "actionId": world.action, "weight": turn % 100 });
                server.done("updateAction", input, "process { version }").await;
            }
            _ => {
                let input = json!({ "dealId": deal, "title": format!("Deal {minute} {turn}") });
                server.done("updateDeal", input, "deal { title }").await;
            }
        }
    }
}

/// Follows until it is torn off.
async fn follow(address: String, (secret, query, id): (String, &'static str, String)) {
    let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
    let protocol = "graphql-transport-ws".parse().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = connect_async(request).await.unwrap();
    let payload = json!({ "Authorization": format!("Bearer {secret}") });
    let variables = if id.is_empty() { json!({}) } else { json!({ "id": id }) };
    for message in [
        json!({ "type": "connection_init", "payload": payload }),
        json!({ "type": "subscribe", "id": "1", "payload": { "query": query, "variables": variables } }),
    ] {
        socket.send(Message::text(message.to_string())).await.unwrap();
        let Some(Ok(answer)) = socket.next().await else { return };
        assert!(answer.is_text(), "{answer}");
    }
    while let Some(Ok(_)) = socket.next().await {}
}

/// How much it rises from one to the next, by least squares.
fn slope(values: &[u64]) -> f64 {
    let count = values.len() as f64;
    let (mut x, mut y, mut xy, mut xx) = (0.0, 0.0, 0.0, 0.0);
    for (place, value) in values.iter().enumerate() {
        let (place, value) = (place as f64, *value as f64);
        x += place;
        y += value;
        xy += place * value;
        xx += place * place;
    }
    (count * xy - x * y) / (count * xx - x * x)
}
