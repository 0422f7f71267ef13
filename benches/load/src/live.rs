//! Many who watch, while something happens a fixed number of times a second: how many hear of it, how soon, and what each
//! delivery costs the server.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    drive::new_histogram,
    http::Request,
    process,
    server::{Result, Server},
    socket::{self, Socket},
};

const DEAL: &str = "subscription($deal: ID!) { dealProgress(dealId: $deal) { event { __typename id dealId occurredAt ... on NoteAdded { note { body } } } } }";
const DEAL_STATE: &str = "subscription($deal: ID!) { dealProgress(dealId: $deal) { event { __typename id ... on NoteAdded { note { body } } } deal { id progress { percent doneWeight totalWeight } stage { id name } value { amount currency } } } }";
const BOARD: &str = "subscription($process: ID!) { processProgress(processId: $process) { caughtUp change { __typename ... on DealChanged { event { summary ... on NoteAdded { note { body } } } deal { id title progress { percent } stage { id } } } } } }";
const NOTE: &str = "mutation($deal: ID!, $note: String!) { addNote(input: { dealId: $deal, body: $note }) { note { id } userErrors { code message } } }";

/// How long late deliveries are waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// The events of a deal.
    Deal,
    /// The events of a deal, each with the deal's progress, stage and value.
    DealState,
    /// A board.
    Board,
}

/// How many watch what, and how often something happens.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// What is watched.
    pub watched: Watched,
    /// How many watch.
    pub subscribers: usize,
    /// How often something happens in a second.
    pub rate: u32,
    /// For how long.
    pub time: Duration,
}

impl Scene {
    /// So many who watch, while nothing happens.
    pub fn quiet(watched: Watched, subscribers: usize) -> Self {
        Self { watched, subscribers, rate: 0, time: Duration::ZERO }
    }

    /// What tables call it.
    pub fn name(&self) -> String {
        let what = match self.watched {
            Watched::Deal => "S1 a deal",
            Watched::DealState => "S2 a deal with its state",
            Watched::Board => "S3 a board",
        };
        format!("{what}, {} × {}/s", self.subscribers, self.rate)
    }

    /// What those who watch ask for.
    pub fn document(&self) -> &'static str {
        match self.watched {
            Watched::Deal => DEAL,
            Watched::DealState => DEAL_STATE,
            Watched::Board => BOARD,
        }
    }

    /// About what they ask: something else in each turn.
    pub fn variables(&self, server: &Server, turn: usize) -> Value {
        let processes = &server.ids.processes;
        json!({ "deal": deal(server, turn, 0), "process": processes[turn % processes.len()] })
    }
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// How many deliveries there should have been.
    pub expected: u64,
    /// Microseconds from before the change was asked for until a watcher had it.
    pub latency: Histogram<u64>,
    /// Microseconds of the server's processor time for each delivery, the changes included.
    pub cpu: f64,
}

struct Watching {
    begun: Instant,
    latency: Mutex<Histogram<u64>>,
    heard: AtomicU64,
}

impl Watching {
    /// The text of a note that says when it was asked for.
    fn stamp(&self) -> String {
        format!("T={};", self.begun.elapsed().as_micros())
    }

    fn hear(&self, message: &str) {
        let Some((_, rest)) = message.split_once("T=") else { return };
        let Some(then) = rest.split_once(';').and_then(|(then, _)| then.parse::<u64>().ok()) else {
            return;
        };
        let now = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.latency
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .saturating_record(now.saturating_sub(then).max(1));
        self.heard.fetch_add(1, Ordering::Relaxed);
    }
}

/// Lets them watch while it happens.
pub async fn run(server: &Server, scene: Scene, turn: usize) -> Result<Delivered> {
    let latency = Mutex::new(new_histogram()?);
    let watching = Arc::new(Watching { begun: Instant::now(), latency, heard: AtomicU64::new(0) });
    let sockets = socket::connect_many(server, scene.subscribers).await?;
    let variables = scene.variables(server, turn);
    let mut readers = tokio::task::JoinSet::new();
    for socket in socket::watch_all(sockets, scene.document(), &variables).await? {
        readers.spawn(read(socket, Arc::clone(&watching)));
    }
    let cpu = process::cpu(server.pid);
    happen(server, scene, turn, &watching).await?;
    let expected = u64::from(scene.rate) * scene.time.as_secs() * scene.subscribers as u64;
    settle(&watching, expected).await;
    let heard = watching.heard.load(Ordering::Relaxed).max(1);
    let cpu = (process::cpu(server.pid) - cpu) * 1e6 / heard as f64;
    let latency = watching.latency.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Delivered { expected, latency, cpu })
}

/// Waits for what is late.
async fn settle(watching: &Watching, expected: u64) {
    let begun = Instant::now();
    while watching.heard.load(Ordering::Relaxed) < expected && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn read(mut socket: Socket, watching: Arc<Watching>) {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message {
            watching.hear(&text);
        }
    }
}

/// A deal of the process whose turn it is: another one in each run.
fn deal(server: &Server, turn: usize, number: usize) -> &str {
    let processes = server.ids.processes.len();
    let deals = &server.ids.deals;
    &deals[(turn % processes + processes * (turn + number)) % deals.len()]
}

/// Notes at the given rate: of one deal, or of many deals of the board.
async fn happen(server: &Server, scene: Scene, turn: usize, watching: &Watching) -> Result<()> {
    let begun = tokio::time::Instant::now();
    let count = u64::from(scene.rate) * scene.time.as_secs();
    let one = |number: u64| async move {
        tokio::time::sleep_until(
            begun + Duration::from_secs_f64(number as f64 / f64::from(scene.rate)),
        )
        .await;
        let number = usize::try_from(number)?;
        let which = if scene.watched == Watched::Board { number % 40 } else { 0 };
        let variables = json!({ "deal": deal(server, turn, which), "note": watching.stamp() });
        let body = json!({ "query": NOTE, "variables": variables }).to_string();
        let token = server.tokens[number % server.tokens.len()].clone();
        let answer = server.connection().await?.send(Request { token, body }).await?;
        let answer: Value = serde_json::from_slice(&answer)?;
        if answer["data"]["addNote"]["note"]["id"].is_string() {
            Ok(())
        } else {
            Err(answer.to_string().into())
        }
    };
    let all: Vec<Result<()>> =
        stream::iter(0..count).map(one).buffered(usize::try_from(count)?).collect().await;
    all.into_iter().collect()
}
